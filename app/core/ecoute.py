"""What a process hears from outside: PostgreSQL's notifications, the signal that tells it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog

from app.core.db import INJOIGNABLE
from app.core.journal import CANAL
from app.core.presence import CANAL as CANAL_PRESENCE
from app.core.presence import PRESENCES

if TYPE_CHECKING:
    from collections.abc import Callable

journal = structlog.get_logger("agrement")
# Channels of upper features, and what hears their payloads.
CANAUX: dict[str, Callable[[str], None]] = {}


async def ecouter(url: str, arret: asyncio.Event, reveiller: Callable[[], None]) -> None:
    """Listen to the journal's wake-ups and to who is where, tell the other processes who is here; always come back."""
    dsn = url.replace("postgresql+asyncpg://", "postgresql://")
    while not arret.is_set():
        connexion = None
        try:
            connexion = await asyncpg.connect(dsn)
            await connexion.add_listener(CANAL, lambda *_: reveiller())
            await connexion.add_listener(CANAL_PRESENCE, lambda *recu: PRESENCES.entendre(str(recu[3])))
            for canal, entendre in CANAUX.items():
                await connexion.add_listener(canal, lambda *recu, entendre=entendre: entendre(str(recu[3])))
            reveiller()  # what was said while nobody listened
            while not connexion.is_closed() and not arret.is_set():  # asyncpg says nothing of a lost connection
                with contextlib.suppress(TimeoutError):
                    dit = await asyncio.wait_for(PRESENCES.a_dire.get(), 1)
                    await connexion.execute("SELECT pg_notify($1, $2)", CANAL_PRESENCE, dit)
        except INJOIGNABLE as erreur:
            journal.warning("ecoute", erreur=type(erreur).__name__)
        finally:
            if connexion and not connexion.is_closed():
                await connexion.close(timeout=1)
        await asyncio.sleep(0.5)


def sur_signal(arreter: Callable[[], None]) -> None:
    """Call *arreter* in the loop when the process is told to stop, then whatever was to be called before."""
    boucle = asyncio.get_running_loop()
    for numero in (signal.SIGTERM, signal.SIGINT):
        precedent = signal.getsignal(numero)

        def recu(sig: int, cadre: Any, precedent: Any = precedent) -> None:
            with contextlib.suppress(RuntimeError):  # an application that is over
                boucle.call_soon_threadsafe(arreter)
            if callable(precedent):
                precedent(sig, cadre)

        with contextlib.suppress(ValueError):  # not the main thread: a test's server
            signal.signal(numero, recu)
