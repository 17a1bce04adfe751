"""Who reads the state of the registers, and who imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import Interdit, Introuvable
from app.core.roles import Role

if TYPE_CHECKING:
    from app.core.access import Droits


def peut_importer(droits: Droits) -> bool:
    """Whether this person replaces a register."""
    return droits.a(Role.ADMIN)


def exiger_lire(droits: Droits) -> None:
    """Raises Introuvable for whoever has no business here."""
    if not droits.a(Role.ADMIN, Role.SCOL):
        raise Introuvable


def exiger_importer(droits: Droits) -> None:
    """Raises Introuvable for whoever does not even read, Interdit for whoever reads only."""
    exiger_lire(droits)
    if not peut_importer(droits):
        raise Interdit("Seul un administrateur importe un registre.")
