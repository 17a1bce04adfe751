"""Rows written in bulk, with ids given beforehand: nothing is read back, and the same seed gives the same base."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Table, func, insert, select, text

from app.core.db import Base
from app.core.journal import VERROU_JOURNAL, Journal
from app.core.templating import PARIS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from sqlalchemy.ext.asyncio import AsyncSession

Rangee = dict[str, Any]
T = TypeVar("T")


def table_de(modele: type[Base]) -> Table:
    """The table of a model."""
    return cast("Table", modele.__table__)


@cache
def _defauts(modele: type[Base]) -> tuple[Rangee, dict[str, Callable[[Any], Any]]]:
    """The default of every column: values, and what makes a new value each time."""
    fixes: Rangee = {}
    neufs: dict[str, Callable[[Any], Any]] = {}
    for colonne in table_de(modele).columns:
        defaut: Any = colonne.default
        fixes[colonne.name] = None if defaut is None or defaut.is_callable else defaut.arg
        if defaut is not None and defaut.is_callable:
            neufs[colonne.name] = defaut.arg
    return fixes, neufs


def gabarit(modele: type[Base]) -> Rangee:
    """Every column with its default: a bulk INSERT takes its columns from its first row."""
    fixes, neufs = _defauts(modele)
    return fixes | {nom: faire(None) for nom, faire in neufs.items()}


class Lot:
    """Rows of many tables. They stay dictionaries until `ecrire`, so that a later step may still complete them."""

    def __init__(self, suivants: dict[str, int]) -> None:
        self._suivants = suivants
        self._rangees: dict[type[Base], list[Rangee]] = defaultdict(list)

    @classmethod
    async def ouvrir(cls, session: AsyncSession) -> Lot:
        """A lot that numbers its rows after those of the base; whoever else writes the journal waits for its commit."""
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(text(f"SELECT pg_advisory_xact_lock({VERROU_JOURNAL})"))
        suivants: dict[str, int] = {}
        for table in Base.metadata.sorted_tables:
            if _numerote(table):
                suivants[table.name] = (await session.scalar(select(func.max(table.c.id))) or 0) + 1
        return cls(suivants)

    def ajouter(self, modele: type[Base], **valeurs: Any) -> Rangee:
        """One more row, numbered at once (those of the journal at the end, in the order of time)."""
        rangee = gabarit(modele) | valeurs
        nom = modele.__tablename__
        if nom in self._suivants and modele is not Journal:
            rangee["id"] = self._suivants[nom]
            self._suivants[nom] += 1
        self._rangees[modele].append(rangee)
        return rangee

    def rangees(self, modele: type[Base]) -> list[Rangee]:
        """The rows of a table that wait for `ecrire`."""
        return self._rangees[modele]

    def taille(self) -> int:
        """How many rows wait for `ecrire`."""
        return sum(map(len, self._rangees.values()))

    def consigner(self, action: str, par: Rangee | None, quand: datetime, **valeurs: Any) -> None:
        """A row of the journal; *par* is a row of `personne`, or None for the system."""
        auteur = {"auteur_id": par["id"], "auteur": f"{par['prenom']} {par['nom']}"} if par else {"auteur": "Agrément"}
        self.ajouter(Journal, action=action, quand=quand, **auteur, **valeurs)

    async def ecrire(self, session: AsyncSession, avance: Callable[[int], None] | None = None) -> None:
        """Write everything, referenced tables first; the caller commits."""
        self._numeroter_journal()
        par_table = {table_de(modele): rangees for modele, rangees in self._rangees.items() if rangees}
        for table in Base.metadata.sorted_tables:
            if rangees := par_table.get(table):
                await session.execute(insert(table), rangees)
                await _recaler(session, table)
                if avance:
                    avance(len(rangees))
        self._rangees.clear()

    def _numeroter_journal(self) -> None:
        # Live readers follow the journal by id: ids are in the order of time.
        rangees = self._rangees[Journal]
        rangees.sort(key=lambda r: r["quand"])
        for rangee in rangees:
            rangee["id"] = self._suivants["journal"]
            self._suivants["journal"] += 1


def _numerote(table: Table) -> bool:
    return "id" in table.c and table.c.id.primary_key


async def _recaler(session: AsyncSession, table: Table) -> None:
    """PostgreSQL's sequence does not see ids given by hand."""
    if _numerote(table) and session.get_bind().dialect.name == "postgresql":
        dernier = f"(SELECT max(id) FROM {table.name})"
        await session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {dernier})"))


def tirer(alea: Random, poids: dict[T, int]) -> T:
    """One key, by weight."""
    return alea.choices(list(poids), weights=list(poids.values()))[0]


def un(alea: Random, parmi: Sequence[T]) -> T:
    """One of a list."""
    return parmi[alea.randrange(len(parmi))]


def a_heure(jour: date, heure: int, minute: int = 0) -> datetime:
    """An hour of Paris, in UTC."""
    return datetime.combine(jour, time(heure, minute), PARIS).astimezone(UTC)


def apres(alea: Random, avant: datetime, limite: date) -> datetime:
    """An instant of working hours after *avant*, on *limite* at the latest whenever that leaves room."""
    debut = avant.astimezone(PARIS).date()
    jour = debut + timedelta(days=alea.randint(0, max((limite - debut).days, 0)))
    instant = a_heure(jour, alea.randint(8, 18), alea.randint(0, 59))
    return max(instant, avant + timedelta(minutes=alea.randint(7, 30)))
