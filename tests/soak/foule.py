"""A crowd of open streams during a burst of saves, some of which never read: nobody waits for them, nothing piles up."""

from __future__ import annotations

import asyncio
import socket
import statistics
import time
from random import Random
from typing import TYPE_CHECKING, Any

import psutil

from tests.soak.bases import sessions_de
from tests.soak.ecrivains import Registre, Votant, a_l_oeuvre
from tests.soak.histoire import etat_des_lignes
from tests.soak.salle import Salle, preparer
from tests.soak.suiveur import COLS, Suiveur, attendre, comparer
from tests.support.serveur import Serveur

if TYPE_CHECKING:
    from pathlib import Path

SOURDS = 10
CROISSANCE_MAX = 150  # MiB that a burst may leave behind


async def suivre(url: str, donnees: Path, *, processus: int, flux: int, ecritures: int) -> tuple[dict[str, float], list[str]]:
    """Figures, and what is wrong."""
    salle = await preparer(url, lignes=12, membres=20)
    serveur = Serveur(donnees, base=url, processus=processus)
    await asyncio.to_thread(serveur.demarrer)
    suivis = [Suiveur(serveur.url, salle.membres[n % 20], salle.depuis) for n in range(flux)]
    sourds = [_sourd(serveur.port, salle.membres[n % 20]) for n in range(SOURDS)]
    try:
        for s in suivis:
            s.tache = asyncio.create_task(s.suivre())
        await asyncio.gather(*(asyncio.wait_for(s.ouvert.wait(), 60) for s in suivis))
        avant = _memoire(serveur)
        votants = [Votant(serveur.url, j, Registre()) for j in salle.membres]
        rafale = await _rafale(url, votants, salle, suivis, ecritures)
        delais = [await _un(url, votants[0], salle, suivis, n) for n in range(5)]
        fautes = [f for s in suivis for f in s.manques(await _actes(url, salle))]
        fautes += await comparer(suivis, salle.membres[0], serveur.url, salle.seance)
        apres = _memoire(serveur)
        await asyncio.gather(*(v.http.aclose() for v in votants))
    finally:
        for s in suivis:
            s.tache.cancel()
        for sourd in sourds:
            sourd.close()
        await asyncio.to_thread(serveur.arreter)
    if apres - avant > CROISSANCE_MAX:
        fautes.append(f"mémoire : {avant:.0f} puis {apres:.0f} Mio")
    mesures = {"rafale_s": rafale, "un_ms": statistics.median(delais) * 1000, "avant_mio": avant, "apres_mio": apres}
    return mesures, fautes + serveur.fautes()


def _sourd(port: int, jeton: str) -> socket.socket:
    """A screen that asks for the stream and never reads a byte of it."""
    prise = socket.socket()
    prise.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    prise.connect(("127.0.0.1", port))
    prise.sendall(
        f"GET /direct/demandes?cols={COLS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={jeton}\r\n\r\n".encode()
    )
    return prise


def _memoire(serveur: Serveur) -> float:
    tete = psutil.Process(serveur.proces.pid)
    return float(sum(p.memory_info().rss for p in [tete, *tete.children(recursive=True)]) / 2**20)


async def _actes(url: str, salle: Salle) -> dict[int, int]:
    async with sessions_de(url) as sessions, sessions() as session:
        return {x: a for x, a in (await etat_des_lignes(session)).items() if a > salle.depuis}


async def _rafale(url: str, votants: list[Votant], salle: Salle, suivis: list[Suiveur], ecritures: int) -> float:
    """Seconds from the last save to the moment when everybody has everything."""
    await a_l_oeuvre(votants, salle.lignes, Random(1), ecritures=ecritures)
    debut = time.monotonic()
    await attendre(suivis, await _actes(url, salle), au_plus=60)
    return time.monotonic() - debut


async def _un(url: str, votant: Any, salle: Salle, suivis: list[Suiveur], n: int) -> float:
    """Seconds from one save to the last of the streams."""
    ligne = salle.lignes[n]
    votant.lues.clear()
    debut = time.monotonic()
    await votant.voter(ligne, Random(n))
    attendus = await _actes(url, salle)
    while any(s.actes.get(ligne, 0) < attendus[ligne] for s in suivis) and time.monotonic() < debut + 20:
        await asyncio.sleep(0.002)
    return time.monotonic() - debut
