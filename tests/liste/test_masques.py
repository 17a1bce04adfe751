"""What may not be seen cannot be told: two bases that differ only in it give the same answers, byte for byte.

For each person, everything that he may not read is changed, on every line, at every moment: cells, filters, sorts, counts,
gains, the page *Accueil* and the dossiers stay the same. The control: what he may read, changed, changes its own cell.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, update

from app.agrements.models import TypeAgrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Source
from app.campagnes.models import Campagne
from app.core.access import peut_lire
from app.core.demonstration import Lot
from app.core.journal import maintenant
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import MOMENT, OrigineRefus, Statut, TypeDemande, Validation
from app.referentiel.normalisation import cle_rpps
from app.tableau.etat import Curseur
from tests.support.application import LIEU, Monde, Poste, fonction

if TYPE_CHECKING:
    from app.core.access import Droits

LUC, ROSE = cle_rpps("9970036624"), cle_rpps("9970036632")
GENS: dict[str, tuple[tuple[Role, ...], str | None]] = {
    "Luc Exemple": ((), LUC),
    "Sonia Colin": ((Role.SCOL,), None),
    "Carla Ordon": ((Role.COORD,), None),
    "René Present": ((Role.REP,), None),
    "Marc Embre": ((Role.MEMBRE,), None),
    "Paule Resident": ((Role.PRES,), None),
    "Aline Regnier": ((Role.ARS,), None),
    "Adam Ministre": ((Role.ADMIN,), None),
    "Cora Membrun": ((Role.COORD, Role.MEMBRE), None),
    "Corentin Dujardin": ((Role.COORD, Role.PRES), ROSE),
    "Régis Dent": ((Role.REP, Role.PRES), None),
    "Côme Laric": ((Role.COORD, Role.SCOL), None),
}
# They read all but a few cells, which the second test looks at.
LECTEURS = {"Sonia Colin", "Marc Embre", "Paule Resident", "Adam Ministre"}
MOMENTS = [m for m in Moment if m is not Moment.SUPPRIMEE]
STATUTS = {moment: statut for statut, moment in MOMENT.items()} | {Moment.SEANCE_OUVERTE: Statut.VALIDE_ADMIN}
SENS = ("ACCEPTE", "REFUSE", "SANS")
BLOCS = ("validation_rts", "validation_etablissement", "validation_terrain")
# column of the table → what it tells, and its choices
COLONNES: dict[str, tuple[Objet, tuple[str, ...]]] = {
    "statut": (Objet.STATUT_COMMISSION, ("ACCEPTE", "REFUSE", "VALIDE_ADMIN")),
    **{f"validation_{b.removeprefix('validation_')}": (Objet.VALIDATIONS, ("AUTO", "NON_VALIDE", "INVALIDE")) for b in BLOCS},
    "decision_rep": (Objet.AVIS_REP, SENS),
    "decision_coord": (Objet.AVIS_COORD, SENS),
    "decision_commission": (Objet.DECISION, SENS),
}
TABLES = {Objet.AVIS_COORD: AvisCoordonnateur, Objet.AVIS_REP: AvisRepresentant, Objet.DECISION: Decision}
JUGEMENTS: tuple[dict[str, Any] | None, ...] = (
    {"sens": "ACCEPTE", "duree": 5, "phases": "SAC", "motif": None, "motif_texte": "", "version": 1},
    {"sens": "REFUSE", "duree": None, "phases": "", "motif": "REF_C_12", "motif_texte": "Trop loin.", "version": 2},
    None,
)
# One moment for all: an answer that tells an opinion tells its minute, which would pass between two readings.
JUGE_LE = datetime(2020, 11, 23, 13, 2, tzinfo=UTC)
BLOC_VALIDE = (Validation.AUTO, Validation.NON_VALIDE, Validation.INVALIDE)


class Base:
    """Two lines at each moment, of two RTS; every objet of every line has three values, 0, 1 and 2."""

    def __init__(self, monde: Monde, auteur: int) -> None:
        self.monde, self.auteur = monde, auteur
        self.lignes: dict[int, Ligne] = {}

    async def remplir(self) -> None:
        le, quand = date(2026, 11, 23), maintenant()
        jours = dict.fromkeys(("ouverture", "cloture_depot", "cloture_complements", "cloture_avis", "debut_agrements"), le)
        async with self.monde.base() as session:
            lot = await Lot.ouvrir(session)
            campagne = lot.ajouter(Campagne, libelle="Campagne", subdivision=LIEU, notice="", **jours)
            for moment in MOMENTS:
                for rpps, nom in ((LUC, "Exemple"), (ROSE, "Dujardin")):
                    statut = STATUTS.get(moment, Statut.ACCEPTE)
                    refus = {"origine_refus": OrigineRefus.SCOLARITE, "motif_refus": "Incomplet."} if statut == "REFUSE" else {}
                    commun = {"subdivision": LIEU, "rpps": rpps, "prenom": "Luc", "nom": nom, "statut": statut}
                    d = lot.ajouter(
                        Demande, campagne_id=campagne["id"], type=TypeDemande.NOUVEAU, creee_le=quand, soumise_le=quand,
                        **commun, **refus,
                    )  # fmt: skip
                    x = lot.ajouter(
                        Ligne, demande_id=d["id"], ordre=d["id"] * 100, formation="CARDIO", type=TypeAgrement.PRINCIPAL,
                        moment=moment, type_demande=TypeDemande.NOUVEAU, **commun,
                    )  # fmt: skip
                    self.lignes[x["id"]] = Ligne(**x)
            await lot.ecrire(session)

    async def poser(self, rang: int, droits: Droits | None) -> None:
        """*rang* of whatever these rights do not read (of everything, where none are given); else the first."""
        rangees: dict[Any, list[dict[str, Any]]] = {t: [] for t in TABLES.values()}
        async with self.monde.base() as session:
            for x in self.lignes.values():
                v = {o: 0 if droits and peut_lire(droits, o, x) else rang for o in Objet}
                for objet, table in TABLES.items():
                    if jugement := JUGEMENTS[v[objet]]:
                        rangees[table].append(self._jugement(x, objet, jugement, v))
                bloc = BLOC_VALIDE[v[Objet.VALIDATIONS]]
                valeurs: dict[str, Any] = dict.fromkeys(BLOCS, bloc)
                demande = dict(valeurs)
                if x.moment in {Moment.CLOSE, Moment.PUBLIEE}:
                    refusee = v[Objet.STATUT_COMMISSION] == 1
                    valeurs["statut"] = demande["statut"] = Statut.REFUSE if refusee else Statut.ACCEPTE
                    demande |= {"origine_refus": OrigineRefus.COMMISSION, "motif_refus": "Trop loin."} if refusee else {
                        "origine_refus": None, "motif_refus": None
                    }  # fmt: skip
                await session.execute(update(Demande).where(Demande.id == x.demande_id).values(**demande))
                await session.execute(update(Ligne).where(Ligne.id == x.id).values(**valeurs, stamp=Ligne.stamp + 1))
            for table, siennes in rangees.items():
                await session.execute(delete(table))
                if siennes:
                    await session.execute(insert(table), siennes)

    def _jugement(self, x: Ligne, objet: Objet, jugement: dict[str, Any], v: dict[Objet, int]) -> dict[str, Any]:
        commun = {"ligne_id": x.id, "auteur_id": self.auteur, "quand": JUGE_LE}
        commentaire = {Objet.AVIS_COORD: Objet.COMMENTAIRE_COORD, Objet.DECISION: Objet.COMMENTAIRE_COMMISSION}.get(
            objet, objet
        )
        rangee = {**commun, **jugement, "commentaire": f"Commentaire {v[commentaire]}"}
        return rangee | ({"source": Source.SAISIE, "avis_version": 1} if objet is Objet.DECISION else {})


def adresses(base: Base) -> list[str]:
    """Everything that could tell: filters and sorts on each column, the gain of a filter, a page from a place in an order."""
    toutes = ["/demandes?tout=1", "/"]
    for code, (_, choix) in COLONNES.items():
        if code in BLOCS[1:]:
            continue  # as the first
        toutes += [f"/demandes?{code}={valeur}" for valeur in choix]
        toutes += [f"/demandes?{code}={choix[0]}&ville=Introuvable", f"/demandes?tri=-{code}"]
        toutes.append(f"/demandes?tri={code}&apres={Curseur(choix[0], 10_000).texte()}")
    # What two columns tell together.
    toutes += [f"/demandes?{x}" for x in ("divergence=AUCUNE", "divergence=DECISION&ville=Introuvable", "tri=divergence")]
    toutes.append(f"/demandes?cols=divergence&tri=-divergence&apres={Curseur('05', 10_000).texte()}")
    return toutes + [f"/demandes/{x.demande_id}" for x in base.lignes.values() if x.rpps == LUC]


async def lire(poste: Poste, adresse: str) -> str:
    reponse = await poste.ouvrir(adresse)
    assert reponse.status_code < 500, adresse
    # The place in the journal moves by itself: a draft that the scolarité opens leaves a trace.
    html = re.sub(r'name="_csrf_token" value="[^"]*"|depuis=\d+', "", reponse.text)
    return f"{reponse.status_code} {reponse.headers.get('location', '')} {html}"


def cellules(page: str) -> dict[tuple[int, str], str]:
    """(line, column) → cell."""
    rangees = re.findall(r'<tr id="ligne-(\d+)".*?</tr>', page, re.DOTALL)
    corps = re.split(r'<tr id="ligne-\d+"', page)[1:]
    return {
        (int(numero), code): contenu
        for numero, rangee in zip(rangees, corps, strict=True)
        for code, contenu in re.findall(r'data-c="(\w+)">(.*?)</td>', rangee, re.DOTALL)
    }


async def postes(monde: Monde) -> dict[str, Poste]:
    gens = {n: await monde.personne(n, *(fonction(r) for r in roles), rpps=rpps) for n, (roles, rpps) in GENS.items()}
    return {nom: await monde.connecter(qui) for nom, qui in gens.items()}


@pytest.fixture
async def lignes(monde: Monde) -> Base:
    auteur = await monde.personne("Élise Crivain")
    faite = Base(monde, auteur.id)
    await faite.remplir()
    return faite


async def test_no_answer_tells_what_its_reader_may_not_read(monde: Monde, lignes: Base):
    base = lignes
    for nom, poste in (await postes(monde)).items():
        if nom in LECTEURS:
            continue
        toutes = adresses(base)
        await base.poser(0, None)
        for adresse in toutes:  # opening a draft leaves a trace, once
            await lire(poste, adresse)
        avant = {a: await lire(poste, a) for a in toutes}
        await base.poser(1, poste.droits)
        assert [a for a in toutes if await lire(poste, a) != avant[a]] == [], nom
        await base.poser(2, poste.droits)
        # An opinion that is not there, a block that is refused; the RTS learns from the road that a human began to validate.
        listes = [a for a in toutes if "decision" in a or a in {"/", "/demandes?tout=1", "/demandes?validation_rts=INVALIDE"}]
        assert [a for a in listes if await lire(poste, a) != avant[a]] == [], nom


async def test_each_cell_moves_for_whoever_may_read_it_and_for_nobody_else(monde: Monde, lignes: Base):
    base = lignes
    for nom, poste in (await postes(monde)).items():
        droits = poste.droits
        assert droits
        await base.poser(0, None)
        avant = cellules(await lire(poste, "/demandes?tout=1"))
        await base.poser(1, None)
        apres = cellules(await lire(poste, "/demandes?tout=1"))
        vues = {i for i, x in base.lignes.items() if peut_lire(droits, Objet.LIGNE, x)}
        assert {i for i, _ in avant} == vues, nom
        attendues = {
            (i, code) for i in vues for code, (objet, _) in COLONNES.items() if peut_lire(droits, objet, base.lignes[i])
        }
        assert {c for c in avant if avant[c] != apres[c]} == attendues, nom
