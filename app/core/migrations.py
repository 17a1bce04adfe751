"""Alembic through Advanced Alchemy's command: the same migrations for SQLite, PostgreSQL, tests and production."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from advanced_alchemy.alembic.commands import AlembicCommands
from advanced_alchemy.config import AlembicAsyncConfig, SQLAlchemyAsyncConfig
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from app.core.db import Base, url_async

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

DOSSIER = Path(__file__).resolve().parent.parent.parent / "migrations"


def config(url: str) -> SQLAlchemyAsyncConfig:
    """Advanced Alchemy's configuration for the database at *url*."""
    from advanced_alchemy.config import EngineConfig  # noqa: PLC0415 (only migrations need it)

    return SQLAlchemyAsyncConfig(
        connection_string=url_async(url),
        metadata=Base.metadata,
        engine_config=EngineConfig(poolclass=NullPool),
        alembic_config=AlembicAsyncConfig(script_location=str(DOSSIER), render_as_batch=True),
    )


def migrer(url: str) -> None:
    """Bring the database at *url* to the newest schema. Synchronous: Alembic runs its own event loop."""
    AlembicCommands(config(url)).upgrade("head")


def tete() -> str | None:
    """The newest revision of the scripts."""
    scripts = Config()
    scripts.set_main_option("script_location", str(DOSSIER))
    return ScriptDirectory.from_config(scripts).get_current_head()


async def revision(session: AsyncSession) -> str | None:
    """The revision that the database is at."""
    return (await session.execute(text("SELECT version_num FROM alembic_versions"))).scalar_one_or_none()
