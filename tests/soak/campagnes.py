"""The campaigns by name: each takes a maker of databases and the counts, tells its progress, yields figures."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.soak.asgi import uploads_perdus
from tests.soak.bases import sessions_de
from tests.soak.coupures import Coupures
from tests.soak.courses import courir
from tests.soak.depots import Depots
from tests.soak.foule import suivre
from tests.soak.fuzz import Bilan, Lot
from tests.support.application import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.soak.bases import Bases

LOT = 400  # deposits
LOT_FUZZ = 2_000  # making the people and reading their pages takes as long as several hundred requests
RAFALE = 200


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
        nombre = min(LOT_FUZZ, options.requetes - fait)
        with fabrique.nouvelle() as (url, donnees):
            bilan.ajouter(asyncio.run(_lot(url, donnees, graine, nombre)))
        fait, graine = fait + nombre, graine + 1
        dire(f"fuzzing {fabrique.sorte} : {fait} / {options.requetes} requêtes, {len(bilan.fautes)} faute(s)")
    compte = f"{fait} requêtes, {len(bilan.portes)} routes"
    yield Figures("fuzzing", fabrique.sorte, compte, _comptes(bilan.statuts), bilan.fautes)


async def _lot(url: str, donnees: Path, graine: int, nombre: int) -> Bilan:
    with uploads_perdus():
        return await _lot_sur(url, donnees, graine, nombre)


async def _lot_sur(url: str, donnees: Path, graine: int, nombre: int) -> Bilan:
    async with sessions_de(url) as sessions, application(url, donnees, sessions) as monde:
        return await Lot(monde, graine).jouer(nombre)


def couper(fabrique: Bases, options: Any, dire: Callable[[str], None]) -> Iterator[Figures]:
    """kill -9 on the server, again and again; on PostgreSQL also its connections, and the cluster itself."""
    with fabrique.nouvelle() as (url, donnees):
        c = Coupures(url, donnees, processus=2 if fabrique.pg else 1, pg=fabrique.pg, graine=options.graine or 1)
        fautes = asyncio.run(c.mener(options.coupures, dire))
        fautes += c.fautes_du_serveur()[:20]
        mesures = f"{c.confirmees} écritures confirmées, {c.en_doute} sans réponse, {_comptes(c.registre.reponses)}"
    yield Figures("coupures", fabrique.sorte, f"{options.coupures} coupures", mesures, fautes)


def courses(fabrique: Bases, options: Any, dire: Callable[[str], None]) -> Iterator[Figures]:
    """Forty members at once, with one process and, on PostgreSQL, with four; streams, server and listeners are cut meanwhile."""
    for processus in (1, 4) if fabrique.pg else (1,):
        dire(f"courses {fabrique.sorte} : {options.ecritures} écritures, {processus} processus")
        with fabrique.nouvelle() as (url, donnees):
            nombres = {"processus": processus, "ecritures": options.ecritures, "membres": 40, "suiveurs": 8}
            registre, fautes = asyncio.run(courir(url, donnees, **nombres, graine=options.graine or 1, pg=fabrique.pg))
        mesures = f"{len(registre.acquittees)} confirmées, {_comptes(registre.reponses)}"
        yield Figures("courses", fabrique.sorte, f"{options.ecritures} écritures, {processus} processus", mesures, fautes)


def suivis(fabrique: Bases, options: Any, dire: Callable[[str], None]) -> Iterator[Figures]:
    """A crowd of streams during a burst, a few of which never read."""
    processus = 2 if fabrique.pg else 1
    dire(f"flux {fabrique.sorte} : {options.flux} flux, {processus} processus")
    with fabrique.nouvelle() as (url, donnees):
        m, fautes = asyncio.run(suivre(url, donnees, processus=processus, flux=options.flux, ecritures=RAFALE))
    mesures = f"tous à jour {m['rafale_s']:.1f} s après {RAFALE} écritures, une seule {m['un_ms']:.0f} ms, "
    mesures += f"mémoire {m['avant_mio']:.0f} puis {m['apres_mio']:.0f} Mio"
    yield Figures("flux", fabrique.sorte, f"{options.flux} flux, {processus} processus", mesures, fautes)


def _comptes(comptes: Mapping[int, int]) -> str:
    return " ".join(f"{statut}:{n}" for statut, n in sorted(comptes.items()))


def deposer(fabrique: Bases, options: Any, dire: Callable[[str], None]) -> Iterator[Figures]:
    """Files of every kind, a fresh database for each lot."""
    statuts: dict[int, int] = {}
    fautes, fait, graine = [], 0, options.graine if options.graine is not None else 1
    while fait < options.depots:
        nombre = min(LOT, options.depots - fait)
        with fabrique.nouvelle() as (url, donnees):
            lot = asyncio.run(_depots(url, donnees, graine, nombre))
        for statut, n in lot.statuts.items():
            statuts[statut] = statuts.get(statut, 0) + n
        fautes, fait, graine = fautes + lot.fautes, fait + nombre, graine + 1
        dire(f"dépôts {fabrique.sorte} : {fait} / {options.depots}, {len(fautes)} faute(s)")
    yield Figures("dépôts", fabrique.sorte, f"{fait} dépôts", _comptes(statuts), fautes)


async def _depots(url: str, donnees: Path, graine: int, nombre: int) -> Depots:
    with uploads_perdus():
        async with sessions_de(url) as sessions, application(url, donnees, sessions) as monde:
            lot = Depots(monde, graine)
            await lot.jouer(nombre)
            return lot


CAMPAGNES: dict[str, Callable[..., Iterator[Figures]]] = {
    "fuzzing": fuzzer,
    "depots": deposer,
    "coupures": couper,
    "courses": courses,
    "flux": suivis,
}
