"""How long an agrément lasts (arrêté du 12 avril 2017, art. 32 and 36). Last days are included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.agrements.models import StatutAgrement, TypeAgrement

if TYPE_CHECKING:
    from collections.abc import Iterable

JOUR = timedelta(days=1)
# What may bound a complementary agrément, or be renewed: signed, or proposed by a commission of this year.
VIVANTS = frozenset({StatutAgrement.ACTIF, StatutAgrement.PROPOSE})


def dernier_jour(debut: date, ans: int) -> date:
    """The last day of *ans* years from *debut*."""
    try:
        return debut.replace(year=debut.year + ans) - JOUR
    except ValueError:  # a 29 February
        return date(debut.year + ans, 2, 28)


@dataclass(frozen=True, slots=True)
class Repere:
    """What rules need to know of an existing (or just proposed) agrément."""

    rpps: str
    terrain_id: int | None
    formation: str
    type: TypeAgrement
    debut: date
    fin: date
    statut: StatutAgrement = StatutAgrement.ACTIF
    ligne_id: int | None = None


@dataclass
class Reperes:
    """The agréments of some holders on some terrains."""

    connus: list[Repere] = field(default_factory=list)

    def _de(self, rpps: str, terrain_id: int | None) -> Iterable[Repere]:
        return (r for r in self.connus if terrain_id is not None and r.rpps == rpps and r.terrain_id == terrain_id)

    def fin_a_renouveler(self, rpps: str, terrain_id: int | None, formation: str, le: date) -> date | None:
        """The last day of the agrément in force on the day *le* for the same holder, terrain and formation."""
        fins = [
            r.fin
            for r in self._de(rpps, terrain_id)
            if r.statut is StatutAgrement.ACTIF and r.formation == formation and r.debut <= le <= r.fin
        ]
        return max(fins, default=None)

    def fin_du_principal(self, rpps: str, terrain_id: int | None, debut: date) -> date | None:
        """The last day of the principal that still runs on *debut*, for the same holder and terrain."""
        principaux = (r for r in self._de(rpps, terrain_id) if r.type is TypeAgrement.PRINCIPAL)
        return max((r.fin for r in principaux if r.fin >= debut), default=None)

    def fin_etendue(self, rpps: str, terrain_id: int | None, formation: str, debut: date) -> date | None:
        """The last day of the agrément whose phases are extended."""
        memes = (r for r in self._de(rpps, terrain_id) if r.formation == formation)
        return max((r.fin for r in memes if r.fin >= debut), default=None)

    def de_ligne(self, ligne_id: int | None) -> Repere | None:
        """The agrément that a line created."""
        return next((r for r in self.connus if ligne_id is not None and r.ligne_id == ligne_id), None)


def dates_propres(debut: date, duree: int, a_renouveler: date | None) -> tuple[date, date]:
    """From the campaign's first day, or the day after the agrément that is renewed."""
    depart = a_renouveler + JOUR if a_renouveler else debut
    return depart, dernier_jour(depart, duree)


def dates_liees(debut: date, fin: date | None, a_renouveler: date | None) -> tuple[date, date] | None:
    """Up to the principal's last day (« pour la durée restant à courir »); None where no principal bounds it."""
    if fin is None or debut > fin:
        return None
    depart = a_renouveler + JOUR if a_renouveler else debut
    return (depart if depart <= fin else debut), fin


def libelle_statut(statut: StatutAgrement, arrete: str | None) -> str:
    """The words on screen."""
    mots: dict[Any, str] = {
        StatutAgrement.PROPOSE: "Proposé — Arrêté ARS : en attente",
        StatutAgrement.ACTIF: f"Actif — Arrêté ARS : {arrete}" if arrete else "Actif",
        **STATUTS,
    }
    return mots[statut]


STATUTS = {
    StatutAgrement.ECHU: "Échu",
    StatutAgrement.SUSPENDU: "Suspendu",
    StatutAgrement.RETIRE: "Retiré",
    StatutAgrement.CADUC: "Caduc",
    StatutAgrement.REMPLACE: "Remplacé",
}
TYPES = {
    TypeAgrement.PRINCIPAL: "Principal",
    TypeAgrement.COMPLEMENTAIRE: "Complémentaire",
    TypeAgrement.FONCTIONNEL: "Fonctionnel",
}
