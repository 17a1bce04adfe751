"""Who takes over the demandes of a previous tool, and of where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import Interdit
from app.core.roles import Role

if TYPE_CHECKING:
    from app.core.access import Droits


def perimetre(droits: Droits) -> frozenset[str] | None:
    """The subdivisions whose demandes this person may take over; None means all of them."""
    siennes = [p.subdivisions for p in droits.portees_de(Role.SCOL, Role.ADMIN)]
    if any(s is None for s in siennes):
        return None
    return frozenset(code for s in siennes for code in s or ())


def exiger_reprendre(droits: Droits) -> None:
    """Refuse whoever is neither scolarité nor administrator.

    Raises:
        Interdit: by role.
    """
    if not droits.a(Role.SCOL, Role.ADMIN):
        raise Interdit("La reprise d'un outil précédent est faite par la scolarité ou par un administrateur.")
