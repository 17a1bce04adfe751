"""What the table engine keeps for a person: columns shown, their order, how many are locked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle


class Preference(Base):
    """Per person and table: `{"masquees": [codes], "verrou": code or null}`."""

    __tablename__ = "preference"

    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    tableau: Mapped[str] = mapped_column(String(32), primary_key=True)
    valeur: Mapped[dict[str, Any]] = mapped_column(JSON)
