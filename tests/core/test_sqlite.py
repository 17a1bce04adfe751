"""SQLite in one trip a statement: the same rows as before, in chunks when there are many, and nothing half begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.core.db import creer_moteur
from app.core.sqlite import AVANCE, Connexion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine


@pytest.fixture
async def moteur(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A file with a table of 1,200 rows: more than come with a statement."""
    ouvert = creer_moteur(f"sqlite:///{tmp_path}/base.sqlite3")
    async with ouvert.begin() as c:
        await c.execute(text("CREATE TABLE nombre (n INTEGER PRIMARY KEY)"))
        await c.execute(text("INSERT INTO nombre VALUES (:n)"), [{"n": n} for n in range(1200)])
    yield ouvert
    await ouvert.dispose()


@pytest.mark.parametrize("combien", [0, 1, AVANCE - 1, AVANCE, AVANCE + 1, 1200])
async def test_rows_are_all_there_once_and_in_order(moteur: AsyncEngine, combien: int) -> None:
    requete = text("SELECT n FROM nombre ORDER BY n LIMIT :combien")
    async with moteur.connect() as c:
        assert list((await c.execute(requete, {"combien": combien})).scalars()) == list(range(combien))
        async with c.stream(requete, {"combien": combien}) as flux:
            assert [n async for n in flux.scalars()] == list(range(combien))


async def test_a_cursor_is_read_one_by_one_and_by_lots(moteur: AsyncEngine) -> None:
    async with moteur.connect() as c:
        connexion = (await c.get_raw_connection()).driver_connection
        assert isinstance(connexion, Connexion)
        curseur = await connexion.cursor().execute("SELECT n FROM nombre ORDER BY n")
        assert await curseur.fetchone() == (0,)
        assert list(await curseur.fetchmany(3)) == [(1,), (2,), (3,)]
        assert len(list(await curseur.fetchall())) == 1196
        assert await curseur.fetchone() is None


async def test_what_is_rolled_back_is_gone_and_what_is_committed_stays(moteur: AsyncEngine) -> None:
    async with moteur.connect() as c:
        await c.execute(text("INSERT INTO nombre VALUES (5000)"))
        await c.rollback()
        ecrit = await c.execute(text("INSERT INTO nombre VALUES (6000)"))
        assert (ecrit.rowcount, ecrit.lastrowid) == (1, 6000)
        await c.commit()
    async with moteur.connect() as c:
        assert list((await c.execute(text("SELECT n FROM nombre WHERE n >= 2000"))).scalars()) == [6000]
