"""A database that cuts its connections is told as such, and forgotten as soon as it is there again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from litestar.datastructures import State
from sqlalchemy import text

from app.core.db import provide_db
from app.core.errors import Conflit
from tests.conftest import BASES

if TYPE_CHECKING:
    from tests.support.application import Monde
    from tests.support.postgres import Grappe


@pytest.mark.parametrize("base", [b for b in BASES if b == "postgresql"], indirect=True)
async def test_cut_connections_are_told_then_forgotten(monde: Monde, base: str, pg: Grappe):
    poste = await monde.connecter(await monde.personne("Claire Exemple"))
    assert (await poste.ouvrir("/moi")).status_code == 200
    await asyncio.to_thread(pg.rompre, base.rpartition("/")[2])
    recues = [await poste.ouvrir("/moi") for _ in range(6)]
    assert [r.status_code for r in recues] == [503, 200, 200, 200, 200, 200]
    assert "La base de données ne répond pas" in recues[0].text


@pytest.mark.parametrize("base", [b for b in BASES if b == "postgresql"], indirect=True)
async def test_refusal_outlives_a_cut_before_its_rollback(sessions: Any, base: str, pg: Grappe):
    """A form handed back (409, 422) is still handed back when the connection dies under it."""
    unite = provide_db(State({"sessions": sessions}))
    session = await anext(unite)
    await session.execute(text("SELECT 1"))
    await asyncio.to_thread(pg.rompre, base.rpartition("/")[2])
    with pytest.raises(Conflit):
        await unite.athrow(Conflit("Quelqu'un a enregistré avant vous."))
