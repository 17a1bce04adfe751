"""Merges of terrains, so that each can be undone as one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant


class FusionTerrain(Base):
    """One merge: `garde_id` took in others. `contenu` says what moved from where, and how everything stood afterwards."""

    __tablename__ = "fusion_terrain"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    garde_id: Mapped[int] = mapped_column(Cle, ForeignKey("terrain.id"), index=True)
    contenu: Mapped[dict[str, Any]] = mapped_column(JSON)
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)
    annulee_le: Mapped[datetime | None] = mapped_column(Instant)
