"""`make soak`: fuzzing, kills, races and streams at full count, on both databases; a table of figures, and 1 on a failure."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
import tempfile
import time
import traceback
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from rich.console import Console
from rich.table import Table

from tests.soak.bases import Bases, bases
from tests.soak.campagnes import CAMPAGNES, Figures

if TYPE_CHECKING:
    from collections.abc import Iterator

console = Console(width=160)


def _options() -> Any:
    lecteur = argparse.ArgumentParser(prog="python -m tests.soak")
    lecteur.add_argument("campagnes", nargs="*", default=list(CAMPAGNES), help=f"parmi {', '.join(CAMPAGNES)}")
    lecteur.add_argument("--bases", default="sqlite,postgresql")
    lecteur.add_argument("--requetes", type=int, default=5_000, help="du fuzzing, sur chaque base")
    lecteur.add_argument("--depots", type=int, default=2_000, help="de fichiers, sur chaque base")
    lecteur.add_argument("--coupures", type=int, default=50, help="kill -9, sur chaque base")
    lecteur.add_argument("--ecritures", type=int, default=10_000, help="des courses, pour chaque nombre de processus")
    lecteur.add_argument("--flux", type=int, default=200, help="flux ouverts ensemble")
    lecteur.add_argument("--graine", type=int, default=None, help="du lot à rejouer, ou du premier")
    return lecteur.parse_args()


def _taire() -> None:
    # The application's own lines would bury the figures; a fault is told with its request.
    structlog.configure = lambda **_: None  # type: ignore[assignment]
    structlog.reset_defaults()
    structlog.get_config()["processors"].insert(0, _jeter)
    logging.disable(logging.ERROR)


def _jeter(_: Any, __: str, dit: dict[str, Any]) -> Any:
    if isinstance(erreur := dit.get("exc_info"), BaseException):
        console.log("".join(traceback.format_exception(erreur)[-4:]))
    raise structlog.DropEvent


def _passer(options: Any, dossier: Path) -> Iterator[Figures]:
    for sorte in options.bases.split(","):
        with bases(sorte, dossier) as fabrique:
            for nom in options.campagnes:
                try:
                    yield from _mener(nom, fabrique, options)
                except Exception:  # noqa: BLE001 (told in the table; the other campaigns still run)
                    yield Figures(nom, sorte, "interrompue", fautes=[traceback.format_exc()])


def _mener(nom: str, fabrique: Bases, options: Any) -> Iterator[Figures]:
    debut = time.monotonic()
    for figures in CAMPAGNES[nom](fabrique, options, console.log):
        figures.duree = time.monotonic() - debut
        console.log(
            f"{figures.campagne} {figures.base} : {figures.compte}, {figures.duree:.0f} s, {len(figures.fautes)} faute(s)"
        )
        for faute in figures.fautes[:3]:
            console.log(faute[:1000])
        yield figures
        debut = time.monotonic()


def main() -> int:
    """Run it all; the options make it shorter."""
    warnings.simplefilter("ignore")
    options = _options()
    _taire()
    console.log(f"soak : {', '.join(options.campagnes)} sur {options.bases}")
    debut = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="agrement-soak-") as dossier:
        toutes = list(_passer(options, Path(dossier)))
    titre = f"make soak — {datetime.now(tz=UTC):%d/%m/%Y}, {platform.machine()}, {os.cpu_count()} cœurs, {time.monotonic() - debut:.0f} s"
    table = Table(title=titre)
    for colonne in ("campagne", "base", "compte", "mesures", "durée s", "fautes"):
        table.add_column(colonne)
    for f in toutes:
        table.add_row(f.campagne, f.base, f.compte, f.mesures, f"{f.duree:.0f}", str(len(f.fautes)))
    console.print(table)
    for f in toutes:
        for faute in f.fautes[:40]:
            print(f"[{f.campagne} {f.base}] {faute}")
    return 1 if any(f.fautes for f in toutes) else 0


if __name__ == "__main__":
    sys.exit(main())
