"""One comparison of a block, kept whole."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant, colonne_enum
from app.demandes.statuts import Bloc, Validation


class Cause(enum.StrEnum):
    """Why a block was compared."""

    SOUMISSION = "SOUMISSION"
    VERIFICATION = "VERIFICATION"  # somebody asked for it
    DECISION = "DECISION"  # what a person saw when he validated or invalidated
    RATTACHEMENT = "RATTACHEMENT"
    REPRISE = "REPRISE"  # the Open Data's value was taken into the Cockpit

    @property
    def libelle(self) -> str:
        """As the history says it."""
        return {
            "SOUMISSION": "Soumission", "VERIFICATION": "Vérification", "DECISION": "Décision de la scolarité",
            "RATTACHEMENT": "Fiche rattachée", "REPRISE": "Valeur Open Data reprise",
        }[self.value]  # fmt: skip


class Verification(Base):
    """One comparison of a block, whole: both values of every field, their normal forms, verdicts, register and rule.

    The newest of a block is what the machine knows of it; `signature` is the same for differences that are alike.
    """

    __tablename__ = "verification"
    __table_args__ = (
        Index("ix_verification_bloc", "demande_id", "bloc", "id"),
        Index("ix_verification_signature", "signature", "bloc"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"))
    bloc: Mapped[Bloc] = mapped_column(colonne_enum(Bloc))
    cause: Mapped[Cause] = mapped_column(colonne_enum(Cause))
    quand: Mapped[datetime] = mapped_column(Instant)
    auteur: Mapped[str] = mapped_column(String(200))
    etat: Mapped[Validation] = mapped_column(colonne_enum(Validation, "verification_etat"))  # that it left
    regle: Mapped[str] = mapped_column(String(16))
    registre: Mapped[str] = mapped_column(String(80), default="")
    registre_date: Mapped[date | None] = mapped_column(Date)
    signature: Mapped[str] = mapped_column(String(32), default="")
    comparaison: Mapped[dict[str, Any]] = mapped_column(JSON)
