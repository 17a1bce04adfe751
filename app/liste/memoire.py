"""The memory of a terrain and of its RTS: ten years of demandes, decisions and agréments, as far as the reader may read.

Each earlier line is a line like any other: scoped, then masked by its own moment and perimeter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import load_only

from app.agrements.models import Agrement
from app.agrements.queries import portee, statut_au
from app.agrements.regles import TYPES, libelle_statut
from app.avis.queries import jugements, motifs_defavorables
from app.avis.vue import lecture
from app.campagnes.models import Campagne
from app.core.access import lisible_sql, peut_lire
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.issue import cachee, motif_montre, statut_montre
from app.demandes.models import Demande, Ligne
from app.demandes.panneaux import FABRIQUES, Panneau
from app.liste.frise import frise
from app.liste.libelles import libelles
from app.referentiel.models import Praticien, Terrain

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.liste.libelles import Libelles

ANS = 10
AU_PLUS = 40  # of each; the newest
_LUES = (Demande.statut, Demande.origine_refus, Demande.motif_refus, Demande.terrain_id, Demande.saisie_terrain,
         Demande.soumise_le, Demande.creee_le)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sujet:
    """Of whom and of which place one remembers; beside which demande, if it is one's."""

    rpps: str = ""
    terrain: int | None = None
    demande: int = 0


async def memoire(session: AsyncSession, droits: Droits, demande: Demande, tete: Ligne) -> dict[str, Any]:
    """What is remembered beside *demande*. *tete* is the first line that the reader sees of it."""
    terrain = None if cachee(droits, demande, tete) and demande.saisie_terrain else demande.terrain_id
    return await souvenirs(session, droits, Sujet(demande.rpps, terrain, demande.id))


async def souvenirs(session: AsyncSession, droits: Droits, sujet: Sujet) -> dict[str, Any]:
    """Three queries, whatever there is."""
    jour = aujourdhui()
    depuis = date(jour.year - ANS, jour.month, 1)
    terrain = sujet.terrain
    lib = await libelles(session)
    agrements = await _agrements(session, droits, sujet, depuis, jour, lib)
    demandes = await _demandes(session, droits, sujet, depuis, lib)
    return {
        "demandes": demandes,
        "agrements": agrements,
        "frise": frise([(a["debut"], a["fin"], a["statut"], a["resume"]) for a in agrements], jour),
        "ans": ANS,
        "terrain_connu": terrain is not None,
    }


async def _demandes(session: AsyncSession, droits: Droits, sujet: Sujet, depuis: date, lib: Libelles) -> list[dict[str, Any]]:
    ici: list[ColumnElement[bool]] = [Ligne.rpps == sujet.rpps]
    if sujet.terrain is not None:
        ici.append(Ligne.demande_id.in_(select(Demande.id).where(Demande.terrain_id == sujet.terrain)))
    requete = (
        select(Ligne, Demande, Campagne.libelle)
        .join(Demande, Demande.id == Ligne.demande_id)
        .join(Campagne, Campagne.id == Demande.campagne_id)
        .where(
            lisible_sql(droits, Objet.LIGNE, Ligne),
            Ligne.demande_id != sujet.demande,
            or_(*ici),
            Campagne.debut_agrements >= depuis,
        )
        .order_by(Campagne.debut_agrements.desc(), Ligne.ordre.desc())
        .limit(AU_PLUS)
        .options(load_only(*_LUES))
    )
    motifs = {c: x for c, (x, _) in (await motifs_defavorables(session)).items()}
    lues = (await session.execute(requete)).all()
    dits = await jugements(session, [ligne.id for ligne, *_ in lues], pour=droits)
    return [
        _souvenir(droits, ligne, d, campagne, lecture(droits, ligne, dits[ligne.id], motifs, {}), sujet, lib)
        for ligne, d, campagne in lues
    ]


def _souvenir(
    droits: Droits,
    ligne: Ligne,
    d: Demande,
    campagne: str,
    faits: list[dict[str, Any]],
    sujet: Sujet,
    lib: Libelles,
) -> dict[str, Any]:
    """One earlier line."""
    numero = None if cachee(droits, d, ligne) and d.saisie_terrain else d.terrain_id
    statut = statut_montre(droits, d, ligne)
    return {
        "id": ligne.id,
        "demande": ligne.demande_id,
        "ouvrable": peut_lire(droits, Objet.DOSSIER, ligne),
        "campagne": campagne,
        "quand": d.soumise_le or d.creee_le,
        "qui": f"{ligne.prenom} {ligne.nom}" if ligne.rpps != sujet.rpps else "",
        "terrain": ligne.terrain if sujet.terrain is None or numero != sujet.terrain else "",
        "formation": lib.de("formation", ligne.formation),
        "type": ligne.type_demande.libelle,
        "statut": statut,
        "faits": [{**f, "resume": Markup(f["resume"])} for f in faits],  # noqa: S704 (`resume` escapes)
        "motif": motif_montre(droits, d, ligne),
    }


async def _agrements(
    session: AsyncSession, droits: Droits, sujet: Sujet, depuis: date, jour: date, lib: Libelles
) -> list[dict[str, Any]]:
    ici: ColumnElement[bool] = Agrement.rpps == sujet.rpps
    if sujet.terrain is not None:
        ici = or_(ici, Agrement.terrain_id == sujet.terrain)
    requete = (
        select(Agrement, statut_au(jour).label("statut"), Terrain.numero, Terrain.libelle, Praticien.prenom, Praticien.nom)
        .join(Terrain, Terrain.id == Agrement.terrain_id)
        .outerjoin(Praticien, Praticien.rpps == Agrement.rpps)
        .where(portee(droits), ici, Agrement.fin >= depuis)
        .order_by(Agrement.debut.desc(), Agrement.id.desc())
        .limit(AU_PLUS)
    )
    return [
        _agrement(a, statut, f"{libelle} (n° {numero})", f"{prenom} {nom}" if nom else a.rpps, sujet, lib)
        for a, statut, numero, libelle, prenom, nom in (await session.execute(requete)).all()
    ]


def _agrement(a: Agrement, statut: Any, lieu: str, qui: str, sujet: Sujet, lib: Libelles) -> dict[str, Any]:
    formation = lib.de("formation", a.formation)
    dit = libelle_statut(statut, a.arrete)
    return {
        "formation": formation,
        "type": TYPES[a.type],
        "phases": a.phases,
        "debut": a.debut,
        "fin": a.fin,
        "statut": statut,
        "libelle": dit,
        "qui": qui if a.rpps != sujet.rpps else "",
        "terrain": lieu if a.terrain_id != sujet.terrain else "",
        "resume": f"{formation}, {TYPES[a.type].lower()}, du {a.debut:%d/%m/%Y} au {a.fin:%d/%m/%Y} : {dit}",
    }


async def panneau(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> Panneau:
    """The same on the page *Traitement*."""
    return Panneau("liste/_panneau_memoire.html", await memoire(session, droits, demande, lignes[0]), place="dossier")


FABRIQUES.append(panneau)
