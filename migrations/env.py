"""Alembic's environment: online only, on the configuration that Advanced Alchemy's command hands over."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

import app.models  # noqa: F401 (every table)
from app.core.db import Base

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

config: Any = context.config


def _migrer(connection: "Connection") -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        version_table=config.version_table_name,
        render_as_batch=True,
    )
    # One transaction for all: on PostgreSQL a migration that fails leaves nothing of itself.
    with context.begin_transaction():
        context.run_migrations()


async def _en_ligne() -> None:
    moteur = create_async_engine(cast("str", config.db_url), poolclass=pool.NullPool)
    async with moteur.connect() as connection:
        await connection.run_sync(_migrer)
        await connection.commit()
    await moteur.dispose()


asyncio.run(_en_ligne())
