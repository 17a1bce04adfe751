"""Reads of campaigns. Their calendar is public to whoever is signed in with a right: it informs the RTS."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from app.campagnes.models import Campagne, CampagneFormation, CampagneMotif, CampagnePiece, Prolongation
from app.core.errors import Introuvable
from app.referentiel import queries as referentiel
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


@dataclass(frozen=True, slots=True)
class Fenetre:
    """The days of a stage, both included."""

    etape: Etape
    du: date
    au: date


def fenetres(campagne: Campagne) -> list[Fenetre]:
    """The stages of *campagne*, one after the other; one that lasts no day is left out."""
    bornes = (
        (campagne.cloture_depot, Etape.DEPOT),
        (campagne.cloture_complements, Etape.COMPLEMENTS),
        (campagne.cloture_avis, Etape.AVIS),
        (campagne.publication or campagne.debut_agrements, Etape.COMMISSION),
    )
    du, faites = campagne.ouverture, []
    for au, etape_ in bornes:
        if du <= au:
            faites.append(Fenetre(etape_, du, au))
            du = au + timedelta(days=1)
    return faites


def etape(campagne: Campagne, le: date) -> Etape:
    """The stage of *campagne* on the day *le*."""
    if le < campagne.ouverture:
        return Etape.A_VENIR
    return next((f.etape for f in fenetres(campagne) if le <= f.au), Etape.TERMINEE)


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


@dataclass(frozen=True, slots=True)
class MotifOffert:
    """A reason that a campaign offers, as whoever chooses one reads it."""

    code: str
    libelle: str
    commentaire_obligatoire: bool


async def motifs_de(session: AsyncSession, campagne_id: int, contexte: str) -> list[MotifOffert]:
    """The reasons of a context (INCOMPLET, REFUS_SCOLARITE): the ticked ones, else the whole list; then the campaign's own."""
    requete = select(CampagneMotif).where(CampagneMotif.campagne_id == campagne_id, CampagneMotif.contexte == contexte)
    siens = list(await session.scalars(requete.where(CampagneMotif.retire.is_(False)).order_by(CampagneMotif.id)))
    coches = {m.motif for m in siens if m.motif}
    liste_ = [m for m in await referentiel.motifs(session, contexte) if not coches or m.code in coches]
    offerts = [MotifOffert(m.code, m.libelle, m.commentaire_obligatoire) for m in liste_]
    return offerts + [MotifOffert(code_propre(m), m.libelle, m.commentaire_obligatoire) for m in siens if not m.motif]


async def motif_garde(session: AsyncSession, campagne_id: int, contexte: str, code: str) -> MotifOffert:
    """The reason of something already written: it stays its own when the campaign offers it no more."""
    offert = next((m for m in await motifs_de(session, campagne_id, contexte) if m.code == code), None)
    return offert or MotifOffert(code, (await libelles_motifs(session)).get(code, code), commentaire_obligatoire=False)


def code_propre(motif: CampagneMotif) -> str:
    """The code of a reason of one campaign only; no code of the list looks like it."""
    return f"C{motif.id}"


async def libelles_motifs(session: AsyncSession) -> dict[str, str]:
    """Every label that an act may name: the list's, and each campaign's own, withdrawn ones included."""
    propres = select(CampagneMotif).where(CampagneMotif.motif.is_(None))
    return await referentiel.libelles_motifs(session) | {code_propre(m): m.libelle for m in await session.scalars(propres)}


def depot_ouvert(campagne: Campagne, le: date, prolonge: date | None = None) -> bool:
    """Whether demandes may be filed on the day *le*; *prolonge*: the last day of somebody's personal extension."""
    return campagne.ouverture <= le <= dernier_jour_de_depot(campagne, prolonge)


def dernier_jour_de_depot(campagne: Campagne, prolonge: date | None) -> date:
    """The campaign's, or somebody's own if it is later."""
    return max(campagne.cloture_depot, prolonge or campagne.cloture_depot)


async def prolonge_jusqu_au(session: AsyncSession, campagne_id: int, rpps: str) -> date | None:
    """The last day of a RTS's personal extension in a campaign."""
    p = (await prolongations_de(session, rpps)).get(campagne_id)
    return p.jusqu_au if p else None


async def prolongations_de(session: AsyncSession, rpps: str) -> dict[int, Prolongation]:
    """The personal extensions of a RTS that are not revoked, by campaign."""
    requete = select(Prolongation).where(Prolongation.rpps == rpps, Prolongation.revoquee_le.is_(None))
    return {p.campagne_id: p for p in await session.scalars(requete)}


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


async def campagnes_ouvertes_au_depot(session: AsyncSession, le: date, rpps: str | None = None) -> list[Campagne]:
    """Where the RTS *rpps* may file on the day *le*, extensions included; the first to close comes first."""
    siennes = select(Prolongation.campagne_id).where(
        Prolongation.rpps == (rpps or ""), Prolongation.revoquee_le.is_(None), Prolongation.jusqu_au >= le
    )
    requete = (
        select(Campagne)
        .where(Campagne.ouverture <= le, or_(Campagne.cloture_depot >= le, Campagne.id.in_(siennes)))
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
