"""A database whose language sorts otherwise than bytes do."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from typing import TYPE_CHECKING

import pytest

from app.core.db import creer_moteur, creer_sessions
from app.core.migrations import migrer
from app.referentiel.chargement import charger
from tests.support.application import application

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.application import Monde

_numeros = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
async def monde_francais(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Monde]:
    """The application on SQLite, and on a PostgreSQL that sorts as French dictionaries do."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("modele_sqlite"), tmp_path / "base.sqlite3")
        url = f"sqlite:///{tmp_path}/base.sqlite3"
    else:
        pg, nom = request.getfixturevalue("pg"), f"francais_{next(_numeros)}"
        langue = ("--locale-provider=icu", "--icu-locale=fr-FR", "-T", "template0")
        pg.commande("createdb", "-h", "127.0.0.1", "-p", str(pg.port), "-U", "agrement", *langue, nom)
        url = pg.url(nom)
        await asyncio.to_thread(migrer, url)
    moteur = creer_moteur(url)
    sessions = creer_sessions(moteur)
    async with sessions() as session:
        await charger(session)
        await session.commit()
    async with application(url, tmp_path, sessions) as ouvert:
        yield ouvert
    await moteur.dispose()
