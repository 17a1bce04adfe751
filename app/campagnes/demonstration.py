"""Campaigns of the demonstration: the same calendar, seen from one étape or another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from app.campagnes.models import Campagne, CampagneFormation, CampagnePiece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.core.demonstration import Lot, Rangee

# Days from today: ouverture, cloture_depot, cloture_complements, cloture_avis, publication.
# In `commission`, the séance is today and latecomers may still complete and opine: the demonstration lasts a week.
CALENDRIERS: Final[dict[str, tuple[int, int, int, int, int]]] = {
    "saisie": (-30, 20, 40, 60, 90),
    "validation": (-75, -10, 10, 35, 60),
    "commission": (-120, -60, 7, 7, 21),
    "close": (-180, -120, -90, -60, -30),
    "parcours": (-20, 40, 60, 90, 120),
}
# Asked for; none is compulsory, so that a dossier may be filed while somebody watches.
PIECES: Final = {"PROJET_PED": False, "CV_RESP": False, "ATT_FORMATION_MSU": False, "ATT_RCP": False, "RAPPORT_VISITE": False}
NOTICE: Final = """\
**{libelle}** : agrément des terrains de stage du troisième cycle.

- Dépôt des demandes du {ouverture:%d/%m/%Y} au {cloture_depot:%d/%m/%Y}.
- Pièces complémentaires jusqu'au {cloture_complements:%d/%m/%Y}.
- Avis des coordonnateurs et des représentants des internes jusqu'au {cloture_avis:%d/%m/%Y}.

L'agrément est donné à un responsable et non à un service : un nouveau responsable fait une nouvelle demande.
*Avoir l'agrément ne garantit pas d'accueillir des internes.*
"""


@dataclass(frozen=True, slots=True)
class Jours:
    """The days of a campaign."""

    ouverture: date
    cloture_depot: date
    cloture_complements: date
    cloture_avis: date
    publication: date

    @classmethod
    def depuis(cls, jour: date, etape: str, *, ans: int = 0) -> Jours:
        """The calendar of *etape* around *jour*, or *ans* years before."""
        return cls(*(jour + timedelta(days=ecart - 365 * ans) for ecart in CALENDRIERS[etape]))

    @property
    def seance(self) -> date:
        """When the commission sits, once every opinion is given."""
        jour = self.cloture_avis + timedelta(days=7)
        return jour - timedelta(days=max(jour.weekday() - 4, 0))  # never on a Saturday or a Sunday

    @property
    def debut_agrements(self) -> date:
        """First day of the semester that follows the publication."""
        return semestre_suivant(self.publication)


def semestre_suivant(jour: date) -> date:
    """The next 1 May or 1 November."""
    debuts = (date(jour.year, 5, 1), date(jour.year, 11, 1), date(jour.year + 1, 5, 1))
    return next(d for d in debuts if d > jour)


def annee(debut: date) -> str:
    """« 2026-2027 », the university year that a semester belongs to."""
    premiere = debut.year if debut.month >= 11 else debut.year - 1
    return f"{premiere}-{premiere + 1}"


def campagne(
    lot: Lot, libelle: str, subdivision: str, jours: Jours, formations: Iterable[str], debut: date | None = None
) -> Rangee:
    """A campaign and its formations; agréments begin on *debut*, by default the semester after the publication."""
    dates = {nom: getattr(jours, nom) for nom in Jours.__slots__}
    rangee = lot.ajouter(
        Campagne,
        libelle=libelle,
        subdivision=subdivision,
        debut_agrements=debut or jours.debut_agrements,
        seance_prevue=min(jours.seance, jours.publication),
        notice=NOTICE.format(libelle=libelle, **dates),
        **dates,
    )
    for formation in sorted(formations):
        lot.ajouter(CampagneFormation, campagne_id=rangee["id"], formation=formation)
    for piece, obligatoire in PIECES.items():
        lot.ajouter(CampagnePiece, campagne_id=rangee["id"], piece=piece, obligatoire=obligatoire)
    return rangee
