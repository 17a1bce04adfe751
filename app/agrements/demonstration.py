"""Agréments of the demonstration."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.agrements.models import Agrement, StatutAgrement

if TYPE_CHECKING:
    from app.core.demonstration import Lot, Rangee


def dans(debut: date, ans: int) -> date:
    """The last day of *ans* years from *debut* (always the first of a month here)."""
    return date(debut.year + ans, debut.month, debut.day) - timedelta(days=1)


def agrement(lot: Lot, *, jour: date, debut: date, fin: date, arrete: str | None, **valeurs: Any) -> Rangee:
    """PROPOSE without an arrêté; else in force, or expired on *jour*."""
    statut = StatutAgrement.PROPOSE if arrete is None else StatutAgrement.ACTIF if fin >= jour else StatutAgrement.ECHU
    return lot.ajouter(Agrement, debut=debut, fin=fin, statut=statut, arrete=arrete, **valeurs)


def numero_arrete(debut: date, rang: int) -> str:
    """The number that the ARS gives."""
    return f"ARS-GE/{debut.year}-{rang:04}"
