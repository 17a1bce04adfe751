"""The tasks of the application: tell, make the digests, send. Any number of processes may run them at once."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import structlog

from app.core.db import INJOIGNABLE
from app.core.ecoute import sur_signal
from app.core.journal import oublier_reveil, reveiller_apres_commit
from app.notifications.envois import envoyer_tout
from app.notifications.facteur import distribuer
from app.notifications.genres import UTILES
from app.notifications.resumes import heure_venue, resumer
from app.reglages_courrier import APPLICATION

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.settings import Settings

journal = structlog.get_logger("agrement")
REGARD: Final = 5.0  # seconds between two looks without a hint
GRACE: Final = 5.0  # seconds that an application which stops leaves to the mail in hand


class Poste:
    """The tasks of this process; all that they know is in the database."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], settings: Settings) -> None:
        self.sessions, self.settings = sessions, settings
        self._ecrit, self._a_envoyer = asyncio.Event(), asyncio.Event()
        self._arret = asyncio.Event()

    def _sur_commit(self, actions: list[str]) -> None:
        if not UTILES.isdisjoint(actions):
            self._ecrit.set()
        if "demander_adresse" in actions or "renvoyer_courriels" in actions:
            self._a_envoyer.set()

    @asynccontextmanager
    async def ouvert(self) -> AsyncGenerator[None, None]:
        """For as long as the application lives; a mail in hand is finished, within a few seconds."""
        if self.settings.courrier != APPLICATION:
            yield
            return
        reveiller_apres_commit(self._sur_commit)
        sur_signal(self._arreter)
        taches = [
            asyncio.create_task(self._tenir(self._ecrit, self._distribuer)),
            asyncio.create_task(self._tenir(self._a_envoyer, self._envoyer)),
        ]
        try:
            yield
        finally:
            oublier_reveil(self._sur_commit)
            self._arreter()
            _, reste = await asyncio.wait(taches, timeout=GRACE)
            for tache in reste:
                tache.cancel()
            await asyncio.gather(*taches, return_exceptions=True)

    def _arreter(self) -> None:
        self._arret.set()
        self._ecrit.set()
        self._a_envoyer.set()

    async def _tenir(self, reveil: asyncio.Event, faire: Callable[[], Awaitable[None]]) -> None:
        while not self._arret.is_set():
            try:
                await faire()
            except INJOIGNABLE as erreur:
                journal.warning("poste", erreur=type(erreur).__name__)
            except Exception as erreur:  # noqa: BLE001 (a defect of ours: logged whole, and the next act is told all the same)
                journal.error("poste", exc_info=erreur)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reveil.wait(), REGARD)
            if not self._arret.is_set():
                reveil.clear()

    async def _distribuer(self) -> None:
        if await distribuer(self.sessions, self.settings):
            self._a_envoyer.set()

    async def _envoyer(self) -> None:
        if not self.settings.courriels:
            return
        if heure_venue(self.settings):
            await resumer(self.sessions, self.settings)
        await envoyer_tout(self.sessions, self.settings, arret=self._arret.is_set)
