"""The journal: one row per act, written in the act's own transaction.

It is the trace (who, when, before, after, why) and, read by id, the source of every live message.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, event, insert, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base, Cle, Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

# Every transaction that writes the journal takes this lock, so that ids appear in the order of the commits:
# a lower id committed later would be skipped by the readers.
VERROU_JOURNAL = 7_234_001
CANAL = "journal"


class Journal(Base):
    """One act. `sujet` names a kind of thing and `sujet_id` which one; `demande_id` gathers a dossier's acts.

    `version` is what the act left of the thing that it wrote, `lot` the batch that it belongs to, `annule` the act that
    it undoes (an undo that is undone is a redo).
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_demande", "demande_id", "id"),
        Index("ix_journal_sujet", "sujet", "sujet_id", "id"),
        Index("ix_journal_auteur", "auteur_id", "id"),
        Index("ix_journal_lot", "lot", "id"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    quand: Mapped[datetime] = mapped_column(Instant)
    auteur_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    auteur: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    sujet: Mapped[str] = mapped_column(String(32))
    sujet_id: Mapped[int] = mapped_column(Cle)
    demande_id: Mapped[int | None] = mapped_column(Cle)
    ligne_id: Mapped[int | None] = mapped_column(Cle)
    avant: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    apres: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    motif: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int | None] = mapped_column(Integer)
    lot: Mapped[int | None] = mapped_column(Cle)
    annule: Mapped[int | None] = mapped_column(Cle)


def maintenant() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


async def prendre_la_main(session: AsyncSession) -> None:
    """Take the journal's lock first: a writer that holds rows and waits for it could otherwise deadlock with another."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"SELECT pg_advisory_xact_lock({VERROU_JOURNAL})"))


async def consigner(
    session: AsyncSession,
    action: str,
    *,
    par: Any,
    sujet: str,
    sujet_id: int,
    demande_id: int | None = None,
    ligne_id: int | None = None,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
    motif: str | None = None,
    version: int | None = None,
    lot: int | None = None,
    annule: int | None = None,
) -> Journal:
    """Write one act by *par* (anything with `personne_id` and `nom_complet`, or None for the system)."""
    await prendre_la_main(session)
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"NOTIFY {CANAL}"))
    ecrit = Journal(
        quand=maintenant(),
        auteur_id=par.personne_id if par else None,
        auteur=par.nom_complet if par else "Agrément",
        action=action,
        sujet=sujet,
        sujet_id=sujet_id,
        demande_id=demande_id,
        ligne_id=ligne_id,
        avant=avant,
        apres=apres,
        motif=motif,
        version=version,
        lot=lot,
        annule=annule,
    )
    session.add(ecrit)
    await session.flush()
    session.sync_session.info.setdefault("journal_ecrit", []).append(action)
    return ecrit


async def consigner_en_lot(session: AsyncSession, actes: Sequence[dict[str, Any]]) -> None:
    """Write acts by hundreds, in one statement: each has every column of the journal but its id."""
    if not actes:
        return
    await prendre_la_main(session)
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"NOTIFY {CANAL}"))
    await session.execute(insert(Journal), list(actes), execution_options={"render_nulls": True})
    session.sync_session.info.setdefault("journal_ecrit", []).extend(a["action"] for a in actes)


_reveils: list[Any] = []


def reveiller_apres_commit(reveil: Any) -> None:
    """Call *reveil* after every commit that wrote the journal in this process, with the actions that it wrote."""
    _reveils.append(reveil)


def oublier_reveil(reveil: Any) -> None:
    """The opposite of `reveiller_apres_commit`."""
    if reveil in _reveils:
        _reveils.remove(reveil)


@event.listens_for(Session, "after_commit")
def _apres_commit(session: Session) -> None:
    if ecrites := session.info.pop("journal_ecrit", []):
        for reveil in _reveils:
            reveil(ecrites)
