"""The mixed load seen from outside: operations a second, server CPU each, the slowest against the median, memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class Mixte:
    """One run of `charge`; milliseconds, and MiB."""

    par_seconde: float
    cpu: float  # of the server, an operation
    mediane: float
    p95: float
    sauve_mediane: float
    sauve_p95: float
    octets: float
    rss: float  # the most that the server has ever held
    sien: float  # CPU of the generator, an operation


def temps(pid: int) -> float:
    """Seconds of CPU so far."""
    lu = psutil.Process(pid).cpu_times()
    return float(lu.user + lu.system)


def sommet(pid: int) -> float:
    """The most memory that a process has ever held, in MiB."""
    lignes = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(x.split()[1]) / 1024 for x in lignes if x.startswith("VmHWM"))


def charger(
    port: int, pid: int, *, csrf: str, lignes: list[int], versions: dict[int, int], duree: float, chauffe: float
) -> Mixte:
    """Sixteen people for *duree* seconds, after *chauffe*.

    Raises:
        RuntimeError: something was not answered 200.
    """
    consigne = {"port": port, "csrf": csrf, "lignes": lignes, "versions": versions, "duree": duree, "chauffe": chauffe}
    commande = [sys.executable, "-m", "tests.bench.charge"]
    with subprocess.Popen(commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as generateur:
        assert generateur.stdin
        assert generateur.stdout
        print(json.dumps(consigne), file=generateur.stdin, flush=True)
        releves = []
        for attendu in ("chaud", "fini"):
            if generateur.stdout.readline().strip() != attendu:
                raise RuntimeError("le générateur s'est arrêté")
            releves.append((temps(pid), temps(generateur.pid), time.perf_counter()))
        lu = json.loads(generateur.stdout.readline())
    if lu["refus"]:
        raise RuntimeError(f"réponses : {Counter(lu['refus'])}")
    return _resumer(lu, *(apres - avant for avant, apres in zip(*releves, strict=True)), rss=sommet(pid))


def _resumer(lu: dict[str, Any], cpu: float, sien: float, secondes: float, *, rss: float) -> Mixte:
    filtres, sauves = sorted(lu["filtres"]), sorted(lu["sauves"])
    toutes = sorted(filtres + sauves)
    n = len(toutes)
    return Mixte(
        n / secondes, cpu * 1000 / n, statistics.median(toutes), _p95(toutes), statistics.median(sauves), _p95(sauves),
        lu["octets"] / n, rss, sien * 1000 / n,
    )  # fmt: skip


def _p95(triees: list[float]) -> float:
    return triees[min(len(triees) - 1, int(len(triees) * 0.95))]
