"""The days that bound a move: the only place where the calendar of a campaign allows or refuses an act.

What is not here is bounded by the state of the dossier and by its séance, on whatever day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.campagnes.queries import depot_ouvert
from app.demandes.statuts import Action

if TYPE_CHECKING:
    from datetime import date

    from app.campagnes.models import Campagne

# Only while the deposit is open, or until the day of one's personal extension.
DANS_LE_DEPOT: Final = frozenset({Action.CREER, Action.SOUMETTRE, Action.REPRENDRE})
# A dossier that was returned has a deadline of its own.
DANS_LE_RETOUR: Final = frozenset({Action.SOUMETTRE})


def dans_les_jours(
    action: Action, campagne: Campagne, le: date, *, prolonge: date | None = None, echeance: date | None = None
) -> bool:
    """Whether the calendar lets *action* be made on the day *le*; *echeance* is that of a return, where there is one."""
    if action not in DANS_LE_DEPOT or depot_ouvert(campagne, le, prolonge):
        return True
    return action in DANS_LE_RETOUR and echeance is not None and le <= echeance
