"""The view-model of *Traitement de la demande d'agrément*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.campagnes.queries import campagne
from app.core.access import Droits, peut_lire
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.historique import historique
from app.demandes.issue import cachee, motif_montre, statut_montre
from app.demandes.panneaux import panneaux
from app.demandes.permissions import actions, est_auteur, peut
from app.demandes.queries import pieces, retours_ouverts
from app.demandes.rapprochement.vue import blocs_de
from app.demandes.saisie.regles import peut_reprendre
from app.demandes.statuts import MOUVEMENTS, Action, Bloc
from app.demandes.traitement_service import etats
from app.referentiel import queries as referentiel
from app.referentiel.models import Subdivision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.forms import Saisie
    from app.demandes.models import Demande, Ligne, Retour
    from app.demandes.parcours import Parcours

# Whoever may judge a line has its form on the page: the stream marks that. On the others it is told apart.
JUGEMENTS = (Action.DONNER_AVIS_COORD, Action.DONNER_AVIS_REP, Action.DECIDER_LIGNE)
PHASES = {"S": "SOCLE", "A": "APPRO", "C": "CONSO"}


async def contexte(
    session: AsyncSession,
    droits: Droits,
    demande: Demande,
    lignes: list[Ligne],
    chemin: Parcours,
    *,
    saisie: Saisie | None = None,
    acte: str = "",
    message: str = "",
    recherches: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything that the page shows; *saisie* and *acte* bring back the form that was refused."""
    tete = lignes[0]
    if cachee(droits, demande, tete) and demande.saisie_terrain:
        # The closing gives a number to the places that it accepts: as long as that is hidden, so is the number.
        session.expunge(demande)
        demande.terrain_id = None
    possibles = set(actions(droits, tete))
    manquants = [b.libelle for b, e in etats(demande).items() if not e.acquise]
    blocs = await blocs_de(session, droits, demande, tete, chemin, possibles, recherches or {})
    retour = (await retours_ouverts(session, [demande.id])).get(demande.id) if peut_lire(droits, Objet.RETOUR, tete) else None
    return {
        "droits": droits,
        "demande": demande,
        "statut": statut_montre(droits, demande, tete),
        "lignes": lignes,
        "formations": {f.code: f.libelle for f in await referentiel.formations(session, actives=False)},
        "phases": PHASES,
        "blocs": blocs,
        "identique": Action.VALIDER in possibles and not manquants and all(b["identique"] for b in blocs),
        "retour": await _retour(session, retour) if retour else None,
        "subdivision": await _subdivision(session, demande),
        "pieces": await pieces(session, demande.id),
        "possibles": {a.value: MOUVEMENTS[a].libelle for a in possibles},
        "manquants": manquants,
        "motifs_incomplet": await referentiel.motifs(session, "INCOMPLET") if Action.RETOURNER_INCOMPLET in possibles else [],
        "motifs_refus": await referentiel.motifs(session, "REFUS_SCOLARITE") if Action.REFUSER in possibles else [],
        "parcours": chemin,
        "suivies": {x.id for x in lignes if not any(peut(droits, a, x) for a in JUGEMENTS)},
        "panneaux": await panneaux(session, droits, demande, lignes, chemin),
        "historique": await historique(session, droits, demande.id, lignes),
        "auteur": est_auteur(droits, tete),
        "reprenable": Action.REPRENDRE in possibles
        and peut_reprendre(await campagne(session, demande.campagne_id), demande, aujourdhui()),
        "modifiable": Action.SOUMETTRE in possibles,
        "motif_refus": motif_montre(droits, demande, tete),
        "saisie": saisie,
        "erreurs": saisie.erreurs if saisie else {},
        "acte": acte,
        "message": message,
        "orphelins": _orphelins(saisie, acte, possibles) if saisie and message else [],
    }


async def _retour(session: AsyncSession, retour: Retour) -> dict[str, Any]:
    libelles = await referentiel.libelles_motifs(session)
    motifs = [libelles.get(code, code) for code in retour.motifs]
    return {"motifs": motifs, "commentaire": retour.commentaire, "echeance": retour.echeance}


async def _subdivision(session: AsyncSession, demande: Demande) -> str:
    subdivision = await session.get(Subdivision, demande.subdivision)
    return subdivision.libelle if subdivision else demande.subdivision


def _orphelins(saisie: Saisie, acte: str, possibles: set[Action]) -> list[str]:
    """What was typed in a form that the dossier, changed meanwhile, no longer offers."""
    formulaires = dict.fromkeys(Bloc, Action.VALIDER_BLOC) | {
        "retour": Action.RETOURNER_INCOMPLET, "refus": Action.REFUSER, "reouverture": Action.ROUVRIR,
    }  # fmt: skip
    if formulaires.get(acte, Action.VALIDER) in possibles:
        return []
    return [texte for nom in ("motif", "commentaire", "precision", "motif_reouverture") if (texte := saisie.brut(nom))]
