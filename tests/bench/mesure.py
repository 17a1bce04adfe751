"""A server in a process of its own, a client on one kept connection, and what each request costs the server."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mesure:
    """Milliseconds as seen by the client, server CPU a request, SQL statements a request, size of the answer."""

    nom: str
    mediane: float
    p95: float
    cpu: float
    requetes: float
    octets: int


def port_libre() -> int:
    """A free port of the loopback."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def serveur(url: str, donnees: Path) -> Iterator[tuple[int, psutil.Process]]:
    """One server process on *url*; ends with the block."""
    port = port_libre()
    env = {
        **os.environ,
        "AGREMENT_MODE": "demonstration",
        "AGREMENT_DATABASE_URL": url,
        "AGREMENT_DATA_DIR": str(donnees),
        "AGREMENT_LOG": "WARNING",
        "PORT": str(port),
    }
    commande = [
        sys.executable, "-m", "uvicorn", "tests.bench.serveur:app", "--host", "127.0.0.1", "--port", str(port),
        "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    processus = subprocess.Popen(commande, env=env)
    try:
        _attendre(port, processus)
        yield port, psutil.Process(processus.pid)
    finally:
        processus.terminate()
        try:
            processus.wait(10)
        except subprocess.TimeoutExpired:
            processus.kill()
            processus.wait()


def _attendre(port: int, processus: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if processus.poll() is not None:
            raise RuntimeError("le serveur ne démarre pas")
        try:
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            c.request("GET", "/bench/texte")
            if c.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("le serveur ne répond pas")


class Client:
    """One person at a browser, on one kept connection."""

    def __init__(self, port: int, jeton: str) -> None:
        self.connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.jeton = jeton
        self.csrf = self.lieu = ""
        self.lire("/bench/texte")

    def lire(
        self, chemin: str, *, htmx: bool = False, corps: dict[str, Any] | None = None, cible: str = ""
    ) -> tuple[int, bytes]:
        """Status and body (compressed, as a browser would receive it)."""
        jeton = f"; csrf={self.csrf}" if self.csrf else ""
        entetes = {"Cookie": f"session={self.jeton}{jeton}", "Accept-Encoding": "gzip"}
        if htmx:
            entetes |= {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": cible}
        if corps is not None:
            entetes |= {"X-CSRF-Token": self.csrf, "Content-Type": "application/x-www-form-urlencoded"}
        donnees = None if corps is None else urlencode(corps, doseq=True)
        self.connexion.request("GET" if corps is None else "POST", chemin, body=donnees, headers=entetes)
        reponse = self.connexion.getresponse()
        for valeur in reponse.headers.get_all("Set-Cookie") or []:
            if valeur.startswith("csrf="):
                self.csrf = valeur.split(";")[0].removeprefix("csrf=")
        self.lieu = (reponse.headers.get("Location") or "").removeprefix(f"http://127.0.0.1:{self.connexion.port}")
        return reponse.status, reponse.read()

    def requetes(self) -> int:
        """Statements that the server has sent so far."""
        return int(json.loads(self._sans_compression("/bench/requetes"))["requetes"])

    def _sans_compression(self, chemin: str) -> bytes:
        self.connexion.request("GET", chemin)
        return self.connexion.getresponse().read()


def mesurer(nom: str, client: Client, processus: psutil.Process, appels: Any, *, fois: int, attendu: int = 200) -> Mesure:
    """Run *appels(client, i)* *fois* times, after ten that warm up."""
    for i in range(10):
        statut, corps = appels(client, i)
        if statut != attendu:
            raise RuntimeError(f"{nom} : {statut} au lieu de {attendu} : {corps[:400]!r}")
    avant, cpu, durees, octets = client.requetes(), processus.cpu_times(), [], 0
    for i in range(fois):
        debut = time.perf_counter()
        statut, corps = appels(client, 10 + i)
        durees.append((time.perf_counter() - debut) * 1000)
        if statut != attendu:
            raise RuntimeError(f"{nom} : {statut} : {corps[:400]!r}")
        octets = len(corps)
    fin = processus.cpu_times()
    temps = (fin.user + fin.system - cpu.user - cpu.system) * 1000 / fois
    durees.sort()
    p95 = durees[min(len(durees) - 1, int(len(durees) * 0.95))]
    return Mesure(nom, statistics.median(durees), p95, temps, (client.requetes() - avant) / fois, octets)
