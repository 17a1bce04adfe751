"""The facteur: reads the journal from where it stopped, and writes what it tells, with its cursor, in one transaction.

Whoever moves the cursor by compare-and-set writes; another process that read the same acts finds it moved and gives up. A
kill leaves the cursor where it was, and nothing written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from app.core.journal import Journal
from app.notifications.destinataires import avis_de
from app.notifications.genres import DEPORTS, UTILES
from app.notifications.models import Courriel, Facteur, Notification
from app.notifications.outils import nouvel_envoi
from app.notifications.sonnette import sonner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.notifications.destinataires import Avis
    from app.settings import Settings

LOT: Final = 200  # acts read, and told, at once


async def distribuer(sessions: async_sessionmaker[AsyncSession], settings: Settings) -> int:
    """Tell everything that the journal holds and that nobody told yet; how many notifications were written."""
    ecrites = 0
    while True:
        async with sessions() as session:
            depuis = await session.scalar(select(Facteur.dernier).where(Facteur.id == 1)) or 0
            requete = select(Journal).where(Journal.id > depuis).order_by(Journal.id).limit(LOT)
            lus = list(await session.scalars(requete))
            actes = [a for a in lus if a.action in UTILES]
            avis = await avis_de(session, actes) if actes else []
        if not actes and len(lus) < LOT:  # nothing to tell: no write either, the next one passes over these again
            return ecrites
        # The write is a transaction of its own, that begins with the cursor: nobody waits while people are looked up.
        async with sessions() as session:
            if await _avancer(session, depuis, lus[-1].id):
                ecrites += await _ecrire(session, actes, avis, settings)
                await session.commit()


async def _avancer(session: AsyncSession, depuis: int, jusqu_a: int) -> bool:
    pas = update(Facteur).where(Facteur.id == 1, Facteur.dernier == depuis).values(dernier=jusqu_a)
    return (await session.execute(pas)).rowcount == 1  # type: ignore[attr-defined, no-any-return]


async def _ecrire(session: AsyncSession, actes: Sequence[Journal], avis: Sequence[Avis], settings: Settings) -> int:
    adresses = await _adresses(session, avis) if settings.courriels else {}
    notifications, envois = [], {}
    for a in avis:
        n = _notification(a)
        notifications.append(n)
        if a.genre.immediat and (adresse := adresses.get(a.personne_id)):
            cle = f"{a.genre.code}:{n.acte_id}:{a.personne_id}"
            envois[len(notifications) - 1] = nouvel_envoi(settings, cle, a.personne_id, a.genre.code, adresse, {})
    session.add_all(envois.values())
    await session.flush()
    for rang, envoi in envois.items():
        notifications[rang].envoi_id = envoi.id
    session.add_all(notifications)
    await session.flush()
    await _oublier(session, actes)
    await sonner(session, [n.personne_id for n in notifications])
    return len(notifications)


def _notification(a: Avis) -> Notification:
    acte = a.fait.acte
    return Notification(
        personne_id=a.personne_id, acte_id=acte.id, genre=a.genre.code, demande_id=acte.demande_id, titre=a.titre[:200],
        texte=a.texte[:500], lien=a.genre.lien.format(demande=acte.demande_id, seance=acte.sujet_id), quand=acte.quand,
    )  # fmt: skip


async def _adresses(session: AsyncSession, avis: Sequence[Avis]) -> dict[int, str]:
    """Verified addresses of those who want mails at once."""
    qui = {a.personne_id for a in avis if a.genre.immediat}
    if not qui:
        return {}
    requete = select(Courriel.personne_id, Courriel.adresse).where(
        Courriel.personne_id.in_(sorted(qui)), Courriel.adresse.is_not(None), Courriel.immediat
    )
    return {personne: adresse for personne, adresse in (await session.execute(requete)).all() if adresse}


async def _oublier(session: AsyncSession, actes: Sequence[Journal]) -> None:
    """A déport takes back what its person was told of the dossier, together with what came in the same breath."""
    for acte in actes:
        personne = (acte.apres or {}).get("personne_id")
        if acte.action in DEPORTS and isinstance(personne, int):
            siennes = (Notification.personne_id == personne, Notification.demande_id == acte.demande_id)
            await session.execute(delete(Notification).where(*siennes))
            await sonner(session, [personne])
