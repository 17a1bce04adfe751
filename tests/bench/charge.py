"""Sixteen people at once, in a process of its own: nine filters for one save, each as soon as the one before is answered.

Raw sockets and httptools, so that the generator takes as little as possible of the cores that the server works on.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httptools

GENS = 16
SAUVE = 0.1  # one save in ten
# Each keeps more than a page of Strasbourg's rows at either size: the answers weigh the same.
FILTRES = (
    "statut=VALIDE_ADMIN", "validation_rts=AUTO", "type_demande=RENOUVELLEMENT", "type_demande=NOUVEAU&validation_terrain=AUTO",
    "statut=VALIDE_ADMIN&validation_rts=AUTO", "statut=VALIDE_ADMIN&type_demande=RENOUVELLEMENT", "ville=stras",
    "statut=VALIDE_ADMIN&tri=ville", "validation_etablissement=AUTO&tri=-personne", "statut=ACCEPTE",
    "statut=VALIDE_ADMIN&statut=ACCEPTE&validation_rts=AUTO&ville=stras",
)  # fmt: skip


class Prise(asyncio.Protocol):
    """One kept connection; `demander` is one request and its answer."""

    def __init__(self) -> None:
        self.pret: asyncio.Future[tuple[int, bytes]] | None = None
        self.corps: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        """Ready."""
        self.transport = transport
        self.analyse = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        """Some of an answer."""
        self.analyse.feed_data(data)

    def on_body(self, corps: bytes) -> None:
        """Of its body."""
        self.corps.append(corps)

    def on_message_complete(self) -> None:
        """All of it."""
        statut, corps, self.corps = self.analyse.get_status_code(), b"".join(self.corps), []
        self.analyse = httptools.HttpResponseParser(self)
        if self.pret and not self.pret.done():
            self.pret.set_result((statut, corps))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits is told."""
        if self.pret and not self.pret.done():
            self.pret.set_exception(exc or ConnectionError("coupée"))

    async def demander(self, octets: bytes) -> tuple[int, bytes]:
        """Status and body."""
        self.pret = asyncio.get_running_loop().create_future()
        self.transport.write(octets)
        return await self.pret


@dataclass(slots=True)
class Releve:
    """Milliseconds by kind, bytes, statuses that were not 200."""

    filtres: list[float] = field(default_factory=list)
    sauves: list[float] = field(default_factory=list)
    octets: int = 0
    refus: list[int] = field(default_factory=list)


def _get(port: int, jeton: str, adresse: str) -> bytes:
    return (
        f"GET {adresse} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={jeton}\r\nAccept-Encoding: gzip\r\n"
        "HX-Request: true\r\nHX-Request-Type: partial\r\nHX-Target: tbody#corps\r\n\r\n"
    ).encode()


def _post(port: int, jeton: str, csrf: str, adresse: str, champs: dict[str, Any]) -> bytes:
    corps = urlencode(champs)
    return (
        f"POST {adresse} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={jeton}; csrf={csrf}\r\nAccept-Encoding: gzip\r\n"
        f"X-CSRF-Token: {csrf}\r\nHX-Request: true\r\nHX-Request-Type: partial\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(corps)}\r\n\r\n{corps}"
    ).encode()


async def _personne(n: int, c: dict[str, Any], mesure: Releve, fin: list[float]) -> None:
    _, prise = await asyncio.get_running_loop().create_connection(Prise, "127.0.0.1", c["port"])
    r, jeton = random.Random(n), f"membre-{n}"
    siennes = c["lignes"][n::GENS]
    versions = {x: c["versions"].get(str(x), 0) for x in siennes}
    while time.perf_counter() < fin[1]:
        if sauve := r.random() < SAUVE:
            ligne = r.choice(siennes)
            champs = {"version": versions[ligne], "sens": "ACCEPTE", "duree": r.choice((1, 5)), "phases": r.choice("SAC")}
            demande = _post(c["port"], jeton, c["csrf"], f"/lignes/{ligne}/decision", champs)
        else:
            demande = _get(c["port"], jeton, f"/demandes?{r.choice(FILTRES)}")
        debut = time.perf_counter()
        statut, corps = await prise.demander(demande)
        ms = (time.perf_counter() - debut) * 1000
        if sauve and statut == 200:
            versions[ligne] += 1
        if debut > fin[0]:  # warm
            (mesure.sauves if sauve else mesure.filtres).append(ms)
            mesure.octets += len(corps)
            mesure.refus += [statut] if statut != 200 else []


async def _charger(c: dict[str, Any]) -> Releve:
    mesure, maintenant = Releve(), time.perf_counter()
    fin = [maintenant + c["chauffe"], maintenant + c["chauffe"] + c["duree"]]
    taches = [asyncio.create_task(_personne(n, c, mesure, fin)) for n in range(GENS)]
    await asyncio.sleep(c["chauffe"])
    print("chaud", flush=True)
    await asyncio.gather(*taches)
    print("fini", flush=True)
    return mesure


def main() -> None:
    """Read what to do on the standard input, tell « chaud » when the measure begins, « fini » when it ends, then the figures."""
    consigne = json.loads(sys.stdin.readline())
    try:
        import uvloop

        lancer = uvloop.run
    except ImportError:
        lancer = asyncio.run
    mesure = lancer(_charger(consigne))
    print(json.dumps({"filtres": mesure.filtres, "sauves": mesure.sauves, "octets": mesure.octets, "refus": mesure.refus}))


if __name__ == "__main__":
    main()
