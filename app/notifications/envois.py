"""The outbox: each mail is claimed by compare-and-set, re-examined, handed over, and its end noted.

Whoever claims holds the row until `prochain`. A row whose holder fell silent goes back in the queue if nothing had been
handed over; else nobody can know, and it says so: it is not sent again by itself, and the next digest tells what it told.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import select, update

from app.core.journal import maintenant
from app.core.templating import PARIS
from app.notifications.adresses import VERIFICATION
from app.notifications.destinataires import dit_encore, encore_vraies
from app.notifications.genres import GENRES
from app.notifications.messages import RESUME, message, texte_immediat, texte_resume, texte_verification
from app.notifications.models import Envoi, EtatEnvoi, Notification
from app.notifications.queries import courriel_de
from app.notifications.smtp import Inconnu, Liaison, Refus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.notifications.messages import Texte
    from app.settings import Settings

journal = structlog.get_logger("agrement")
BAIL: Final = timedelta(minutes=5)  # longer than the server may take over one mail
ESSAIS_MAX: Final = 8
PREMIER: Final = timedelta(minutes=1)
DERNIER: Final = timedelta(hours=4)
DEPASSE: Final = "ce n'est plus vrai : un autre acte a suivi"


@dataclass(frozen=True, slots=True)
class Annulation(Exception):
    """It is not to be sent any more, and why."""

    raison: str


def delai(essais: int) -> timedelta:
    """How long to wait after so many failures: twice as long each time, a little at random."""
    attente: timedelta = PREMIER * 2 ** min(essais - 1, 10)
    return min(attente, DERNIER) * random.uniform(0.9, 1.1)  # noqa: S311 (no secret)


async def envoyer_tout(
    sessions: async_sessionmaker[AsyncSession], settings: Settings, *, arret: Callable[[], bool] = lambda: False
) -> int:
    """Send whatever is due, one after the other; how many left (or were kept, in a demonstration)."""
    await relever_abandonnes(sessions)
    liaison, partis = Liaison(settings.smtp) if settings.smtp else None, 0
    try:
        while not arret() and (envoi := await prendre(sessions)) is not None:
            partis += await _envoyer(sessions, settings, envoi, liaison)
    except asyncio.CancelledError:
        if liaison is not None:
            liaison.couper()
        raise
    if liaison is not None:
        await liaison.fermer()
    return partis


async def relever_abandonnes(sessions: async_sessionmaker[AsyncSession]) -> None:
    """What a process that died was holding."""
    echus = (Envoi.etat == EtatEnvoi.EN_COURS, Envoi.prochain < maintenant())
    async with sessions() as session:
        if await session.scalar(select(Envoi.id).where(*echus).limit(1)) is None:
            return
        rien = update(Envoi).where(*echus, Envoi.remis_le.is_(None))
        await session.execute(rien.values(etat=EtatEnvoi.EN_ATTENTE, version=Envoi.version + 1))
        raison = "l'application s'est arrêtée pendant l'envoi : nul ne sait s'il est parti"
        remis = update(Envoi).where(*echus, Envoi.remis_le.is_not(None))
        await session.execute(remis.values(etat=EtatEnvoi.INCERTAIN, raison=raison, version=Envoi.version + 1))
        await session.commit()


async def prendre(sessions: async_sessionmaker[AsyncSession]) -> Envoi | None:
    """Claim the mail that has waited longest; None when none is due."""
    while True:
        async with sessions() as session:
            du = select(Envoi).where(Envoi.etat == EtatEnvoi.EN_ATTENTE, Envoi.prochain <= maintenant())
            envoi = (await session.scalars(du.order_by(Envoi.prochain, Envoi.id).limit(1))).one_or_none()
        if envoi is None:
            return None
        if await noter(sessions, envoi, etat=EtatEnvoi.EN_COURS, prochain=maintenant() + BAIL, essais=envoi.essais + 1):
            return envoi


async def noter(sessions: async_sessionmaker[AsyncSession], envoi: Envoi, **valeurs: Any) -> bool:
    """Write on the row if nobody did since it was read; *envoi* follows. False: it is somebody else's now."""
    async with sessions() as session:
        tenu = (Envoi.id == envoi.id, Envoi.version == envoi.version)
        ecrit = update(Envoi).where(*tenu).values(**valeurs, version=envoi.version + 1)
        pris: bool = (await session.execute(ecrit.execution_options(synchronize_session=False))).rowcount == 1  # type: ignore[attr-defined]
        await session.commit()
    if pris:
        for nom, valeur in (valeurs | {"version": envoi.version + 1}).items():
            setattr(envoi, nom, valeur)
    return pris


