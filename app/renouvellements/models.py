"""An invitation to renew: one a RTS and campaign, with the agréments that it is about and what he answered for each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant


class InvitationRenouvellement(Base):
    """`message` is the scolarité's own words, beside what every invitation says."""

    __tablename__ = "invitation_renouvellement"
    __table_args__ = (UniqueConstraint("campagne_id", "rpps", name="uq_invitation_renouvellement"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    campagne_id: Mapped[int] = mapped_column(Cle, ForeignKey("campagne.id"))
    rpps: Mapped[str] = mapped_column(String(11), index=True)
    message: Mapped[str] = mapped_column(Text, default="")
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)
    relances: Mapped[int] = mapped_column(Integer, default=0)
    relance_le: Mapped[datetime | None] = mapped_column(Instant)


class AgrementInvite(Base):
    """`demande_id`: the draft that it opened; `motif`: why its RTS does not renew it. A demande that is filed wins."""

    __tablename__ = "invitation_agrement"

    invitation_id: Mapped[int] = mapped_column(Cle, ForeignKey("invitation_renouvellement.id"), primary_key=True)
    agrement_id: Mapped[int] = mapped_column(Cle, ForeignKey("agrement.id"), primary_key=True)
    demande_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("demande.id"))
    motif: Mapped[str | None] = mapped_column(Text)
    repondu_le: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)
