"""The SQL of a request never names what its reader may read on none of his lines: it is left out, not masked.

What is readable somewhere is masked line by line (`test_masques`, `test_fuites`). The live stream reads its rows bare, once a
process, for all its readers, and masks what it sends: `test_fuites` looks at that. The RTS's own
dossiers read their validations, because what he may still do with it depends on them (`regles.peut_reprendre`); lists do not.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

import pytest

from app.core.access import Droits, Portee, peut_lire
from app.core.etendue import jamais_lisible
from app.core.roles import FONCTIONS, Role
from app.core.visibilite import Objet
from app.liste.colonnes import TOUTES
from app.tableau import comptes
from app.tableau.etat import Curseur
from tests.liste.masques import LUC, Base
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

# How a statement names each objet: its tables, or its columns.
NOMS: Final = {
    Objet.AVIS_COORD: r"\bavis_coordonnateur\b",
    Objet.AVIS_REP: r"\bavis_representant\b",
    Objet.DECISION: r"\bdecision\b",
    Objet.COMMENTAIRE_COORD: r"\bavis_coordonnateur(_\d)?\.commentaire\b",
    Objet.COMMENTAIRE_COMMISSION: r"\bdecision(_\d)?\.commentaire\b",
    Objet.RETOUR: r"\bretour\b",
}
DES_LISTES: Final = {**NOMS, Objet.VALIDATIONS: r"\bvalidation_(rts|etablissement|terrain)\b"}
CHOIX = {"avis": ("ACCEPTE", "SANS"), "decision": ("ACCEPTE", "SANS"), "validation": ("AUTO",)}


def listes() -> list[str]:
    """The list, each filter and each sort of every column that there is, offered or typed by hand; no result, and the home."""
    adresses = ["/demandes?tout=1", "/", f"/demandes?cols={','.join(c.code for c in TOUTES)}"]
    for colonne in (c for c in TOUTES if c.objet is not Objet.LIGNE or c.code in {"statut", "formation"}):
        valeurs = CHOIX.get(colonne.choix, ("VALIDE_ADMIN",))
        adresses += [f"/demandes?{colonne.code}={v}" for v in valeurs]
        adresses += [f"/demandes?tri={colonne.code}", f"/demandes?tri=-{colonne.code}&apres={Curseur('A', 10_000).texte()}"]
        adresses.append(f"/demandes?{colonne.code}={valeurs[0]}&ville=introuvable")  # the gain of each filter
    return [*adresses, "/demandes?" + "&".join(f"{c.code}={CHOIX.get(c.choix, ('A',))[0]}" for c in TOUTES)]


def dossiers(base: Base) -> list[str]:
    """Every dossier, and every editor of every line."""
    genres = ("avis-coordonnateur", "avis-representant", "decision")
    cellules = ("decision_coord", "decision_rep", "decision_commission")
    siennes = [x for x in base.lignes.values() if x.rpps == LUC]
    return [
        "/tableau-de-bord",
        *(f"/demandes/{x.demande_id}" for x in siennes),
        *(f"/lignes/{x.id}/{genre}" for x in siennes for genre in genres),
        *(f"/lignes/{x.id}/cellules/{c}" for x in siennes for c in cellules),
    ]


async def dites(monde: Monde, poste: Poste, adresses: list[str]) -> dict[str, str]:
    """Address → the statements that it sent, in small letters."""
    lues: dict[str, str] = {}
    for adresse in adresses:
        comptes._comptes.clear()
        with requetes(monde.app.state.moteur) as vues:
            reponse = await poste.ouvrir(adresse, htmx="?" in adresse or "/cellules/" in adresse, cible="corps")
        assert reponse.status_code < 500, adresse
        assert vues, adresse
        lues[adresse] = "\n".join(vues).lower()
    return lues


def nommes(lues: dict[str, str], noms: dict[Objet, str]) -> dict[Objet, str]:
    """Objet → an address whose SQL names it."""
    return {o: a for a, sql in lues.items() for o, motif in noms.items() if re.search(motif, sql)}


async def table_de(monde: Monde) -> Base:
    auteur = await monde.personne("Élise Crivain")
    base = Base(monde, auteur.id)
    await base.remplir()
    await base.poser(0, None)
    return base


def jamais(poste: Poste, base: Base) -> set[Objet]:
    """What he reads on none of the lines, line by line."""
    assert poste.droits
    return {o for o in DES_LISTES if not any(peut_lire(poste.droits, o, x) for x in base.lignes.values())}


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)  # the statements are the same
async def test_sql_never_names_what_its_reader_never_reads(monde: Monde) -> None:
    base, nommes_pour_un = await table_de(monde), set()
    for role in (r for r in Role if r is not Role.ADMIN):  # he reads what the scolarité does
        fonctions = [] if role is Role.RTS else [fonction(role)]
        poste = await monde.connecter(await monde.personne(f"Jean {role}", *fonctions, rpps=None if fonctions else LUC))
        en_liste = nommes(await dites(monde, poste, listes()), DES_LISTES)
        au_dossier = nommes(await dites(monde, poste, dossiers(base)), NOMS)
        nommes_pour_un |= {*en_liste, *au_dossier}
        assert {o: a for o, a in (en_liste | au_dossier).items() if o in jamais(poste, base)} == {}, role
    # The names are those of the statements: each objet is named for somebody.
    assert nommes_pour_un == set(DES_LISTES)


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_sql_never_names_it_for_a_person_of_two_roles(monde: Monde) -> None:
    base, essayees = await table_de(monde), 0
    for roles in itertools.combinations(FONCTIONS, 2):
        poste = await monde.connecter(await monde.personne(f"Jean {'-'.join(roles)}", *(fonction(r) for r in roles)))
        if jamais(poste, base) - {Objet.RETOUR}:
            essayees += 1
            lues = await dites(monde, poste, [a for a in listes() if "decision" in a or "validation" in a])
            assert {o: a for o, a in nommes(lues, DES_LISTES).items() if o in jamais(poste, base)} == {}, roles
    assert essayees == 2  # ARS with COORD, or with REP


def test_those_who_never_read_something_are_many() -> None:
    # Otherwise the proof above would be of nothing.
    lus = {role: {o for o in DES_LISTES if jamais_lisible(Droits(1, "", None, (Portee(role),)), o)} for role in FONCTIONS}
    commentaires = {Objet.COMMENTAIRE_COORD, Objet.COMMENTAIRE_COMMISSION}
    assert lus == {
        Role.SCOL: set(), Role.ADMIN: set(),
        Role.COORD: {Objet.AVIS_REP, Objet.COMMENTAIRE_COMMISSION, Objet.RETOUR},
        Role.REP: {Objet.AVIS_COORD, *commentaires, Objet.RETOUR},
        Role.MEMBRE: {Objet.RETOUR}, Role.PRES: {Objet.RETOUR}, Role.ARS: {Objet.COMMENTAIRE_COORD, Objet.RETOUR},
    }  # fmt: skip
