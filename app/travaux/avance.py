"""One run of a piece of work: small steps, each one transaction with its progress, held by one process at a time.

`vu_le` is both the sign of life and the hold: each step writes it where the previous one left it, so a run that another
has taken over finds nothing to write and gives up.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from app.core.journal import maintenant, prendre_la_main
from app.travaux.models import EtatTravail, Travail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

PAUSE: Final = 0.03  # seconds left to everybody else after each step
ABANDON: Final = timedelta(hours=1)


class Abandon(Exception):
    """The work is no longer carried here: the process stops, or another has taken it."""


class Avance:
    """What the coroutine of a kind of work is handed; `resultat` is its own, written with each step."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], ident: int, vu_le: datetime, arret: Callable[[], bool]
    ) -> None:
        self.sessions, self.ident = sessions, ident
        self._vu_le, self._arret = vu_le, arret
        self.genre, self.personne_id, self.total, self.fait = "", 0, 0, 0
        self.entree: dict[str, Any] = {}
        self.resultat: dict[str, Any] = {}

    async def lire(self) -> None:
        """Where the work stands."""
        async with self.sessions() as session:
            travail = (await session.execute(select(Travail).where(Travail.id == self.ident))).scalar_one()
        self.genre, self.personne_id, self.entree = travail.genre, travail.personne_id, travail.entree
        self.total, self.fait, self.resultat = travail.total, travail.fait, dict(travail.resultat or {})

    @asynccontextmanager
    async def pas(self, combien: int, *, ecrit: bool = False) -> AsyncIterator[AsyncSession]:
        """One step of *combien* items: its writes and the progress are committed together.

        A step that writes the journal says *ecrit*: its lock comes first, then nothing that it reads moves.

        Raises:
            Abandon: the application stops, or another run holds the work.
        """
        if self._arret():
            raise Abandon
        async with self.sessions() as session:
            if ecrit:
                await prendre_la_main(session)
            quand = await self._tenir(session)
            yield session
            valeurs = {"fait": self.fait + combien, "resultat": self.resultat}
            await session.execute(update(Travail).where(Travail.id == self.ident).values(**valeurs))
            await session.commit()
        self._vu_le = quand
        self.fait += combien
        await asyncio.sleep(PAUSE)

    async def marquer(self, combien: int) -> None:
        """Progress alone: what was done wrote nothing."""
        async with self.pas(combien):
            pass

    async def finir(self, etat: EtatTravail) -> None:
        """The end, said once."""
        async with self.sessions() as session:
            await self._tenir(session, etat=etat, resultat=self.resultat)
            await session.commit()

    async def lacher(self) -> None:
        """Say at once that nobody carries it any more, instead of leaving it to be guessed."""
        async with self.sessions() as session:
            await self._tenir(session, maintenant() - ABANDON)
            await session.commit()

    async def _tenir(self, session: AsyncSession, quand: datetime | None = None, **valeurs: Any) -> datetime:
        # The first write of the transaction: on SQLite it takes the lock, so what is read after it is what is written on.
        quand = quand or maintenant()
        tenu = (Travail.id == self.ident, Travail.vu_le == self._vu_le, Travail.etat == EtatTravail.EN_COURS)
        pris = await session.execute(update(Travail).where(*tenu).values(vu_le=quand, **valeurs))
        if pris.rowcount != 1:  # type: ignore[attr-defined]
            raise Abandon
        return quand
