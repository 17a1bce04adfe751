"""What the scolarité's forms of the loop post: typed values, or errors beside their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.campagnes.queries import motif_garde, motifs_de
from app.core.templating import aujourdhui
from app.demandes.retours import ancres
from app.demandes.traitement_service import texte_du_refus

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.queries import MotifOffert
    from app.core.forms import Saisie
    from app.demandes.models import Demande
    from app.demandes.retours.models import Remarque

INCOMPLET = "INCOMPLET"
COMMENTEZ = "Ce motif demande un commentaire : dites ce qui manque."


async def lire_motif(session: AsyncSession, saisie: Saisie, demande: Demande) -> tuple[MotifOffert | None, str]:
    """The reason of a remark and its text."""
    connus = {m.code: m for m in await motifs_de(session, demande.campagne_id, INCOMPLET)}
    motif = connus.get(saisie.choix("motif", connus, requis="Choisissez un motif.") or "")
    return motif, _commentaire(saisie, motif)


async def lire_reprise(session: AsyncSession, saisie: Saisie, demande: Demande, remarque: Remarque) -> tuple[MotifOffert, str]:
    """A remark that is raised again, with its own reason or another that is offered."""
    if saisie.brut("motif") not in ("", remarque.motif):
        autre, texte = await lire_motif(session, saisie, demande)
        if autre:
            return autre, texte
    motif = await motif_garde(session, demande.campagne_id, INCOMPLET, remarque.motif)
    return motif, _commentaire(saisie, motif)


def _commentaire(saisie: Saisie, motif: MotifOffert | None) -> str:
    texte = saisie.texte("texte", max_=2000)
    if motif and motif.commentaire_obligatoire and not texte:
        saisie.erreurs["texte"] = COMMENTEZ
    return texte


async def lire_ancre(session: AsyncSession, saisie: Saisie, demande: Demande) -> str:
    """Where a remark stands."""
    ancre = ancres.reconnue(saisie.brut("ancre"), await ancres.offertes(session, demande))
    if not ancre:
        saisie.erreurs["ancre"] = "Dites sur quoi porte la remarque."
    return ancre


def lire_echeance(saisie: Saisie, *, apres: date | None = None) -> date | None:
    """A deadline to come; an extension goes further than what it extends."""
    echeance = saisie.jour("echeance", requis="Fixez la date limite de complément.")
    if echeance and echeance <= aujourdhui():
        saisie.erreurs["echeance"] = "La date limite est dans le futur."
    elif echeance and apres and echeance <= apres:
        saisie.erreurs["echeance"] = "La nouvelle date limite vient après l'ancienne."
    return echeance


async def lire_refus(session: AsyncSession, saisie: Saisie, demande: Demande) -> tuple[MotifOffert | None, str]:
    """The reason of a refusal and what is added for the RTS."""
    connus = {m.code: m for m in await motifs_de(session, demande.campagne_id, "REFUS_SCOLARITE")}
    code = saisie.choix("motif_refus", connus, requis="Un refus est motivé : choisissez un motif.")
    precision = saisie.texte("precision", max_=2000)
    motif = connus.get(code or "")
    if motif and motif.commentaire_obligatoire and not precision:
        saisie.erreurs["precision"] = "Ce motif demande une précision."
    return motif, precision


async def apercu(session: AsyncSession, saisie: Saisie, demande: Demande) -> str:
    """The refusal as the RTS would read it, "" as long as it lacks something."""
    motif, precision = await lire_refus(session, saisie, demande)
    fautes = {"motif_refus", "precision"} & saisie.erreurs.keys()
    return texte_du_refus(motif, precision) if motif and not fautes else ""
