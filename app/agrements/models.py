"""An agrément: holder × terrain × formation × type × phases × dates."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, colonne_enum


class StatutAgrement(enum.StrEnum):
    """States of an agrément; the commission proposes, the DG ARS signs."""

    PROPOSE = "PROPOSE"
    ACTIF = "ACTIF"
    ECHU = "ECHU"
    SUSPENDU = "SUSPENDU"
    RETIRE = "RETIRE"
    CADUC = "CADUC"
    REMPLACE = "REMPLACE"


class TypeAgrement(enum.StrEnum):
    """Arrêté du 12 avril 2017, art. 32."""

    PRINCIPAL = "PRINCIPAL"
    COMPLEMENTAIRE = "COMPLEMENTAIRE"
    FONCTIONNEL = "FONCTIONNEL"


class Agrement(Base):
    """`ligne_id` is the line that created it; null for those of past campaigns."""

    __tablename__ = "agrement"
    __table_args__ = (
        CheckConstraint("fin >= debut", name="dates"),
        Index("ix_agrement_titulaire", "rpps", "formation"),
        Index("ix_agrement_terrain", "terrain_id", "formation"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    rpps: Mapped[str] = mapped_column(String(11))
    terrain_id: Mapped[int] = mapped_column(Cle, ForeignKey("terrain.id"))
    subdivision: Mapped[str] = mapped_column(String(32), ForeignKey("subdivision.code"), index=True)
    formation: Mapped[str] = mapped_column(String(32), ForeignKey("formation.code"))
    type: Mapped[TypeAgrement] = mapped_column(colonne_enum(TypeAgrement))
    phases: Mapped[str] = mapped_column(String(3), default="")  # letters S, A, C in this order
    debut: Mapped[date] = mapped_column(Date)
    fin: Mapped[date] = mapped_column(Date)  # last day included
    statut: Mapped[StatutAgrement] = mapped_column(colonne_enum(StatutAgrement))
    ligne_id: Mapped[int | None] = mapped_column(Cle, unique=True)
    arrete: Mapped[str | None] = mapped_column(String(80))
