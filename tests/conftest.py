"""Fixtures of the whole suite: both databases through the real migrations, a running application, a browser."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import LRUCache

from app.core import db, memoire
from app.core.db import creer_moteur, creer_sessions
from app.core.migrations import migrer
from app.core.templating import aujourdhui
from app.referentiel.chargement import charger
from app.referentiel.demonstration import dater_du_jour
from app.tableau import comptes
from tests.support.application import application
from tests.support.postgres import en_memoire, grappe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

    from tests.support.application import Monde
    from tests.support.postgres import Grappe

BASES = os.environ.get("AGREMENT_TEST_BASES", "sqlite,postgresql").split(",")
_numeros = itertools.count(1)


def dans_un_fil(travail: Any) -> None:
    """Run something that wants an event loop of its own, and its error with it."""
    erreurs: list[BaseException] = []

    def faire() -> None:
        try:
            travail()
        except BaseException as erreur:  # noqa: BLE001 (raised again below)
            erreurs.append(erreur)

    fil = threading.Thread(target=faire)
    fil.start()
    fil.join()
    if erreurs:
        raise erreurs[0]


async def _reference(url: str) -> None:
    moteur = creer_moteur(url)
    async with creer_sessions(moteur)() as session:
        await charger(session)
        await dater_du_jour(session, aujourdhui())
        await session.commit()
    await moteur.dispose()


@pytest.fixture(autouse=True, scope="session")
def _boucle_locale() -> Iterator[None]:
    """No network but the loopback."""
    vraie = socket.socket.connect

    def connecter(self: socket.socket, adresse: Any) -> Any:
        if isinstance(adresse, tuple) and adresse[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise OSError(f"connexion refusée aux tests : {adresse[0]}")
        return vraie(self, adresse)

    socket.socket.connect = connecter  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = vraie  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _references_gardees() -> None:
    """What is kept a minute stays for the whole test, however slow the machine: statements are counted warm."""
    memoire.DUREE = float("inf")


@pytest.fixture(autouse=True)
def _rien_de_garde() -> Iterator[None]:
    """What was read of one test's database is not kept behind it."""
    yield
    memoire._gardes.clear()
    comptes._comptes.clear()


def pytest_collection_finish() -> None:
    """Whatever is imported stays: the collector need not look at it again at each test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def pg() -> Iterator[Grappe]:
    """The worker's cluster."""
    with grappe() as lancee:
        yield lancee


@pytest.fixture(scope="session")
def modele_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the reference data, to be copied."""
    fichier = tmp_path_factory.mktemp("modele") / "modele.sqlite3"
    url = f"sqlite:///{fichier}"
    dans_un_fil(lambda: migrer(url))
    dans_un_fil(lambda: asyncio.run(_reference(url)))
    return fichier


@pytest.fixture(scope="session")
def modele_postgresql(pg: Grappe) -> str:
    """The same, as a template database."""
    url = pg.base("modele")
    dans_un_fil(lambda: migrer(url))
    dans_un_fil(lambda: asyncio.run(_reference(url)))
    return "modele"


@pytest.fixture(params=BASES)
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with the reference data."""
    if request.param == "sqlite":
        with tempfile.TemporaryDirectory(dir=en_memoire() or tmp_path) as dossier:
            fichier = Path(dossier) / "base.sqlite3"
            shutil.copy(request.getfixturevalue("modele_sqlite"), fichier)
            yield f"sqlite:///{fichier}"
        return
    pg = request.getfixturevalue("pg")
    nom = f"essai_{next(_numeros)}"
    yield pg.base(nom, modele=request.getfixturevalue("modele_postgresql"))
    pg.supprimer(nom)


@pytest.fixture(autouse=True, scope="session")
def _instructions_partagees() -> None:
    """A statement is compiled once for all the engines of a worker, as it is in a server that has but one."""
    gardees: Any = {dialecte: LRUCache(3000) for dialecte in (PGDialect_asyncpg, SQLiteDialect_aiosqlite)}
    for dialecte in gardees:
        dialecte.__eq__ = lambda self, autre: type(self) is type(autre)
        dialecte.__hash__ = lambda self: hash(type(self))

    def creer(url: str, **reglages: Any) -> AsyncEngine:
        moteur = create_async_engine(url, **reglages)
        moteur.sync_engine._compiled_cache = gardees[type(moteur.dialect)]
        return moteur

    db.create_async_engine = creer  # type: ignore[assignment]


@pytest.fixture
async def sessions(base: str) -> AsyncIterator[Any]:
    """A maker of sessions on a fresh database."""
    moteur = creer_moteur(base)
    yield creer_sessions(moteur)
    await moteur.dispose()


@pytest.fixture
async def session(sessions: Any) -> AsyncIterator[AsyncSession]:
    """One session on a fresh database."""
    async with sessions() as ouverte:
        yield ouverte


@pytest.fixture
async def monde(base: str, tmp_path: Path, sessions: Any) -> AsyncIterator[Monde]:
    """The application on a fresh database, in the test's own loop."""
    async with application(base, tmp_path, sessions) as ouvert:
        yield ouvert
