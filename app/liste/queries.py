"""Reads of the list: a page of rows for a person, bare rows for the live stream, the perimeter's total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from app.commission.queries import lignes_montrees, seance_visible
from app.core.access import Droits, lisible_sql
from app.core.errors import Introuvable
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.liste.colonnes import SOURCE, TOUTES, colonnes
from app.liste.colonnes_seance import DE_SEANCE, registre
from app.tableau.etat import lire
from app.tableau.requete import Requete

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.tableau.etat import Etat

LISTE, SEANCE = "demandes", "seance"
FIXES = ("seance", "projection")


async def requete_de(session: AsyncSession, droits: Droits, etat: Etat, seance: Seance | None = None) -> Requete:
    """The table, scoped: to what this person sees, and to a séance if the screen is one's."""
    portee, ecran = lisible_sql(droits, Objet.LIGNE, Ligne), None
    seance = seance or await seance_de(session, droits, etat)
    if seance is not None:
        portee, ecran = and_(portee, lignes_montrees(droits, seance)), (seance.id, seance.statut, seance.subdivision)
    siennes = registre(droits, seance, projection=est_projete(etat))
    # A séance opens in the order of its agenda, for whoever reads it.
    return Requete(SOURCE, siennes, droits, portee, ecran, ordre="agenda" if "agenda" in siennes else "")


def sans_seance(requete: Requete) -> Requete:
    """The same columns in the same order, over every row that this person sees."""
    portee = lisible_sql(requete.droits, Objet.LIGNE, Ligne)
    return Requete(SOURCE, requete.colonnes, requete.droits, portee, ordre=requete.ordre)


def est_projete(etat: Etat) -> bool:
    """Whether the screen is the room's."""
    return dict(etat.contexte).get("projection") == "1"


async def ecran_de(session: AsyncSession, droits: Droits, parametres: Iterable[tuple[str, str]]) -> tuple[Etat, Seance | None]:
    """What an address asks for: the state of the table, and the séance whose screen it is, which has columns of its own."""
    lus = list(parametres)
    etat = lire(lus, colonnes(droits), fixes=FIXES)
    seance = await seance_de(session, droits, etat)
    if seance is None:
        return etat, None
    return lire(lus, registre(droits, seance, projection=est_projete(etat)), fixes=FIXES), seance


async def seance_de(session: AsyncSession, droits: Droits, etat: Etat) -> Seance | None:
    """The séance that the address names.

    Raises:
        Introuvable: no such séance, or not for this person: an RTS would learn from it what becomes of his demande.
    """
    texte = dict(etat.contexte).get("seance", "")
    if not texte:
        return None
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 16):
        raise Introuvable
    return await seance_visible(session, droits, int(texte))


def tableau_de(etat: Etat) -> str:
    """Which table's columns are kept: a séance shows others than the list."""
    return SEANCE if dict(etat.contexte).get("seance") else LISTE


async def lignes_brutes(session: AsyncSession, *, ids: list[int], demandes: list[int]) -> list[Any]:
    """The rows of these lines, and of these demandes, unmasked: the live stream's cells mask them for each reader.

    In an order of their own: the database's would tell what was written since.
    """
    valeurs = {**SOURCE.fixes, "seance_id": Ligne.seance_id}
    for colonne in (*TOUTES, *DE_SEANCE):
        valeurs |= colonne.valeurs
    requete = select(*(expr.label(nom) for nom, expr in valeurs.items())).select_from(Ligne)
    for nom in {nom for colonne in TOUTES for nom in colonne.sur}:
        requete = requete.outerjoin(*SOURCE.jointures[nom])
    voulues = requete.where(Ligne.id.in_(ids) | Ligne.demande_id.in_(demandes)).order_by(Ligne.id)
    return list((await session.execute(voulues)).all())
