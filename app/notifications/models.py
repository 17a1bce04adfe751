"""What people are told, where they want it, and what leaves by mail."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant, colonne_enum


class EtatEnvoi(enum.StrEnum):
    """Where a mail stands. INCERTAIN: handed over to the server, and nobody knows whether it took it."""

    EN_ATTENTE = "EN_ATTENTE"
    EN_COURS = "EN_COURS"
    PARTI = "PARTI"
    ECHOUE = "ECHOUE"
    INCERTAIN = "INCERTAIN"
    ANNULE = "ANNULE"
    RETENU = "RETENU"  # demonstration without a server: shown, never sent

    @property
    def libelle(self) -> str:
        """The word on screen."""
        return _LIBELLES[self]


_LIBELLES = {
    EtatEnvoi.EN_ATTENTE: "En attente",
    EtatEnvoi.EN_COURS: "En cours d'envoi",
    EtatEnvoi.PARTI: "Parti",
    EtatEnvoi.ECHOUE: "Échoué",
    EtatEnvoi.INCERTAIN: "Peut-être parti",
    EtatEnvoi.ANNULE: "Annulé",
    EtatEnvoi.RETENU: "Retenu (démonstration)",
}
# What these carry is not told by mail any more: the next digest takes it up.
PERDUS = frozenset({EtatEnvoi.ECHOUE, EtatEnvoi.INCERTAIN, EtatEnvoi.ANNULE})
RENVOYABLES = frozenset({EtatEnvoi.ECHOUE, EtatEnvoi.INCERTAIN})


class Facteur(Base):
    """How far the journal has been read: one row, moved by compare-and-set together with what it made."""

    __tablename__ = "facteur"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dernier: Mapped[int] = mapped_column(Cle)


class Envoi(Base):
    """A mail. It holds what it is about, never its text: that is rendered when it leaves, on what holds then.

    `cle` makes it the only one of its kind; `version` goes up with every claim and every answer.
    """

    __tablename__ = "envoi"
    __table_args__ = (
        Index("ix_envoi_du", "etat", "prochain"),
        Index("ix_envoi_personne", "personne_id", "id"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    cle: Mapped[str] = mapped_column(String(120), unique=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    genre: Mapped[str] = mapped_column(String(32))
    adresse: Mapped[str] = mapped_column(String(254))
    contexte: Mapped[dict[str, Any]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    etat: Mapped[EtatEnvoi] = mapped_column(colonne_enum(EtatEnvoi), default=EtatEnvoi.EN_ATTENTE)
    essais: Mapped[int] = mapped_column(Integer, default=0)
    prochain: Mapped[datetime] = mapped_column(Instant)  # not before; in hand: until when whoever claimed it holds it
    remis_le: Mapped[datetime | None] = mapped_column(Instant)  # from here on nobody can tell by himself
    raison: Mapped[str] = mapped_column(Text, default="")
    cree_le: Mapped[datetime] = mapped_column(Instant)
    parti_le: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Notification(Base):
    """One thing told to one person: an act of the journal, of one kind."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("personne_id", "acte_id", "genre", name="uq_notification_acte"),
        Index("ix_notification_personne", "personne_id", "id"),
        Index(
            "ix_notification_non_lues",
            "personne_id",
            postgresql_where=text("lue_le IS NULL"),
            sqlite_where=text("lue_le IS NULL"),
        ),
        Index("ix_notification_quand", "quand"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    acte_id: Mapped[int] = mapped_column(Cle)
    genre: Mapped[str] = mapped_column(String(32))
    demande_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("demande.id"), index=True)
    titre: Mapped[str] = mapped_column(String(200))
    texte: Mapped[str] = mapped_column(Text, default="")
    lien: Mapped[str] = mapped_column(String(300))
    quand: Mapped[datetime] = mapped_column(Instant)
    lue_le: Mapped[datetime | None] = mapped_column(Instant)
    envoi_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("envoi.id"), index=True)


class Courriel(Base):
    """Somebody's address, once he proved that he reads it, and what he wants there. No row: nobody asked him yet."""

    __tablename__ = "courriel"

    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), primary_key=True)
    adresse: Mapped[str | None] = mapped_column(String(254))  # verified
    verifiee_le: Mapped[datetime | None] = mapped_column(Instant)
    nouvelle: Mapped[str | None] = mapped_column(String(254))  # until it is verified
    alea: Mapped[str] = mapped_column(String(64), default="")  # the link is made of it and of the secret
    jeton_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expire: Mapped[datetime | None] = mapped_column(Instant)
    resume: Mapped[bool] = mapped_column(Boolean, default=True)
    immediat: Mapped[bool] = mapped_column(Boolean, default=True)
    resume_le: Mapped[date | None] = mapped_column(Date)  # the last day whose digest was made, or found empty
    version: Mapped[int] = mapped_column(Integer, default=1)
