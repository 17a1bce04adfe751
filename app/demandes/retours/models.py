"""A remark of the scolarité on one place of a dossier, and what is prepared before a return."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant, colonne_enum


class EtatRemarque(enum.StrEnum):
    """Where a remark stands. Only one that was sent is ever shown to the RTS."""

    PREPAREE = "PREPAREE"
    ENVOYEE = "ENVOYEE"
    LEVEE = "LEVEE"
    RELEVEE = "RELEVEE"  # raised again: the one that follows it says the rest
    ANNULEE = "ANNULEE"

    @property
    def libelle(self) -> str:
        """The word on screen."""
        return _ETATS[self]


_ETATS = {
    EtatRemarque.PREPAREE: "Préparée",
    EtatRemarque.ENVOYEE: "Envoyée",
    EtatRemarque.LEVEE: "Levée",
    EtatRemarque.RELEVEE: "Formulée de nouveau",
    EtatRemarque.ANNULEE: "Annulée",
}
EN_ATTENTE = frozenset({EtatRemarque.PREPAREE, EtatRemarque.ENVOYEE})


class Remarque(Base):
    """`ancre` says where (`retours/ancres.py`); prepared as long as it belongs to no return. Its text is never erased."""

    __tablename__ = "remarque"
    __table_args__ = (
        CheckConstraint("etat = 'PREPAREE' OR retour_id IS NOT NULL", name="envoyee"),
        Index("ix_remarque_demande", "demande_id", "id"),
        Index("ix_remarque_retour", "retour_id"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"))
    retour_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("retour.id"))
    ancre: Mapped[str] = mapped_column(String(64))
    motif: Mapped[str] = mapped_column(String(16), ForeignKey("motif.code"))
    texte: Mapped[str] = mapped_column(Text, default="")
    etat: Mapped[EtatRemarque] = mapped_column(colonne_enum(EtatRemarque))
    suite_de: Mapped[int | None] = mapped_column(Cle, ForeignKey("remarque.id"))
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)
    faite: Mapped[bool] = mapped_column(Boolean, default=False)  # ticked by the RTS
    reponse: Mapped[str] = mapped_column(Text, default="")
    close_par_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    close_le: Mapped[datetime | None] = mapped_column(Instant)
    motif_cloture: Mapped[str] = mapped_column(Text, default="")  # the scolarité's own: never shown to the RTS

    @property
    def traitee(self) -> bool:
        """Whether the RTS has done his part."""
        return self.faite or bool(self.reponse.strip())


class PreparationRetour(Base):
    """The draft of a return: what goes with the remarks that are prepared. `version` grows with each of them too."""

    __tablename__ = "preparation_retour"

    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), primary_key=True)
    echeance: Mapped[date | None] = mapped_column(Date)
    commentaire: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
