"""People, the identities that open their account, their functions, their sessions, invitations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Cle, Instant, colonne_enum
from app.core.roles import Role


class Personne(Base):
    __tablename__ = "personne"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    prenom: Mapped[str] = mapped_column(String(120))
    nom: Mapped[str] = mapped_column(String(120))
    rpps: Mapped[str | None] = mapped_column(String(11), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    telephone: Mapped[str | None] = mapped_column(String(30))
    recherche: Mapped[str] = mapped_column(String(300), index=True)
    fonctions: Mapped[list[Fonction]] = relationship(back_populates="personne", lazy="raise", order_by="Fonction.id")

    @property
    def nom_complet(self) -> str:
        """Prénom Nom, as every screen shows it."""
        return f"{self.prenom} {self.nom}"


class Identite(Base):
    """An account at an identity provider: (iss, sub) is its only key."""

    __tablename__ = "identite"
    __table_args__ = (UniqueConstraint("iss", "sub"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), index=True)
    iss: Mapped[str] = mapped_column(String(300))
    sub: Mapped[str] = mapped_column(String(300))
    vu: Mapped[datetime] = mapped_column(Instant)


class Fonction(Base):
    """A right: role × subdivisions × formations × dates. An empty list means all of them."""

    __tablename__ = "fonction"
    __table_args__ = (CheckConstraint("fin IS NULL OR fin >= debut", name="dates"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), index=True)
    role: Mapped[Role] = mapped_column(colonne_enum(Role))
    subdivisions: Mapped[list[str]] = mapped_column(JSON, default=list)
    formations: Mapped[list[str]] = mapped_column(JSON, default=list)
    debut: Mapped[date] = mapped_column(Date)
    fin: Mapped[date | None] = mapped_column(Date)  # last day included
    version: Mapped[int] = mapped_column(Integer, default=1)
    personne: Mapped[Personne] = relationship(back_populates="fonctions", lazy="raise")


class SessionWeb(Base):
    """A login. The cookie holds a random id; the table only its SHA-256."""

    __tablename__ = "session_web"
    __table_args__ = (Index("ix_session_web_personne", "personne_id"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    fournisseur: Mapped[str] = mapped_column(String(40))
    id_token: Mapped[str] = mapped_column(Text)
    cree: Mapped[datetime] = mapped_column(Instant)
    vu: Mapped[datetime] = mapped_column(Instant)
    expire: Mapped[datetime] = mapped_column(Instant)  # absolute


class Invitation(Base):
    """Opens an account for a person who has no known RPPS. The link holds a token; the table its SHA-256."""

    __tablename__ = "invitation"

    jeton_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    personne_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"), index=True)
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    cree: Mapped[datetime] = mapped_column(Instant)
    expire: Mapped[datetime] = mapped_column(Instant)
    acceptee: Mapped[datetime | None] = mapped_column(Instant)
