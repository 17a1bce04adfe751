"""The day's digests: at most one a person and a day, of what nobody told him by mail and he has not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from app.core.journal import maintenant
from app.core.templating import PARIS
from app.notifications.destinataires import encore_vraies
from app.notifications.messages import RESUME
from app.notifications.models import PERDUS, Courriel, Envoi, Notification
from app.notifications.outils import nouvel_envoi

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.settings import Settings


def jour_du() -> date:
    """Today in Paris, by the clock that dates everything else."""
    return maintenant().astimezone(PARIS).date()


def heure_venue(settings: Settings) -> bool:
    """Whether the day's digests may be made."""
    return maintenant().astimezone(PARIS).hour >= settings.mail_heure


async def resumer(sessions: async_sessionmaker[AsyncSession], settings: Settings) -> int:
    """Make the day's digests that are not made yet, each in a transaction of its own; how many have something to say."""
    if not settings.courriels:
        return 0
    jour, c = jour_du(), Courriel
    dus = (c.adresse.is_not(None), c.resume, or_(c.resume_le.is_(None), c.resume_le < jour))
    async with sessions() as session:
        attendent = list(await session.scalars(select(c.personne_id).where(*dus).order_by(c.personne_id)))
    faits = 0
    for personne in attendent:
        async with sessions() as session:
            pris = update(c).where(c.personne_id == personne, *dus).values(resume_le=jour).returning(c.adresse)
            adresse = (await session.execute(pris.execution_options(synchronize_session=False))).scalar_one_or_none()
            if adresse is not None:
                faits += await _faire(session, settings, personne, adresse, jour)
            await session.commit()
    return faits


async def _faire(session: AsyncSession, settings: Settings, personne: int, adresse: str, jour: date) -> bool:
    n = Notification
    perdus = select(Envoi.id).where(Envoi.id == n.envoi_id, Envoi.etat.in_(sorted(PERDUS))).exists()
    a_dire = (n.personne_id == personne, n.lue_le.is_(None), or_(n.envoi_id.is_(None), perdus))
    dites = await encore_vraies(session, list(await session.scalars(select(n).where(*a_dire).order_by(n.id))))
    if not dites:
        return False
    envoi = nouvel_envoi(settings, f"{RESUME}:{personne}:{jour.isoformat()}", personne, RESUME, adresse, {})
    session.add(envoi)
    await session.flush()
    siennes = update(n).where(n.id.in_([x.id for x in dites]), *a_dire)
    await session.execute(siennes.values(envoi_id=envoi.id).execution_options(synchronize_session=False))
    return True
