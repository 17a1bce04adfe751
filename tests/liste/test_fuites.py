"""What may not be seen cannot be told, generated over people × moments × columns: two bases that differ only in it give the
same answers, byte for byte.

For each role, and each pair of roles of one person, everything that he may not read is changed, on every line, at every
moment: cells, filters, sorts, counts, gains, choices, the page *Accueil*, the dossiers and the live stream stay the same.
The control: what he may read, changed, changes its own cell, and its own answer to a filter.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from app.comptes.models import Fonction
from app.core.access import peut_lire, vue
from app.core.journal import Journal
from app.core.roles import Role
from app.core.visibilite import Droit, Objet, droit
from app.liste.colonnes import TOUTES, colonnes
from app.liste.direct import Lots, Suivi
from app.liste.touches import TOUCHES
from tests.liste.masques import COLONNES, JUGE_LE, LUC, RIEN, ROSE, SORTIES, Base, adresses, cellules, dossiers, lire
from tests.liste.rangees import lire_ecran
from tests.liste.suivis import CODES, Recu
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from app.core.access import Droits
    from app.demandes.models import Ligne
    from tests.support.application import Monde, Poste

Roles = tuple[Role, ...]
SEULS: list[Roles] = [(r,) for r in Role]
PAIRES: list[Roles] = list(itertools.combinations(Role, 2))
TOUTES_LES_ADRESSES = adresses()
HERITEES = [a for a in TOUTES_LES_ADRESSES if "decision_commission" in a]
# Where an opinion that is not there, or a block that is refused, could show. (His dossier may tell an RTS that a human
# began to validate it: he may no longer take it back.)
SANS_AVIS = [a for a in TOUTES_LES_ADRESSES if "decision" in a or "tout=1" in a or "validation_rts=INVALIDE" in a]
# Acts on one line; the others are a whole dossier's or séance's.
ACTES = ("donner_avis_coord", "donner_avis_rep", "decider_ligne", "confirmer_decision", "reprendre_avis", "valider_bloc")


@pytest.fixture
async def table(monde: Monde) -> Base:
    auteur = await monde.personne("Élise Crivain")
    faite = Base(monde, auteur.id)
    await faite.remplir()
    return faite


async def gens(monde: Monde, tous: list[Roles]) -> AsyncIterator[tuple[Roles, Poste]]:
    """Somebody for each of *tous*, with his own demandes where he is an RTS."""
    luc, rose = [await monde.personne(nom, rpps=rpps) for nom, rpps in (("Luc Exemple", LUC), ("Rose Dujardin", ROSE))]
    for roles in tous:
        fonctions = [fonction(r) for r in roles if r is not Role.RTS]
        if Role.RTS not in roles:
            qui = await monde.personne(f"Jean {'-'.join(roles)}", *fonctions)
        elif fonctions:
            qui = rose
            async with monde.base() as session:
                await session.execute(delete(Fonction).where(Fonction.personne_id == qui.id))
                qui.fonctions = fonctions
                await session.merge(qui)
        else:
            qui = luc
        yield roles, await monde.connecter(qui)


def rien_a_cacher(droits: Droits, lignes: dict[int, Ligne]) -> bool:
    """Whether he reads all that the matrix gives to anybody, on every line that he sees."""
    dits = {o for o, _ in COLONNES.values()}
    return all(
        peut_lire(droits, o, x)
        for x in lignes.values()
        if peut_lire(droits, Objet.LIGNE, x)
        for o in dits
        if any(droit(o, x.moment, role) is not Droit.RIEN for role in Role)
    )


async def ouvertes(poste: Poste) -> list[str]:
    """The addresses that the application answers to: those of territories that are being built join by themselves."""
    sorties = [s for s in SORTIES if (await poste.ouvrir(f"{s}?tout=1")).status_code != 404]
    assert "/demandes" in sorties
    return adresses(sorties=tuple(sorties))


async def lues(poste: Poste, toutes: list[str], *, fragment: bool) -> dict[str, str]:
    return {a: await lire(poste, a, fragment=fragment) for a in toutes}


async def fuites(base: Base, poste: Poste, toutes: list[str], *, fragment: bool = False) -> set[str]:
    """The addresses that tell what he may not read: of two values, of a value and none, of an opinion that is not inherited."""
    await base.poser(0, None)
    await lues(poste, [a for a in toutes if "?" not in a], fragment=fragment)  # a draft that is opened leaves a trace, once
    avant = await lues(poste, toutes, fragment=fragment)
    await base.poser(1, poste.droits)
    dites = {a for a in toutes if await lire(poste, a, fragment=fragment) != avant[a]}
    await base.poser(RIEN, poste.droits)
    dites |= {a for a in SANS_AVIS if a in avant and await lire(poste, a, fragment=fragment) != avant[a]}
    await base.poser(0, None, decidees=False)
    avant = await lues(poste, [a for a in HERITEES if a in avant], fragment=fragment)
    await base.poser(1, poste.droits, decidees=False)
    return dites | {a for a in avant if await lire(poste, a, fragment=fragment) != avant[a]}


async def test_no_answer_tells_what_its_reader_may_not_read(monde: Monde, table: Base) -> None:
    async for roles, poste in gens(monde, SEULS):
        if not rien_a_cacher(poste.droits, table.lignes):
            assert await fuites(table, poste, ["/", *await ouvertes(poste), *dossiers(table)]) == set(), roles


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tiers", range(3))
async def test_no_answer_tells_it_to_a_person_of_two_roles(monde: Monde, table: Base, tiers: int) -> None:
    essayees = 0
    async for roles, poste in gens(monde, PAIRES[tiers::3]):
        if not rien_a_cacher(poste.droits, table.lignes):
            essayees += 1
            assert await fuites(table, poste, await ouvertes(poste), fragment=True) == set(), roles
    assert essayees > len(PAIRES) / 6


async def test_each_cell_moves_for_whoever_may_read_it_and_for_nobody_else(monde: Monde, table: Base) -> None:
    toutes = f"/demandes?tout=1&cols={','.join(COLONNES)}"
    async for roles, poste in gens(monde, [*SEULS, *PAIRES]):
        droits = poste.droits
        await table.poser(0, None)
        avant = cellules(await lire(poste, toutes, fragment=True))
        await table.poser(1, None)
        apres = cellules(await lire(poste, toutes, fragment=True))
        vues = {i for i, x in table.lignes.items() if peut_lire(droits, Objet.LIGNE, x)}
        assert {i for i, _ in avant} == vues, roles
        attendues = {
            (i, code) for i in vues for code, (objet, _) in COLONNES.items() if peut_lire(droits, objet, table.lignes[i])
        }
        assert {c for c in avant if avant[c] != apres[c]} == attendues, roles


async def test_each_filter_keeps_what_its_reader_may_read_and_nothing_else(monde: Monde, table: Base) -> None:
    """Where everything is refused: a filter finds the lines on which he reads it."""
    await table.poser(1, None)
    async for roles, poste in gens(monde, SEULS):
        for code, (objet, choix) in COLONNES.items():
            if code not in colonnes(poste.droits) or code == "statut":
                continue
            retenues = lire_ecran(await poste.ouvrir(f"/demandes?{code}={choix[1]}", htmx=True, cible="corps")).lignes
            assert retenues == [i for i, x in table.lignes.items() if _voit(poste, {objet}, x)], (roles, code)


async def test_the_stream_sends_what_the_page_shows_and_tells_nothing_else(monde: Monde, table: Base) -> None:
    """Its rows are read bare, once a process; what is sent is masked for its reader."""
    direct = monde.app.state.direct
    faits = list(itertools.product(ACTES, table.lignes.values()))
    commun = {"quand": JUGE_LE, "auteur": "Élise Crivain", "auteur_id": table.auteur, "sujet": "ligne"}
    actes = [
        Journal(id=n, action=a, sujet_id=x.id, ligne_id=x.id, demande_id=x.demande_id, **commun)
        for n, (a, x) in enumerate(faits, start=1)
    ]

    async def envoyes(poste: Poste) -> list[bytes]:
        suivi = Suivi(Lots(direct), poste.droits, CODES)  # the rows as they are now
        return [await suivi.rendre([a for a in actes if a.action == action]) for action in ACTES]

    async for roles, poste in gens(monde, SEULS):
        await table.poser(0, None)
        avant = await envoyes(poste)
        await table.poser(1, poste.droits)
        assert await envoyes(poste) == avant, roles
        for action, octets in zip(ACTES, avant, strict=True):
            lus = {i for i, x in table.lignes.items() if _voit(poste, TOUCHES[action], x)}
            assert set(Recu.lire(octets).remplacees) == lus, (roles, action)
        await table.poser(1, None)
        assert (await envoyes(poste) != avant) == any(
            _voit(poste, {o for o, _ in COLONNES.values()}, x) for x in table.lignes.values()
        )


def _voit(poste: Poste, objets: Iterable[Objet], ligne: Ligne) -> bool:
    """Whether he sees the line, and reads one of *objets* on it."""
    lit = vue(poste.droits, ligne).lit
    return Objet.LIGNE in lit and not lit.isdisjoint(objets)


def test_no_column_of_the_table_is_forgotten() -> None:
    assert {c.code for c in TOUTES if c.objet is not Objet.LIGNE} | {"statut"} == {*COLONNES, "divergence"}
