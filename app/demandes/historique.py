"""The history of a dossier, as far as this person may read it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.campagnes.queries import libelles_motifs
from app.core.access import Droits, peut_lire
from app.core.journal import Journal
from app.core.templating import jour
from app.core.visibilite import Objet
from app.demandes.saisie.etat import LIBELLES
from app.demandes.statuts import Bloc, Statut, TypeDemande, Validation
from app.referentiel import queries as referentiel

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Ligne

# action → (what the history says, the objet that it tells, the objet of its comment)
ACTES: Final[dict[str, tuple[str, Objet, Objet]]] = {
    "creer": ("Demande créée", Objet.LIGNE, Objet.LIGNE),
    "reprendre_demande": ("Demande reprise d'un outil précédent", Objet.LIGNE, Objet.LIGNE),
    "enregistrer": ("Dossier modifié", Objet.LIGNE, Objet.LIGNE),
    "joindre_piece": ("Pièce jointe", Objet.LIGNE, Objet.LIGNE),
    "retirer_piece": ("Pièce retirée", Objet.LIGNE, Objet.LIGNE),
    "deposer_rapport": ("Rapport de visite déposé", Objet.RAPPORT_VISITE, Objet.RAPPORT_VISITE),
    "retirer_rapport": ("Rapport de visite retiré", Objet.RAPPORT_VISITE, Objet.RAPPORT_VISITE),
    "consulter_brouillon": ("Brouillon consulté par la scolarité", Objet.LIGNE, Objet.LIGNE),
    "supprimer": ("Demande supprimée", Objet.LIGNE, Objet.LIGNE),
    "soumettre": ("Demande soumise", Objet.LIGNE, Objet.LIGNE),
    "reprendre": ("Demande reprise par le RTS", Objet.LIGNE, Objet.LIGNE),
    "valider_bloc": ("Bloc validé manuellement", Objet.VALIDATIONS, Objet.LIGNE),
    "invalider_bloc": ("Bloc invalidé", Objet.VALIDATIONS, Objet.LIGNE),
    "verifier": ("Blocs vérifiés de nouveau", Objet.VALIDATIONS, Objet.LIGNE),
    "rattacher": ("Fiche du Cockpit rattachée", Objet.VALIDATIONS, Objet.LIGNE),
    "reprendre_registre": ("Valeur Open Data reprise dans le Cockpit", Objet.VALIDATIONS, Objet.LIGNE),
    "suivre_fiche": ("Fiche du Cockpit modifiée", Objet.LIGNE, Objet.LIGNE),
    "defaire_validation": ("Validation annulée avec son lot", Objet.VALIDATIONS, Objet.LIGNE),
    "retourner_incomplet": ("Retournée incomplète", Objet.LIGNE, Objet.LIGNE),
    "annuler_retour": ("Retour annulé", Objet.LIGNE, Objet.LIGNE),
    "prolonger_retour": ("Délai de complément prolongé", Objet.LIGNE, Objet.LIGNE),
    "repondre_remarque": ("Remarques répondues", Objet.LIGNE, Objet.LIGNE),
    "lever_remarque": ("Remarques levées", Objet.LIGNE, Objet.LIGNE),
    "annuler_remarque": ("Remarque annulée", Objet.LIGNE, Objet.LIGNE),
    "refuser": ("Refusée par la scolarité", Objet.LIGNE, Objet.LIGNE),
    "valider_administrativement": ("Validée administrativement", Objet.LIGNE, Objet.LIGNE),
    "rouvrir": ("Rouverte", Objet.LIGNE, Objet.LIGNE),
    "ajouter_complementaire": ("Agrément complémentaire ajouté", Objet.LIGNE, Objet.LIGNE),
    "donner_avis_coord": ("Avis du coordonnateur", Objet.AVIS_COORD, Objet.COMMENTAIRE_COORD),
    "donner_avis_rep": ("Avis du représentant des internes", Objet.AVIS_REP, Objet.AVIS_REP),
    "decider_ligne": ("Décision de la commission", Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
    "confirmer_decision": ("Décision reprise du coordonnateur, confirmée", Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
    "reprendre_avis": ("Décision retirée, avis du coordonnateur repris", Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
    "declarer_deport": ("Déport déclaré", Objet.DEPORTS, Objet.DEPORTS),
    "constater_deport": ("Déport constaté", Objet.DEPORTS, Objet.DEPORTS),
    "lever_deport": ("Déport levé", Objet.DEPORTS, Objet.DEPORTS),
    "defaire_avis_coord": ("Avis du coordonnateur annulé par son auteur", Objet.AVIS_COORD, Objet.COMMENTAIRE_COORD),
    "refaire_avis_coord": ("Avis du coordonnateur rétabli", Objet.AVIS_COORD, Objet.COMMENTAIRE_COORD),
    "defaire_avis_rep": ("Avis du représentant des internes annulé par son auteur", Objet.AVIS_REP, Objet.AVIS_REP),
    "refaire_avis_rep": ("Avis du représentant des internes rétabli", Objet.AVIS_REP, Objet.AVIS_REP),
    "defaire_decision": ("Décision de la commission annulée par son auteur", Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
    "refaire_decision": ("Décision de la commission rétablie", Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
    "ajourner": ("Ligne ajournée", Objet.DECISION, Objet.DECISION),
    "refuser_avec_principal": ("Refusée avec son agrément principal", Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
    # As the decision, and not as the statut: once reopened the statut tells nothing any more, these acts still do.
    "arreter_decisions": ("Décision arrêtée", Objet.DECISION, Objet.DECISION),
    "publier": ("Décision publiée", Objet.DECISION, Objet.DECISION),
    "annuler_decision": ("Décision annulée, séance rouverte", Objet.DECISION, Objet.DECISION),
}
_JUGES: Final = {Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION, Objet.RAPPORT_VISITE, Objet.DEPORTS}
# What others do on his dossier that no RTS is to guess, not even that something happened: no stream of his wakes for it.
_PREPARES: Final = ("preparer_remarque", "retirer_remarque", "preparer_retour", "marquer_a_discuter", "ne_plus_discuter")
_MONTRES: Final = {"publier", "annuler_decision"}
CACHES_AU_RTS: Final = frozenset({a for a, (_, o, _) in ACTES.items() if o in _JUGES and a not in _MONTRES} | {*_PREPARES})
_MOTS: Final = {
    **{t.value: t.libelle for t in TypeDemande},
    **{s.value: s.libelle for s in Statut},
    **{v.value: v.libelle for v in Validation},
    "A_L_ETUDE": "A l'étude",
}
VALIDATIONS: Final = frozenset(f"validation_{b}" for b in Bloc)
_CLES: Final = {"sens": "", "statut": "", "duree": "durée", "phases": "phases", "motif": "motif", "motif_texte": "",
                **{f"validation_{b}": f"{b.libelle} :" for b in Bloc},
                "echeance": "à compléter avant le", "nom": "", "champs": "", "formation": "", "type": "",
                "commentaire": "commentaire", "qui": "", "remarques": "", "rattache": "", "raison_sociale": "raison sociale",
                "adresse": "adresse", "ville": "commune", "siret": "SIRET", "terrain": "terrain",
                "etablissement": "établissement"}  # fmt: skip


async def historique(session: AsyncSession, droits: Droits, demande_id: int, lignes: list[Ligne]) -> list[dict[str, Any]]:
    """Acts with their author and reason, newest first; the RTS reads his own acts only."""
    tete, par_id = lignes[0], {x.id: x for x in lignes}
    if not peut_lire(droits, Objet.JOURNAL, tete):
        return []
    requete = select(Journal).where(Journal.demande_id == demande_id, Journal.action.in_(ACTES)).order_by(Journal.id.desc())
    if not droits.portees or droits.deporte(tete):
        requete = requete.where(Journal.auteur_id == droits.personne_id)
    noms = await libelles_motifs(session)
    noms |= {f.code: f.libelle for f in await referentiel.formations(session, actives=False)}
    lus = []
    for acte in (await session.execute(requete)).scalars():
        ligne = par_id.get(acte.ligne_id, tete) if acte.ligne_id else tete
        libelle, objet, objet_commentaire = ACTES[acte.action]
        if acte.ligne_id and acte.ligne_id not in par_id:
            continue
        if peut_lire(droits, objet, ligne):
            commente = peut_lire(droits, objet_commentaire, ligne)
            # A submission says what it made of the three blocks, which its own author never reads.
            tues = frozenset() if peut_lire(droits, Objet.VALIDATIONS, ligne) else VALIDATIONS
            avant, apres = _changes(acte.avant or {}, acte.apres or {}, tues)
            lus.append({
                "quand": acte.quand,
                "qui": acte.auteur,
                "libelle": libelle,
                "avant": _clair(avant, noms, commente=commente),
                "apres": _clair(apres, noms, commente=commente),
                "motif": acte.motif,
            })  # fmt: skip
    return lus


def _changes(avant: dict[str, Any], apres: dict[str, Any], tues: frozenset[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Without what is kept from this reader, nor the statut where the act leaves it as it is."""
    pareil = tues | {"statut"} if avant.get("statut") == apres.get("statut") else tues
    return ({c: v for c, v in avant.items() if c not in pareil}, {c: v for c, v in apres.items() if c not in pareil})


def _clair(valeurs: dict[str, Any], noms: dict[str, str], *, commente: bool) -> str:
    """« Accepté, durée 1, phases SA »."""
    parties = []
    for cle, nom in _CLES.items():
        valeur = valeurs.get(cle)
        if not valeur or (cle == "commentaire" and not commente):
            continue
        mot = _mot(cle, valeur, noms)
        parties.append(f"{nom} {mot}" if nom else mot)
    return ", ".join(parties)


def _mot(cle: str, valeur: Any, noms: dict[str, str]) -> str:
    if cle == "champs":
        return ", ".join(LIBELLES.get(champ, champ) for champ in valeur)
    if cle == "remarques":
        return f"{len(valeur)} remarque{'s' if len(valeur) > 1 else ''}"
    if cle == "echeance":
        return jour(date.fromisoformat(valeur))
    if cle in {"formation", "motif"}:
        return noms.get(valeur, str(valeur))
    return _MOTS.get(str(valeur), str(valeur))
