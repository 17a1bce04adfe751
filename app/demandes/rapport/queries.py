"""Reads of the report of a visit: whether the campaign asks for it, what is there, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from app.campagnes.models import CampagnePiece
from app.core.access import peut_ecrire, peut_lire
from app.core.templating import PARIS
from app.core.visibilite import Objet
from app.demandes.models import Demande, RapportVisite
from app.demandes.pieces import RAPPORT, taille_dite

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Ligne


def demande_sql(d: Any) -> ColumnElement[bool]:
    """Whether the report is asked of a demande *d*: by law, unless its campaign lists its pièces without it.

    What was taken from a previous tool left its reports there.
    """
    liste = exists().where(CampagnePiece.campagne_id == d.campagne_id)
    return and_(d.origine != "REPRISE", or_(not_(liste), liste.where(CampagnePiece.piece == RAPPORT)))


async def rapport_de(session: AsyncSession, demande_id: int) -> RapportVisite | None:
    """The report that is there, or was: `retire` says."""
    return await session.get(RapportVisite, demande_id)


def lit(droits: Droits, lignes: list[Ligne]) -> bool:
    """Whether this person reads the report of a dossier, of which he sees these lines."""
    return any(peut_lire(droits, Objet.RAPPORT_VISITE, x) for x in lignes)


def depose(droits: Droits, lignes: list[Ligne]) -> bool:
    """Whether he may deposit, replace or withdraw it."""
    return any(peut_ecrire(droits, Objet.RAPPORT_VISITE, x) for x in lignes)


async def rapport_lu(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> dict[str, Any] | None:
    """What a screen shows of it; None where this person reads none, or none is asked for and none is there."""
    if not lit(droits, lignes):
        return None
    rapport = await rapport_de(session, demande.id)
    present = rapport is not None and not rapport.retire
    demandee = bool(await session.scalar(select(demande_sql(Demande)).where(Demande.id == demande.id)))
    peut = depose(droits, lignes)
    if not present and not demandee and not peut:
        return None
    vue: dict[str, Any] = {"adresse": f"/demandes/{demande.id}/rapport-de-visite", "present": present, "depose": peut}
    vue |= {"demande": demandee}
    if rapport is None or not present:
        return vue
    return vue | {
        "visite_le": f"{rapport.visite_le:%d/%m/%Y}",
        "visiteurs": rapport.visiteurs,
        "constats": rapport.constats,
        "nom": rapport.nom,
        "taille": taille_dite(rapport.taille),
        "depose_le": jour_court(rapport.depose_le),
    }


def jour_court(quand: datetime) -> str:
    """« 25/11/2026 », in Paris."""
    return f"{quand.astimezone(PARIS):%d/%m/%Y}"
