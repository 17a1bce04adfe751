"""Demandes and agréments that overlap: the same place and formation twice, the same RTS and formation elsewhere."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, literal, or_, select
from sqlalchemy.orm import aliased

from app.agrements.models import Agrement, StatutAgrement
from app.core.access import lisible_sql, peut_lire
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Statut

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.core.access import Droits

LIMITE: Final = 200


class Recouvrement(enum.StrEnum):
    """What two of them share."""

    MEME_DEMANDE = "MEME_DEMANDE"
    MEME_TERRAIN = "MEME_TERRAIN"
    MEME_RTS = "MEME_RTS"

    @property
    def libelle(self) -> str:
        """As the screen says it."""
        return {
            Recouvrement.MEME_DEMANDE: "Même demande : même RTS, même terrain, même formation",
            Recouvrement.MEME_TERRAIN: "Même terrain et même formation, par un autre RTS",
            Recouvrement.MEME_RTS: "Même RTS et même formation, sur un autre terrain",
        }[self]


@dataclass(frozen=True, slots=True)
class Jumelle:
    """Another demande of the same campaign, as far as its reader may know it."""

    demande: Demande
    ligne: Ligne
    recouvrement: Recouvrement
    de: int  # the demande that it is the twin of
    ouvrable: bool


# An alias of each: a pair is a join of the table with itself.
_D, _L = aliased(Demande), aliased(Ligne)


def _ouverte(d: Any, x: Any) -> ColumnElement[bool]:
    """Filed, and neither refused nor deleted; a refusal that is not published yet is still open for its readers."""
    return and_(
        d.supprimee_le.is_(None),
        d.depots > 0,
        or_(d.statut != Statut.REFUSE, x.moment == Moment.CLOSE),
    )


def _paires(droits: Droits) -> Select[Any]:
    """(demande, ligne, its twin, the twin's ligne, what they share), both visible to *droits*."""
    meme_lieu = or_(
        Demande.terrain_id == _D.terrain_id,
        and_(
            or_(Demande.terrain_id.is_(None), _D.terrain_id.is_(None)),
            Ligne.tri_terrain == _L.tri_terrain,
            Ligne.tri_etablissement == _L.tri_etablissement,
            Ligne.tri_ville == _L.tri_ville,
        ),
    )
    meme_rts = Demande.rpps == _D.rpps
    recouvrement = case(
        (and_(meme_rts, meme_lieu), literal(Recouvrement.MEME_DEMANDE.value)),
        (meme_lieu, literal(Recouvrement.MEME_TERRAIN.value)),
        else_=literal(Recouvrement.MEME_RTS.value),
    )
    return (
        select(Demande, _D, _L, recouvrement)
        .join(Ligne, and_(Ligne.demande_id == Demande.id, Ligne.rang == 0))
        # A campaign is of one subdivision: said of the lines too, so that their index finds the few that may be twins.
        .join(_L, and_(_L.subdivision == Ligne.subdivision, _L.formation == Ligne.formation, _L.rang == 0))
        .join(_D, and_(_D.id == _L.demande_id, _D.campagne_id == Demande.campagne_id, _D.id != Demande.id))
        .where(or_(meme_lieu, meme_rts), _ouverte(Demande, Ligne), _ouverte(_D, _L))
        .where(lisible_sql(droits, Objet.LIGNE, Ligne), lisible_sql(droits, Objet.LIGNE, _L))
    )


async def jumelles_de(session: AsyncSession, droits: Droits, demande: Demande) -> list[Jumelle]:
    """The twins of one demande."""
    requete = _paires(droits).where(Demande.id == demande.id).order_by(_D.id).limit(LIMITE)
    return _lues(droits, (await session.execute(requete)).all())


async def jumelles(session: AsyncSession, droits: Droits) -> list[Jumelle]:
    """Every pair that the scolarité still has to look at, each once: the later one is in validation."""
    if not droits.a(Role.SCOL):
        return []
    siennes = or_(*(p.sql(Ligne) for p in droits.portees_de(Role.SCOL)))
    requete = _paires(droits).where(siennes, Demande.statut == Statut.EN_VALIDATION)
    seule = or_(_D.statut != Statut.EN_VALIDATION, _D.id < Demande.id)
    requete = requete.where(seule).order_by(Demande.id, _D.id).limit(LIMITE)
    return _lues(droits, (await session.execute(requete)).all())


def _lues(droits: Droits, rangees: Any) -> list[Jumelle]:
    return [
        Jumelle(autre, ligne, Recouvrement(commun), de.id, peut_lire(droits, Objet.DOSSIER, ligne))
        for de, autre, ligne, commun in rangees
    ]


async def tenus_par_d_autres(session: AsyncSession, demande: Demande, formation: str, campagne: Campagne) -> list[Agrement]:
    """Agréments in force of other RTS on this terrain and formation that outlast the start of the campaign's."""
    if not demande.terrain_id:
        return []
    debut: date = campagne.debut_agrements
    requete = (
        select(Agrement)
        .where(Agrement.terrain_id == demande.terrain_id, Agrement.formation == formation, Agrement.rpps != demande.rpps)
        .where(Agrement.statut == StatutAgrement.ACTIF, Agrement.fin >= debut)
        .order_by(Agrement.fin.desc())
        .limit(LIMITE)
    )
    return list(await session.scalars(requete))
