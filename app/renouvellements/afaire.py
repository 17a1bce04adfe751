"""Invitations to renew that nobody has answered, among what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.afaire.queries import BLOCS, Bloc, Rangee
from app.campagnes.models import Campagne
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.renouvellements.models import InvitationRenouvellement
from app.renouvellements.queries import Reponse, invites_de_campagne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


async def sans_reponse(session: AsyncSession, droits: Droits) -> Bloc | None:
    """By campaign that still takes demandes."""
    if not droits.a(Role.SCOL):
        return None
    invitees = select(InvitationRenouvellement.campagne_id)
    siennes = select(Campagne).where(Campagne.id.in_(invitees), Campagne.cloture_depot >= aujourdhui()).order_by(Campagne.id)
    rangees, total = [], 0
    for campagne in await session.scalars(siennes):
        muets = [t for t in await invites_de_campagne(session, droits, campagne) if t.reponse is Reponse.SANS_REPONSE]
        if muets:
            total += len(muets)
            url = f"/campagnes/{campagne.id}/invitations"
            dit = f"{len(muets)} sans réponse"
            rangees.append(Rangee(url, campagne.libelle, dit))
    if not rangees:
        return None
    acte = "Invités à renouveler, ils n'ont ni déposé ni dit qu'ils ne renouvelaient pas : relancez-les."
    return Bloc("invitations", "invitations sans réponse", str(total), acte, "", rangees)


BLOCS.append(sans_reponse)
