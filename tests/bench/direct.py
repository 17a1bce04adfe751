"""Save → the last of many streams: how long until every follower has the row."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

LIGNE = re.compile(rb"hx-target=\"#ligne-(\d+):")
COLS = "statut,personne,formation,terrain,type_demande,decision_rep,decision_coord,decision_commission"


async def _suivre(port: int, jeton: str, pret: asyncio.Event, recu: Callable[[float, bytes], None]) -> None:
    lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    ecrivain.write(
        f"GET /direct/demandes?cols={COLS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={jeton}\r\n\r\n".encode()
    )
    try:
        reste = b""
        while bloc := await lecteur.read(65536):
            pret.set()
            *entiers, reste = (reste + bloc).split(b"\n\n")
            for message in entiers:
                if b"hx-partial" in message:
                    recu(time.perf_counter(), message)
    finally:
        ecrivain.close()


async def _poster(port: int, jeton: str, csrf: str, chemin: str, corps: dict[str, str]) -> int:
    lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    donnees = urlencode(corps).encode()
    entete = (
        f"POST {chemin} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={jeton}; csrf={csrf}\r\nX-CSRF-Token: {csrf}\r\n"
        f"HX-Request: true\r\nHX-Request-Type: partial\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(donnees)}\r\nConnection: close\r\n\r\n"
    )
    ecrivain.write(entete.encode() + donnees)
    reponse = await lecteur.read()
    ecrivain.close()
    return int(reponse.split(b" ", 2)[1])


async def suivre(
    port: int, *, suiveurs: int, tours: int, csrf: str, lignes: list[int], versions: dict[int, int]
) -> list[float]:
    """Milliseconds from the sending of a save to its arrival on the last stream, *tours* times."""
    arrivees: list[float] = []
    plein, attendue = asyncio.Event(), [0]

    def recu(quand: float, bloc: bytes) -> None:
        if b"ligne-%d:" % attendue[0] in bloc:
            arrivees.append(quand)
            if len(arrivees) == suiveurs:
                plein.set()

    prets = [asyncio.Event() for _ in range(suiveurs)]
    taches = [asyncio.create_task(_suivre(port, f"membre-{i}", prets[i], recu)) for i in range(suiveurs)]
    await asyncio.gather(*(asyncio.wait_for(p.wait(), 30) for p in prets))
    mesures = []
    for tour in range(tours):
        ligne = lignes[tour % len(lignes)]
        arrivees.clear()
        plein.clear()
        attendue[0] = ligne
        corps = {"version": str(versions.get(ligne, 0)), "sens": "ACCEPTE", "duree": "1", "phases": "S"}
        debut = time.perf_counter()
        statut = await _poster(port, "scol", csrf, f"/lignes/{ligne}/decision", corps)
        if statut != 200:
            raise RuntimeError(f"enregistrement : {statut}")
        versions[ligne] = versions.get(ligne, 0) + 1
        await asyncio.wait_for(plein.wait(), 20)
        mesures.append((max(arrivees) - debut) * 1000)
        await asyncio.sleep(0.05)
    for tache in taches:
        tache.cancel()
    await asyncio.gather(*taches, return_exceptions=True)
    return mesures


async def ensemble(
    port: int, *, suiveurs: int, redacteurs: int, tours: int, csrf: str, lignes: list[int], versions: dict[int, int]
) -> list[float]:
    """Milliseconds from each save to the last stream that shows it, while *redacteurs* people save each on his own lines."""
    vues: dict[int, int] = {}
    arrivees: dict[int, float] = {}
    pleines = {x: asyncio.Event() for x in lignes}

    def recu(quand: float, bloc: bytes) -> None:
        for numero in map(int, LIGNE.findall(bloc)):
            vues[numero] = vues.get(numero, 0) + 1
            if vues[numero] == suiveurs:
                arrivees[numero] = quand
                pleines[numero].set()

    prets = [asyncio.Event() for _ in range(suiveurs)]
    taches = [asyncio.create_task(_suivre(port, f"membre-{i}", prets[i], recu)) for i in range(suiveurs)]
    await asyncio.gather(*(asyncio.wait_for(p.wait(), 60) for p in prets))
    mesures: list[float] = []

    async def rediger(n: int) -> None:
        for tour, ligne in enumerate(lignes[n::redacteurs][: max(1, tours // 10)]):
            await asyncio.sleep(0.5 + (n * 7 % redacteurs) / redacteurs * 2 if not tour else 2)
            corps = {"version": str(versions.get(ligne, 0)), "sens": "ACCEPTE", "duree": "1", "phases": "SAC"[tour % 3]}
            debut = time.perf_counter()
            statut = await _poster(port, f"membre-{n}", csrf, f"/lignes/{ligne}/decision", corps)
            if statut != 200:
                raise RuntimeError(f"enregistrement : {statut}")
            versions[ligne] = versions.get(ligne, 0) + 1
            await asyncio.wait_for(pleines[ligne].wait(), 30)
            mesures.append((arrivees[ligne] - debut) * 1000)

    await asyncio.gather(*(rediger(n) for n in range(redacteurs)))
    for tache in taches:
        tache.cancel()
    await asyncio.gather(*taches, return_exceptions=True)
    return mesures
