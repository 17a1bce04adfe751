"""A throw-away PostgreSQL cluster: real, migrated, gone at the end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def dossier_binaires() -> Path | None:
    """Where initdb is: on the PATH, or where Debian puts it."""
    if candidats := sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return candidats[-1].parent
    trouve = shutil.which("initdb")
    return Path(trouve).resolve().parent if trouve else None


class Grappe:
    """A running cluster."""

    def __init__(self, binaires: Path, dossier: Path, port: int, prefixe: list[str]) -> None:
        self.binaires, self.dossier, self.port, self.prefixe = binaires, dossier, port, prefixe
        self.options = ""

    def url(self, nom: str) -> str:
        """The address of a database."""
        return f"postgresql://agrement@127.0.0.1:{self.port}/{nom}"

    def commande(self, nom: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own commands.

        Raises:
            RuntimeError: it failed; with its words.
        """
        faite = subprocess.run(
            [*self.prefixe, str(self.binaires / nom), *arguments], capture_output=True, text=True, check=False, cwd=self.dossier
        )
        if faite.returncode:
            raise RuntimeError(f"{nom} : {faite.stderr.strip()}")

    def demarrer(self) -> None:
        """Start, and wait until it answers."""
        fichiers = ("-D", str(self.dossier / "d"), "-l", str(self.dossier / "journal"))
        self.commande("pg_ctl", *fichiers, "-o", self.options, "-w", "start")

    def couper(self) -> None:
        """Stop as a power cut would, then start again."""
        self.commande("pg_ctl", "-D", str(self.dossier / "d"), "-m", "immediate", "-w", "stop")
        self.demarrer()

    def rompre(self, nom: str) -> None:
        """End every connection to a database, the listeners' too."""
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        self.commande("psql", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "agrement", "-d", nom, "-c", sql)

    def base(self, nom: str, *, modele: str = "template0") -> str:
        """A new database, a copy of *modele*; its address."""
        self.commande("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "agrement", "-T", modele, nom)
        return self.url(nom)

    def supprimer(self, nom: str) -> None:
        """Drop a database, whoever is still connected."""
        self.commande("dropdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "agrement", "--if-exists", "--force", nom)


def en_memoire() -> Path | None:
    """A folder in memory, where this machine has one that is large enough: what is thrown away need not reach a disk."""
    dossier = Path("/dev/shm")
    with contextlib.suppress(OSError):
        if os.access(dossier, os.W_OK) and shutil.disk_usage(dossier).free > 4 * 2**30:
            return dossier
    return None


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def grappe(*, sur: bool = False) -> Iterator[Grappe]:
    """Start a cluster, stop it at the end. *sur*: with fsync, for the tests that kill."""
    binaires = dossier_binaires()
    if binaires is None:
        raise RuntimeError("PostgreSQL manque : apt-get install -y postgresql")
    dossier = Path(tempfile.mkdtemp(prefix="agrement-pg-", dir=None if sur else en_memoire()))
    prefixe: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses root
        qui = pwd.getpwnam("postgres")
        os.chown(dossier, qui.pw_uid, qui.pw_gid)
        prefixe = ["setpriv", f"--reuid={qui.pw_uid}", f"--regid={qui.pw_gid}", "--clear-groups"]
    pg = Grappe(binaires, dossier, _port_libre(), prefixe)
    options = f"-p {pg.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
    if not sur:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        pg.commande("initdb", "-D", str(dossier / "d"), "-U", "agrement", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        pg.options = options
        pg.demarrer()
        yield pg
    finally:
        subprocess.run(
            [*prefixe, str(binaires / "pg_ctl"), "-D", str(dossier / "d"), "-m", "immediate", "-w", "stop"],
            capture_output=True, check=False, cwd=dossier,
        )  # fmt: skip
        shutil.rmtree(dossier, ignore_errors=True)
