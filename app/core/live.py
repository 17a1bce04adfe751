"""Live messages: one reader of the journal a process, bounded subscribers, server-sent events.

The journal is the source; wake-ups are hints (an empty NOTIFY on PostgreSQL, the commit itself inside the process), and
a look every few seconds covers a lost hint. A stream resumes by journal id, or says *recharger* when it lost its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, select

from app.core.annexe import MUETTE
from app.core.db import INJOIGNABLE, url_async
from app.core.ecoute import ecouter, sur_signal
from app.core.journal import Journal, oublier_reveil, reveiller_apres_commit
from app.core.presence import PRESENCES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Container, Coroutine

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.core.annexe import Annexe

journal = structlog.get_logger("agrement")
LOT = 500  # rows read at once
# Acts that a stream may miss before it is told to reload: one that a closing séance reached would tell everybody of it.
ATTENTE_MAX = 5_000
REGARD = 5.0  # seconds between two looks without a hint
PING = 15.0  # seconds between two comments on a quiet stream: finds half-open peers
ENTETES = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
RECHARGER = b"event: recharger\ndata: .\n\n"


class Abonne:
    """One open stream: the acts that it has not sent yet, which all streams share."""

    def __init__(self) -> None:
        self.attente: list[Journal] = []
        self.reveil = asyncio.Event()
        self.perdu = False

    def recevoir(self, acte: Journal) -> None:
        """Keep one act; past the bound, only remember that the place was lost."""
        if len(self.attente) >= ATTENTE_MAX:
            self.perdu = True
            self.attente.clear()
        if not self.perdu:
            self.attente.append(acte)
        self.reveil.set()

    def prendre(self) -> list[Journal]:
        """Everything pending, in the journal's order."""
        actes, self.attente = self.attente, []
        self.reveil.clear()
        return actes


