"""The journal and its live reader: order, nothing before the commit, places kept or told lost, a listener that comes back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from app.core import live
from app.core.journal import Journal, consigner, maintenant
from app.core.live import ATTENTE_MAX, LOT, RECHARGER, Abonne, Direct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ICI = {"par": None, "sujet": "essai"}


@pytest.fixture
async def direct(base: str, sessions: Any) -> AsyncIterator[Direct]:
    lecteur = Direct(sessions, base)
    async with lecteur.ouvert():
        yield lecteur


async def rendre(actes: list[Journal]) -> bytes:
    return b"data: " + b",".join(str(a.sujet_id).encode() for a in actes) + b"\n\n"


async def vrai() -> bool:
    return True


async def ecrire(sessions: Any, *sujets: int, valider: bool = True) -> int:
    async with sessions() as session:
        for n in sujets:
            acte = await consigner(session, "essai", **ICI, sujet_id=n)
        await (session.commit() if valider else session.rollback())
        return acte.id if valider else 0


def suivre(lecteur: Direct, depuis: int | None = None) -> Any:
    return lecteur.flux(depuis, rendre, vrai)


async def test_stream_tells_what_is_committed_once_and_nothing_else(direct: Direct, sessions: Any):
    flux = suivre(direct)
    assert await anext(flux) == b": rien\n\n"
    async with sessions() as session:
        await consigner(session, "essai", **ICI, sujet_id=901)
        suite = asyncio.ensure_future(anext(flux))
        await asyncio.sleep(0.2)
        await direct.relever()
        assert not suite.done()  # not before the commit
        await session.rollback()
    await ecrire(sessions, 902)
    dernier = await ecrire(sessions, 903)
    recus = await asyncio.wait_for(suite, 5)
    while b"903" not in recus:
        recus += await asyncio.wait_for(anext(flux), 5)
    assert (b"901" in recus, recus.count(b"902"), f"id: {dernier}".encode() in recus) == (False, 1, True)
    await flux.aclose()
    assert direct.abonnes == set()


async def test_concurrent_writers_are_told_in_order_and_whole(direct: Direct, sessions: Any):
    abonne = Abonne()
    direct.abonnes.add(abonne)
    await asyncio.gather(*(ecrire(sessions, n) for n in range(1, 41)))
    recus: list[Journal] = []
    async with asyncio.timeout(10):
        while len(recus) < 40:
            await abonne.reveil.wait()
            recus += abonne.prendre()
    assert [a.id for a in recus] == sorted(a.id for a in recus)
    assert sorted(a.sujet_id for a in recus) == list(range(1, 41))


async def test_lower_number_is_never_committed_after_a_higher_one(sessions: Any, base: str):
    if base.startswith("sqlite"):
        return  # one writer at a time, by the file itself
    async with sessions() as premier, sessions() as second:
        un = await consigner(premier, "essai", **ICI, sujet_id=1)
        attend = asyncio.ensure_future(consigner(second, "essai", **ICI, sujet_id=2))
        await asyncio.sleep(0.2)
        assert not attend.done()
        await premier.commit()
        assert (await asyncio.wait_for(attend, 5)).id > un.id
        await second.commit()


async def test_stream_resumes_where_its_reader_was(direct: Direct, sessions: Any):
    vu = await ecrire(sessions, 1)
    dernier = await ecrire(sessions, 2, 3)
    flux = suivre(direct, vu)
    assert await anext(flux) == f"id: {dernier}\ndata: 2,3\n\n".encode()
    await flux.aclose()


async def test_reader_whose_place_is_lost_is_told_to_reload(direct: Direct, sessions: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "ATTENTE_MAX", LOT)
    inconnu = suivre(direct, 10**9)
    assert await anext(inconnu) == RECHARGER
    vu = await ecrire(sessions, 1)
    await ecrire(sessions, *range(LOT))
    trop_loin = suivre(direct, vu)
    assert await anext(trop_loin) == RECHARGER
    await inconnu.aclose()
    await trop_loin.aclose()


async def test_slow_reader_past_the_bound_is_told_to_reload_then_follows_again(direct: Direct, sessions: Any):
    flux = suivre(direct)
    assert await anext(flux) == b": rien\n\n"
    await ecrire(sessions, *range(1, ATTENTE_MAX + 2))
    await direct.relever()
    async with asyncio.timeout(5):
        while (recu := await anext(flux)) != RECHARGER:
            assert recu.startswith(b"id:")  # a first part that the reader had time to take
    dernier = await ecrire(sessions, 9_999)
    async with asyncio.timeout(5):
        assert f"id: {dernier}\n".encode() in await anext(flux)
    await flux.aclose()


async def test_session_that_ended_ends_the_stream_at_the_next_beat(direct: Direct, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "PING", 0.02)
    reponses = iter([True, False])

    async def battement() -> bool:
        return next(reponses)

    assert [x async for x in direct.flux(None, rendre, battement)] == [b": rien\n\n", b": ping\n\n"]


async def test_listener_that_is_killed_comes_back(direct: Direct, sessions: Any, base: str, monkeypatch: pytest.MonkeyPatch):
    if base.startswith("sqlite"):
        return  # no listener
    monkeypatch.setattr(live, "REGARD", 60.0)
    tuer = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    async with sessions() as session:
        async with asyncio.timeout(5):
            while not (await session.execute(text(tuer))).all():
                await session.commit()  # what a transaction sees of the others is frozen
                await asyncio.sleep(0.05)
        await session.commit()
    await asyncio.sleep(2.5)
    assert direct.vivant
    # Another process's act: its commit wakes nobody here but through the base.
    async with sessions() as session:
        await session.execute(text("NOTIFY journal"))
        session.add(Journal(quand=maintenant(), auteur="A", action="essai", sujet="essai", sujet_id=5))
        await session.commit()
        dernier = (await session.execute(select(Journal.id).order_by(Journal.id.desc()).limit(1))).scalar_one()
    async with asyncio.timeout(5):
        while direct.dernier != dernier:
            await asyncio.sleep(0.05)
