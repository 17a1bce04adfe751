"""The only writer of people, functions and invitations; every act leaves its trace in the journal."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from app.comptes.acces import empreinte
from app.comptes.forms import FonctionSaisie
from app.comptes.models import Fonction, Invitation, Personne
from app.comptes.premiere_connexion import recherche
from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant
from app.core.roles import Role
from app.core.templating import aujourdhui

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.comptes.forms import PersonneSaisie
    from app.core.access import Droits

DUREE_INVITATION = timedelta(days=14)


async def rpps_pris(session: AsyncSession, rpps: str | None) -> bool:
    """Whether somebody already has this number."""
    return rpps is not None and await session.scalar(select(Personne.id).where(Personne.rpps == rpps)) is not None


async def creer_personne(session: AsyncSession, saisie: PersonneSaisie, *, par: Droits | None) -> Personne:
    """A new person; nothing opens her account yet."""
    personne = Personne(
        prenom=saisie.prenom,
        nom=saisie.nom,
        rpps=saisie.rpps,
        email=saisie.email,
        recherche=recherche(saisie.prenom, saisie.nom, saisie.rpps, saisie.email),
    )
    session.add(personne)
    await session.flush()
    apres = {"nom": personne.nom_complet, "rpps": saisie.rpps, "email": saisie.email}
    await consigner(session, "personne_creee", par=par, sujet="personne", sujet_id=personne.id, apres=apres)
    return personne


async def ajouter_fonction(session: AsyncSession, personne_id: int, saisie: FonctionSaisie, *, par: Droits | None) -> Fonction:
    """A new function; overlapping ones add up."""
    fonction = Fonction(
        personne_id=personne_id,
        role=saisie.role,
        subdivisions=saisie.subdivisions,
        formations=saisie.formations,
        debut=saisie.debut,
        fin=saisie.fin,
    )
    session.add(fonction)
    await session.flush()
    apres = saisie.en_clair() | {"personne_id": personne_id}
    await consigner(session, "fonction_ajoutee", par=par, sujet="fonction", sujet_id=fonction.id, apres=apres)
    return fonction


async def modifier_fonction(
    session: AsyncSession, fonction: Fonction, saisie: FonctionSaisie, *, version: int, par: Droits
) -> None:
    """Change role, perimeter or dates of the version that was read.

    Raises:
        Conflit: somebody changed it since.
        Interdit: nobody would be administrator any more.
    """
    avant = _saisie(fonction)
    await _garder_un_administrateur(session, fonction, saisie)
    ecrite = (
        update(Fonction)
        .where(Fonction.id == fonction.id, Fonction.version == version)
        .values(
            role=saisie.role,
            subdivisions=saisie.subdivisions,
            formations=saisie.formations,
            debut=saisie.debut,
            fin=saisie.fin,
            version=Fonction.version + 1,
        )
        .returning(Fonction.id)
        .execution_options(synchronize_session=False)
    )
    if (await session.execute(ecrite)).first() is None:
        raise Conflit("Cette fonction a été modifiée par quelqu'un d'autre pendant votre saisie.")
    await consigner(
        session,
        "fonction_modifiee",
        par=par,
        sujet="fonction",
        sujet_id=fonction.id,
        avant=avant.en_clair(),
        apres=saisie.en_clair(),
    )


async def terminer_fonction(session: AsyncSession, fonction: Fonction, *, version: int, par: Droits) -> None:
    """End a function: today is its last day.

    Raises:
        Interdit: it has not begun, or is already over.
        Conflit: somebody changed it since.
    """
    avant, le = _saisie(fonction), aujourdhui()
    if fonction.debut > le or (fonction.fin is not None and fonction.fin < le):
        raise Interdit("Seule une fonction en vigueur se termine : modifiez plutôt ses dates.")
    apres = FonctionSaisie(avant.role, avant.subdivisions, avant.formations, avant.debut, le)
    await modifier_fonction(session, fonction, apres, version=version, par=par)


async def inviter(session: AsyncSession, personne: Personne, *, par_id: int, par: Droits | None) -> str:
    """A link's token, told once; links made before stop working."""
    instant = maintenant()
    anciennes = update(Invitation).where(Invitation.personne_id == personne.id, Invitation.acceptee.is_(None))
    await session.execute(anciennes.where(Invitation.expire > instant).values(expire=instant))
    jeton = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            jeton_hash=empreinte(jeton),
            personne_id=personne.id,
            par_id=par_id,
            cree=instant,
            expire=instant + DUREE_INVITATION,
        )
    )
    await session.flush()
    apres = {"expire": (instant + DUREE_INVITATION).isoformat()}
    await consigner(session, "invitation_creee", par=par, sujet="invitation", sujet_id=personne.id, apres=apres)
    return jeton


async def amorcer_administrateur(session: AsyncSession, saisie: PersonneSaisie) -> str:
    """The first administrator of a new installation: a person, the function, and the token of an invitation."""
    personne = await creer_personne(session, saisie, par=None)
    await ajouter_fonction(session, personne.id, FonctionSaisie(Role.ADMIN, [], [], aujourdhui(), None), par=None)
    return await inviter(session, personne, par_id=personne.id, par=None)


async def _garder_un_administrateur(session: AsyncSession, fonction: Fonction, saisie: FonctionSaisie) -> None:
    le = aujourdhui()
    if fonction.role is not Role.ADMIN or (saisie.role is Role.ADMIN and saisie.debut <= le and saisie.fin is None):
        return
    autres = (
        select(func.count())
        .select_from(Fonction)
        .where(Fonction.role == Role.ADMIN, Fonction.id != fonction.id, Fonction.debut <= le)
        .where(or_(Fonction.fin.is_(None), Fonction.fin >= le))
    )
    if not await session.scalar(autres):
        raise Interdit("C'est le dernier administrateur : donnez d'abord cette fonction à quelqu'un d'autre.")


def _saisie(f: Fonction) -> FonctionSaisie:
    return FonctionSaisie(f.role, list(f.subdivisions), list(f.formations), f.debut, f.fin)
