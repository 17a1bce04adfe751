"""The only writer of agréments. The commission proposes them; the DG ARS signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.core.errors import Interdit
from app.core.journal import consigner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Proposition:
    """An agrément that a commission proposes."""

    ligne_id: int
    rpps: str
    terrain_id: int
    subdivision: str
    formation: str
    type: TypeAgrement
    phases: str
    debut: date
    fin: date


async def proposer(session: AsyncSession, propositions: Sequence[Proposition]) -> None:
    """One PROPOSE for each, in one statement."""
    if propositions:
        rangees = [{c: getattr(p, c) for c in Proposition.__slots__} for p in propositions]
        await session.execute(insert(Agrement), [{**r, "statut": StatutAgrement.PROPOSE} for r in rangees])


async def declarer_depart(session: AsyncSession, ids: Sequence[int], *, motif: str, par: Any) -> int:
    """The holder has left: those of these that are in force are CADUC; how many. An agrément is a person's."""
    tries = sorted(ids)
    requete = select(Agrement.id, Agrement.rpps).where(Agrement.id.in_(tries), Agrement.statut == StatutAgrement.ACTIF)
    vises = (await session.execute(requete.order_by(Agrement.id))).all()
    ecrit = update(Agrement).where(Agrement.id.in_([a.id for a in vises]), Agrement.statut == StatutAgrement.ACTIF)
    await session.execute(ecrit.values(statut=StatutAgrement.CADUC).execution_options(synchronize_session=False))
    for a in vises:
        await consigner(session, "declarer_depart", par=par, sujet="agrement", sujet_id=a.id, motif=motif or None,
                        avant={"statut": StatutAgrement.ACTIF}, apres={"statut": StatutAgrement.CADUC})  # fmt: skip
    return len(vises)


async def retirer_proposes(session: AsyncSession, lignes: Select[int] | Sequence[int]) -> int:
    """Take back the proposals of these lines; how many there were.

    Raises:
        Interdit: the ARS has signed one of them already.
    """
    concernes: Any = Agrement.ligne_id.in_(lignes)
    signes = select(Agrement.arrete).where(concernes, Agrement.statut != StatutAgrement.PROPOSE).limit(1)
    signe = (await session.execute(signes)).one_or_none()
    if signe is not None:
        arrete = f" ({signe[0]})" if signe[0] else ""
        raise Interdit(f"Un arrêté de l'ARS est déjà enregistré{arrete} : ces décisions ne se rouvrent plus.")
    efface = delete(Agrement).where(concernes, Agrement.statut == StatutAgrement.PROPOSE)
    return int((await session.execute(efface)).rowcount)  # type: ignore[attr-defined]