class Direct:
    """The process's reader and its subscribers."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], url: str) -> None:
        self.sessions = sessions
        self.url = url_async(url)
        self.dernier = 0
        self._actions = Counter({"": time.monotonic_ns()})  # written here or heard of, from a number of its own
        self.abonnes: set[Abonne] = set()
        self.arret = asyncio.Event()
        self._reveil = asyncio.Event()
        self._releve = asyncio.Lock()
        self._taches: list[asyncio.Task[None]] = []

    @property
    def connu(self) -> tuple[int, int]:
        """What this process knows of the journal: whatever is kept from reading the tables holds until it changes."""
        return self.dernier, self._actions.total()

    def hors(self, actions: Container[str]) -> int:
        """The same, for whatever *actions* do not touch."""
        return sum(n for action, n in self._actions.items() if action not in actions)

    def _sur_commit(self, actions: list[str]) -> None:
        self._actions.update(actions)
        self._reveil.set()

    @property
    def vivant(self) -> bool:
        """Whether the reader runs."""
        return bool(self._taches) and not any(t.done() for t in self._taches)

    @asynccontextmanager
    async def ouvert(self) -> AsyncGenerator[None, None]:
        """Read for as long as the application lives; end the streams when it is told to stop."""
        with contextlib.suppress(*INJOIGNABLE):
            async with self.sessions() as session:
                self.dernier = (await session.execute(select(func.max(Journal.id)))).scalar() or 0
        reveiller_apres_commit(self._sur_commit)
        PRESENCES.vider()
        travaux = [self._lire, self._finir]
        if self.url.startswith("postgresql"):
            travaux.append(lambda: ecouter(self.url, self.arret, self._reveil.set))
        self._taches = [self._tenir(n, travail) for n, travail in enumerate(travaux)]
        # A server never exits while a stream is open: end them as soon as the signal comes.
        sur_signal(self.arret.set)
        try:
            yield
        finally:
            self.arret.set()
            self._reveiller_tous()
            self._reveil.set()
            oublier_reveil(self._sur_commit)
            for tache in self._taches:
                tache.cancel()
            await asyncio.gather(*self._taches, return_exceptions=True)

    def _tenir(self, n: int, travail: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Do this for as long as the application lives: without its reader every stream would fall silent unnoticed."""
        tache = asyncio.create_task(travail())

        def relancer(finie: asyncio.Task[None]) -> None:
            if not self.arret.is_set():
                journal.error("direct", tache=n, erreur=repr(None if finie.cancelled() else finie.exception()))
                self._taches[n] = self._tenir(n, travail)

        tache.add_done_callback(relancer)
        return tache

    async def _finir(self) -> None:
        # The streams wait for one thing only, a wake-up: two hundred of them cost nothing more than that.
        await self.arret.wait()
        self._reveiller_tous()

    def _reveiller_tous(self) -> None:
        for abonne in list(self.abonnes):
            abonne.reveil.set()

    async def _lire(self) -> None:
        # Not `while True`: `wait_for` swallows a cancellation that comes together with the wake-up.
        while not self.arret.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._reveil.wait(), REGARD)
            self._reveil.clear()
            try:
                await self.relever()
            except INJOIGNABLE as erreur:
                journal.warning("direct", erreur=type(erreur).__name__)
                await asyncio.sleep(1)

    async def relever(self) -> None:
        """Hand every new act to every subscriber, in order."""
        async with self._releve:  # a stream that resumes looks too: two at once would tell the same acts twice
            while actes := await self.depuis(self.dernier):
                self.dernier = actes[-1].id
                self._actions.update(a.action for a in actes)
                for abonne in list(self.abonnes):
                    for acte in actes:
                        abonne.recevoir(acte)
                if len(actes) < LOT:
                    return

    async def depuis(self, ident: int) -> list[Journal]:
        """Acts after *ident*, at most `LOT` of them."""
        async with self.sessions() as session:
            requete = select(Journal).where(Journal.id > ident).order_by(Journal.id).limit(LOT)
            return list((await session.execute(requete)).scalars())

    async def reprise(self, ident: int) -> list[Journal] | None:
        """What a stream missed since *ident*; None when it has lost its place (purged, too far, another database)."""
        if ident > self.dernier:
            await self.relever()
        if ident > self.dernier:
            return None
        actes = await self.depuis(ident)
        while actes and actes[-1].id < self.dernier and len(actes) < ATTENTE_MAX:
            actes += await self.depuis(actes[-1].id)
        return None if len(actes) >= ATTENTE_MAX else actes

    async def flux(
        self,
        depuis: int | None,
        rendre: Callable[[list[Journal]], Awaitable[bytes]],
        battement: Callable[[], Awaitable[bool]],
        annexe: Annexe = MUETTE,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of one stream.

        *rendre* turns acts into a message (empty: this reader sees no change);
        *battement* is asked at every ping whether the session still holds.
        """
        abonne, boucle = Abonne(), asyncio.get_running_loop()
        self.abonnes.add(abonne)
        taire = annexe.ecouter(abonne.reveil.set)
        try:
            manques = await self.reprise(depuis) if depuis is not None else []
            vu = manques[-1].id if manques else 0  # the reader of the journal may be behind what was just resumed
            yield RECHARGER if manques is None else await _message(manques, rendre) or b": rien\n\n"
            ping = boucle.time() + PING
            while not self.arret.is_set():
                await _attendre(abonne, min(ping, annexe.echeance() or ping) - boucle.time())
                if abonne.perdu:
                    abonne.perdu = False
                    abonne.reveil.clear()
                    yield RECHARGER
                elif corps := await _message([a for a in abonne.prendre() if a.id > vu], rendre):
                    yield corps
                if (annexe.echeance() or ping + PING) <= boucle.time() and (corps := await annexe.prendre()):
                    yield corps
                # At a beat of its own, whatever came meanwhile: what a reader may not see would show in the rhythm.
                if boucle.time() >= ping:
                    ping = boucle.time() + PING - (boucle.time() - ping) % PING
                    if not await battement():
                        return
                    yield b": ping\n\n"
        except INJOIGNABLE as erreur:  # ended in order: the browser comes back with the last id that it has
            journal.warning("flux", erreur=type(erreur).__name__)
        finally:
            taire()
            self.abonnes.discard(abonne)


async def _attendre(abonne: Abonne, delai: float) -> None:
    """Until something comes, or the next ping, or the stop."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0, delai)):
            await abonne.reveil.wait()


async def _message(actes: list[Journal], rendre: Callable[[list[Journal]], Awaitable[bytes]]) -> bytes:
    corps = await rendre(actes) if actes else b""
    return b"id: %d\n%b" % (actes[-1].id, corps) if corps else b""


def message(html: str) -> bytes:
    """*html* as the unnamed data of an event, which htmx swaps."""
    lignes = html.replace("\r", "").split("\n")
    return b"".join(b"data: %b\n" % ligne.encode() for ligne in lignes) + b"\n"


def repris(request: Any) -> int | None:
    """The last act that the reader of a stream knows: its `Last-Event-ID`, else the page's own `depuis`."""
    texte = request.headers.get("last-event-id") or request.query_params.get("depuis") or ""
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 19 else None
