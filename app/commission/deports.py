"""Déports of a séance or of a line: who takes no part in what, why, and what the data suggest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, or_, select, union
from sqlalchemy.orm import aliased

from app.agrements.models import Agrement, StatutAgrement
from app.avis.models import Decision
from app.commission.models import Deport, OrigineDeport
from app.commission.permissions import JUGES
from app.commission.queries import Votant, lignes_montrees, ordre_du_jour
from app.comptes.models import Fonction, Personne
from app.core.access import Droits, Portee, lisible_sql
from app.core.templating import aujourdhui
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande, Ligne
from app.referentiel.models import Terrain

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance

OUVERTS = frozenset({Moment.AVANT_SEANCE, Moment.SEANCE_OUVERTE})


@dataclass(frozen=True, slots=True)
class Deporte:
    """One person on one dossier; `origine` is None where it is automatic (his own demande)."""

    ligne_id: int
    demande_id: int
    qui: str
    terrain: str
    personne_id: int
    nom: str
    origine: OrigineDeport | None = None
    motif: str = ""
    quand: datetime | None = None

    @property
    def pourquoi(self) -> str:
        """As the minutes will say it."""
        dit = {None: "sa propre demande", OrigineDeport.DECLARE: "déclaré", OrigineDeport.CONSTATE: "constaté"}[self.origine]
        return f"{dit} : {self.motif}" if self.motif else dit


def _tetes(droits: Droits, seance: Seance) -> ColumnElement[bool]:
    return and_(lignes_montrees(droits, seance), Ligne.rang == 0)


async def deports_de(session: AsyncSession, droits: Droits, seance: Seance) -> list[Deporte]:
    """Those of a séance that this person may read: his own, and the others' where he has none himself."""
    lisible = or_(Personne.id == droits.personne_id, lisible_sql(droits, Objet.DEPORTS, Ligne))
    vue = and_(lisible_sql(droits, Objet.LIGNE, Ligne), lisible)
    fixes = (Ligne.id, Ligne.demande_id, Ligne.prenom, Ligne.nom, Ligne.terrain, Personne.id, Personne.prenom, Personne.nom)
    declares = (
        select(*fixes, Deport.origine, Deport.motif, Deport.quand)
        .join(Deport, Deport.ligne_id == Ligne.id)
        .join(Personne, Personne.id == Deport.personne_id)
        .where(lignes_montrees(droits, seance), vue)
        .order_by(*ordre_du_jour(droits), Personne.recherche)
    )
    le = aujourdhui()
    en_fonction = exists().where(
        Fonction.personne_id == Personne.id, Fonction.role.in_(JUGES), Fonction.debut <= le,
        or_(Fonction.fin.is_(None), Fonction.fin >= le),
    )  # fmt: skip
    automatiques = (
        select(*fixes)
        .join(Personne, Personne.rpps == Ligne.rpps)
        .where(_tetes(droits, seance), vue, en_fonction)
        .order_by(Ligne.ordre)
    )
    lus = [(*r,) for r in (await session.execute(declares)).all()] + [
        (*r,) for r in (await session.execute(automatiques)).all()
    ]
    return [Deporte(r[0], r[1], f"{r[2]} {r[3]}", r[4], r[5], f"{r[6]} {r[7]}", *r[8:]) for r in lus]


async def deports_sur(session: AsyncSession, demande_id: int) -> list[Deporte]:
    """Those declared on a dossier."""
    requete = (
        select(Ligne, Personne, Deport)
        .join(Deport, Deport.ligne_id == Ligne.id)
        .join(Personne, Personne.id == Deport.personne_id)
        .where(Ligne.demande_id == demande_id)
        .order_by(Personne.recherche, Personne.id)
    )
    return [
        Deporte(x.id, x.demande_id, f"{x.prenom} {x.nom}", x.terrain, p.id, p.nom_complet, d.origine, d.motif, d.quand)
        for x, p, d in (await session.execute(requete)).all()
    ]


async def juges_de(session: AsyncSession, ligne: Ligne) -> list[Votant]:
    """Whoever says something of a line today: coordonnateurs, représentants, members, président."""
    le = aujourdhui()
    requete = (
        select(Personne.id, Personne.prenom, Personne.nom, Personne.rpps, Fonction)
        .join(Fonction, Fonction.personne_id == Personne.id)
        .where(Fonction.role.in_(JUGES), Fonction.debut <= le, or_(Fonction.fin.is_(None), Fonction.fin >= le))
        .order_by(Personne.recherche, Personne.id, Fonction.id)
    )
    lus: dict[int, Votant] = {}
    for ident, prenom, nom, rpps, f in (await session.execute(requete)).all():
        portee = Portee(f.role, frozenset(f.subdivisions) or None, frozenset(f.formations) or None)
        if rpps != ligne.rpps and portee.couvre(ligne.subdivision, ligne.formation):
            lus.setdefault(ident, Votant(ident, f"{prenom} {nom}", f.role))
    return list(lus.values())


async def suggestions(session: AsyncSession, droits: Droits, seance: Seance) -> list[Ligne]:
    """The dossiers of the séance in an establishment where this person practises, as his demandes and agréments tell it."""
    if droits.propre is None:
        return []
    agree, terrain = aliased(Agrement), aliased(Terrain)
    siens = union(
        select(Demande.etablissement_id).where(Demande.rpps == droits.propre, Demande.supprimee_le.is_(None)),
        select(terrain.etablissement_id)
        .join(agree, agree.terrain_id == terrain.id)
        .where(agree.rpps == droits.propre, agree.statut == StatutAgrement.ACTIF, agree.fin >= aujourdhui()),
        select(Terrain.etablissement_id).where(Terrain.titulaire_rpps == droits.propre),
    ).subquery()
    la = select(siens.c.etablissement_id).where(siens.c.etablissement_id.is_not(None))
    requete = (
        select(Ligne)
        .join(Demande, Demande.id == Ligne.demande_id)
        .where(_tetes(droits, seance), Demande.etablissement_id.in_(la), Ligne.rpps != droits.propre)
        .where(lisible_sql(droits, Objet.DOSSIER, Ligne))
        .order_by(*ordre_du_jour(droits))
    )
    return list(await session.scalars(requete))


async def decidee(session: AsyncSession, demande_id: int) -> bool:
    """Whether the commission has said anything of the dossier."""
    requete = select(Decision.ligne_id).join(Ligne, Ligne.id == Decision.ligne_id).where(Ligne.demande_id == demande_id)
    return (await session.execute(requete.limit(1))).first() is not None
