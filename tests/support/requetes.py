"""How many statements a request sends to the database, whichever connection carries them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def requetes(moteur: AsyncEngine) -> Iterator[list[str]]:
    """The statements executed meanwhile, in their order."""
    vues: list[str] = []

    def noter(_connexion: Any, _curseur: Any, texte: str, *_: Any) -> None:
        vues.append(texte)

    event.listen(moteur.sync_engine, "before_cursor_execute", noter)
    try:
        yield vues
    finally:
        event.remove(moteur.sync_engine, "before_cursor_execute", noter)
