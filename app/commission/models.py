"""The séance, its formations, who is there."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Cle, Instant, colonne_enum


class StatutSeance(enum.StrEnum):
    """Closing and publishing are two acts."""

    PLANIFIEE = "PLANIFIEE"
    OUVERTE = "OUVERTE"
    CLOSE = "CLOSE"
    PUBLIEE = "PUBLIEE"

    @property
    def libelle(self) -> str:
        """The word on screen."""
        return {"PLANIFIEE": "Planifiée", "OUVERTE": "Ouverte", "CLOSE": "Close", "PUBLIEE": "Publiée"}[self.value]


class Seance(Base):
    """`quorum` is half of the voting members, stored at the opening with how many were there."""

    __tablename__ = "seance"
    __table_args__ = (
        CheckConstraint("statut = 'PLANIFIEE' OR (ouverte_le IS NOT NULL AND quorum IS NOT NULL)", name="ouverte"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    libelle: Mapped[str] = mapped_column(String(120))
    subdivision: Mapped[str] = mapped_column(String(32), ForeignKey("subdivision.code"), index=True)
    quand: Mapped[datetime] = mapped_column(Instant)
    lieu: Mapped[str] = mapped_column(String(200), default="")
    statut: Mapped[StatutSeance] = mapped_column(colonne_enum(StatutSeance))
    version: Mapped[int] = mapped_column(Integer, default=1)
    president_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    quorum: Mapped[int | None] = mapped_column(Integer)
    votants: Mapped[int | None] = mapped_column(Integer)
    sans_quorum: Mapped[bool] = mapped_column(Boolean, default=False)  # second convocation
    ouverte_le: Mapped[datetime | None] = mapped_column(Instant)
    close_le: Mapped[datetime | None] = mapped_column(Instant)
    publiee_le: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, default="")
    formations: Mapped[list[SeanceFormation]] = relationship(lazy="raise", cascade="all, delete-orphan")


class SeanceFormation(Base):
    __tablename__ = "seance_formation"

    seance_id: Mapped[int] = mapped_column(Cle, ForeignKey("seance.id"), primary_key=True)
    formation: Mapped[str] = mapped_column(String(32), ForeignKey("formation.code"), primary_key=True)


class Presence(Base):
    """Who was there at the opening, as a voting member."""

    __tablename__ = "presence"

    seance_id: Mapped[int] = mapped_column(Cle, ForeignKey("seance.id"), primary_key=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
