"""One opinion per line and kind, one decision per line. Each carries its own version; the journal keeps the history."""

from __future__ import annotations

import enum
from datetime import datetime  # noqa: TC003 (the mixin's columns read it at run time)

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core.db import Base, Cle, Instant, colonne_enum


class Sens(enum.StrEnum):
    """What an opinion or a decision says."""

    ACCEPTE = "ACCEPTE"
    A_L_ETUDE = "A_L_ETUDE"
    REFUSE = "REFUSE"

    @property
    def libelle(self) -> str:
        """The word in a decision's cell (tutorial)."""
        return {"ACCEPTE": "Accepté", "A_L_ETUDE": "A l'étude", "REFUSE": "Refusé"}[self.value]

    @property
    def libelle_avis(self) -> str:
        """The word on the opinion's form (tutorial)."""
        return {"ACCEPTE": "Acceptée", "A_L_ETUDE": "A l'étude", "REFUSE": "Refusée"}[self.value]


class Source(enum.StrEnum):
    """How a decision came to be: typed in séance, or inherited and confirmed at the closing."""

    SAISIE = "SAISIE"
    CONFIRMEE = "CONFIRMEE"


class _Jugement:
    """The shape shared by opinions and decisions, held by CHECK constraints."""

    sens: Mapped[Sens] = mapped_column(colonne_enum(Sens))
    duree: Mapped[int | None] = mapped_column(Integer)  # years: 1 or 5; None where bound to the principal, or refused
    phases: Mapped[str] = mapped_column(String(3), default="")
    motif: Mapped[str | None] = mapped_column(String(16))
    motif_texte: Mapped[str] = mapped_column(Text, default="")
    commentaire: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    quand: Mapped[datetime] = mapped_column(Instant)

    @declared_attr
    @classmethod
    def ligne_id(cls) -> Mapped[int]:
        """Key: one per line."""
        return mapped_column(Cle, ForeignKey("ligne.id"), primary_key=True)

    @declared_attr
    @classmethod
    def auteur_id(cls) -> Mapped[int]:
        """The last author; the journal has the others."""
        return mapped_column(Cle, ForeignKey("personne.id"))

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint, ...]:
        return (
            CheckConstraint("duree IS NULL OR duree IN (1, 5)", name="duree"),
            CheckConstraint("sens <> 'REFUSE' OR (motif IS NOT NULL AND phases = '' AND duree IS NULL)", name="refus"),
        )


class AvisCoordonnateur(_Jugement, Base):
    __tablename__ = "avis_coordonnateur"


class AvisRepresentant(_Jugement, Base):
    __tablename__ = "avis_representant"


class Decision(_Jugement, Base):
    """The commission's. No row: the coordonnateur's opinion is shown, as inherited.

    `avis_version` is the opinion's version when the decision was taken: a newer one shows *avis modifié depuis*.
    """

    __tablename__ = "decision"

    source: Mapped[Source] = mapped_column(colonne_enum(Source))
    avis_version: Mapped[int | None] = mapped_column(Integer)
