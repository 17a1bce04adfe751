"""Declarative base, column types, engine set-up and the unit of work."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import asyncpg
from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import BigInteger, Enum, Integer, MetaData, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import AsyncAdaptedQueuePool

from app.core.sqlite import connecter

if TYPE_CHECKING:
    import enum
    from collections.abc import AsyncGenerator

    from litestar.datastructures import State

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers its rows by itself only in an INTEGER key.
Cle = BigInteger().with_variant(Integer, "sqlite")
Instant = DateTimeUTC(timezone=True)


# The database is away, coming back, or has cut the connection: what the drivers raise, bare or behind SQLAlchemy's errors.
COUPURES = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
# For those who only wait until it is there again.
INJOIGNABLE = (SQLAlchemyError, OSError, *COUPURES)


class Base(DeclarativeBase):
    """Own base: Advanced Alchemy's ones add a sentinel column to every table."""

    metadata = MetaData(naming_convention=CONVENTION)


def colonne_enum(classe: type[enum.StrEnum], nom: str | None = None) -> Enum:
    """A text column that holds the values of *classe*, checked by the database; *nom* where a table has several."""
    return Enum(
        classe,
        native_enum=False,
        length=32,
        create_constraint=True,
        values_callable=lambda valeurs: [v.value for v in valeurs],
        name=nom or classe.__name__.lower(),
    )


def url_async(url: str) -> str:
    """`postgresql://…` and `sqlite:///…` as their asynchronous drivers want them."""
    for nu, pilote in (("postgresql://", "postgresql+asyncpg://"), ("postgres://", "postgresql+asyncpg://")):
        if url.startswith(nu):
            return pilote + url.removeprefix(nu)
    if url.startswith("sqlite://"):
        return "sqlite+aiosqlite://" + url.removeprefix("sqlite://")
    return url


def _regler_sqlite(connexion: Any, _: Any) -> None:
    curseur = connexion.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        curseur.execute(f"PRAGMA {pragma}")
    curseur.close()


def creer_moteur(url: str, *, taille: int | None = None) -> AsyncEngine:
    """An engine set up for the database behind *url*; SQLite gets one file, few connections."""
    url = url_async(url)
    if url.startswith("sqlite"):
        reglages: dict[str, Any] = {
            "pool_size": taille or 2,
            "max_overflow": 0,
            "connect_args": {"async_creator_fn": connecter},
        }
        moteur = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, **reglages)
        event.listen(moteur.sync_engine, "connect", _regler_sqlite)
        return moteur
    # Short statements over many joins: compiling one takes PostgreSQL longer than running it.
    reglages = {"connect_args": {"server_settings": {"jit": "off"}}}
    return create_async_engine(url, pool_size=taille or 4, max_overflow=4, pool_pre_ping=False, **reglages)


def creer_sessions(moteur: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after the commit."""
    return async_sessionmaker(moteur, expire_on_commit=False)


async def provide_db(state: State) -> AsyncGenerator[AsyncSession, None]:
    """One transaction a request: committed after the rendering and before the first byte of the answer.

    A commit that fails therefore still becomes an error page and never a confirmation.
    """
    async with state.sessions() as session:
        try:
            yield session
            await session.commit()
        except BaseException:
            # A form handed back is rendered after this: what was read stays readable, detached.
            session.expunge_all()
            with contextlib.suppress(*INJOIGNABLE):  # a connection that is cut has nothing left to roll back
                await session.rollback()
            raise
