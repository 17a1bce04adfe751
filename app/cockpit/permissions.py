"""Who keeps the Cockpit: the scolarité writes in its subdivisions, the administration reads; nobody else enters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import Interdit, Introuvable
from app.core.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.core.access import Droits

LECTEURS = (Role.SCOL, Role.ADMIN)


def lieux(droits: Droits, *roles: Role) -> frozenset[str] | None:
    """The subdivisions where one of *roles* is held; None means all of them."""
    siens: frozenset[str] = frozenset()
    for portee in droits.portees_de(*(roles or LECTEURS)):
        if portee.subdivisions is None:
            return None
        siens |= portee.subdivisions
    return siens


def exiger_lecteur(droits: Droits) -> None:
    """For anybody else these pages do not exist.

    Raises:
        Introuvable: neither the scolarité nor the administration.
    """
    if not droits.a(*LECTEURS):
        raise Introuvable


def exiger_scolarite(droits: Droits) -> None:
    """Whoever reads does not write by that.

    Raises:
        Introuvable, Interdit: no reader; a reader who is no scolarité.
    """
    exiger_lecteur(droits)
    if not droits.a(Role.SCOL):
        raise Interdit("Seule la scolarité tient les terrains et les établissements.")


def hors_de(droits: Droits, subdivisions: Collection[str]) -> frozenset[str]:
    """Those of *subdivisions* where this person is no scolarité."""
    siens = lieux(droits, Role.SCOL)
    return frozenset() if siens is None else frozenset(subdivisions) - siens
