"""The lines of an open séance with what was said of them: one query, plain values (the closing decides on them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.orm import aliased

from app.agrements.queries import reperes
from app.avis.models import AvisCoordonnateur, Decision
from app.avis.regles import Jugement
from app.avis.service import premiere_version
from app.campagnes.models import Campagne
from app.commission.cloture import Plan, etablir, terrains_et_titulaires
from app.comptes.deports import aucun_pour
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Statut
from app.referentiel.models import Formation

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.agrements.models import TypeAgrement
    from app.core.access import Droits
    from app.demandes.statuts import TypeDemande

_CHAMPS = ("sens", "duree", "phases", "motif", "motif_texte", "commentaire")


@dataclass(frozen=True, slots=True)
class LigneSeance:
    """A line, its demande, and its decision as it stands: the commission's own, or the coordonnateur's taken over."""

    id: int
    demande_id: int
    ordre: int
    rang: int
    formation: str
    type: TypeAgrement
    rpps: str
    nom_complet: str
    terrain: str
    subdivision: str
    type_demande: TypeDemande
    statut_demande: Statut
    terrain_id: int | None
    debut_agrements: date
    tete_id: int
    libelle_formation: str
    jugement: Jugement | None
    decidee: bool
    en_seance: bool
    recuse: bool  # the président, by a declared déport, as the tables say it now
    decision_version: int | None
    premiere_version: int  # of the decision that closing would write
    avis_version: int | None


async def lignes_de_cloture(session: AsyncSession, seance_id: int, par: Droits) -> list[LigneSeance]:
    """The frozen lines of a séance, read afresh; then those that wait while their tête is decided here (`en_seance` false)."""
    tete = aliased(Ligne)
    x = Ligne
    rattachees = and_(
        tete.seance_id == seance_id, x.seance_id.is_(None), x.moment == Moment.AVANT_SEANCE, x.statut == Statut.VALIDE_ADMIN
    )
    fixes = (
        x.id, x.demande_id, x.ordre, x.rang, x.formation, x.type, x.rpps, x.prenom, x.nom, x.terrain, x.subdivision,
        x.type_demande, Demande.statut.label("statut_demande"), Demande.terrain_id, Campagne.debut_agrements,
        tete.id.label("tete_id"), x.seance_id, premiere_version(x).label("premiere_version"),
        Formation.libelle.label("libelle_formation"), not_(aucun_pour("juge", x.id)).label("recuse"),
    )  # fmt: skip
    requete = (
        select(*fixes, *_jugement(Decision, "d_"), *_jugement(AvisCoordonnateur, "c_"))
        .join(Demande, Demande.id == x.demande_id)
        .join(Campagne, Campagne.id == Demande.campagne_id)
        .join(tete, and_(tete.demande_id == x.demande_id, tete.rang == 0))
        .join(Formation, Formation.code == x.formation)
        .outerjoin(Decision, Decision.ligne_id == x.id)
        .outerjoin(AvisCoordonnateur, AvisCoordonnateur.ligne_id == x.id)
        .where(or_(x.seance_id == seance_id, rattachees))
        .order_by(x.ordre)
    )
    return [_ligne(r) for r in (await session.execute(requete, {"juge": par.personne_id})).mappings()]


def _jugement(table: Any, prefixe: str) -> list[Any]:
    return [getattr(table, c).label(prefixe + c) for c in (*_CHAMPS, "version")]


def _ligne(r: Any) -> LigneSeance:
    prefixe = "d_" if r["d_sens"] is not None else "c_"
    jugement = None
    if r[prefixe + "sens"] is not None:
        jugement = Jugement(**{c: r[prefixe + c] for c in _CHAMPS})
    return LigneSeance(
        **{c: r[c] for c in LigneSeance.__slots__ if c in r},
        nom_complet=f"{r['prenom']} {r['nom']}",
        jugement=jugement,
        decidee=r["d_sens"] is not None,
        en_seance=r["seance_id"] is not None,
        decision_version=r["d_version"],
        avis_version=r["c_version"],
    )


async def plan_de(session: AsyncSession, seance_id: int, par: Droits) -> Plan:
    """What closing would do now, if *par* closed."""
    lignes = await lignes_de_cloture(session, seance_id, par)
    connus = await reperes(session, *terrains_et_titulaires(lignes))
    return etablir(lignes, connus, deporte=lambda x: par.demandeur(x) or x.recuse, le=aujourdhui())
