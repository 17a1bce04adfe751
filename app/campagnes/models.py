"""A campaign, the formations that it opens, what it asks for, its reasons, and whoever files later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Cle, Instant


class Campagne(Base):
    """Dates are days in Paris, each included."""

    __tablename__ = "campagne"
    __table_args__ = (
        CheckConstraint(
            "ouverture <= cloture_depot AND cloture_depot <= cloture_complements AND cloture_complements <= cloture_avis",
            name="dates",
        ),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    libelle: Mapped[str] = mapped_column(String(120))
    subdivision: Mapped[str] = mapped_column(String(32), ForeignKey("subdivision.code"), index=True)
    ouverture: Mapped[date] = mapped_column(Date)
    cloture_depot: Mapped[date] = mapped_column(Date)
    cloture_complements: Mapped[date] = mapped_column(Date)
    cloture_avis: Mapped[date] = mapped_column(Date)
    seance_prevue: Mapped[date | None] = mapped_column(Date)  # the day that is announced; séances have their own date
    publication: Mapped[date | None] = mapped_column(Date)
    debut_agrements: Mapped[date] = mapped_column(Date)
    voie_bloquante: Mapped[bool] = mapped_column(Boolean, default=True)  # a street that differs keeps from validating alone
    notice: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    formations: Mapped[list[CampagneFormation]] = relationship(lazy="raise", cascade="all, delete-orphan")


class CampagneFormation(Base):
    __tablename__ = "campagne_formation"

    campagne_id: Mapped[int] = mapped_column(Cle, ForeignKey("campagne.id"), primary_key=True)
    formation: Mapped[str] = mapped_column(String(32), ForeignKey("formation.code"), primary_key=True)


class CampagnePiece(Base):
    """A pièce that a campaign asks for; a campaign without any asks for none by rule."""

    __tablename__ = "campagne_piece"

    campagne_id: Mapped[int] = mapped_column(Cle, ForeignKey("campagne.id"), primary_key=True)
    piece: Mapped[str] = mapped_column(String(32), ForeignKey("type_piece.code"), primary_key=True)
    obligatoire: Mapped[bool] = mapped_column(Boolean)


class CampagneMotif(Base):
    """A reason that a campaign offers: one of the list (`motif`), or its own, with a label.

    An own reason that is no longer offered is withdrawn, not deleted: returns that name it keep their words.
    """

    __tablename__ = "campagne_motif"
    __table_args__ = (
        UniqueConstraint("campagne_id", "motif", name="uq_campagne_motif"),
        CheckConstraint("motif IS NOT NULL OR libelle <> ''", name="libelle"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    campagne_id: Mapped[int] = mapped_column(Cle, ForeignKey("campagne.id"), index=True)
    contexte: Mapped[str] = mapped_column(String(32))
    motif: Mapped[str | None] = mapped_column(String(16), ForeignKey("motif.code"))
    libelle: Mapped[str] = mapped_column(String(200), default="")
    commentaire_obligatoire: Mapped[bool] = mapped_column(Boolean, default=False)
    retire: Mapped[bool] = mapped_column(Boolean, default=False)


class Prolongation(Base):
    """One RTS files later than the others in one campaign; revoked, it stays with its date."""

    __tablename__ = "prolongation"
    __table_args__ = (UniqueConstraint("campagne_id", "rpps", name="uq_prolongation"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    campagne_id: Mapped[int] = mapped_column(Cle, ForeignKey("campagne.id"))
    rpps: Mapped[str] = mapped_column(String(11), index=True)
    jusqu_au: Mapped[date] = mapped_column(Date)  # last day included
    motif: Mapped[str] = mapped_column(Text)  # read by the RTS
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)
    revoquee_le: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)
