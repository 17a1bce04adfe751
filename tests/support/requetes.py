"""How many statements a request sends to the database, whichever connection carries them."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

# The journal's reader looks every few seconds, in a context of its own: it does not count.
_comptees: ContextVar[list[str] | None] = ContextVar("comptees", default=None)


@contextmanager
def requetes(moteur: AsyncEngine) -> Iterator[list[str]]:
    """The statements executed meanwhile by whoever asks, in their order."""
    vues: list[str] = []

    def noter(_connexion: Any, _curseur: Any, texte: str, *_: Any) -> None:
        if _comptees.get() is vues:
            vues.append(texte)

    jeton = _comptees.set(vues)
    event.listen(moteur.sync_engine, "before_cursor_execute", noter)
    try:
        yield vues
    finally:
        event.remove(moteur.sync_engine, "before_cursor_execute", noter)
        _comptees.reset(jeton)
