"""Reference lists, read once a minute: they change with a release, and every page wants them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
DUREE = 60.0  # seconds
_gardes: dict[tuple[str, str], tuple[float, Any]] = {}


async def garder(session: AsyncSession, nom: str, lire: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """What *lire* reads of the database behind *session*, from memory under *nom* if it is less than a minute old."""
    cle, maintenant = (str(session.get_bind().engine.url), nom), time.monotonic()
    lu = _gardes.get(cle)
    if lu is None or maintenant - lu[0] >= DUREE:
        lu = _gardes[cle] = (maintenant, await lire(session))
    valeur: T = lu[1]
    return valeur
