"""The view-model of *Traitement de la demande d'agrément*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.campagnes.queries import campagne, motifs_de, prolonge_jusqu_au
from app.core.access import Droits, peut_lire
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.historique import historique
from app.demandes.issue import cachee, motif_montre, statut_montre
from app.demandes.panneaux import panneaux
from app.demandes.permissions import actions, est_auteur, peut
from app.demandes.pieces import pieces_rangees
from app.demandes.queries import retours_ouverts
from app.demandes.rapprochement.vue import blocs_de
from app.demandes.retours import vue as rs
from app.demandes.retours import vue_rts
from app.demandes.retours.queries import en_retard, remarques_envoyees
from app.demandes.saisie.regles import peut_reprendre
from app.demandes.statuts import MOUVEMENTS, Action, Bloc, Statut
from app.demandes.traitement_service import etats
from app.referentiel import queries as referentiel
from app.referentiel.models import Subdivision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.forms import Saisie
    from app.demandes.models import Demande, Ligne, Retour
    from app.demandes.parcours import Parcours
    from app.demandes.retours.vue import Voulu

# Whoever may judge a line has its form on the page: the stream marks that. On the others it is told apart.
JUGEMENTS = (Action.DONNER_AVIS_COORD, Action.DONNER_AVIS_REP, Action.DECIDER_LIGNE)
TAPES = (
    "motif", "commentaire", "precision", "motif_reouverture", "texte", "passer_outre", "motif_prolongation", "motif_annulation",
)  # fmt: skip
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
    voulu: Voulu | None = None,
    recherches: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything that the page shows; *saisie* and *acte* bring back the form that was refused."""
    tete = lignes[0]
    if cachee(droits, demande, tete) and demande.saisie_terrain:
        # The closing gives a number to the places that it accepts: as long as that is hidden, so is the number.
        session.expunge(demande)
        demande.terrain_id = None
    possibles = await _possibles(session, droits, demande, tete)
    voulu = voulu or await rs.voulu_de(session, saisie, acte, demande)
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
        "retour": await _retour(session, demande, retour) if retour else None,
        "retours": await rs.retours(session, droits, demande, tete, possibles, voulu),
        "signalements": await rs.signalements(session, droits, demande, tete, possibles),
        "apercu": voulu.apercu,
        "blocs": blocs,
        "identique": Action.VALIDER in possibles and not manquants and all(b["identique"] for b in blocs),
        "subdivision": await _subdivision(session, demande),
        "pieces": await pieces_rangees(session, demande),
        "possibles": {a.value: MOUVEMENTS[a].libelle for a in possibles},
        "motifs_incomplet": await motifs_de(session, demande.campagne_id, "INCOMPLET")
        if Action.RETOURNER_INCOMPLET in possibles
        else [],
        "motifs_refus": await motifs_de(session, demande.campagne_id, "REFUS_SCOLARITE") if Action.REFUSER in possibles else [],
        "manquants": manquants,
        "parcours": chemin,
        "suivies": {x.id for x in lignes if not any(peut(droits, a, x) for a in JUGEMENTS)},
        "panneaux": await panneaux(session, droits, demande, lignes, chemin),
        "historique": await historique(session, droits, demande.id, lignes),
        "auteur": est_auteur(droits, tete),
        "reprenable": Action.REPRENDRE in possibles
        and peut_reprendre(
            await campagne(session, demande.campagne_id),
            demande,
            aujourdhui(),
            await prolonge_jusqu_au(session, demande.campagne_id, demande.rpps),
        ),
        "modifiable": Action.SOUMETTRE in possibles,
        "motif_refus": motif_montre(droits, demande, tete),
        "saisie": saisie,
        "erreurs": saisie.erreurs if saisie else {},
        "acte": acte,
        "message": message,
        "orphelins": _orphelins(saisie, acte, possibles) if saisie and message else [],
    }


async def _possibles(session: AsyncSession, droits: Droits, demande: Demande, tete: Ligne) -> set[Action]:
    """The moves, less those that a return opens where there is none, or not yet."""
    possibles = set(actions(droits, tete))
    if demande.statut is Statut.EN_SAISIE and Action.PROLONGER_RETOUR in possibles:
        retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
        if retour is None:
            possibles -= {Action.PROLONGER_RETOUR, Action.ANNULER_RETOUR}
        if not en_retard(retour):
            possibles.discard(Action.REFUSER)
    return possibles


async def _retour(session: AsyncSession, demande: Demande, retour: Retour) -> dict[str, Any] | None:
    remarques = (await remarques_envoyees(session, [retour.id])).get(retour.id, [])
    return vue_rts.retour(retour, demande, remarques, await vue_rts.lexique(session, [demande.id]))


async def _subdivision(session: AsyncSession, demande: Demande) -> str:
    subdivision = await session.get(Subdivision, demande.subdivision)
    return subdivision.libelle if subdivision else demande.subdivision


def _orphelins(saisie: Saisie, acte: str, possibles: set[Action]) -> list[str]:
    """What was typed in a form that the dossier, changed meanwhile, no longer offers."""
    formulaires = dict.fromkeys(Bloc, Action.VALIDER_BLOC) | {
        "retour": Action.RETOURNER_INCOMPLET, "refus": Action.REFUSER, "reouverture": Action.ROUVRIR,
        "remarque": Action.RETOURNER_INCOMPLET, "prolongation": Action.PROLONGER_RETOUR, "annulation": Action.ANNULER_RETOUR,
    }  # fmt: skip
    if acte != "suite" and "-" not in acte and formulaires.get(acte, Action.VALIDER) in possibles:
        return []
    return [texte for nom in TAPES if (texte := saisie.brut(nom))]
