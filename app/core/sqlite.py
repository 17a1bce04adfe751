"""SQLite in one trip a statement.

aiosqlite answers each call of its cursor from the connection's thread: a statement costs four trips between threads (open,
execute, fetch, close), the half of what a short request costs. Here the thread does all of a statement at once, and a
commit or a rollback with nothing begun makes no trip. Long results still come in chunks.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import aiosqlite

from app.core.texte import replier

if TYPE_CHECKING:
    from collections.abc import Iterable

REPLIER = "replier"  # the name under which SQL calls it
AVANCE = 500  # rows that come with the statement itself


class Curseur(aiosqlite.Cursor):
    """A cursor that exists on the thread from its statement on."""

    def __init__(self, connexion: aiosqlite.Connection) -> None:
        sans: Any = None  # opened by its statement
        super().__init__(connexion, sans)
        self._lues: list[Any] = []
        self._fini = True

    async def _trajet(self, verbe: str, sql: str, parametres: Any) -> None:
        # Nothing of it is kept: a cursor that held itself would outlive its connection, whose file then never closes.
        envoyer: Any = self._execute
        await envoyer(self._faire, verbe, sql, parametres)

    def _faire(self, verbe: str, sql: str, parametres: Any) -> None:
        self._cursor = self._conn._conn.cursor()  # noqa: SLF001
        getattr(self._cursor, verbe)(sql, parametres)
        if self._cursor.description:
            self._lues = self._cursor.fetchmany(AVANCE)
            self._fini = len(self._lues) < AVANCE

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> aiosqlite.Cursor:
        """Execute, and take the first rows along."""
        await self._trajet("execute", sql, [] if parameters is None else parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> aiosqlite.Cursor:
        """Execute for each."""
        await self._trajet("executemany", sql, parameters)
        return self

    async def fetchmany(self, size: int | None = None) -> Iterable[sqlite3.Row]:
        """Up to *size* rows."""
        size = self.arraysize if size is None else size
        if not self._lues and not self._fini:
            return await super().fetchmany(size)
        prises, self._lues = self._lues[:size], self._lues[size:]
        return prises

    async def fetchone(self) -> sqlite3.Row | None:
        """The next row."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchall(self) -> Iterable[sqlite3.Row]:
        """The rest."""
        lues, self._lues = self._lues, []
        return lues if self._fini else [*lues, *await super().fetchall()]

    async def close(self) -> None:
        """Nothing to do for a result that was read whole."""
        if not self._fini:
            await super().close()


class Connexion(aiosqlite.Connection):
    """A connection of such cursors."""

    def cursor(self) -> Any:
        """No trip: the statement opens it."""
        return Curseur(self)

    async def commit(self) -> None:
        """Only what was begun."""
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Only what was begun."""
        if self.in_transaction:
            await super().rollback()


def _ouvrir(fichier: str, options: dict[str, Any]) -> sqlite3.Connection:
    connexion: sqlite3.Connection = sqlite3.connect(fichier, **options)
    connexion.create_function(REPLIER, 1, replier, deterministic=True)
    return connexion


def connecter(fichier: str, **options: Any) -> Connexion:
    """For the dialect's `async_creator_fn`."""
    connexion = Connexion(lambda: _ouvrir(fichier, options), iter_chunk_size=64)
    connexion._thread.daemon = True  # noqa: SLF001 (as the dialect does for its own)
    return connexion
