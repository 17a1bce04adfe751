"""The application as a process of its own, on the loopback: started, asked whether it is well, stopped, its log read."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]


def port_libre() -> int:
    """A port that nobody listens on."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def environnement(
    donnees: Path, base: str | None = None, port: int | None = None, autres: dict[str, str] | None = None
) -> dict[str, str]:
    """The settings of one instance and nothing else of ours."""
    env = {n: v for n, v in os.environ.items() if not n.startswith("AGREMENT_") and n not in {"HOST", "PORT"}}
    env |= {"AGREMENT_DATA_DIR": str(donnees), "PYTHONPATH": str(RACINE)}
    if base:
        env["AGREMENT_DATABASE_URL"] = base
    if port:
        env |= {"PORT": str(port), "AGREMENT_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return env | (autres or {})


def console(donnees: Path, *arguments: str, base: str | None = None) -> None:
    """Run `agrement …`.

    Raises:
        RuntimeError: it failed; with its words.
    """
    commande = [sys.executable, "-m", "app.cli", *arguments]
    faite = subprocess.run(commande, env=environnement(donnees, base), cwd=RACINE, capture_output=True, text=True, check=False)
    if faite.returncode:
        raise RuntimeError(f"agrement {' '.join(arguments)} : {faite.stdout}{faite.stderr}")


class Serveur:
    """A running instance."""

    def __init__(self, donnees: Path, *, base: str | None = None, processus: int = 1, **autres: str) -> None:
        self.donnees, self.base, self.processus, self.autres = donnees, base, processus, autres
        self.port = port_libre()
        self.url = f"http://127.0.0.1:{self.port}"
        self.journal = donnees / "serveur.log"
        self.delai = 90.0  # of a machine that does other things

    def demarrer(self) -> None:
        """Start, and wait until it says that it is well.

        Raises:
            RuntimeError: it stopped, or is still not well after `delai` seconds.
        """
        commande = [sys.executable, "-m", "app.cli", "serve", "--processus", str(self.processus)]
        env = environnement(self.donnees, self.base, self.port, self.autres)
        with self.journal.open("ab") as sortie:
            self.proces = subprocess.Popen(
                commande, env=env, cwd=RACINE, stdout=sortie, stderr=subprocess.STDOUT, start_new_session=True
            )
        fin = time.monotonic() + self.delai
        while time.monotonic() < fin and self.proces.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/sante", timeout=2) as reponse:  # noqa: S310 (the loopback)
                    if reponse.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        self.arreter(signal.SIGKILL)
        raise RuntimeError(f"Le serveur ne répond pas : {self.journal.read_text()[-2000:]}")

    def arreter(self, signal_: int = signal.SIGTERM) -> None:
        """Stop; with SIGKILL, as a power cut would."""
        if self.proces.poll() is None:
            os.killpg(self.proces.pid, signal_)
            self.proces.wait(timeout=20)

    def fautes(self) -> list[str]:
        """The lines of its log that no request should cause: errors of the server, tracebacks."""
        lignes = self.journal.read_text(encoding="utf-8").splitlines()
        return [x for x in lignes if "Traceback" in x or _statut(x) >= 500]


def _statut(ligne: str) -> int:
    try:
        return int(json.loads(ligne).get("statut", 0))
    except (ValueError, AttributeError):
        return 0
