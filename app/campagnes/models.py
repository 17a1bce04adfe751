"""A campaign and the formations that it opens."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Cle


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
