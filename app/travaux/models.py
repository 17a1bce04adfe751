"""A piece of long work: batch, export, import."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant, colonne_enum


class EtatTravail(enum.StrEnum):
    """Where it stands; one that runs and has not been `vu` for half a minute was interrupted."""

    EN_COURS = "EN_COURS"
    FINI = "FINI"
    ECHOUE = "ECHOUE"


class Travail(Base):
    """Its author alone reads it. `entree` is what was asked, `resultat` what it gave; `total` and `fait` in items."""

    __tablename__ = "travail"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), index=True)
    genre: Mapped[str] = mapped_column(String(32))
    libelle: Mapped[str] = mapped_column(String(200))
    etat: Mapped[EtatTravail] = mapped_column(colonne_enum(EtatTravail))
    total: Mapped[int] = mapped_column(Integer, default=0)
    fait: Mapped[int] = mapped_column(Integer, default=0)
    entree: Mapped[dict[str, Any]] = mapped_column(JSON)
    resultat: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    cree_le: Mapped[datetime] = mapped_column(Instant)
    vu_le: Mapped[datetime] = mapped_column(Instant)
