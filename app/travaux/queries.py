"""Reads of long work: its author alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.core.errors import Introuvable
from app.travaux.models import Travail

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

DERNIERS: Final = 50


async def travail_de(session: AsyncSession, droits: Droits, ident: int, genre: str | None = None) -> Travail:
    """One piece of work, of this kind if one is named.

    Raises:
        Introuvable: no such work, or somebody else's.
    """
    requete = select(Travail).where(Travail.id == ident, Travail.personne_id == droits.personne_id)
    if genre:
        requete = requete.where(Travail.genre == genre)
    travail = (await session.execute(requete)).scalar_one_or_none()
    if travail is None:
        raise Introuvable
    return travail


async def derniers(session: AsyncSession, droits: Droits) -> list[Travail]:
    """The newest first."""
    requete = select(Travail).where(Travail.personne_id == droits.personne_id).order_by(Travail.id.desc()).limit(DERNIERS)
    return list((await session.execute(requete)).scalars())
