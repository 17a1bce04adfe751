"""The way that leads to a dossier: whoever keeps lists says where it stands in the one that it was opened from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from litestar import Request
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Parcours:
    """`suite` is what the addresses of this dossier carry; `liste` leads back; neighbours are "" where there are none."""

    suite: str = ""
    liste: str = "/demandes"
    titre: str = "Liste des demandes"
    precedente: str = ""
    suivante: str = ""
    place: str = ""  # « 12/87 »; "" where the dossier was not opened from a list
    direct: str = ""  # the stream that tells of its changes

    @property
    def champs(self) -> list[tuple[str, str]]:
        """`suite` as the hidden fields of a form that asks."""
        return parse_qsl(self.suite.removeprefix("?"))


SOURCES: list[Callable[[Request[Any, Any, Any], AsyncSession, Droits, int], Awaitable[Parcours]]] = []


async def parcours(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, demande_id: int) -> Parcours:
    """The way to this dossier; asked before it is read, so that the stream misses nothing."""
    for source in SOURCES:
        return await source(request, session, droits, demande_id)
    return Parcours()
