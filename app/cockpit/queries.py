"""Reads of one terrain, one établissement, one practitioner, scoped; their acts, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.agrements.models import Agrement
from app.cockpit.perimetre import etablissements_visibles, praticiens_visibles, terrains_visibles
from app.core.errors import Introuvable
from app.core.journal import Journal
from app.demandes.models import Demande
from app.referentiel.models import Etablissement, Praticien, Terrain

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.roles import Role

ACTES: Final = {
    "creer_terrain": "Terrain créé",
    "modifier_terrain": "Terrain modifié",
    "clore_terrain": "Terrain fermé",
    "rouvrir_terrain": "Terrain rouvert",
    "fusionner_terrain": "Fusion",
    "defaire_fusion_terrain": "Fusion annulée",
    "creer_etablissement": "Etablissement créé",
    "typer_etablissement": "Type imposé",
    "detyper_etablissement": "Type dérivé rétabli",
    "rapprocher_etablissement": "Rapproché du registre",
    "reprendre_registre": "Valeur Open Data reprise",
    "declarer_depart": "Départ du titulaire",
    "traiter_evenement": "Evénement du registre traité",
}
CHAMPS: Final = {
    "libelle": "nom", "adresse": "adresse", "code_postal": "code postal", "ville": "ville", "description": "description",
    "titulaire_rpps": "titulaire", "titulaire_depuis": "titulaire depuis", "raison_sociale": "raison sociale",
    "type": "type", "numero": "numéro", "vers": "vers", "terrains": "terrains", "nom": "nom", "prenom": "prénom",
}  # fmt: skip


async def terrain_de_numero(session: AsyncSession, droits: Droits, numero: int, *roles: Role) -> Terrain:
    """The terrain that answers to a number: the one that carries it, or the one that took it in.

    Raises:
        Introuvable: no such number, or not in this person's subdivisions.
    """
    trouve = (await session.scalars(select(Terrain).where(Terrain.numero == numero))).one_or_none()
    while trouve is not None and trouve.fusionne_dans_id is not None:
        trouve = await session.get(Terrain, trouve.fusionne_dans_id)
    if trouve is None:
        raise Introuvable
    return await terrain_visible(session, droits, trouve.id, *roles)


async def terrain_visible(session: AsyncSession, droits: Droits, terrain_id: int, *roles: Role) -> Terrain:
    """One terrain.

    Raises:
        Introuvable: not in this person's subdivisions.
    """
    requete = select(Terrain).where(Terrain.id == terrain_id, terrains_visibles(droits, *roles))
    trouve = (await session.scalars(requete.execution_options(populate_existing=True))).one_or_none()
    if trouve is None:
        raise Introuvable
    return trouve


async def etablissement_visible(session: AsyncSession, droits: Droits, etablissement_id: int) -> Etablissement:
    """One site.

    Raises:
        Introuvable: no such site, or a local one of elsewhere.
    """
    requete = select(Etablissement).where(Etablissement.id == etablissement_id, etablissements_visibles(droits))
    trouve = (await session.scalars(requete.execution_options(populate_existing=True))).one_or_none()
    if trouve is None:
        raise Introuvable
    return trouve


async def remplacant(session: AsyncSession, droits: Droits, etablissement_id: int) -> int | None:
    """The register's site that took the place of a local record which this person no longer sees."""
    e = Etablissement
    requete = select(e.remplace_par_id).where(e.id == etablissement_id, ~etablissements_visibles(droits))
    return await session.scalar(requete)


async def praticien_visible(session: AsyncSession, droits: Droits, rpps: str) -> Praticien:
    """One practitioner.

    Raises:
        Introuvable: nothing of his is in this person's subdivisions.
    """
    requete = select(Praticien).where(Praticien.rpps == rpps, praticiens_visibles(droits))
    trouve = (await session.scalars(requete)).one_or_none()
    if trouve is None:
        raise Introuvable
    return trouve


async def subdivisions_du_terrain(session: AsyncSession, terrain: Terrain) -> set[str]:
    """Where its agréments and demandes are, and who made it."""
    agrees = select(Agrement.subdivision).where(Agrement.terrain_id == terrain.id)
    demandees = select(Demande.subdivision).where(Demande.terrain_id == terrain.id, Demande.supprimee_le.is_(None))
    lues = set(await session.scalars(agrees.union(demandees)))
    return lues | ({terrain.subdivision} if terrain.subdivision else set())


async def histoire(session: AsyncSession, sujet: str, numero: int) -> list[dict[str, Any]]:
    """The acts on one record, newest first."""
    requete = select(Journal).where(Journal.sujet == sujet, Journal.sujet_id == numero).order_by(Journal.id.desc()).limit(100)
    return [
        {"quand": a.quand, "auteur": a.auteur, "acte": ACTES.get(a.action, a.action), "motif": a.motif, "dit": _dit(a)}
        for a in await session.scalars(requete)
    ]


def _dit(acte: Journal) -> list[str]:
    avant, apres = acte.avant or {}, acte.apres or {}
    if acte.action.startswith("creer_"):
        return []
    return [
        f"{nom} : {avant[c] or '(vide)'} → {apres[c] or '(vide)'}" if c in avant else f"{nom} : {apres[c]}"
        for c, nom in CHAMPS.items()
        if c in apres and avant.get(c) != apres[c]
    ]
