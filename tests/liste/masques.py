"""Two bases that differ only in what one person may not read: lines at every moment, whose every objet has three values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, update

from app.agrements.models import TypeAgrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Source
from app.campagnes.models import Campagne
from app.core.access import peut_lire
from app.core.demonstration import Lot
from app.core.journal import maintenant
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande, Ligne, RapportVisite
from app.demandes.statuts import MOMENT, OrigineRefus, Statut, TypeDemande, Validation
from app.liste import totaux
from app.liste.colonnes import TOUTES
from app.referentiel.normalisation import cle_rpps
from app.tableau import comptes
from app.tableau.etat import Curseur
from tests.support.application import LIEU, Monde, Poste

if TYPE_CHECKING:
    from app.core.access import Droits

LUC, ROSE = cle_rpps("9970036624"), cle_rpps("9970036632")
MOMENTS = [m for m in Moment if m is not Moment.SUPPRIMEE]
STATUTS = {moment: statut for statut, moment in MOMENT.items()} | {Moment.SEANCE_OUVERTE: Statut.VALIDE_ADMIN}
SENS = ("ACCEPTE", "REFUSE", "SANS")
BLOCS = ("validation_rts", "validation_etablissement", "validation_terrain")
# The choices of the columns of each list: a new one is added here, and no column is forgotten (`test_fuites`).
CHOIX: Final = {"statut": ("ACCEPTE", "REFUSE", "VALIDE_ADMIN"), "validation": ("AUTO", "NON_VALIDE", "INVALIDE"), "avis": SENS,
                "decision": SENS, "validations": ("ACQUISES", "RESTENT", "INVALIDE"),
                "rapport": ("DEPOSE", "ABSENT")}  # fmt: skip
# column of the table → what it tells, and its choices: those of which something is hidden from somebody. What tells two
# things together has its own addresses: see `adresses`.
COLONNES: Final[dict[str, tuple[Objet, tuple[str, ...]]]] = {
    "statut": (Objet.STATUT_COMMISSION, CHOIX["statut"]),
    **{c.code: (c.objet, CHOIX[c.choix]) for c in TOUTES if c.objet is not Objet.LIGNE and not c.aussi},
}
# Whatever answers to the state of a table, by address: what each tells of a state is looked at for every column.
SORTIES: Final = ("/demandes", "/demandes/totaux")
TABLES = {Objet.AVIS_COORD: AvisCoordonnateur, Objet.AVIS_REP: AvisRepresentant, Objet.DECISION: Decision}
JUGEMENTS: tuple[dict[str, Any] | None, ...] = (
    {"sens": "ACCEPTE", "duree": 5, "phases": "SAC", "motif": None, "motif_texte": "", "version": 1},
    {"sens": "REFUSE", "duree": None, "phases": "", "motif": "REF_C_12", "motif_texte": "Trop loin.", "version": 2},
    None,
)
RIEN = 2  # the rank of no judgement
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

    async def poser(self, rang: int, droits: Droits | None, *, decidees: bool = True) -> None:
        """*rang* of whatever these rights do not read (of everything, where none are given); else the first.

        Not *decidees*: the commission has decided nothing, and every line inherits.
        """
        # No act tells of this change: what is kept until the journal moves would hide what it changes.
        comptes._comptes.clear()
        totaux._gardes.clear()
        rangees: dict[Any, list[dict[str, Any]]] = {t: [] for t in (*TABLES.values(), RapportVisite)}
        async with self.monde.base() as session:
            for x in self.lignes.values():
                v = {o: 0 if droits and peut_lire(droits, o, x) else rang for o in Objet}
                v |= {} if decidees else {Objet.DECISION: RIEN}
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
                if v[Objet.RAPPORT_VISITE] != 1:
                    rangees[RapportVisite].append(self._rapport(x, v[Objet.RAPPORT_VISITE]))
            for table, siennes in rangees.items():
                await session.execute(delete(table))
                if siennes:
                    await session.execute(insert(table), siennes)

    def _rapport(self, x: Ligne, rang: int) -> dict[str, Any]:
        dit = {
            "visiteurs": f"Visiteurs {rang}",
            "constats": f"Constats {rang}",
            "nom": f"rapport-{rang}.pdf",
            "sha256": "0" * 64,
        }
        le = JUGE_LE.replace(year=2020 + rang)
        return {"demande_id": x.demande_id, "visite_le": le, "depose_le": le, "taille": 9, "par_id": self.auteur, **dit}

    def _jugement(self, x: Ligne, objet: Objet, jugement: dict[str, Any], v: dict[Objet, int]) -> dict[str, Any]:
        commun = {"ligne_id": x.id, "auteur_id": self.auteur, "quand": JUGE_LE}
        commentaire = {Objet.AVIS_COORD: Objet.COMMENTAIRE_COORD, Objet.DECISION: Objet.COMMENTAIRE_COMMISSION}.get(
            objet, objet
        )
        rangee = {**commun, **jugement, "commentaire": f"Commentaire {v[commentaire]}"}
        return rangee | ({"source": Source.SAISIE, "avis_version": 1} if objet is Objet.DECISION else {})


def adresses(*, sorties: tuple[str, ...] = SORTIES) -> list[str]:
    """Everything that could tell: filters and sorts on each column, the gain of a filter, a page from a place in an order."""
    etats = ["tout=1"]
    for code, (_, choix) in COLONNES.items():
        if code in BLOCS[1:]:
            continue  # as the first
        etats += [f"{code}={valeur}" for valeur in choix]
        etats += [f"{code}={choix[0]}&ville=Introuvable", f"tri=-{code}"]
        etats.append(f"tri={code}&apres={Curseur(choix[0], 10_000).texte()}")
    # What two columns tell together.
    etats += ["divergence=AUCUNE", "divergence=DECISION&ville=Introuvable", "tri=divergence"]
    etats.append(f"cols=divergence&tri=-divergence&apres={Curseur('05', 10_000).texte()}")
    return [f"{sortie}?{etat}" for etat in etats for sortie in sorties]


def dossiers(base: Base) -> list[str]:
    """The dossiers of one of the two RTS."""
    return [f"/demandes/{x.demande_id}" for x in base.lignes.values() if x.rpps == LUC]


async def lire(poste: Poste, adresse: str, *, fragment: bool = False) -> str:
    """An answer, the page or the table alone, without what moves by itself."""
    reponse = await poste.ouvrir(adresse, htmx=fragment, cible="section#tableau" if fragment else "")
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
