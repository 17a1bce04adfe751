"""How old the work is and where it stands, by specialty: two plots from one masked reading, with their figures as tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func

from app.demandes.models import Ligne
from app.demandes.statuts import Statut
from app.liste.colonnes_attente import TRANCHES, dans
from app.liste.libelles import libelles
from app.liste.queries import requete_de
from app.liste.statut_lu import statut_lu
from app.liste.vue import BASE
from app.tableau.etat import Etat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

# Whose turn it is, by statut.
TOURS: Final = {
    Statut.EN_SAISIE: "RTS",
    Statut.EN_VALIDATION: "Scolarité",
    Statut.VALIDE_ADMIN: "Avis et commission",
}
AU_PLUS: Final = 12  # specialties; the others together


@dataclass(frozen=True, slots=True)
class Barre:
    """One bar: its label, the address that lists what it counts, how many for each of `TOURS`."""

    libelle: str
    url: str
    parts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Its length."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Graphe:
    """Bars on one scale."""

    code: str
    titre: str
    entete: str
    barres: list[Barre]

    @property
    def echelle(self) -> int:
        """The longest bar, at least one."""
        return max(1, *(b.total for b in self.barres), 1)


async def graphes(session: AsyncSession, droits: Droits) -> list[Graphe]:
    """By age, by specialty; none where nothing waits."""
    etat = Etat()
    requete = await requete_de(session, droits, etat)
    lus = await requete.agreger(session, etat, _mesures(droits), sur=(), groupe={"formation": Ligne.formation})
    lib = await libelles(session)
    ages = [Barre(lib.de("attente", t), _url({"attente": (t,)}), _parts(lus, [t])) for t in TRANCHES]
    if not any(b.total for b in ages):
        return []
    par = [
        Barre(lib.de("formation", x["formation"]), _url({"formation": (x["formation"],)}), _parts([x], TRANCHES)) for x in lus
    ]
    par = sorted((b for b in par if b.total), key=lambda b: (-b.total, b.libelle))
    if autres := par[AU_PLUS:]:
        reste = tuple(sum(b.parts[n] for b in autres) for n in range(len(TOURS)))
        par = [*par[:AU_PLUS], Barre(f"{len(autres)} autres spécialités", "", reste)]
    return [
        Graphe("ages", "Ancienneté de ce qui attend", "Attend depuis", ages),
        Graphe("volumes", "Volume par spécialité", "Spécialité", par),
    ]


def _url(filtres: dict[str, tuple[str, ...]]) -> str:
    en_cours = {"statut": tuple(s.value for s in TOURS)}
    return replace(Etat(), filtres={**en_cours, **filtres}, tri="attente").url(BASE)


def _parts(lus: Sequence[Mapping[str, Any]], tranches: Iterable[str]) -> tuple[int, ...]:
    retenues = list(tranches)
    return tuple(sum(int(x[f"{s}_{t}"]) for x in lus for t in retenues) for s in TOURS)


def _mesures(droits: Droits) -> dict[str, Any]:
    """How many lines of each statut, as this person may know it, of each age."""
    lu = statut_lu(droits)
    return {
        f"{statut}_{t}": func.coalesce(func.sum(case((and_(lu == statut, dans(t)), 1), else_=0)), 0)
        for statut in TOURS
        for t in TRANCHES
    }
