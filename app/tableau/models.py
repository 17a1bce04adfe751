"""What the table engine keeps for a person: columns shown, their order, how many are locked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle


class Preference(Base):
    """Per person and table: `{"masquees": [codes], "verrou": code or null}`."""

    __tablename__ = "preference"

    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    tableau: Mapped[str] = mapped_column(String(32), primary_key=True)
    valeur: Mapped[dict[str, Any]] = mapped_column(JSON)


class VueEnregistree(Base):
    """A state of the table kept under a name: private, or published for the service. `etat` is its query string."""

    __tablename__ = "vue_enregistree"
    __table_args__ = (UniqueConstraint("personne_id", "tableau", "nom", name="uq_vue_nom"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    tableau: Mapped[str] = mapped_column(String(32))
    nom: Mapped[str] = mapped_column(String(80))
    etat: Mapped[str] = mapped_column(Text)
    publiee: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
