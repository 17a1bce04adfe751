"""A server of its own: what its log holds, and its open streams when it is told to stop."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app.comptes.models import Personne
from app.comptes.sessions import ouvrir
from app.core.roles import Role
from tests.support.application import fonction
from tests.support.serveur import Serveur

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def serveur(base: str, tmp_path: Path) -> AsyncIterator[Serveur]:
    lance = Serveur(tmp_path, base=base)
    await asyncio.to_thread(lance.demarrer)
    yield lance
    await asyncio.to_thread(lance.arreter)


async def connecter(sessions: Any) -> str:
    qui = Personne(prenom="Sonia", nom="Colin", recherche="sonia colin", fonctions=[fonction(Role.SCOL)])
    async with sessions() as session:
        session.add(qui)
        await session.flush()
        jeton = await ouvrir(session, qui.id, fournisseur="demonstration", id_token="", ancien=None)
        await session.commit()
    return jeton


async def test_log_names_requests_and_neither_people_nor_codes_nor_what_was_asked(serveur: Serveur, sessions: Any):
    jeton = await connecter(sessions)
    async with httpx.AsyncClient(base_url=serveur.url, cookies={"session": jeton}) as http:
        adresses = [
            "/demandes?personne=Dujardin",
            "/invitation/Jeton-Qui-Ouvre",
            "/Jeton-Perdu/Jeton-Qui-Ouvre",
            "/demandes/12",
        ]
        reponses = [await http.get(a) for a in adresses]
    await asyncio.to_thread(serveur.arreter)  # the last line comes after the last answer
    ecrit = serveur.journal.read_text(encoding="utf-8")
    lignes = {x["requete"]: x for x in (json.loads(y) for y in ecrit.splitlines() if y.startswith("{")) if "requete" in x}
    dites = [lignes[r.headers["x-request-id"]] for r in reponses]
    assert [(x["methode"], x["chemin"], x["statut"]) for x in dites] == [
        ("GET", "/demandes", 200),
        ("GET", "/invitation/…", 404),
        ("GET", "/Jeton-Perdu/…", 404),
        ("GET", "/demandes/12", 404),
    ]
    assert [x for x in ("Dujardin", "Jeton-Qui-Ouvre", "Colin", "personne=", jeton) if x in ecrit] == []


async def test_server_told_to_stop_ends_its_open_streams_and_exits(serveur: Serveur, sessions: Any):
    jeton = await connecter(sessions)
    async with (
        httpx.AsyncClient(base_url=serveur.url, cookies={"session": jeton}, timeout=15) as http,
        http.stream("GET", "/direct/demandes?cols=rpps") as flux,
    ):
        morceaux = flux.aiter_bytes()
        assert await anext(morceaux) == b": rien\n\n"
        debut = time.monotonic()
        arret = asyncio.create_task(asyncio.to_thread(serveur.arreter))
        assert {x async for x in morceaux} <= {b": rien\n\n"}  # a whole end of the body, not a cut
        await arret
        assert time.monotonic() - debut < 4
    assert serveur.proces.returncode in {0, -signal.SIGTERM}  # uvicorn ends itself by the same signal, once all is closed
    assert serveur.fautes() == []
