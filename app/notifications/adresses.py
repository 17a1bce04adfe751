"""Somebody's address: asked, verified by a link, changed only by another verification; and what he wants there."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update

from app.comptes.acces import empreinte
from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.notifications.models import Courriel, Envoi, EtatEnvoi
from app.notifications.outils import jeton_de_desinscription, jeton_de_verification, nouvel_envoi
from app.notifications.queries import courriel_de

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.settings import Settings

DUREE: Final = timedelta(hours=24)
PAR_JOUR: Final = 5  # verification mails to one person: nobody writes to others through us
VERIFICATION: Final = "verification"
QUOI: Final = {"resume": "le résumé quotidien", "immediat": "les courriels immédiats", "tout": "tous les courriels"}


async def demander(session: AsyncSession, settings: Settings, *, adresse: str, par: Droits) -> None:
    """Send a link to *adresse*; until it is opened, the verified address (if there is one) stays the one that counts.

    Raises:
        Interdit: too many were sent today, or no mail ever leaves from here.
    """
    if not settings.courriels:
        raise Interdit("Cette installation n'envoie pas de courriels.")
    await prendre_la_main(session)
    courriel = await _tenir(session, par.personne_id)
    if adresse == courriel.adresse:
        await _abandonner(session, par.personne_id)
        return
    siens = select(func.count()).select_from(Envoi).where(Envoi.personne_id == par.personne_id, Envoi.genre == VERIFICATION)
    if (await session.scalar(siens.where(Envoi.cree_le > maintenant() - timedelta(days=1))) or 0) >= PAR_JOUR:
        raise Interdit(f"{PAR_JOUR} liens vous ont déjà été envoyés depuis hier : attendez demain.")
    await _abandonner(session, par.personne_id)
    alea = secrets.token_urlsafe(24)
    jeton = jeton_de_verification(settings.secret, par.personne_id, adresse, alea)
    valeurs = {"nouvelle": adresse, "alea": alea, "jeton_hash": empreinte(jeton), "expire": maintenant() + DUREE}
    await session.execute(
        update(Courriel).where(Courriel.personne_id == par.personne_id).values(**valeurs, version=Courriel.version + 1)
    )
    cle = f"{VERIFICATION}:{par.personne_id}:{alea}"
    session.add(nouvel_envoi(settings, cle, par.personne_id, VERIFICATION, adresse, {"alea": alea}))
    await consigner(session, "demander_adresse", par=par, sujet="personne", sujet_id=par.personne_id)


async def plus_tard(session: AsyncSession, *, par: Droits) -> None:
    """Not now: he is not asked again, and finds the question in *Mes informations*."""
    await _tenir(session, par.personne_id)


async def _tenir(session: AsyncSession, personne_id: int) -> Courriel:
    """The row, made if need be."""
    courriel = await courriel_de(session, personne_id)
    if courriel is None:
        courriel = Courriel(personne_id=personne_id, resume=True, immediat=True, alea="", version=1)
        session.add(courriel)
        await session.flush()
    return courriel


async def _abandonner(session: AsyncSession, personne_id: int) -> None:
    """The link sent before opens nothing any more, and does not leave if it has not yet."""
    vide = {"nouvelle": None, "alea": "", "jeton_hash": None, "expire": None}
    await session.execute(update(Courriel).where(Courriel.personne_id == personne_id).values(**vide))
    ancien = update(Envoi).where(
        Envoi.personne_id == personne_id, Envoi.genre == VERIFICATION, Envoi.etat == EtatEnvoi.EN_ATTENTE
    )
    await session.execute(ancien.values(etat=EtatEnvoi.ANNULE, raison="remplacé par un autre lien", version=Envoi.version + 1))


async def attendue(session: AsyncSession, jeton: str, *, par: Droits) -> Courriel | None:
    """What the link *jeton* would verify for this person: his own, still good, never used."""
    requete = select(Courriel).where(
        Courriel.personne_id == par.personne_id, Courriel.jeton_hash == empreinte(jeton), Courriel.expire > maintenant()
    )
    return (await session.scalars(requete)).one_or_none()


async def confirmer(session: AsyncSession, jeton: str, *, par: Droits) -> str:
    """Open the link, once; the address.

    Raises:
        Conflit: it was used, replaced, is too old, or is somebody else's.
    """
    await prendre_la_main(session)
    courriel = await attendue(session, jeton, par=par)
    if courriel is None or courriel.nouvelle is None:
        raise Conflit("Ce lien ne vaut plus : demandez-en un autre dans « Mes informations ».")
    adresse = courriel.nouvelle
    prise = (
        update(Courriel)
        .where(Courriel.personne_id == par.personne_id, Courriel.jeton_hash == empreinte(jeton))
        .values(
            adresse=adresse, verifiee_le=maintenant(), nouvelle=None, alea="", jeton_hash=None, expire=None,
            version=Courriel.version + 1,
        )
    )  # fmt: skip
    if (await session.execute(prise.execution_options(synchronize_session=False))).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit("Ce lien vient de servir.")
    await consigner(session, "verifier_adresse", par=par, sujet="personne", sujet_id=par.personne_id)
    return adresse


async def preferer(session: AsyncSession, *, resume: bool, immediat: bool, version: int, par: Droits) -> None:
    """What he wants by mail from now on.

    Raises:
        Conflit: changed in another window since.
    """
    await prendre_la_main(session)
    ecrit = update(Courriel).where(Courriel.personne_id == par.personne_id, Courriel.version == version)
    ecrit = ecrit.values(resume=resume, immediat=immediat, version=version + 1).execution_options(synchronize_session=False)
    if (await session.execute(ecrit)).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit("Vos préférences ont changé entre-temps : rechargez la page.")
    await _consigner_choix(session, par.personne_id, par, resume=resume, immediat=immediat)


async def oublier(session: AsyncSession, *, par: Droits) -> None:
    """No address any more: nothing leaves, and nothing is asked again."""
    await prendre_la_main(session)
    await _abandonner(session, par.personne_id)
    vide = update(Courriel).where(Courriel.personne_id == par.personne_id)
    await session.execute(vide.values(adresse=None, verifiee_le=None, version=Courriel.version + 1))
    await consigner(session, "oublier_adresse", par=par, sujet="personne", sujet_id=par.personne_id)


async def desinscrit(session: AsyncSession, settings: Settings, jeton: str) -> tuple[Courriel, str] | None:
    """Whose link it is and what it stops; None where it is nobody's (any more)."""
    numero, _, reste = jeton.partition(".")
    quoi = reste.partition(".")[0]
    if not (numero.isascii() and numero.isdecimal() and len(numero) < 16) or quoi not in QUOI:
        return None
    courriel = await courriel_de(session, int(numero))
    if courriel is None or courriel.adresse is None:
        return None
    attendu = jeton_de_desinscription(settings.secret, courriel.personne_id, courriel.adresse, quoi)
    return (courriel, quoi) if hmac.compare_digest(attendu.encode(), jeton.encode("utf-8", "replace")) else None


async def desinscrire(session: AsyncSession, courriel: Courriel, quoi: str) -> None:
    """Off, by the link of a mail: whoever reads the mailbox may, without signing in."""
    await prendre_la_main(session)
    resume, immediat = courriel.resume and quoi == "immediat", courriel.immediat and quoi == "resume"
    ecrit = update(Courriel).where(Courriel.personne_id == courriel.personne_id)
    await session.execute(ecrit.values(resume=resume, immediat=immediat, version=Courriel.version + 1))
    await _consigner_choix(session, courriel.personne_id, None, resume=resume, immediat=immediat)


async def _consigner_choix(
    session: AsyncSession, personne_id: int, par: Droits | None, *, resume: bool, immediat: bool
) -> None:
    apres = {"resume": resume, "immediat": immediat}
    await consigner(session, "choisir_courriels", par=par, sujet="personne", sujet_id=personne_id, apres=apres)


def lien_tout(settings: Settings, courriel: Courriel) -> str:
    """The token that stops everything, for whoever already holds one."""
    return jeton_de_desinscription(settings.secret, courriel.personne_id, courriel.adresse or "", "tout")
