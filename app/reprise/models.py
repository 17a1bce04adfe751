"""What was taken from a previous tool: each of its demandes once, however often its file is read."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle


class DemandeReprise(Base):
    """`source` names the tool, `identifiant` is the demande's there, as its file writes it."""

    __tablename__ = "demande_reprise"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    identifiant: Mapped[str] = mapped_column(String(60), primary_key=True)
    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), unique=True)
