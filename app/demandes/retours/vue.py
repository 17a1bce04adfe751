"""What the scolarité reads of returns on *Traitement*: what is prepared, what was answered, what changed, what overlaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.campagnes.queries import campagne
from app.comptes.models import Personne
from app.core.access import peut_lire
from app.core.templating import aujourdhui, jour
from app.core.visibilite import Objet
from app.demandes import jumelles
from app.demandes.permissions import est_auteur
from app.demandes.retours import ancres, queries, vue_rts
from app.demandes.retours.changements import changements
from app.demandes.retours.forms import apercu
from app.demandes.retours.models import EN_ATTENTE, EtatRemarque
from app.demandes.saisie.regles import agrement_en_cours
from app.demandes.statuts import Action, Statut
from app.referentiel.models import Terrain

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.forms import Saisie
    from app.demandes.models import Demande, Ligne, Retour
    from app.demandes.retours.models import Remarque

DELAI_JOURS = 15
EN_COURS = "REF_S_01"  # « Agrément en cours »
DOUBLON = "REF_S_02"
HORS_DELAI = "REF_S_08"  # « Dossier non complété dans le délai accordé »


@dataclass(frozen=True, slots=True)
class Voulu:
    """What the address of a dossier, or a form handed back, puts into its forms."""

    ancre: str = ""
    texte: str = ""
    motif: str = ""
    apercu: str = ""  # the refusal, as the RTS would read it


async def retours(
    session: AsyncSession, droits: Droits, demande: Demande, tete: Ligne, possibles: set[Action], voulu: Voulu
) -> dict[str, Any] | None:
    """The loop as the scolarité reads it; None for whoever reads no return here, its author first."""
    if est_auteur(droits, tete) or not peut_lire(droits, Objet.RETOUR, tete):
        return None
    toutes = await queries.remarques(session, demande.id)
    dernier, mots = await queries.dernier_retour(session, demande.id), await vue_rts.lexique(session, [demande.id])
    noms = await _noms(session, [r.close_par_id for r in toutes] + [dernier.annule_par_id if dernier else None])
    vues = {r.id: _vue(r, mots, noms) for r in toutes}
    groupes = await ancres.offertes(session, demande) if Action.RETOURNER_INCOMPLET in possibles else []
    return {
        "preparation": await _preparation(session, demande) if groupes else None,
        "preparees": [vues[r.id] for r in toutes if r.etat is EtatRemarque.PREPAREE],
        "ancres": groupes,
        "ancre": ancres.reconnue(voulu.ancre, groupes),
        "texte": voulu.texte,
        "motif": voulu.motif,
        "recues": [vues[r.id] for r in toutes if r.etat is EtatRemarque.ENVOYEE],
        "closes": [vues[r.id] for r in toutes if r.etat not in EN_ATTENTE],
        "attente": sum(r.etat in EN_ATTENTE for r in toutes),
        "ouvert": await _ouvert(session, demande, dernier),
        "annule": _annule(dernier, noms),
        "changements": await _changements(session, demande, dernier),
        "apres": dernier.quand if dernier else None,
    }


def _vue(r: Remarque, mots: vue_rts.Lexique, noms: dict[int, str]) -> dict[str, Any]:
    return {
        "id": r.id,
        "lieu": mots.noms.get(r.ancre, "Dossier"),
        "code": r.motif,
        "motif": mots.motifs.get(r.motif, r.motif),
        "texte": r.texte,
        "etat": r.etat,
        "faite": r.faite,
        "reponse": r.reponse,
        "traitee": r.traitee,
        "suite": r.suite_de is not None,
        "par": noms.get(r.close_par_id or 0, ""),
        "quand": r.close_le,
        "pourquoi": r.motif_cloture,
    }


async def _noms(session: AsyncSession, ids: list[int | None]) -> dict[int, str]:
    voulus = {i for i in ids if i}
    if not voulus:
        return {}
    return {p.id: p.nom_complet for p in await session.scalars(select(Personne).where(Personne.id.in_(voulus)))}


async def _preparation(session: AsyncSession, demande: Demande) -> dict[str, Any]:
    gardee = await queries.preparation(session, demande.id)
    return {
        "version": gardee.version if gardee else 0,
        "commentaire": gardee.commentaire if gardee else "",
        "echeance": (gardee.echeance if gardee else None) or aujourdhui() + timedelta(days=DELAI_JOURS),
    }


async def _ouvert(session: AsyncSession, demande: Demande, dernier: Retour | None) -> dict[str, Any] | None:
    if demande.statut is not Statut.EN_SAISIE or dernier is None or dernier.clos_le or dernier.annule_le:
        return None
    return {
        "echeance": dernier.echeance,
        "depasse": queries.en_retard(dernier),
        "propose": max(dernier.echeance, aujourdhui()) + timedelta(days=DELAI_JOURS),
        "annulable": not await queries.rts_a_ecrit(session, demande.id),
        "motif_refus": HORS_DELAI,
    }


def _annule(dernier: Retour | None, noms: dict[int, str]) -> dict[str, Any] | None:
    if dernier is None or dernier.annule_le is None:
        return None
    return {"quand": dernier.annule_le, "par": noms.get(dernier.annule_par_id or 0, ""), "pourquoi": dernier.motif_annulation}


async def _changements(session: AsyncSession, demande: Demande, dernier: Retour | None) -> Any:
    if demande.statut is not Statut.EN_VALIDATION or dernier is None or dernier.clos_le is None:
        return None
    return await changements(session, demande, dernier)


async def signalements(
    session: AsyncSession, droits: Droits, demande: Demande, tete: Ligne, possibles: set[Action]
) -> dict[str, Any] | None:
    """Agrément in force, twins: told to whoever may act on it, while it may be acted on."""
    if Action.RETOURNER_INCOMPLET not in possibles:
        return None
    sienne = await campagne(session, demande.campagne_id)
    agrement = await agrement_en_cours(session, demande, tete.formation, sienne)
    terrain = await session.get(Terrain, demande.terrain_id) if demande.terrain_id else None
    autres = await jumelles.tenus_par_d_autres(session, demande, tete.formation, sienne)
    vus = {
        "agrement": agrement,
        "terrain": f"n° {terrain.numero} — {terrain.libelle}" if terrain else "",
        "motif": EN_COURS,
        "precision": f"du {jour(agrement.debut)} au {jour(agrement.fin)}." if agrement else "",
        "autres": autres,
        "jumelles": await jumelles.jumelles_de(session, droits, demande),
        "doublon": DOUBLON,
    }
    return vus if agrement or autres or vus["jumelles"] else None


async def voulu_de(session: AsyncSession, saisie: Saisie | None, acte: str, demande: Demande) -> Voulu:
    """What a form that is handed back held."""
    if saisie and acte == "refus":
        return Voulu(apercu=await apercu(session, saisie, demande))
    if saisie and acte == "remarque":
        return Voulu(ancre=saisie.brut("ancre"), texte=saisie.brut("texte"), motif=saisie.brut("motif"))
    return Voulu()
