"""Which objets an act touches: a reader who may read none of them on the line receives nothing, not even a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.core.visibilite import Moment, Objet
from app.demandes.statuts import MOMENT, Statut

if TYPE_CHECKING:
    from app.core.journal import Journal

_LIGNE = frozenset({Objet.LIGNE})
_OPINIONS = frozenset({Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION})
_ISSUE = frozenset({Objet.STATUT_COMMISSION, Objet.DECISION})

RAPPORTS: Final = frozenset({"deposer_rapport", "retirer_rapport"})

TOUCHES: Final[dict[str, frozenset[Objet]]] = {
    "creer": _LIGNE,
    "reprendre_demande": _LIGNE,
    "enregistrer": _LIGNE,
    "supprimer": _LIGNE,
    "soumettre": _LIGNE,
    "reprendre": _LIGNE,
    "valider_bloc": frozenset({Objet.VALIDATIONS}),
    "invalider_bloc": frozenset({Objet.VALIDATIONS}),
    **dict.fromkeys(("verifier", "defaire_validation"), frozenset({Objet.VALIDATIONS})),
    **dict.fromkeys(("rattacher", "reprendre_registre", "suivre_fiche"), _LIGNE),
    "retourner_incomplet": _LIGNE,
    "annuler_retour": _LIGNE,
    **dict.fromkeys(
        (
            "prolonger_retour",
            "repondre_remarque",
            "lever_remarque",
            "annuler_remarque",
            "preparer_remarque",
            "retirer_remarque",
            "preparer_retour",
        ),
        frozenset({Objet.RETOUR}),
    ),
    "refuser": _LIGNE,
    "valider_administrativement": _LIGNE,
    "rouvrir": _LIGNE,
    "ajouter_complementaire": _LIGNE,
    "donner_avis_coord": frozenset({Objet.AVIS_COORD, Objet.DECISION}),
    "donner_avis_rep": frozenset({Objet.AVIS_REP}),
    "decider_ligne": frozenset({Objet.DECISION}),
    "confirmer_decision": frozenset({Objet.DECISION}),
    "reprendre_avis": frozenset({Objet.DECISION}),
    **dict.fromkeys(("defaire_avis_coord", "refaire_avis_coord"), frozenset({Objet.AVIS_COORD, Objet.DECISION})),
    **dict.fromkeys(("defaire_avis_rep", "refaire_avis_rep"), frozenset({Objet.AVIS_REP})),
    **dict.fromkeys(("defaire_decision", "refaire_decision"), frozenset({Objet.DECISION})),
    "ajourner": _OPINIONS,  # blind again: who read them in the open séance no longer does
    "ordonner_agenda": frozenset({Objet.DECISION}),  # as its column
    **dict.fromkeys(RAPPORTS, frozenset({Objet.RAPPORT_VISITE})),
    "marquer_a_discuter": frozenset({Objet.COMMENTAIRE_COMMISSION}),
    "ne_plus_discuter": frozenset({Objet.COMMENTAIRE_COMMISSION}),
    **dict.fromkeys(("declarer_deport", "constater_deport", "lever_deport"), _LIGNE),
    "ouvrir_seance": _OPINIONS,
    "clore_seance": _ISSUE | {Objet.AVIS_COORD, Objet.AVIS_REP},  # opinions are no longer edited
    "publier_seance": _ISSUE,
    "rouvrir_seance": _ISSUE | _OPINIONS,
}
# Acts that write a judgement and nothing of the line itself: a filter that reads no judgement keeps what it kept.
JUGEMENTS: Final = frozenset({
    "donner_avis_coord", "donner_avis_rep", "decider_ligne", "reprendre_avis", "defaire_avis_coord", "refaire_avis_coord",
    "defaire_avis_rep", "refaire_avis_rep", "defaire_decision", "refaire_decision",
})  # fmt: skip
# Acts on a whole séance touch every line of it, and stand for those that it consigns demande by demande.
SEANCE: Final = frozenset({"ouvrir_seance", "clore_seance", "publier_seance", "rouvrir_seance"})
SANS_ECRITURE: Final = frozenset({"ouvrir_seance", "publier_seance"})  # they change what is read, not what is there
# Déports: they change what one person reads, and nothing for the others.
DEPORTS: Final = frozenset({"declarer_deport", "constater_deport", "lever_deport"})
# Acts after which a séance's screens show their bar again: discussion, attendance, and the séance's own.
BANDEAU: Final = SEANCE | {
    "mettre_en_discussion", "ordonner_agenda", "noter_arrivee", "noter_depart", "donner_mandat", "retirer_mandat",
}  # fmt: skip
# Acts that show in a séance's own columns alone.
DE_SEANCE: Final = frozenset({"ordonner_agenda", "marquer_a_discuter", "ne_plus_discuter"})
# Acts that write nothing that an open editor edits.
SANS_MARQUE: Final = DEPORTS | DE_SEANCE | RAPPORTS | {"suivre_fiche"}
_AVANT: Final = {
    "ouvrir_seance": Moment.AVANT_SEANCE,
    "ajourner": Moment.SEANCE_OUVERTE,
    "clore_seance": Moment.SEANCE_OUVERTE,
    "publier_seance": Moment.CLOSE,
}


def moment_avant(acte: Journal, ligne_id: int) -> Moment | None:
    """The moment that a line was at before an act that moved it: what was readable then has changed for its reader."""
    if acte.action in _AVANT:
        return _AVANT[acte.action]
    statut = (acte.avant or {}).get("statut")
    if acte.action == "rouvrir_seance":
        if ligne_id in (acte.apres or {}).get("ajournees_reprises", ()):
            return Moment.AVANT_SEANCE
        return Moment.PUBLIEE if statut == "PUBLIEE" else Moment.CLOSE
    return MOMENT.get(Statut(statut)) if isinstance(statut, str) and statut in set(Statut) else None
