"""What a register changed of persons and sites that matter here, as tasks; and what the RTS concerned is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from app.agrements.models import Agrement
from app.cockpit.colonnes import en_vigueur
from app.cockpit.perimetre import terrains_visibles
from app.cockpit.permissions import LECTEURS, lieux
from app.core.journal import maintenant
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes.models import Demande
from app.demandes.statuts import Statut
from app.demandes.tableau_de_bord import SECTIONS, Section
from app.referentiel.models import Etablissement, Praticien, Terrain
from app.registres.models import EvenementRegistre, GenreEvenement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

OUVERTES: Final = (Statut.EN_SAISIE, Statut.EN_VALIDATION, Statut.VALIDE_ADMIN)
AU_PLUS: Final = 100
TITRES: Final = {
    GenreEvenement.DEPART: "Départ d'un praticien",
    GenreEvenement.FERMETURE: "Fermeture d'un établissement",
    GenreEvenement.RENOMMAGE: "Changement de nom",
    GenreEvenement.DEMENAGEMENT: "Changement d'adresse",
    GenreEvenement.RETOUR: "Retour au registre",
}
RAPPEL: Final = timedelta(days=365)
E = EvenementRegistre


def concernes(droits: Droits, *roles: Role, passes: bool = False) -> ColumnElement[bool]:
    """The events of whom or what has an agrément in force, an open demande or a terrain in one's subdivisions.

    With *passes*, or had one: what was done about an event may be what ended it.
    """
    siens = lieux(droits, *roles)
    if siens is not None and not siens:
        return and_(E.id.is_(None))
    agree = [] if passes else [en_vigueur(aujourdhui())]
    agree += [] if siens is None else [Agrement.subdivision.in_(sorted(siens))]
    demande = [Demande.supprimee_le.is_(None), *([] if passes else [Demande.statut.in_(OUVERTES)])]
    demande += [] if siens is None else [Demande.subdivision.in_(sorted(siens))]
    tenus = and_(true() if siens is None else terrains_visibles(droits, *roles), true() if passes else Terrain.actif)
    du_site = Terrain.etablissement_id == E.etablissement_id
    return or_(
        exists().where(Agrement.rpps == E.rpps, *agree),
        exists().where(Demande.rpps == E.rpps, *demande),
        exists().where(Terrain.titulaire_rpps == E.rpps, tenus),
        exists().where(Demande.etablissement_id == E.etablissement_id, *demande),
        exists().where(du_site, tenus),
        exists().where(du_site, Agrement.terrain_id == Terrain.id, *agree),
    )


async def evenements_a_traiter(session: AsyncSession, droits: Droits) -> Sequence[Any]:
    """Those that wait, oldest first, with the names of whom and what they tell."""
    return await _lire(session, E.traite_le.is_(None), concernes(droits), ordre=E.id)


async def compte_a_traiter(session: AsyncSession, droits: Droits) -> int:
    """How many wait."""
    if not droits.a(*LECTEURS):
        return 0
    requete = select(func.count()).select_from(E).where(E.traite_le.is_(None), concernes(droits))
    return int((await session.execute(requete)).scalar_one())


async def evenements_traites(session: AsyncSession, droits: Droits) -> Sequence[Any]:
    """The last ones that somebody dealt with."""
    return await _lire(session, E.traite_le.is_not(None), concernes(droits, passes=True), ordre=E.traite_le.desc())


async def evenement(session: AsyncSession, droits: Droits, evenement_id: int) -> Any:
    """One that this scolarité may deal with, or that somebody dealt with; None otherwise."""
    passe = and_(E.traite_le.is_not(None), concernes(droits, Role.SCOL, passes=True))
    lisible = or_(concernes(droits, Role.SCOL), passe)
    return next(iter(await _lire(session, E.id == evenement_id, lisible, ordre=E.id)), None)


async def _lire(session: AsyncSession, *conditions: Any, ordre: Any) -> Sequence[Any]:
    requete = (
        select(E, Praticien.prenom, Praticien.nom, Etablissement.raison_sociale, Etablissement.ville)
        .outerjoin(Praticien, Praticien.rpps == E.rpps)
        .outerjoin(Etablissement, Etablissement.id == E.etablissement_id)
        .where(*conditions)
        .order_by(ordre)
        .limit(AU_PLUS)
    )
    return (await session.execute(requete.execution_options(populate_existing=True))).all()


async def avis_au_rts(session: AsyncSession, droits: Droits) -> Section | None:
    """What the registers say of the places of this RTS: public facts alone, until he files again there."""
    if droits.rpps is None:
        return None
    siens = exists().where(
        Terrain.etablissement_id == E.etablissement_id, Agrement.terrain_id == Terrain.id, Agrement.rpps == droits.rpps,
        en_vigueur(aujourdhui()),
    )  # fmt: skip
    ouvertes = (Demande.rpps == droits.rpps, Demande.statut.in_(OUVERTES), Demande.supprimee_le.is_(None))
    deposees = exists().where(Demande.etablissement_id == E.etablissement_id, *ouvertes)
    repris = exists().where(
        Demande.etablissement_id == E.etablissement_id, Demande.rpps == droits.rpps, Demande.creee_le > E.quand,
        Demande.supprimee_le.is_(None),
    )  # fmt: skip
    successeur = exists().where(
        Terrain.titulaire_rpps == E.rpps, Demande.terrain_id == Terrain.id, *ouvertes, E.genre == GenreEvenement.DEPART
    )
    recents = E.quand > maintenant() - RAPPEL
    lus = await _lire(session, recents, or_(and_(or_(siens, deposees), ~repris), successeur), ordre=E.id)
    dits = [dit for dit in (_dit_au_rts(*x) for x in lus) if dit]
    return Section("cockpit/_avis.html", {"avis": dits}) if dits else None


def _dit_au_rts(e: EvenementRegistre, prenom: str | None, nom: str | None, raison: str | None, _ville: str | None) -> str:
    site = e.apres.get("raison_sociale") or raison or "L'établissement"
    ancien = e.avant.get("raison_sociale") or raison or "l'établissement"
    if e.genre is GenreEvenement.DEPART:
        return f"Le registre ne tient plus {prenom or ''} {nom or ''} pour actif : le terrain est à confirmer par une demande."
    dits = {
        GenreEvenement.RENOMMAGE: f"« {ancien} » s'appelle désormais « {site} » au registre",
        GenreEvenement.DEMENAGEMENT: f"« {site} » a changé d'adresse au registre",
        GenreEvenement.FERMETURE: f"« {ancien} » est fermé au registre",
    }
    dit = dits.get(e.genre) if e.etablissement_id else None
    return f"{dit} : votre agrément est à confirmer par une nouvelle demande." if dit else ""


SECTIONS.append(avis_au_rts)
