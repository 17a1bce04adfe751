"""The invitations that a RTS received, with his agréments and his answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.agrements.models import Agrement
from app.campagnes.models import Campagne
from app.core.errors import Introuvable
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement
from app.renouvellements.queries import colonnes, demandes_de_campagne, juger, par_titulaire

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.renouvellements.queries import Fini


@dataclass(frozen=True, slots=True)
class Recue:
    """One invitation."""

    id: int
    campagne: Campagne
    message: str
    finis: list[Fini]


async def recues(session: AsyncSession, droits: Droits, *, depuis: date) -> list[Recue]:
    """His own, whose campaign still takes opinions on the day *depuis*; the newest first."""
    if droits.rpps is None:
        return []
    i, x = InvitationRenouvellement, AgrementInvite
    requete = (
        select(i, Campagne)
        .join(Campagne, Campagne.id == i.campagne_id)
        .where(i.rpps == droits.rpps, Campagne.cloture_avis >= depuis)
        .order_by(i.id.desc())
    )
    faites = []
    for invitation, campagne in (await session.execute(requete)).all():
        liens = {v.agrement_id: v for v in await session.scalars(select(x).where(x.invitation_id == invitation.id))}
        siens = colonnes().where(Agrement.id.in_(sorted(liens)), Agrement.rpps == droits.rpps)
        finis = [f for t in par_titulaire((await session.execute(siens)).all()) for f in t.finis]
        demandes = (await demandes_de_campagne(session, campagne.id, droits.rpps)).get(droits.rpps, [])
        for f in finis:
            juger(f, liens[f.id], demandes)
        faites.append(Recue(invitation.id, campagne, invitation.message, finis))
    return faites


async def recue(
    session: AsyncSession, droits: Droits, invitation_id: int, agrement_id: int, *, depuis: date
) -> tuple[Recue, Fini]:
    """One agrément of one invitation of his own.

    Raises:
        Introuvable: somebody else's, or no longer to be answered.
    """
    for r in await recues(session, droits, depuis=depuis):
        for f in r.finis:
            if (r.id, f.id, f.suit) == (invitation_id, agrement_id, False):
                return r, f
    raise Introuvable
