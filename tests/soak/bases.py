"""Fresh databases by the dozen: copies of one that was migrated and filled with the reference data."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from app.core.db import creer_moteur, creer_sessions
from app.core.migrations import migrer
from app.referentiel.chargement import charger
from tests.support.postgres import Grappe, grappe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@asynccontextmanager
async def sessions_de(url: str) -> AsyncIterator[Any]:
    """A maker of sessions on *url*, its engine disposed of at the end."""
    moteur = creer_moteur(url)
    try:
        yield creer_sessions(moteur)
    finally:
        await moteur.dispose()


async def _reference(url: str) -> None:
    async with sessions_de(url) as sessions, sessions() as session:
        await charger(session)
        await session.commit()


class Bases:
    """Databases of one kind; `pg` is the cluster behind them, if there is one."""

    def __init__(self, sorte: str, dossier: Path, pg: Grappe | None) -> None:
        self.sorte, self.dossier, self.pg = sorte, dossier, pg
        self._numeros = itertools.count(1)
        self.modele = pg.base("modele") if pg else f"sqlite:///{dossier / 'modele.sqlite3'}"
        migrer(self.modele)
        asyncio.run(_reference(self.modele))

    @contextmanager
    def nouvelle(self) -> Iterator[tuple[str, Path]]:
        """A copy's address, and a folder for its files; both gone at the end."""
        nom = f"{self.sorte}_{next(self._numeros)}"
        donnees = self.dossier / nom
        donnees.mkdir()
        if self.pg:
            url = self.pg.base(nom, modele="modele")
        else:
            shutil.copy(self.dossier / "modele.sqlite3", donnees / "base.sqlite3")
            url = f"sqlite:///{donnees / 'base.sqlite3'}"
        try:
            yield url, donnees
        finally:
            if self.pg:
                self.pg.supprimer(nom)
            shutil.rmtree(donnees, ignore_errors=True)


@contextmanager
def bases(sorte: str, dossier: Path) -> Iterator[Bases]:
    """The maker of databases of one *sorte*: sqlite, postgresql. The cluster writes for good, as one in production does."""
    if sorte == "sqlite":
        yield Bases(sorte, dossier, None)
        return
    with grappe(sur=True) as pg:
        yield Bases(sorte, dossier, pg)
