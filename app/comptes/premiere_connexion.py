"""Who a proven identity is here, and how an account begins.

By (iss, sub) once known; else by a valid RPPS: the person who has it, or, if the register knows it as active, a new
person who is a plain RTS; else by an invitation that an administrator opened. Never by a bare e-mail address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.comptes.acces import empreinte
from app.comptes.models import Identite, Invitation, Personne
from app.core.access import Droits
from app.core.journal import consigner, maintenant
from app.core.texte import replier
from app.registres.adoption import adopter_praticien

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.comptes.identites import IdentiteProuvee


async def reconnaitre(session: AsyncSession, qui: IdentiteProuvee, *, invitation: str = "") -> Personne | None:
    """The person behind *qui*, linked from now on; None when nothing opens an account here."""
    if (connue := await _par_identite(session, qui)) is not None:
        return await _au_cockpit(session, connue)
    personne = await _par_rpps(session, qui) or await _par_invitation(session, qui, invitation)
    personne = personne or await _nouveau_rts(session, qui)
    if personne is None:
        return None
    session.add(Identite(personne_id=personne.id, iss=qui.iss, sub=qui.sub, vu=maintenant()))
    par, apres = _auteur(personne), {"iss": qui.iss}
    await consigner(session, "identite_reliee", par=par, sujet="personne", sujet_id=personne.id, apres=apres)
    return await _au_cockpit(session, personne)


async def _au_cockpit(session: AsyncSession, personne: Personne) -> Personne:
    """Whoever has a RPPS that the register knows is a RTS: from here on the Cockpit knows him too."""
    if personne.rpps:
        await adopter_praticien(session, personne.rpps, par=_auteur(personne))
    return personne


async def _par_identite(session: AsyncSession, qui: IdentiteProuvee) -> Personne | None:
    cle = (Identite.iss == qui.iss) & (Identite.sub == qui.sub)
    personne = await session.scalar(select(Personne).join(Identite, Identite.personne_id == Personne.id).where(cle))
    if personne is not None:
        await session.execute(update(Identite).where(cle).values(vu=maintenant()))
    return personne


async def _par_rpps(session: AsyncSession, qui: IdentiteProuvee) -> Personne | None:
    if qui.rpps is None:
        return None
    return await session.scalar(select(Personne).where(Personne.rpps == qui.rpps))


async def _par_invitation(session: AsyncSession, qui: IdentiteProuvee, jeton: str) -> Personne | None:
    invitation = await invitation_ouverte(session, jeton)
    if invitation is None:
        return None
    personne = await session.get_one(Personne, invitation.personne_id)
    if personne.rpps and qui.rpps and personne.rpps != qui.rpps:
        return None  # the link was opened by somebody else than the one it was made for
    prise = (
        update(Invitation)
        .where(Invitation.jeton_hash == invitation.jeton_hash, Invitation.acceptee.is_(None))
        .values(acceptee=maintenant())
        .returning(Invitation.jeton_hash)
    )
    if (await session.execute(prise)).first() is None:
        return None  # another window was faster: one link opens one account
    if qui.rpps and not personne.rpps:
        personne.rpps = qui.rpps
    await consigner(session, "invitation_acceptee", par=_auteur(personne), sujet="invitation", sujet_id=personne.id)
    return personne


async def invitation_ouverte(session: AsyncSession, jeton: str) -> Invitation | None:
    """The invitation behind a link, while it is open."""
    if not jeton:
        return None
    invitation = await session.get(Invitation, empreinte(jeton))
    if invitation is None or invitation.acceptee is not None or invitation.expire <= maintenant():
        return None
    return invitation


async def _nouveau_rts(session: AsyncSession, qui: IdentiteProuvee) -> Personne | None:
    if qui.rpps is None or qui.etudiant:
        return None
    praticien = await adopter_praticien(session, qui.rpps, par=None)
    if praticien is None or not praticien.actif or praticien.categorie == "E":
        return None
    personne = Personne(
        prenom=praticien.prenom,
        nom=praticien.nom,
        rpps=praticien.rpps,
        email=qui.email or None,
        recherche=recherche(praticien.prenom, praticien.nom, praticien.rpps),
    )
    session.add(personne)
    await session.flush()
    par, apres = _auteur(personne), {"rpps": qui.rpps}
    await consigner(session, "compte_cree", par=par, sujet="personne", sujet_id=personne.id, apres=apres)
    return personne


def recherche(*morceaux: str | None) -> str:
    """The folded text that a search looks into."""
    return replier(" ".join(m for m in morceaux if m))[:300]


def _auteur(personne: Personne) -> Droits:
    return Droits(personne.id, personne.nom_complet)
