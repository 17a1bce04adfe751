"""Reads of demandes and lines, always scoped to whoever asks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, select

from app.core.access import RECUSE, Droits, lisible_sql, peut_lire
from app.core.errors import Interdit, Introuvable
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande, Ligne, Piece, Retour
from app.referentiel.models import Etablissement

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

PAS_ENCORE = "Ce dossier s'ouvrira quand la scolarité l'aura validé administrativement."
REFUSE = "La scolarité a refusé cette demande : son dossier ne s'ouvre qu'à elle et au demandeur."

RETOUR_OUVERT = Retour.clos_le.is_(None) & Retour.annule_le.is_(None)


@lru_cache(maxsize=512)
def _ligne_visible(perimetre: Droits) -> Select[Ligne]:
    return lignes_visibles(perimetre).where(Ligne.id == bindparam("numero"))


def lignes_visibles(droits: Droits) -> Select[Ligne]:
    """The lines whose row this person may see."""
    return select(Ligne).where(lisible_sql(droits, Objet.LIGNE, Ligne))


async def ligne_visible(session: AsyncSession, droits: Droits, ligne_id: int) -> Ligne:
    """One line.

    Raises:
        Introuvable: no such line, or not for this person.
    """
    ligne = (await session.execute(_ligne_visible(droits.perimetre), {"numero": ligne_id})).scalar_one_or_none()
    if ligne is None:
        raise Introuvable
    return ligne


async def dossier_visible(session: AsyncSession, droits: Droits, demande_id: int) -> tuple[Demande, list[Ligne]]:
    """The demande and those of its lines that this person sees, tête first.

    Raises:
        Introuvable: no line of it is visible.
        Interdit: its row is visible, its content not (a declared déport; the coordonnateur opens only what was validated).
    """
    requete = lignes_visibles(droits).where(Ligne.demande_id == demande_id).order_by(Ligne.rang)
    lignes = list((await session.execute(requete)).scalars())
    if not lignes:
        raise Introuvable
    if any(droits.recuse(ligne) for ligne in lignes):
        raise Interdit(RECUSE)
    if not any(peut_lire(droits, Objet.DOSSIER, ligne) for ligne in lignes):
        refuse = lignes[0].moment is Moment.REFUS_SCOLARITE
        raise Interdit(REFUSE if refuse else PAS_ENCORE)
    return (await session.execute(select(Demande).where(Demande.id == demande_id))).scalar_one(), lignes


async def demandes_de(session: AsyncSession, droits: Droits) -> list[tuple[Demande, Ligne]]:
    """The RTS's own demandes with their ligne de tête, newest first."""
    requete = (
        select(Demande, Ligne)
        .join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0))
        .where(Demande.rpps == droits.rpps, Demande.supprimee_le.is_(None), lisible_sql(droits, Objet.LIGNE, Ligne))
        .order_by(Demande.id.desc())
    )
    return [(d, x) for d, x in (await session.execute(requete)).all()]


async def adresses(session: AsyncSession, demandes: list[Demande]) -> dict[int, str]:
    """Where the establishment of each demande is, by the register where it was picked there, else as typed."""
    lieux = select(Etablissement).where(Etablissement.id.in_({d.etablissement_id for d in demandes if d.etablissement_id}))
    connus = {e.id: (e.adresse, e.code_postal, e.ville) for e in await session.scalars(lieux)}
    saisies = {d.id: (d.saisie_adresse, d.saisie_code_postal, d.saisie_ville) for d in demandes}
    lues = {d.id: connus.get(d.etablissement_id or 0, saisies[d.id]) for d in demandes}
    return {ident: ", ".join(p for p in parts if p) for ident, parts in lues.items()}


async def retours_ouverts(session: AsyncSession, demande_ids: list[int]) -> dict[int, Retour]:
    """The open return of each demande that has one."""
    requete = select(Retour).where(Retour.demande_id.in_(demande_ids), RETOUR_OUVERT).order_by(Retour.id)
    return {r.demande_id: r for r in (await session.execute(requete)).scalars()}


async def pieces(session: AsyncSession, demande_id: int) -> list[Piece]:
    """The pieces that are still part of the dossier."""
    requete = select(Piece).where(Piece.demande_id == demande_id, Piece.retiree.is_(False)).order_by(Piece.id)
    return list((await session.execute(requete)).scalars())
