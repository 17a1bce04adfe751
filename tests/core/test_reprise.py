"""Whatever is killed, each act reaches each stream once and in order: reader, listener, wake-ups, the whole reading process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from app.core import live
from app.core.journal import Journal, consigner, maintenant
from app.core.live import Direct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

TUER = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


async def rendre(actes: list[Journal]) -> bytes:
    return b"data: " + b",".join(b"%d" % a.sujet_id for a in actes if a.sujet_id) + b"\n\n"


async def vrai() -> bool:
    return True


class Suiveur:
    """A browser: it keeps the last id that it was told, and comes back with it."""

    def __init__(self) -> None:
        self.recus: list[int] = []
        self.dernier: int | None = None
        self.pret = asyncio.Event()
        self.flux: AsyncIterator[bytes] | None = None

    async def lire(self, direct: Direct) -> None:
        """Follow one stream until it ends."""
        async for morceau in direct.flux(self.dernier, rendre, vrai):
            self.pret.set()
            for ligne in morceau.decode().split("\n"):
                if ligne.startswith("id: "):
                    self.dernier = int(ligne[4:])
                elif ligne.startswith("data: "):
                    self.recus += [int(x) for x in ligne[6:].split(",") if x]

    async def attendre(self, n: int) -> None:
        """Until so many acts have come."""
        async with asyncio.timeout(15):
            while len(self.recus) < n:
                await asyncio.sleep(0.02)


async def ecrire(sessions: Any, numero: int, *, muet: bool = False) -> None:
    """One act; *muet*: nobody is woken, as if the hint were lost or came from a process that died."""
    async with sessions() as session:
        if muet:
            session.add(Journal(quand=maintenant(), auteur="A", action="essai", sujet="essai", sujet_id=numero))
        else:
            await consigner(session, "essai", par=None, sujet="essai", sujet_id=numero)
        await session.commit()


async def test_a_reader_that_is_killed_comes_back(base: str, sessions: Any) -> None:
    direct, suiveur = Direct(sessions, base), Suiveur()
    async with direct.ouvert():
        suivi = asyncio.create_task(suiveur.lire(direct))
        await asyncio.wait_for(suiveur.pret.wait(), 5)
        for numero in range(1, 7):
            direct._taches[0].cancel()
            await ecrire(sessions, numero)
        await suiveur.attendre(6)
        assert direct.vivant
    await asyncio.wait_for(suivi, 5)
    assert suiveur.recus == [1, 2, 3, 4, 5, 6]


async def test_a_reader_that_fails_comes_back(base: str, sessions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    direct, suiveur, pannes = Direct(sessions, base), Suiveur(), iter([ValueError("?"), ZeroDivisionError()])
    vraie = direct.relever

    async def relever() -> None:
        if panne := next(pannes, None):
            raise panne
        await vraie()

    async with direct.ouvert():
        suivi = asyncio.create_task(suiveur.lire(direct))
        await asyncio.wait_for(suiveur.pret.wait(), 5)
        monkeypatch.setattr(direct, "relever", relever)
        for numero in (1, 2, 3):
            await ecrire(sessions, numero)
            await asyncio.sleep(0.05)
        await suiveur.attendre(3)
    await asyncio.wait_for(suivi, 5)
    assert suiveur.recus == [1, 2, 3]


async def test_a_lost_wake_up_is_made_good_by_the_look(base: str, sessions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "REGARD", 0.3)
    direct, suiveur = Direct(sessions, base), Suiveur()
    async with direct.ouvert():
        suivi = asyncio.create_task(suiveur.lire(direct))
        await asyncio.wait_for(suiveur.pret.wait(), 5)
        await ecrire(sessions, 1, muet=True)
        await suiveur.attendre(1)
        await ecrire(sessions, 2, muet=True)
        await ecrire(sessions, 3)  # what was not told comes with what is
        await suiveur.attendre(3)
    await asyncio.wait_for(suivi, 5)
    assert suiveur.recus == [1, 2, 3]


async def test_a_process_that_restarts_takes_its_readers_where_they_were(base: str, sessions: Any) -> None:
    suiveur, numero = Suiveur(), 0
    for _ in range(3):
        direct = Direct(sessions, base)
        async with direct.ouvert():
            suiveur.pret.clear()
            suivi = asyncio.create_task(suiveur.lire(direct))
            await asyncio.wait_for(suiveur.pret.wait(), 5)
            for _ in range(3):
                numero += 1
                await ecrire(sessions, numero)
            await suiveur.attendre(numero)
        await asyncio.wait_for(suivi, 5)  # ended in order, not cancelled
        numero += 1
        await ecrire(sessions, numero, muet=True)  # while nobody reads
    direct = Direct(sessions, base)
    async with direct.ouvert():
        suivi = asyncio.create_task(suiveur.lire(direct))
        await suiveur.attendre(numero)
    await asyncio.wait_for(suivi, 5)
    assert suiveur.recus == list(range(1, numero + 1))


async def test_acts_of_another_process_arrive_while_its_listener_is_killed(base: str, sessions: Any) -> None:
    if base.startswith("sqlite"):
        return  # one process, no listener
    ici, suiveur = Direct(sessions, base), Suiveur()
    async with ici.ouvert():
        suivi = asyncio.create_task(suiveur.lire(ici))
        await asyncio.wait_for(suiveur.pret.wait(), 5)
        await asyncio.sleep(0.3)  # the listener listens
        for numero in range(1, 13):
            async with sessions() as session:  # another process: its commit wakes this one through the base alone
                if numero % 4 == 0:
                    await session.execute(text(TUER))
                await session.execute(text("NOTIFY journal"))
                session.add(Journal(quand=maintenant(), auteur="A", action="essai", sujet="essai", sujet_id=numero))
                await session.commit()
            await asyncio.sleep(0.05)
        await suiveur.attendre(12)
        assert ici.vivant
    await asyncio.wait_for(suivi, 5)
    assert suiveur.recus == list(range(1, 13))
