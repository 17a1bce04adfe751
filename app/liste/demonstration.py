"""The demonstration as a whole: who, where, which campaigns, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import select

from app.avis.demonstration import Avis
from app.campagnes.demonstration import Jours, annee, campagne
from app.commission.demonstration import Commission
from app.commission.demonstration_seance import preparer
from app.comptes.demonstration import JEANNE, KARIM, MARC, NOMMES, PARCOURS, Gens, Nomme
from app.core.demonstration import Rangee, tirer
from app.core.templating import aujourdhui
from app.demandes.demonstration import Depot, Dossier
from app.demandes.demonstration_instruction import Instruction
from app.demandes.models import Demande
from app.demandes.statuts import Statut, TypeDemande
from app.referentiel.chargement import charger
from app.referentiel.demonstration import Lieu, Monde
from app.referentiel.models import Motif, Terrain
from app.registres.demonstration import Registres

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

__all__ = ["NOMBRE", "NOMMES", "charger_demonstration"]

NOMBRE: Final = 420  # demandes of the campaign of Strasbourg
NOMBRE_AILLEURS: Final = 25
NOMBRE_PASSE: Final = 15
DEJA_VENUES: Final = 6  # of those: filed for a terrain that files again this year
ANS: Final = 5
DEPARTEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "STRASBOURG": ("67", "68"),
    "NANCY": ("54", "55", "57", "88"),
    "REIMS": ("08", "10", "51", "52"),
    "BESANCON": ("25", "39", "70"),  # no register is carried for these
}
AILLEURS: Final = {"NANCY": "saisie", "REIMS": "validation", "BESANCON": "close"}
LIBELLES: Final = {"STRASBOURG": "Strasbourg", "NANCY": "Nancy", "REIMS": "Reims", "BESANCON": "Besançon"}

# How often a formation is asked for. Those of Parcours are apart.
FORMATIONS: Final = {
    "MG": 110, "PSYCHIATRIE": 24, "AR": 20, "PEDIATRIE": 20, "URGENCE": 20, "CARDIO": 16, "RADIO": 14, "GERIATRIE": 14,
    "GYN_OBS": 12, "HGE": 10, "PNEUMO": 10, "COT": 10, "CVD": 9, "ONCO": 9, "MIR": 8, "MIIC": 8, "MPR": 8, "BIOMED": 8,
    "OPHTALMO": 7, "EDN": 7, "RHUMATO": 7, "DERMATO": 6, "HEMATO": 6, "ORL": 6, "URO": 6, "SANTE_PUB": 6, "MST": 6,
    "GYN_MED": 5, "MIT": 4, "MED_VASC": 4, "NEUROCHIR": 3, "CTCV": 3, "CHIR_VASC": 3, "CHIR_PED": 3, "MED_NUC": 3,
    "CPRE": 2, "CMF": 2, "CHIR_ORALE": 2, "GENETIQUE": 2, "MED_LEGALE": 2, "OPT_DSM79": 3, "OPT_DSM89": 3,
    "OPT_DSM93": 2, "OPT_DSM94": 4, "FST01": 5, "FST09": 3, "FST16": 2, "FST17": 5, "FST21": 2, "FST24": 2,
}  # fmt: skip
# Where the demandes of a campaign stand, by étape; « RETOUR » is a draft returned as incomplete.
STATUTS: Final[dict[str, dict[str, int]]] = {
    "saisie": {"EN_SAISIE": 68, "RETOUR": 3, "EN_VALIDATION": 21, "VALIDE_ADMIN": 7, "REFUSE": 1},
    "validation": {"EN_SAISIE": 10, "RETOUR": 6, "EN_VALIDATION": 56, "VALIDE_ADMIN": 24, "REFUSE": 4},
    "commission": {"EN_SAISIE": 4, "RETOUR": 2, "EN_VALIDATION": 8, "VALIDE_ADMIN": 81, "REFUSE": 5},
    "close": {"EN_SAISIE": 4, "EN_VALIDATION": 1, "VALIDE_ADMIN": 89, "REFUSE": 6},
}
# Of a hundred validated lines, how many have been looked at by those who give opinions.
PART_AVIS: Final = {"saisie": 0, "validation": 25, "commission": 100}

_PASTEUR: Final = "HOPITAL LOUIS PASTEUR"
_CABINET: Final = Lieu(
    "CABINET", "Cabinet Ribeauvillé", "Sélestat", "PRATICIEN", "Cabinet Ribeauvillé",
    adresse="3 rue des Remparts", code_postal="67600", code_insee="67462", nomme=True,
)  # fmt: skip
# Who, for what, type, phases, (statut, returned as incomplete), where. Marc Ottrott is his own coordonnateur: déport.
_NOMMEES: Final[tuple[tuple[Nomme, str, TypeDemande, str, tuple[Statut, bool], Lieu | tuple[str, str]], ...]] = (
    (JEANNE, "GERIATRIE", TypeDemande.RENOUVELLEMENT, "SAC", (Statut.VALIDE_ADMIN, False),
     (_PASTEUR, "Court séjour gériatrique")),
    (JEANNE, "FST17", TypeDemande.NOUVEAU, "A", (Statut.EN_SAISIE, True), (_PASTEUR, "Unité de soins palliatifs")),
    (JEANNE, "FST09", TypeDemande.NOUVEAU, "A", (Statut.EN_SAISIE, False),
     (_PASTEUR, "Centre d'évaluation de la douleur")),
    (KARIM, "MG", TypeDemande.NOUVEAU, "SA", (Statut.VALIDE_ADMIN, False), _CABINET),
    (MARC, "CARDIO", TypeDemande.RENOUVELLEMENT, "SAC", (Statut.VALIDE_ADMIN, False),
     ("HOPITAL CIVIL / NOUVEL HOPITAL CIVIL", "Service de cardiologie")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Metiers:
    """The makers of each feature."""

    depot: Depot
    instruction: Instruction
    avis: Avis
    commission: Commission


class Demonstration:
    """Composes what the features make."""

    def __init__(self, monde: Monde, motifs: dict[str, str]) -> None:
        self.monde, self.alea, self.lot = monde, monde.alea, monde.lot
        gens = self.gens = Gens(monde)
        depot = Depot(monde, gens, DEPARTEMENTS)
        avis = Avis(depot, gens)
        self.metiers = Metiers(depot, Instruction(depot, gens), avis, Commission(depot, gens, avis, motifs))

    def composer(self, etape: str) -> None:
        """Every campaign, the main one in *etape*."""
        anciens = self._revenants(self._strasbourg(etape))
        self._parcours()
        for subdivision, sienne in AILLEURS.items():
            jours = Jours.depuis(self.monde.jour, sienne)
            dossiers = self._demandes(self._campagne(subdivision, jours), jours, sienne, NOMBRE_AILLEURS)
            self._avancer(subdivision, jours, sienne, dossiers)
        cette_annee = Jours.depuis(self.monde.jour, etape).debut_agrements
        for ans in range(1, ANS + 1):
            jours = Jours.depuis(self.monde.jour, "close", ans=ans)
            ouverte = self._campagne("STRASBOURG", jours, date(cette_annee.year - ans, cette_annee.month, 1))
            nouvelles = self._demandes(ouverte, jours, "close", NOMBRE_PASSE - DEJA_VENUES, publiees=True)
            self._avancer("STRASBOURG", jours, "close", nouvelles + self._passees(ouverte, jours, anciens))

    def _revenants(self, dossiers: list[Dossier]) -> list[Dossier]:
        """Whoever files this year, as new, for a terrain of the register: some of them have come before."""
        nouveaux = (d for d in dossiers if d.demande["type"] is TypeDemande.NOUVEAU and not d.lieu.nomme)
        return [d for d in nouveaux if d.demande["terrain_id"] and d.lieu.genre == "REGISTRE"][: 3 * DEJA_VENUES]

    def _passees(self, ouverte: Rangee, jours: Jours, anciens: list[Dossier]) -> list[Dossier]:
        faites = []
        for d in self.alea.sample(anciens, min(DEJA_VENUES, len(anciens))):
            ou: dict[str, Any] = {"rts": d.rts, "lieu": replace(d.lieu), "terrain": d.demande["terrain_id"]}
            passee = self.metiers.depot.creer(ouverte, jours, d.lignes[0]["formation"], type_=TypeDemande.NOUVEAU, **ou)
            faites.append(self.metiers.instruction.amener(passee, Statut.VALIDE_ADMIN))
        return faites

    def _campagne(self, subdivision: str, jours: Jours, debut: date | None = None) -> Rangee:
        libelle = f"Campagne {LIBELLES[subdivision]} {annee(debut or jours.debut_agrements)}"
        return campagne(self.lot, libelle, subdivision, jours, FORMATIONS, debut)

    def _strasbourg(self, etape: str) -> list[Dossier]:
        jours = Jours.depuis(self.monde.jour, etape)
        ouverte = self._campagne("STRASBOURG", jours)
        nommes = self._nommees(ouverte, jours, etape)
        dossiers = nommes + self._demandes(ouverte, jours, etape, NOMBRE - len(nommes))
        self._avancer("STRASBOURG", jours, etape, dossiers)
        return dossiers

    def _demandes(self, ouverte: Rangee, jours: Jours, etape: str, nombre: int, *, publiees: bool = False) -> list[Dossier]:
        poids = {"VALIDE_ADMIN": 100} if publiees else STATUTS[etape]
        dossiers = []
        for _ in range(nombre):
            statut = tirer(self.alea, poids)
            d = self.metiers.depot.creer(ouverte, jours, tirer(self.alea, FORMATIONS))
            vers = Statut.EN_SAISIE if statut == "RETOUR" else Statut(statut)
            dossiers.append(self.metiers.instruction.amener(d, vers, retour=statut == "RETOUR"))
        return dossiers

    def _avancer(self, subdivision: str, jours: Jours, etape: str, dossiers: list[Dossier]) -> None:
        """Opinions, and the séance where the étape has one."""
        valides = [d for d in dossiers if d.demande["statut"] is Statut.VALIDE_ADMIN]
        commission = self.metiers.commission
        if etape == "close":
            commission.tenir(commission.planifier(subdivision, FORMATIONS, jours.seance), valides, jours)
            return
        if etape == "commission":
            preparer(self.metiers.depot, self.gens, commission.planifier(subdivision, FORMATIONS, self.monde.jour), valides)
        for d in valides:
            for ligne in d.lignes:
                if self.alea.random() * 100 < PART_AVIS[etape]:
                    self.metiers.avis.donner(d, ligne, "concordant" if d.lieu.nomme else None)

    def _nommees(self, ouverte: Rangee, jours: Jours, etape: str) -> list[Dossier]:
        """The demandes of people whom guides and tests know: the same whatever the seed."""
        nommees = []
        for n, formation, type_, phases, (statut, retour), lieu in _NOMMEES:
            vers = Statut.EN_VALIDATION if etape == "saisie" and n is KARIM else statut
            ou = replace(lieu) if isinstance(lieu, Lieu) else self.monde.service(*lieu)
            d = self.metiers.depot.creer(ouverte, jours, formation, type_=type_, rts=self.gens.de(n), lieu=ou, phases=phases)
            nommees.append(self.metiers.instruction.amener(d, vers, retour=retour))
        return nommees

    def _parcours(self) -> None:
        """Everything open at once, so that one demande can go from draft to decision while somebody watches."""
        jours = Jours.depuis(self.monde.jour, "parcours")
        ouverte = campagne(self.lot, "Parcours", "STRASBOURG", jours, PARCOURS)
        self.parcours = (ouverte, jours)
        statuts = (Statut.EN_SAISIE, Statut.EN_VALIDATION, Statut.VALIDE_ADMIN)
        for formation, statut in zip(("NEURO", "NEPHRO", "ACP"), statuts, strict=True):
            self.metiers.instruction.amener(self.metiers.depot.creer(ouverte, jours, formation), statut)


async def charger_demonstration(
    sessions: async_sessionmaker[AsyncSession],
    *,
    etape: str,
    graine: int,
    console: Console | None,
    suites: Sequence[Callable[[Demonstration], None]] = (),
) -> None:
    """Load the demonstration into an empty base: the same seed, on the same day, gives the same rows.

    *suites*: what the features above this one add to it, once it is whole.
    """
    colonnes = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:>6} / {task.total}"))
    with Progress(*colonnes, console=console, disable=console is None) as barre:
        tache = barre.add_task("Données de démonstration", total=1)
        async with sessions() as session:
            await charger(session)
            motifs = {m.code: m.libelle for m in await session.scalars(select(Motif))}
            monde = await Monde.ouvrir(session, graine, aujourdhui())
            demonstration = Demonstration(monde, motifs)
            demonstration.composer(etape)
            for completer in suites:
                completer(demonstration)
            registres = Registres(monde, monde.lot.rangees(Demande), monde.lot.rangees(Terrain))
            registres.composer()
            barre.update(tache, total=monde.lot.taille())
            await monde.lot.ecrire(session, lambda n: barre.advance(tache, n))
            await registres.suivre(session)
            await session.commit()