async def _envoyer(
    sessions: async_sessionmaker[AsyncSession], settings: Settings, envoi: Envoi, liaison: Liaison | None
) -> bool:
    """One claimed mail, to its end."""
    try:
        octets = await _octets(sessions, settings, envoi)
        if liaison is None:
            return await noter(sessions, envoi, etat=EtatEnvoi.RETENU if settings.demonstration else EtatEnvoi.ANNULE)
        await liaison.presenter(settings.mail_from, envoi.adresse)
        if not await noter(sessions, envoi, remis_le=maintenant(), prochain=maintenant() + BAIL):
            await liaison.renoncer()
            return False
        await liaison.remettre(octets)
        await noter(sessions, envoi, etat=EtatEnvoi.PARTI, parti_le=maintenant(), raison="")
    except Annulation as annulation:
        await noter(sessions, envoi, etat=EtatEnvoi.ANNULE, raison=annulation.raison)
        return False
    except Inconnu as erreur:
        await noter(sessions, envoi, etat=EtatEnvoi.INCERTAIN, raison=f"remis au serveur, sans réponse : {erreur}")
        return False
    except Refus as refus:
        await _refuse(sessions, envoi, refus)
        return False
    return True


async def _octets(sessions: async_sessionmaker[AsyncSession], settings: Settings, envoi: Envoi) -> bytes:
    async with sessions() as session:
        texte = await composer(session, settings, envoi)
    try:
        return message(settings, envoi, texte).as_bytes()
    except ValueError as erreur:  # a line break in a header: never sent, whatever it says
        raise Refus("un en-tête de ce courriel est impossible", definitif=True) from erreur


async def _refuse(sessions: async_sessionmaker[AsyncSession], envoi: Envoi, refus: Refus) -> None:
    fini = refus.definitif or envoi.essais >= ESSAIS_MAX
    etat = EtatEnvoi.ECHOUE if fini else EtatEnvoi.EN_ATTENTE
    journal.warning("courriel", envoi=envoi.id, etat=etat, raison=refus.raison)
    await noter(sessions, envoi, etat=etat, raison=refus.raison, remis_le=None, prochain=maintenant() + delai(envoi.essais))


async def composer(session: AsyncSession, settings: Settings, envoi: Envoi) -> Texte:
    """What it says, on what holds now.

    Raises:
        Annulation: its address is not (or no longer) his, he does not want it, has read what it tells, or it holds no more.
    """
    courriel, qui = await courriel_de(session, envoi.personne_id), envoi.personne_id
    if envoi.genre == VERIFICATION:
        alea = str(envoi.contexte["alea"])
        if courriel is None or courriel.nouvelle != envoi.adresse or courriel.alea != alea:
            raise Annulation("un autre lien l'a remplacé, ou il a servi")
        return texte_verification(settings, qui, envoi.adresse, alea)
    if courriel is None or courriel.adresse != envoi.adresse:
        raise Annulation("l'adresse n'est plus la sienne")
    if not (courriel.resume if envoi.genre == RESUME else courriel.immediat):
        raise Annulation("ces courriels sont désactivés")
    non_lues = list(
        await session.scalars(
            select(Notification)
            .where(Notification.envoi_id == envoi.id, Notification.lue_le.is_(None))
            .order_by(Notification.id)
        )
    )
    if not non_lues:
        raise Annulation("lu entre-temps dans l'application, ou dit par un résumé")
    return await _vrai(session, settings, envoi, non_lues)


async def _vrai(session: AsyncSession, settings: Settings, envoi: Envoi, non_lues: list[Notification]) -> Texte:
    qui = envoi.personne_id
    if envoi.genre != RESUME:
        if envoi.genre not in GENRES:
            raise Annulation("ce genre de courriel n'existe plus")
        dite = non_lues[-1]
        if (fait := await dit_encore(session, dite.acte_id, qui, envoi.genre)) is None:
            raise Annulation(DEPASSE)
        return texte_immediat(settings, envoi.genre, fait, dite.lien, personne_id=qui, adresse=envoi.adresse)
    if not du_jour(envoi.cree_le):
        raise Annulation("la journée est passée : le résumé suivant le remplace")
    if not (vraies := await encore_vraies(session, non_lues)):
        raise Annulation(DEPASSE)
    return texte_resume(settings, Counter(n.genre for n in vraies), personne_id=qui, adresse=envoi.adresse)


def du_jour(instant: datetime) -> bool:
    """Whether *instant* is today, in Paris."""
    return instant.astimezone(PARIS).date() == maintenant().astimezone(PARIS).date()
