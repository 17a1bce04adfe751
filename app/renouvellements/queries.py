"""Reads of agréments that end, always in the scope of whoever manages the campaigns there, and of what became of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import aliased

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.agrements.regles import VIVANTS
from app.comptes.models import Personne
from app.core.roles import Role
from app.core.texte import replier
from app.demandes.models import Demande, Ligne
from app.referentiel.models import Praticien, Terrain
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.core.access import Droits

MARGE: Final = timedelta(days=31)  # after the first day of a campaign's agréments
AU_PLUS: Final = 5_000  # agréments of one subdivision


class Reponse(enum.StrEnum):
    """What a RTS answered, for one agrément or, the least advanced of all, for his invitation."""

    SANS_REPONSE = "Sans réponse"
    EN_SAISIE = "En saisie"
    DEPOSEE = "Déposée"
    RENONCE = "Ne renouvelle pas"


ORDRE: Final = tuple(Reponse)


@dataclass(slots=True)
class Fini:
    """An agrément that ends. `suit` is a complementary one, asked again together with the principal of its terrain."""

    id: int
    rpps: str
    terrain_id: int
    formation: str
    type: TypeAgrement
    phases: str
    fin: date
    subdivision: str
    terrain: str
    numero: int
    ville: str
    suit: bool = False
    reponse: Reponse = Reponse.SANS_REPONSE
    demande_id: int | None = None
    motif: str = ""
    version: int = 0


@dataclass(slots=True)
class Titulaire:
    """A RTS with his agréments that end."""

    rpps: str
    nom: str
    actif: bool  # in the register, today
    compte: bool
    email: str
    finis: list[Fini] = field(default_factory=list)
    invitation: InvitationRenouvellement | None = None

    @property
    def propres(self) -> list[Fini]:
        """Those that he answers for, one by one."""
        return [f for f in self.finis if not f.suit]

    @property
    def reponse(self) -> Reponse:
        """The least advanced of his answers."""
        return reponse_de(f.reponse for f in self.propres)


def reponse_de(reponses: Iterable[Reponse]) -> Reponse:
    """One answer for several agréments: what is left to do wins."""
    return min(reponses, key=ORDRE.index, default=Reponse.SANS_REPONSE)


def gerables(droits: Droits) -> ColumnElement[bool]:
    """The agréments whose renewal this person manages: as scolarité, or as administrator."""
    portees = droits.portees_de(Role.SCOL, Role.ADMIN)
    return or_(*(p.sql(Agrement) for p in portees)) if portees else false()


async def finissants(
    session: AsyncSession,
    droits: Droits,
    *,
    le: date,
    avant: date,
    subdivision: str,
    formations: Collection[str] | None = None,
    rpps: Collection[str] | None = None,
) -> list[Titulaire]:
    """Agréments in force on the day *le* that end before *avant* and that nothing follows, by RTS."""
    a, suivant = Agrement, aliased(Agrement)
    suivi = (
        select(suivant.id)
        .where(suivant.rpps == a.rpps, suivant.terrain_id == a.terrain_id, suivant.formation == a.formation)
        .where(suivant.fin > a.fin, suivant.statut.in_(sorted(VIVANTS)))
    )
    filtres: list[ColumnElement[bool]] = [
        gerables(droits), a.subdivision == subdivision, a.statut == StatutAgrement.ACTIF, a.debut <= le, a.fin >= le,
        a.fin < avant, ~suivi.exists(),
    ]  # fmt: skip
    if formations is not None:
        filtres.append(a.formation.in_(sorted(formations)))
    if rpps is not None:
        filtres.append(a.rpps.in_(sorted(rpps)))
    return par_titulaire((await session.execute(colonnes().where(*filtres).limit(AU_PLUS))).all())


def colonnes() -> Any:
    """The agréments with their terrain and their holder, as `par_titulaire` reads them."""
    a = Agrement
    return (
        select(
            a.id, a.rpps, a.terrain_id, a.formation, a.type, a.phases, a.fin, a.subdivision, Terrain.libelle.label("terrain"),
            Terrain.numero, Terrain.ville, Praticien.prenom, Praticien.nom, Praticien.actif, Praticien.categorie,
            Personne.id.label("personne"), Personne.email,
        )
        .join(Terrain, Terrain.id == a.terrain_id)
        .outerjoin(Praticien, Praticien.rpps == a.rpps)
        .outerjoin(Personne, Personne.rpps == a.rpps)
        .order_by(a.rpps, a.fin, a.id)
    )  # fmt: skip


def par_titulaire(rangees: Iterable[Any]) -> list[Titulaire]:
    """Rows of agréments as holders, in the order of their names."""
    trouves: dict[str, Titulaire] = {}
    for r in rangees:
        actif = bool(r.actif) and r.categorie != "E"
        nom = f"{r.prenom} {r.nom}" if r.nom else ""
        qui = trouves.setdefault(r.rpps, Titulaire(r.rpps, nom, actif, r.personne is not None, r.email or ""))
        qui.finis.append(
            Fini(r.id, r.rpps, r.terrain_id, r.formation, r.type, r.phases, r.fin, r.subdivision, r.terrain, r.numero, r.ville)
        )
    for qui in trouves.values():
        principaux = {f.terrain_id for f in qui.finis if f.type is TypeAgrement.PRINCIPAL}
        for f in qui.finis:
            f.suit = f.type is TypeAgrement.COMPLEMENTAIRE and f.terrain_id in principaux
    return sorted(trouves.values(), key=lambda t: (replier(t.nom.partition(" ")[2]), replier(t.nom), t.rpps))


async def repondre(session: AsyncSession, campagne: Campagne, titulaires: Collection[Titulaire]) -> None:
    """Fill in who was invited in *campagne*, and what each agrément was answered."""
    i, x = InvitationRenouvellement, AgrementInvite
    invitations = {v.rpps: v for v in await session.scalars(select(i).where(i.campagne_id == campagne.id))}
    requete = select(x).join(i, i.id == x.invitation_id).where(i.campagne_id == campagne.id)
    invites = {v.agrement_id: v for v in await session.scalars(requete.execution_options(populate_existing=True))}
    demandes = await demandes_de_campagne(session, campagne.id)
    for qui in titulaires:
        qui.invitation = invitations.get(qui.rpps)
        for f in qui.finis:
            juger(f, invites.get(f.id), demandes.get(qui.rpps, []))


@dataclass(frozen=True, slots=True)
class Deposee:
    """A demande of a campaign, as an answer."""

    id: int
    terrain_id: int | None
    formation: str
    soumise: bool


async def demandes_de_campagne(session: AsyncSession, campagne_id: int, rpps: str | None = None) -> dict[str, list[Deposee]]:
    """The demandes of a campaign that are not deleted, by RTS: once submitted, one has answered."""
    requete = (
        select(Demande.id, Demande.rpps, Demande.terrain_id, Ligne.formation, Demande.depots)
        .join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0))
        .where(Demande.campagne_id == campagne_id, Demande.supprimee_le.is_(None))
        .order_by(Demande.id)
    )
    if rpps is not None:
        requete = requete.where(Demande.rpps == rpps)
    trouvees: dict[str, list[Deposee]] = {}
    for d in (await session.execute(requete)).all():
        trouvees.setdefault(d.rpps, []).append(Deposee(d.id, d.terrain_id, d.formation, d.depots > 0))
    return trouvees


def juger(f: Fini, invite: AgrementInvite | None, demandes: Iterable[Deposee]) -> None:
    """What was answered for one agrément: a demande that is filed, then a refusal, then a draft."""
    ouverte = invite.demande_id if invite else None
    siennes = [d for d in demandes if d.id == ouverte or (d.terrain_id == f.terrain_id and d.formation == f.formation)]
    siennes.sort(key=lambda d: not d.soumise)
    f.demande_id = siennes[0].id if siennes else None
    f.motif, f.version = (invite.motif or "", invite.version) if invite else ("", 0)
    if siennes and siennes[0].soumise:
        f.reponse = Reponse.DEPOSEE
    elif f.motif:
        f.reponse = Reponse.RENONCE
    else:
        f.reponse = Reponse.EN_SAISIE if siennes else Reponse.SANS_REPONSE


async def invites_de_campagne(session: AsyncSession, droits: Droits, campagne: Campagne) -> list[Titulaire]:
    """Whoever was invited in a campaign of this person's scope, with the agréments of his invitation and his answers."""
    i, x = InvitationRenouvellement, AgrementInvite
    invites = select(x.agrement_id).join(i, i.id == x.invitation_id).where(i.campagne_id == campagne.id)
    rangees = (await session.execute(colonnes().where(gerables(droits), Agrement.id.in_(invites)))).all()
    titulaires = par_titulaire(rangees)
    await repondre(session, campagne, titulaires)
    return [t for t in titulaires if t.invitation is not None]


def dernier_contact(invitation: InvitationRenouvellement) -> datetime:
    """The invitation, or the last reminder."""
    return invitation.relance_le or invitation.quand


async def vague(session: AsyncSession, droits: Droits, *, le: date, subdivision: str) -> list[tuple[date, str, int]]:
    """How many agréments in force end on each day, by formation."""
    requete = (
        select(Agrement.fin, Agrement.formation, func.count())
        .where(gerables(droits), Agrement.subdivision == subdivision, Agrement.statut == StatutAgrement.ACTIF)
        .where(Agrement.debut <= le, Agrement.fin >= le)
        .group_by(Agrement.fin, Agrement.formation)
        .order_by(Agrement.fin, Agrement.formation)
    )
    return [(fin, formation, n) for fin, formation, n in (await session.execute(requete)).all()]
