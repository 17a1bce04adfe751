"""Invitations, reminders and their answers: the only writer. A RTS is invited once a campaign, however often one confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update

from app.campagnes.permissions import exiger_configurer
from app.campagnes.queries import campagne_visible
from app.comptes.acces import droits_de_personne
from app.core.journal import consigner_en_lot, maintenant
from app.core.templating import aujourdhui
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement
from app.renouvellements.queries import finissants, invites_de_campagne, repondre
from app.renouvellements.regles import clos, ecarter_invitation, ecarter_relance
from app.travaux.genres import Genre, inscrire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.core.access import Droits
    from app.renouvellements.queries import Titulaire
    from app.travaux.avance import Avance
    from app.travaux.models import Travail
    from app.travaux.service import Travaux

PAS: Final = 50


@dataclass(frozen=True, slots=True)
class Choix:
    """Which agréments: those that end before a day, of one formation or of all that the campaign opens."""

    avant: date
    formation: str = ""

    def en_clair(self) -> dict[str, str]:
        """For the record of the work."""
        return {"avant": self.avant.isoformat(), "formation": self.formation}


async def a_inviter(
    session: AsyncSession, droits: Droits, campagne: Campagne, choix: Choix, rpps: Collection[str] | None = None
) -> list[Titulaire]:
    """Whoever has agréments that end, among the formations of the campaign, with his invitation and his answers."""
    codes = {f.formation for f in campagne.formations if choix.formation in {"", f.formation}}
    trouves = await finissants(
        session, droits, le=aujourdhui(), avant=choix.avant, subdivision=campagne.subdivision, formations=codes, rpps=rpps
    )
    await repondre(session, campagne, trouves)
    return trouves


async def a_relancer(
    session: AsyncSession, droits: Droits, campagne: Campagne, _: Choix, rpps: Collection[str] | None = None
) -> list[Titulaire]:
    """Whoever was invited."""
    invites = await invites_de_campagne(session, droits, campagne)
    return [t for t in invites if rpps is None or t.rpps in rpps]


async def _inviter(session: AsyncSession, campagne: Campagne, retenus: Sequence[Titulaire], message: str, par: Droits) -> None:
    quand = maintenant()
    faites = [
        InvitationRenouvellement(campagne_id=campagne.id, rpps=t.rpps, message=message, par_id=par.personne_id, quand=quand)
        for t in retenus
    ]
    session.add_all(faites)
    await session.flush()
    liens = [
        {"invitation_id": i.id, "agrement_id": f.id, "version": 1}
        for i, t in zip(faites, retenus, strict=True)
        for f in t.finis
    ]
    await session.execute(insert(AgrementInvite), liens)
    await _consigner(session, "inviter_renouvellement", [(i.id, i.rpps) for i in faites], campagne, par, quand)


async def _relancer(session: AsyncSession, campagne: Campagne, retenus: Sequence[Titulaire], _: str, par: Droits) -> None:
    quand, ids = maintenant(), [(t.invitation.id, t.rpps) for t in retenus if t.invitation]
    i = InvitationRenouvellement
    await session.execute(
        update(i)
        .where(i.id.in_([n for n, _ in ids]))
        .values(relances=i.relances + 1, relance_le=quand)
        .execution_options(synchronize_session=False)
    )
    await _consigner(session, "relancer_renouvellement", ids, campagne, par, quand)


async def _consigner(
    session: AsyncSession, action: str, ids: Sequence[tuple[int, str]], campagne: Campagne, par: Droits, quand: datetime
) -> None:
    vides: dict[str, Any] = dict.fromkeys(("demande_id", "ligne_id", "avant", "motif", "version", "lot", "annule"))
    await consigner_en_lot(session, [
        vides | {
            "quand": quand, "auteur_id": par.personne_id, "auteur": par.nom_complet, "action": action,
            "sujet": "invitation_renouvellement", "sujet_id": ident, "apres": {"rpps": rpps, "campagne_id": campagne.id},
        }
        for ident, rpps in ids
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envoi:
    """A kind of batch: whom it reads, why some are left, what it writes."""

    titre: str
    lire: Callable[..., Awaitable[list[Titulaire]]]
    ecarter: Callable[[Titulaire, datetime], str]
    ecrire: Callable[..., Awaitable[None]]


ENVOIS: Final = {
    "invitation": Envoi("Inviter à renouveler", a_inviter, ecarter_invitation, _inviter),
    "relance": Envoi("Relancer", a_relancer, ecarter_relance, _relancer),
}


async def lancer(
    travaux: Travaux, session: AsyncSession, genre: str, campagne: Campagne, rpps: Sequence[str], choix: Choix, message: str,
    *, par: Droits,
) -> Travail:  # fmt: skip
    """Start a batch on whom the preview showed; it runs once the request is committed."""
    exiger_configurer(par, campagne.subdivision)
    entree = {"campagne": campagne.id, "rpps": list(rpps), "choix": choix.en_clair(), "message": message}
    libelle = f"{ENVOIS[genre].titre} : {len(rpps)} responsable{'s' if len(rpps) > 1 else ''}"
    return await travaux.creer(session, genre, libelle=libelle, total=len(rpps), entree=entree, par=par)


async def executer(avance: Avance) -> None:
    """Step by step, from where it stands; each one asked again for its scope and its rules."""
    rpps = list(avance.entree["rpps"])
    while avance.fait < len(rpps):
        morceau = rpps[avance.fait : avance.fait + PAS]
        async with avance.pas(len(morceau), ecrit=True) as session:
            await _morceau(session, avance, morceau)


async def _morceau(session: AsyncSession, avance: Avance, rpps: Sequence[str]) -> None:
    envoi, entree = ENVOIS[avance.genre], avance.entree
    par = await droits_de_personne(session, avance.personne_id)
    campagne = await campagne_visible(session, par, entree["campagne"])
    exiger_configurer(par, campagne.subdivision)
    choix = Choix(date.fromisoformat(entree["choix"]["avant"]), entree["choix"]["formation"])
    trouves = {t.rpps: t for t in await envoi.lire(session, par, campagne, choix, rpps)}
    retenus, ecartes = [], list(avance.resultat.get("ecartes", []))
    ferme = clos(campagne, aujourdhui())
    for numero in rpps:
        t = trouves.get(numero)
        raison = ferme or (envoi.ecarter(t, maintenant()) if t else "N'a plus d'agrément qui finit ici.")
        if t is None or raison:
            ecartes.append([numero, t.nom if t else "", raison])
        else:
            retenus.append(t)
    if retenus:
        await envoi.ecrire(session, campagne, retenus, entree["message"], par)
    faits = [*avance.resultat.get("faits", []), *([t.rpps, t.nom] for t in retenus)]
    avance.resultat = {"faits": faits, "ecartes": ecartes, "campagne": campagne.id}


for _genre in ENVOIS:
    inscrire(_genre, Genre(executer, suite="/renouvellements/envois/{}"))
