"""The séance, its formations, who is there."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
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
    en_discussion: Mapped[int | None] = mapped_column(Cle)  # the line that all screens follow
    discussion: Mapped[int] = mapped_column(Integer, default=0)  # its own version: it moves while the séance does not
    formations: Mapped[list[SeanceFormation]] = relationship(lazy="raise", cascade="all, delete-orphan")


class SeanceFormation(Base):
    __tablename__ = "seance_formation"

    seance_id: Mapped[int] = mapped_column(Cle, ForeignKey("seance.id"), primary_key=True)
    formation: Mapped[str] = mapped_column(String(32), ForeignKey("formation.code"), primary_key=True)


class Presence(Base):
    """Who sits as a voting member; whoever leaves keeps his row, with the hour."""

    __tablename__ = "presence"

    seance_id: Mapped[int] = mapped_column(Cle, ForeignKey("seance.id"), primary_key=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    arrivee: Mapped[datetime | None] = mapped_column(Instant)  # None: at the opening
    depart: Mapped[datetime | None] = mapped_column(Instant)


class Mandat(Base):
    """Who votes for somebody who is not there; a member holds one at most (CRPA R. 133-9)."""

    __tablename__ = "mandat"
    __table_args__ = (UniqueConstraint("seance_id", "mandataire_id", name="uq_mandat_mandataire"),)

    seance_id: Mapped[int] = mapped_column(Cle, ForeignKey("seance.id"), primary_key=True)
    mandant_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    mandataire_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)


class OrigineDeport(enum.StrEnum):
    """Who said it: the member himself, or the président for him."""

    DECLARE = "DECLARE"
    CONSTATE = "CONSTATE"


class Deport(Base):
    """A member who takes no part in the deliberation on a line (CRPA R. 133-12). His own demande needs no row."""

    __tablename__ = "deport"

    ligne_id: Mapped[int] = mapped_column(Cle, ForeignKey("ligne.id"), primary_key=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True, index=True)
    origine: Mapped[OrigineDeport] = mapped_column(colonne_enum(OrigineDeport))
    motif: Mapped[str] = mapped_column(Text, default="")
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)


class Note(Base):
    """What somebody writes for himself on a line, and whether he wants it discussed; only the mark is shared."""

    __tablename__ = "note"

    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    ligne_id: Mapped[int] = mapped_column(Cle, ForeignKey("ligne.id"), primary_key=True, index=True)
    texte: Mapped[str] = mapped_column(Text, default="")
    a_discuter: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    quand: Mapped[datetime] = mapped_column(Instant)
