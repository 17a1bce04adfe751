"""An application signed in to through a stub, and one that runs for real with its own provider."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
import uvicorn
from litestar.testing import AsyncTestClient

from app.comptes.oidc import clients
from app.core.db import creer_moteur, creer_sessions
from app.main import creer_app
from app.settings import lire
from tests.comptes.stub import ISS, Stub
from tests.support.application import preter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.settings import Settings

TOML = f"""
[univ]
label = "Université d'essai"
discovery_url = "{ISS}/.well-known/openid-configuration"
client_id = "agrement"
client_secret_env = "SECRET_UNIV"
[univ.claims]
person_id = "SubjectNameID"
other_ids = "otherIds"
"""
PUBLIQUE = "https://agrement.exemple.test"


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a production with one provider, the stub, and no database yet."""
    monkeypatch.setenv("SECRET_UNIV", "un-secret-partage-de-plus-de-32-octets")
    (tmp_path / "oidc.toml").write_text(TOML)
    return lire(
        {
            "AGREMENT_MODE": "production",
            "AGREMENT_DATABASE_URL": "sqlite:////nulle/part.sqlite3",
            "AGREMENT_DATA_DIR": str(tmp_path),
            "AGREMENT_PUBLIC_URL": PUBLIQUE,
            "AGREMENT_SECRET_KEY": "s" * 40,
            "AGREMENT_OIDC_CONFIG": str(tmp_path / "oidc.toml"),
        }
    )


class Poste:
    """A browser of the production, and the hands behind it."""

    def __init__(self, http: AsyncTestClient[Any], stub: Stub, sessions: Any) -> None:
        self.http, self.stub, self.sessions = http, stub, sessions

    async def partir(self, **parametres: str) -> str:
        """Start a login; returns its state."""
        reponse = await self.http.get("/connexion/univ", params=parametres, follow_redirects=False)
        vers = httpx.URL(reponse.headers["location"])
        self.stub.nonce = vers.params["nonce"]
        return vers.params["state"]

    async def se_connecter(self, *, suite: str = "/moi", **parametres: str) -> httpx.Response:
        """A whole login, up to the answer of the callback."""
        etat = await self.partir(suite=suite, **parametres)
        recu = {"state": etat, "code": "c"}
        return await self.http.get("/connexion/univ/retour", params=recu, follow_redirects=False)

    async def poster(self, chemin: str, **champs: Any) -> httpx.Response:
        """Post a form as its page would."""
        await self.http.get("/deconnecte")
        champs["_csrf_token"] = self.http.cookies["csrf"]
        return await self.http.post(chemin, data=champs, follow_redirects=False)

    @asynccontextmanager
    async def base(self) -> AsyncIterator[AsyncSession]:
        """The database (the application runs in a loop of its own), committed at the end."""
        async with self.sessions() as session:
            yield session
            await session.commit()

    async def ajouter(self, *objets: Any) -> None:
        """Put objects in the database."""
        async with self.base() as session:
            session.add_all(objets)


@pytest.fixture
async def poste(production: Settings, base: str, sessions: Any) -> AsyncIterator[Poste]:
    """The production with its stub provider."""
    stub = Stub()
    production = replace(production, database_url=base)
    clients(production)["univ"].transport = httpx2.MockTransport(stub)
    with preter(production) as app:
        async with AsyncTestClient(app, base_url=PUBLIQUE) as http:
            yield Poste(http, stub, sessions)
    clients.cache_clear()


@pytest.fixture
def demonstration(tmp_path: Path, base: str) -> Settings:
    """Settings of a demonstration on a free port."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    return lire({"PORT": str(port), "AGREMENT_DATA_DIR": str(tmp_path), "AGREMENT_DATABASE_URL": base})


@pytest.fixture
def peupler(demonstration: Settings) -> Any:
    """Put objects in the demonstration's database before it starts."""

    def faire(*objets: Any) -> None:
        async def ecrire() -> None:
            moteur = creer_moteur(demonstration.database_url)
            async with creer_sessions(moteur)() as session:
                session.add_all(objets)
                await session.commit()
            await moteur.dispose()

        asyncio.run(ecrire())

    return faire


@pytest.fixture
def lancer(demonstration: Settings) -> Iterator[Any]:
    """Start the demonstration for real; gives its address."""
    lances: list[tuple[uvicorn.Server, threading.Thread]] = []

    def faire() -> str:
        reglages = uvicorn.Config(creer_app(demonstration), port=demonstration.port, log_level="error")
        serveur = uvicorn.Server(reglages)
        fil = threading.Thread(target=serveur.run)
        fil.start()
        lances.append((serveur, fil))
        while not serveur.started and fil.is_alive():
            fil.join(0.02)
        return demonstration.public_url

    yield faire
    for serveur, fil in lances:
        serveur.should_exit = True
        fil.join(10)
