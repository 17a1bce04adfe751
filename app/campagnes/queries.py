"""Reads of campaigns. Their calendar is public to whoever is signed in with a right: it informs the RTS."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.campagnes.models import Campagne, CampagneFormation, CampagnePiece
from app.core.errors import Introuvable
from app.referentiel.models import TypePiece

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


class Etape(enum.StrEnum):
    """Where a campaign stands on a day."""

    A_VENIR = "À venir"
    DEPOT = "Dépôt des demandes"
    COMPLEMENTS = "Compléments"
    AVIS = "Avis"
    COMMISSION = "Commission"
    TERMINEE = "Terminée"


def etape(campagne: Campagne, le: date) -> Etape:
    """The stage of *campagne* on the day *le*."""
    if le < campagne.ouverture:
        return Etape.A_VENIR
    bornes = (
        (campagne.cloture_depot, Etape.DEPOT),
        (campagne.cloture_complements, Etape.COMPLEMENTS),
        (campagne.cloture_avis, Etape.AVIS),
        (campagne.publication or campagne.debut_agrements, Etape.COMMISSION),
    )
    return next((e for borne, e in bornes if le <= borne), Etape.TERMINEE)


@dataclass(frozen=True, slots=True)
class PieceDemandee:
    """A pièce that a campaign asks of a profile (tous, cabinet, hospitalier)."""

    code: str
    libelle: str
    profils: str
    fournie_par: str
    obligatoire: bool


async def pieces_demandees(session: AsyncSession, campagne_id: int) -> list[PieceDemandee]:
    """What the campaign asks for, in the order of the list."""
    requete = (
        select(TypePiece.code, TypePiece.libelle, TypePiece.profils, TypePiece.fournie_par, CampagnePiece.obligatoire)
        .join(CampagnePiece, CampagnePiece.piece == TypePiece.code)
        .where(CampagnePiece.campagne_id == campagne_id)
        .order_by(TypePiece.code)
    )
    return [PieceDemandee(*rangee) for rangee in (await session.execute(requete)).all()]


def depot_ouvert(campagne: Campagne, le: date) -> bool:
    """Whether demandes may be filed on the day *le*."""
    return campagne.ouverture <= le <= campagne.cloture_depot


def visibles(droits: Droits) -> Select[Campagne]:
    """The campaigns that this person reads: those of his subdivisions, all of them for a RTS."""
    requete = select(Campagne).options(selectinload(Campagne.formations))
    if droits.rpps is not None or any(p.subdivisions is None for p in droits.portees):
        return requete
    siennes = sorted({s for p in droits.portees for s in p.subdivisions or ()})
    return requete.where(Campagne.subdivision.in_(siennes))


async def liste(session: AsyncSession, droits: Droits) -> list[Campagne]:
    """The visible campaigns, newest first."""
    requete = visibles(droits).order_by(Campagne.ouverture.desc(), Campagne.subdivision, Campagne.id)
    return list(await session.scalars(requete))


async def campagne_visible(session: AsyncSession, droits: Droits, campagne_id: int) -> Campagne:
    """One campaign.

    Raises:
        Introuvable: no such campaign, or not for this person.
    """
    campagne = await session.scalar(visibles(droits).where(Campagne.id == campagne_id))
    if campagne is None:
        raise Introuvable
    return campagne


async def campagne(session: AsyncSession, campagne_id: int) -> Campagne:
    """The campaign of a demande that one may read already."""
    requete = select(Campagne).where(Campagne.id == campagne_id).options(selectinload(Campagne.formations))
    return (await session.scalars(requete)).one()


async def campagnes_ouvertes_au_depot(session: AsyncSession, le: date) -> list[Campagne]:
    """Where a RTS may file on the day *le*; the first to close comes first."""
    requete = (
        select(Campagne)
        .where(Campagne.ouverture <= le, Campagne.cloture_depot >= le)
        .options(selectinload(Campagne.formations))
        .order_by(Campagne.cloture_depot, Campagne.id)
    )
    return list(await session.scalars(requete))


async def campagne_ouverte(session: AsyncSession, subdivision: str, formation: str, le: date) -> Campagne | None:
    """The campaign that takes demandes for a formation in a subdivision on the day *le*; windows never overlap."""
    requete = (
        select(Campagne)
        .join(CampagneFormation, CampagneFormation.campagne_id == Campagne.id)
        .where(Campagne.subdivision == subdivision, CampagneFormation.formation == formation)
        .where(Campagne.ouverture <= le, Campagne.cloture_depot >= le)
        .options(selectinload(Campagne.formations))
        .order_by(Campagne.id)
    )
    return (await session.scalars(requete)).first()


async def en_conflit(
    session: AsyncSession, subdivision: str, formations: Iterable[str], du: date, au: date, *, sauf: int
) -> list[tuple[Campagne, list[str]]]:
    """Campaigns of the subdivision whose window meets [*du*, *au*], each with the formations that both open."""
    requete = (
        select(Campagne)
        .where(Campagne.subdivision == subdivision, Campagne.ouverture <= au, Campagne.cloture_avis >= du)
        .where(Campagne.id != sauf)
        .options(selectinload(Campagne.formations))
        .order_by(Campagne.id)
        .execution_options(populate_existing=True)
    )
    voulues = set(formations)
    communes = [(c, sorted(voulues & {f.formation for f in c.formations})) for c in await session.scalars(requete)]
    return [(c, codes) for c, codes in communes if codes]


async def prochaines(session: AsyncSession, le: date) -> list[Campagne]:
    """Those that open after the day *le*, the first one first."""
    requete = select(Campagne).where(Campagne.ouverture > le).order_by(Campagne.ouverture, Campagne.id).limit(10)
    return list(await session.scalars(requete))
