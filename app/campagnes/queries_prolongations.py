"""The personal extensions of a campaign, as those who configure it read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.campagnes.models import Prolongation
from app.referentiel.models import Praticien

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class VueProlongation:
    """An extension as those who configure the campaign read it."""

    id: int
    version: int
    rpps: str
    nom: str
    jusqu_au: date
    motif: str
    revoquee: bool


async def prolongations(session: AsyncSession, campagne_id: int) -> list[VueProlongation]:
    """Every extension of a campaign, by name, those that are revoked last."""
    p = Prolongation
    requete = (
        select(p.id, p.version, p.rpps, Praticien.prenom, Praticien.nom, p.jusqu_au, p.motif, p.revoquee_le)
        .outerjoin(Praticien, Praticien.rpps == p.rpps)
        .where(p.campagne_id == campagne_id)
        .order_by(p.revoquee_le.is_not(None), Praticien.recherche, p.id)
    )
    return [
        VueProlongation(
            x.id, x.version, x.rpps, f"{x.prenom} {x.nom}" if x.nom else "", x.jusqu_au, x.motif, bool(x.revoquee_le)
        )
        for x in (await session.execute(requete)).all()
    ]
