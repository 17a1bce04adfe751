"""Counts by decision of everything that is filtered, and the progress of a séance: masked as the column is.

A line whose decision the reader may not read is not counted; what is inherited counts for whoever reads the opinion.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, or_, true

from app.avis.models import AvisCoordonnateur, Decision, Sens
from app.commission.permissions import aveugle
from app.core.access import masque_sql
from app.core.etendue import toujours_lisible
from app.core.visibilite import Objet
from app.demandes.models import Demande, Ligne
from app.liste.libelles import Libelles, libelles
from app.liste.vue import BASE
from app.tableau.etat import Etat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits
    from app.tableau.requete import Requete

C, D = AvisCoordonnateur, Decision
AUSSITOT: Final = 2_000  # lines that a page counts at once; beyond, it asks for the counts afterwards
PHASES: Final = {"S": "socle", "A": "approfondissement", "C": "consolidation"}
_gardes: dict[Any, tuple[Any, list[Totaux]]] = {}


@dataclass(frozen=True, slots=True)
class Totaux:
    """`lues` of the `lignes` have a decision that the reader may read; each of them is in exactly one of the counts."""

    lignes: int
    lues: int
    accepte: int
    un_an: int
    cinq_ans: int
    refuse: int
    etude: int
    heritees: int
    places: Mapping[str, int] = field(default_factory=dict)
    formation: str = ""

    @property
    def decidees(self) -> int:
        """Accepted or refused by the commission itself."""
        return self.accepte + self.refuse

    @property
    def lies(self) -> int:
        """Accepted for as long as the agrément that they complete."""
        return self.accepte - self.un_an - self.cinq_ans

    @property
    def sans(self) -> int:
        """Neither a decision nor an opinion to inherit."""
        return self.lues - self.decidees - self.etude - self.heritees


def comptables(droits: Droits, requete: Requete, seance: Seance | None) -> bool:
    """Whether there is anything to count for this person: nothing for whoever may still give an opinion in this séance."""
    return "decision_commission" in requete.colonnes and not (seance and aveugle(droits, seance))


async def totaux(session: AsyncSession, requete: Requete, etat: Etat, a: Any) -> Totaux:
    """Everything that *etat* keeps, whatever the page."""
    return (await _lus(session, requete, etat, a, par=False))[0]


def totaux_gardes(session: AsyncSession, requete: Requete, etat: Etat, a: Any) -> Totaux | None:
    """The same, if this was counted since the journal last moved."""
    garde = _gardes.get(_cle(session, requete, etat, par=False))
    return garde[1][0] if garde and garde[0] == a else None


async def par_formation(session: AsyncSession, requete: Requete, contexte: Etat, a: Any, lib: Libelles) -> list[Totaux]:
    """A séance's counts, one formation after the other."""
    rangs = {code: n for n, code in enumerate(lib.listes["formation"])}
    lus = await _lus(session, requete, Etat(contexte=contexte.contexte), a, par=True)
    return sorted(lus, key=lambda t: rangs.get(t.formation, len(rangs)))


@dataclass(frozen=True, slots=True)
class Avance:
    """How far a séance is in one specialty; the address that lists it."""

    libelle: str
    url: str
    totaux: Totaux


def avancements(lus: Sequence[Totaux], etat: Etat, lib: Libelles) -> list[Avance]:
    """A bar for each specialty that has a decision to read."""
    sans = replace(etat, filtres={}).debut()
    return [
        Avance(lib.de("formation", t.formation), replace(sans, filtres={"formation": (t.formation,)}).url(BASE), t)
        for t in lus
        if t.lues
    ]


async def progression(session: AsyncSession, requete: Requete, etat: Etat, a: Any, seance: Seance | None) -> list[Avance]:
    """How far a séance is, by specialty; nothing for whoever may not know."""
    if seance is None or not comptables(requete.droits, requete, seance):
        return []
    lib = await libelles(session)
    return avancements(await par_formation(session, requete, etat, a, lib), etat, lib)


def _cle(session: AsyncSession, requete: Requete, etat: Etat, *, par: bool) -> Any:
    return (str(session.get_bind().engine.url), requete.ecran, tuple(etat.filtres.items()), etat.contexte, par)


async def _lus(session: AsyncSession, requete: Requete, etat: Etat, a: Any, *, par: bool) -> list[Totaux]:
    cle = _cle(session, requete, etat, par=par)
    garde = _gardes.get(cle)
    if garde and garde[0] == a:
        return garde[1]
    mesures, sur = _mesures(requete)
    groupe = {"formation": Ligne.formation} if par else {}
    lus = [_totaux(x) for x in await requete.agreger(session, etat, mesures, sur=sur, groupe=groupe)]
    if len(_gardes) > 500:
        _gardes.clear()
    _gardes[cle] = (a, lus)
    return lus


def _totaux(x: Mapping[str, Any]) -> Totaux:
    noms = ("lignes", "lues", "accepte", "un_an", "cinq_ans", "refuse", "etude", "heritees")
    places = {mot: int(x[f"places_{lettre}"]) for lettre, mot in PHASES.items()}
    return Totaux(**{n: int(x[n]) for n in noms}, places=places, formation=x.get("formation", ""))


def _mesures(requete: Requete) -> tuple[dict[str, Any], set[str]]:
    """The sums, and the tables that they read: an opinion that is never readable is not even named."""
    droits = requete.droits
    lue = _lisible(droits, Objet.DECISION)
    herite, etude = None, D.sens == Sens.A_L_ETUDE
    accepte: Any = D.sens == Sens.ACCEPTE
    pourvue: Any = accepte
    phases: Any = D.phases
    sur = {"decision", "demande"}
    if "decision_coord" in requete.colonnes:
        sur |= {"avis_coord"}
        reprise = and_(D.sens.is_(None), _lisible(droits, Objet.AVIS_COORD))
        herite = and_(reprise, C.sens != Sens.A_L_ETUDE)
        etude = or_(etude, and_(reprise, C.sens == Sens.A_L_ETUDE))
        pourvue = or_(accepte, and_(reprise, C.sens == Sens.ACCEPTE))
        phases = func.coalesce(D.phases, C.phases)
    comptes = {
        "lues": true(), "accepte": accepte, "un_an": and_(accepte, D.duree == 1), "cinq_ans": and_(accepte, D.duree == 5),
        "refuse": D.sens == Sens.REFUSE, "etude": etude,
    }  # fmt: skip
    mesures = {nom: _somme(and_(lue, condition)) for nom, condition in comptes.items()}
    mesures["heritees"] = _somme(and_(lue, herite)) if herite is not None else func.coalesce(func.sum(0), 0)
    for lettre in PHASES:  # a place counts once, however many formations share it
        dedans = and_(lue, _lisible(droits, Objet.DOSSIER), Ligne.rang == 0, pourvue, phases.contains(lettre))
        mesures[f"places_{lettre}"] = _somme(dedans, func.coalesce(Demande.capacite, 0))
    return {"lignes": func.count(), **mesures}, sur


def _lisible(droits: Droits, objet: Objet) -> Any:
    return true() if toujours_lisible(droits, objet) else masque_sql(droits, objet, Ligne)


def _somme(condition: Any, valeur: Any = 1) -> Any:
    return func.coalesce(func.sum(case((condition, valeur), else_=0)), 0)
