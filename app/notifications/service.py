"""What people do with what they are told, and what an administrator does with mails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, update

from app.core.errors import Conflit, Introuvable
from app.core.journal import consigner, maintenant, prendre_la_main
from app.notifications.models import RENVOYABLES, Envoi, EtatEnvoi, Notification
from app.notifications.permissions import exiger_admin
from app.notifications.queries import nombre_renvoyables
from app.notifications.sonnette import sonner

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

GARDE: Final = 365  # days


async def ouvrir(session: AsyncSession, ident: int, *, par: Droits, lue: bool = True) -> str:
    """Mark one of his own read (or unread again); where it leads. Like a note, it is nobody else's business: no journal.

    Raises:
        Introuvable: no such notification, or not his.
    """
    sienne = (Notification.id == ident, Notification.personne_id == par.personne_id)
    lien = await session.scalar(select(Notification.lien).where(*sienne))
    if lien is None:
        raise Introuvable
    quand = func.coalesce(Notification.lue_le, maintenant()) if lue else None
    await session.execute(update(Notification).where(*sienne).values(lue_le=quand).execution_options(synchronize_session=False))
    await sonner(session, [par.personne_id])
    return str(lien)


async def tout_lire(session: AsyncSession, *, jusqu_a: int, genre: str, par: Droits) -> None:
    """Mark read all that the page showed: what came since stays unread."""
    siennes = [Notification.personne_id == par.personne_id, Notification.lue_le.is_(None), Notification.id <= jusqu_a]
    if genre:
        siennes.append(Notification.genre == genre)
    await session.execute(update(Notification).where(*siennes).values(lue_le=maintenant()))
    await sonner(session, [par.personne_id])


async def purger(session: AsyncSession, *, jours: int = GARDE) -> tuple[int, int]:
    """Delete what is older than so many days: notifications, then mails that are over."""
    avant = maintenant() - timedelta(days=jours)
    vieilles = await session.execute(delete(Notification).where(Notification.quand < avant))
    en_usage = select(Notification.envoi_id).where(Notification.envoi_id.is_not(None))
    finis = Envoi.etat.not_in([EtatEnvoi.EN_ATTENTE, EtatEnvoi.EN_COURS])
    vieux = await session.execute(delete(Envoi).where(Envoi.cree_le < avant, finis, Envoi.id.not_in(en_usage)))
    return vieilles.rowcount, vieux.rowcount  # type: ignore[attr-defined]


async def renvoyer(session: AsyncSession, *, envoi_id: int, version: int, par: Droits) -> None:
    """Put a mail that failed, or may have left, back in the queue: the same mail, with the same Message-ID.

    Raises:
        Introuvable: not an administrator.
        Conflit: it moved since the page was made.
    """
    exiger_admin(par)
    await prendre_la_main(session)
    tenu = (Envoi.id == envoi_id, Envoi.version == version, Envoi.etat.in_(sorted(RENVOYABLES)))
    if await _remettre(session, *tenu) != 1:
        raise Conflit("Ce courriel a changé d'état entre-temps : rechargez la page.")
    await _consigner(session, par, 1, envoi_id)


async def renvoyer_tous(session: AsyncSession, *, nombre: int, par: Droits) -> None:
    """The same, for all: as many as the page said.

    Raises:
        Introuvable: not an administrator.
        Conflit: there are more, or fewer, by now.
    """
    exiger_admin(par)
    await prendre_la_main(session)
    reel = await nombre_renvoyables(session)
    if reel != nombre:
        raise Conflit(f"Il y en a maintenant {reel}, et non {nombre} : rechargez la page, rien n'est renvoyé.")
    if await _remettre(session, Envoi.etat.in_(sorted(RENVOYABLES))) != nombre:
        raise Conflit("Des courriels ont changé d'état entre-temps : rechargez la page, rien n'est renvoyé.")
    await _consigner(session, par, nombre, 0)


async def _remettre(session: AsyncSession, *conditions: object) -> int:
    valeurs = {"etat": EtatEnvoi.EN_ATTENTE, "essais": 0, "remis_le": None, "prochain": maintenant()}
    ecrit = update(Envoi).where(*conditions).values(**valeurs, version=Envoi.version + 1)  # type: ignore[arg-type]
    return (await session.execute(ecrit.execution_options(synchronize_session=False))).rowcount  # type: ignore[attr-defined, no-any-return]


async def _consigner(session: AsyncSession, par: Droits, nombre: int, envoi_id: int) -> None:
    await consigner(session, "renvoyer_courriels", par=par, sujet="envoi", sujet_id=envoi_id, apres={"nombre": nombre})
