"""The panels of the page *Traitement*: features above add theirs, in the order of the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Demande, Ligne


@dataclass(frozen=True, slots=True)
class Panneau:
    """A fragment of the page: its template and the view-model, under the name `p`."""

    gabarit: str
    p: dict[str, Any]


FABRIQUES: list[Callable[[AsyncSession, Droits, Demande, list[Ligne]], Awaitable[Panneau | None]]] = []


async def panneaux(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> list[Panneau]:
    """Those that this person's rights give on this dossier."""
    faits = [await fabrique(session, droits, demande, lignes) for fabrique in FABRIQUES]
    return [p for p in faits if p is not None]
