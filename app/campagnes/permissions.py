"""Who configures campaigns: an administrator everywhere, the scolarité in its subdivisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import Interdit
from app.core.roles import Role

if TYPE_CHECKING:
    from app.core.access import Droits


def editables(droits: Droits) -> frozenset[str] | None:
    """The subdivisions whose campaigns this person configures; None means all."""
    if droits.a(Role.ADMIN):
        return None
    portees = droits.portees_de(Role.SCOL)
    if any(p.subdivisions is None for p in portees):
        return None
    return frozenset(s for p in portees for s in p.subdivisions or ())


def peut_configurer(droits: Droits, subdivision: str) -> bool:
    """Whether this person configures the campaigns of *subdivision*."""
    siennes = editables(droits)
    return siennes is None or subdivision in siennes


def exiger_configurer(droits: Droits, subdivision: str | None = None) -> None:
    """Refuse the others.

    Raises:
        Interdit: this person configures no campaign (of *subdivision*).
    """
    siennes = editables(droits)
    if siennes is not None and (not siennes or (subdivision is not None and subdivision not in siennes)):
        raise Interdit("Les campagnes se configurent par l'administrateur, ou par la scolarité dans ses subdivisions.")
