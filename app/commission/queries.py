"""Reads of séances, always scoped to whoever asks; the lines of a séance, frozen or still to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from app.commission.models import Seance, SeanceFormation, StatutSeance
from app.commission.permissions import LECTEURS, LUES_PAR_ARS, VOTANTS, concerne
from app.comptes.models import Fonction, Personne
from app.core.access import Droits, Portee
from app.core.errors import Introuvable
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Moment, Objet
from app.demandes.models import Ligne
from app.demandes.statuts import Statut
from app.referentiel.models import Formation
from app.tableau.colonnes import masquer

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncSession

ANCIENNES = 200


def _couverte(portee: Portee) -> ColumnElement[bool]:
    parties: list[ColumnElement[bool]] = [Seance.id.is_not(None)]
    if portee.subdivisions is not None:
        parties.append(Seance.subdivision.in_(sorted(portee.subdivisions)))
    if portee.formations is not None:
        siennes = SeanceFormation.formation.in_(sorted(portee.formations))
        parties.append(exists().where(SeanceFormation.seance_id == Seance.id, siennes))
    return and_(*parties)


def visibles(droits: Droits) -> Select[Seance]:
    """The séances of this person's perimeter; those that are over, for the agency."""
    branches = [_couverte(p) for p in droits.portees_de(*LECTEURS)]
    closes = Seance.statut.in_(sorted(LUES_PAR_ARS))
    branches += [and_(_couverte(p), closes) for p in droits.portees_de(Role.ARS)]
    requete = select(Seance).options(selectinload(Seance.formations))
    return requete.where(or_(*branches) if branches else false())


async def liste(session: AsyncSession, droits: Droits) -> list[Seance]:
    """The newest séances first."""
    requete = visibles(droits).order_by(Seance.quand.desc(), Seance.id.desc()).limit(ANCIENNES)
    return list(await session.scalars(requete))


async def seance_visible(session: AsyncSession, droits: Droits, seance_id: int) -> Seance:
    """One séance.

    Raises:
        Introuvable: no such séance, or not for this person.
    """
    requete = visibles(droits).where(Seance.id == seance_id).execution_options(populate_existing=True)
    seance = await session.scalar(requete)
    if seance is None:
        raise Introuvable
    return seance


def attendues(seance_id: int, subdivision: str) -> ColumnElement[bool]:
    """The lines that a planned séance would take: validated, of its formations, or attached to a tête that is."""
    formations = select(SeanceFormation.formation).where(SeanceFormation.seance_id == seance_id)
    tete = aliased(Ligne)
    tetes = select(tete.demande_id).where(
        tete.subdivision == subdivision,
        tete.formation.in_(formations),
        tete.rang == 0,
        tete.moment == Moment.AVANT_SEANCE,
        tete.statut == Statut.VALIDE_ADMIN,
    )
    return and_(
        Ligne.subdivision == subdivision,
        Ligne.moment == Moment.AVANT_SEANCE,
        Ligne.statut == Statut.VALIDE_ADMIN,
        Ligne.seance_id.is_(None),
        or_(Ligne.formation.in_(formations), Ligne.demande_id.in_(tetes)),
    )


def lignes_de(seance: Seance) -> ColumnElement[bool]:
    """The lines of a séance: computed while it is planned, frozen since its opening."""
    if seance.statut is StatutSeance.PLANIFIEE:
        return attendues(seance.id, seance.subdivision)
    return Ligne.seance_id == seance.id


def sans_deport(droits: Droits) -> ColumnElement[bool]:
    """The lines on which this person has no déport, of either kind."""
    condition: ColumnElement[bool] = Ligne.rpps != (droits.propre or "")
    return and_(condition, Ligne.id.not_in(sorted(droits.deports))) if droits.deports else condition


def lignes_montrees(droits: Droits, seance: Seance) -> ColumnElement[bool]:
    """Those whose presence in the séance tells this person nothing that he may not know."""
    if seance.statut is StatutSeance.CLOSE and droits.propre is not None:
        # His own line, if it was adjourned, has left: that would tell him before the publication.
        return and_(lignes_de(seance), sans_deport(droits))
    if seance.statut in LUES_PAR_ARS and droits.deports:  # and a declared déport holds after it
        return and_(lignes_de(seance), Ligne.id.not_in(sorted(droits.deports)))
    return lignes_de(seance)


def ordre_du_jour(droits: Droits) -> tuple[Any, Any]:
    """The order of the agenda; where this person may not know a line's place, which may come from opinions, its own number."""
    return func.coalesce(masquer(droits, (Objet.DECISION,), Ligne.agenda, Ligne), ""), Ligne.ordre


def ajournees_par(seance_id: int) -> ColumnElement[bool]:
    """The lines that a séance adjourned last, and that no other has taken."""
    return and_(
        Ligne.ajournee_par == seance_id,
        Ligne.seance_id.is_(None),
        Ligne.moment == Moment.AVANT_SEANCE,
        Ligne.statut == Statut.VALIDE_ADMIN,
    )


@dataclass(frozen=True, slots=True)
class Votant:
    """Somebody who votes in a séance."""

    personne_id: int
    nom: str
    role: Role


async def votants(session: AsyncSession, seance: Seance) -> list[Votant]:
    """Who holds a function of member or président in force there today, président first, then by name."""
    le, codes = aujourdhui(), {f.formation for f in seance.formations}
    requete = (
        select(Personne.id, Personne.prenom, Personne.nom, Fonction.role, Fonction.subdivisions, Fonction.formations)
        .join(Fonction, Fonction.personne_id == Personne.id)
        .where(Fonction.role.in_(VOTANTS), Fonction.debut <= le, or_(Fonction.fin.is_(None), Fonction.fin >= le))
        .order_by(Personne.recherche, Personne.id, Fonction.role.desc())
    )
    lus: dict[int, Votant] = {}
    for ident, prenom, nom, role, subdivisions, formations in (await session.execute(requete)).all():
        portee = Portee(role, frozenset(subdivisions) or None, frozenset(formations) or None)
        if concerne(portee, seance.subdivision, codes):
            lus.setdefault(ident, Votant(ident, f"{prenom} {nom}", role))
    return sorted(lus.values(), key=lambda v: v.role is not Role.PRES)


async def chevauchement(session: AsyncSession, seance_id: int) -> list[tuple[str, str]]:
    """(formation, séance) pairs that this one shares with another not yet published one of its subdivision."""
    autre, sienne = aliased(SeanceFormation), aliased(SeanceFormation)
    celle_ci = aliased(Seance)
    requete = (
        select(Formation.libelle, Seance.libelle)
        .join(autre, autre.seance_id == Seance.id)
        .join(sienne, and_(sienne.formation == autre.formation, sienne.seance_id == seance_id))
        .join(celle_ci, and_(celle_ci.id == sienne.seance_id, celle_ci.subdivision == Seance.subdivision))
        .join(Formation, Formation.code == autre.formation)
        .where(Seance.id != seance_id, Seance.statut != StatutSeance.PUBLIEE)
        .order_by(Seance.id, Formation.libelle)
    )
    return [(formation, libelle) for formation, libelle in (await session.execute(requete)).all()]


async def libelles(session: AsyncSession, codes: Collection[str]) -> dict[str, str]:
    """The labels of these formations, in the order of their names."""
    requete = select(Formation.code, Formation.libelle).where(Formation.code.in_(codes)).order_by(Formation.libelle)
    return dict((await session.execute(requete)).all())


async def nombre_actives(session: AsyncSession) -> int:
    """How many formations there are."""
    return (await session.execute(select(func.count()).select_from(Formation).where(Formation.actif))).scalar_one()
