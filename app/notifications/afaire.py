"""Mails that did not leave, among what waits for an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.afaire.queries import BLOCS, Bloc, Rangee
from app.core.roles import Role
from app.notifications.models import RENVOYABLES, Envoi

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


async def courriers(session: AsyncSession, droits: Droits) -> Bloc | None:
    """How many, by state."""
    if not droits.a(Role.ADMIN):
        return None
    requete = select(Envoi.etat, func.count()).where(Envoi.etat.in_(sorted(RENVOYABLES))).group_by(Envoi.etat)
    lus = (await session.execute(requete)).all()
    if not lus:
        return None
    rangees = [Rangee(f"/courriers?etat={etat.value}", etat.libelle, str(n)) for etat, n in lus]
    acte = "Le serveur de courrier les a refusés ou n'a pas répondu : renvoyez-les une fois la cause levée."
    return Bloc("courriers", "courriers à renvoyer", str(sum(n for _, n in lus)), acte, "/courriers", rangees)


BLOCS.append(courriers)
