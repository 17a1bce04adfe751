"""Registers at full size: seconds and memory of an import, and what a save costs somebody meanwhile."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bench.fichiers_registres import ecrire_finess, ecrire_rpps
from tests.bench.mesure import Client, serveur
from tests.bench.mixte import sommet, temps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RYTHME = 0.1  # seconds between two saves
SEUL = 10.0  # seconds of saves without any import


@dataclass(frozen=True, slots=True)
class Import:
    """Seconds, seconds of CPU, MiB; milliseconds of the saves made meanwhile."""

    base: str
    fichier: str
    secondes: float
    cpu: float
    rss: float
    sauves: int
    mediane: float
    p95: float


def mesurer(
    base: str, url: str, donnees: Path, ecrivain: Callable[[], Callable[[Client, int], tuple[int, bytes]]]
) -> list[Import]:
    """RPPS then FINESS, each loaded twice: the second replaces a whole register, which is the common case and the dearest."""
    fichiers = [
        ("rpps", donnees / "PS_LibreAcces_Personne_activite_202611230000.txt", ecrire_rpps),
        ("finess", donnees / "finess-structures-journalier-20260801.json.gz", ecrire_finess),
    ]
    for _, fichier, ecrire in fichiers:  # first: a connection that says nothing for so long is closed
        if not fichier.exists():
            ecrire(fichier)
    mesures = []
    with serveur(url, donnees) as (port, _):
        client = Client(port, "scol")
        client.lire("/connexion")
        sauver = ecrivain()
        mesures.append(_seul(base, client, sauver))
        for nom, fichier, _ in fichiers:
            mesures += [
                _importer(base, url, f"{nom} {tour}", nom, fichier, client, sauver) for tour in ("première", "suivante")
            ]
    return mesures


def _seul(base: str, client: Client, sauver: Any) -> Import:
    """The same saves with nothing else going on: what the others are compared with."""
    durees: list[float] = []
    fini = threading.Event()
    fil = threading.Thread(target=_ecrire, args=(client, sauver, durees, fini))
    fil.start()
    time.sleep(SEUL)
    fini.set()
    fil.join()
    durees.sort()
    return Import(base, "sans import", SEUL, 0, 0, len(durees), durees[len(durees) // 2], durees[int(len(durees) * 0.95) - 1])


def _importer(base: str, url: str, dit: str, registre: str, fichier: Path, client: Client, sauver: Any) -> Import:
    commande = [sys.executable, "-m", "app.cli", "importer", registre, str(fichier), "--forcer", "essai de charge"]
    env = {**os.environ, "AGREMENT_DATABASE_URL": url, "AGREMENT_DATA_DIR": str(fichier.parent)}
    durees: list[float] = []
    fini = threading.Event()
    fil = threading.Thread(target=_ecrire, args=(client, sauver, durees, fini))
    debut, rss, cpu = time.perf_counter(), 0.0, 0.0
    with subprocess.Popen(commande, env=env, stderr=subprocess.PIPE) as processus:
        fil.start()
        while processus.poll() is None:
            try:
                rss, cpu = max(rss, sommet(processus.pid)), temps(processus.pid)
            except (StopIteration, OSError):
                break  # gone between the two looks
            time.sleep(0.2)
        erreurs = processus.stderr.read().decode() if processus.stderr else ""
    secondes = time.perf_counter() - debut
    fini.set()
    fil.join()
    if processus.returncode:
        raise RuntimeError(f"{dit} : {erreurs[-800:]}")
    durees.sort()
    p95 = durees[int(len(durees) * 0.95) - 1]
    return Import(base, dit, secondes, cpu, rss, len(durees), durees[len(durees) // 2], p95)


def _ecrire(client: Client, sauver: Any, durees: list[float], fini: threading.Event) -> None:
    for i in itertools.count():
        if fini.wait(RYTHME):
            return
        debut = time.perf_counter()
        statut, corps = sauver(client, i)
        durees.append((time.perf_counter() - debut) * 1000)
        if statut != 200:
            raise RuntimeError(f"enregistrer : {statut} {corps[:200]!r}")
