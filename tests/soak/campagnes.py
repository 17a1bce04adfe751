"""The campaigns by name: each takes a maker of databases and the counts, tells its progress, yields figures."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.soak.bases import sessions_de
from tests.soak.fuzz import Bilan, Lot
from tests.support.application import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.soak.bases import Bases

LOT = 400


@dataclass(slots=True)
class Figures:
    """A row of the table."""

    campagne: str
    base: str
    compte: str
    mesures: str = ""
    fautes: list[str] = field(default_factory=list)
    duree: float = 0.0


def fuzzer(fabrique: Bases, options: Any, dire: Callable[[str], None]) -> Iterator[Figures]:
    """Lots of requests, each on a fresh database."""
    bilan, fait, graine = Bilan(), 0, options.graine if options.graine is not None else 1000
    while fait < options.requetes:
        nombre = min(LOT, options.requetes - fait)
        with fabrique.nouvelle() as (url, donnees):
            bilan.ajouter(asyncio.run(_lot(url, donnees, graine, nombre)))
        fait, graine = fait + nombre, graine + 1
        dire(f"fuzzing {fabrique.sorte} : {fait} / {options.requetes} requêtes, {len(bilan.fautes)} faute(s)")
    statuts = " ".join(f"{s}:{n}" for s, n in sorted(bilan.statuts.items()))
    yield Figures("fuzzing", fabrique.sorte, f"{fait} requêtes, {len(bilan.portes)} routes", statuts, bilan.fautes)


async def _lot(url: str, donnees: Path, graine: int, nombre: int) -> Bilan:
    async with sessions_de(url) as sessions, application(url, donnees, sessions) as monde:
        return await Lot(monde, graine).jouer(nombre)


CAMPAGNES: dict[str, Callable[..., Iterator[Figures]]] = {"fuzzing": fuzzer}
