"""Which objets an act touches: a reader who may read none of them on the line receives nothing, not even a hint."""

from __future__ import annotations

from typing import Final

from app.core.visibilite import Moment, Objet
from app.demandes.statuts import MOMENT, Statut

_LIGNE = frozenset({Objet.LIGNE})
_OPINIONS = frozenset({Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION})
_ISSUE = frozenset({Objet.STATUT_COMMISSION, Objet.DECISION})

TOUCHES: Final[dict[str, frozenset[Objet]]] = {
    "creer": _LIGNE,
    "enregistrer": _LIGNE,
    "supprimer": _LIGNE,
    "soumettre": _LIGNE,
    "reprendre": _LIGNE,
    "valider_bloc": frozenset({Objet.VALIDATIONS}),
    "invalider_bloc": frozenset({Objet.VALIDATIONS}),
    "retourner_incomplet": _LIGNE,
    "refuser": _LIGNE,
    "valider_administrativement": _LIGNE,
    "rouvrir": _LIGNE,
    "ajouter_complementaire": _LIGNE,
    "donner_avis_coord": frozenset({Objet.AVIS_COORD, Objet.DECISION}),
    "donner_avis_rep": frozenset({Objet.AVIS_REP}),
    "decider_ligne": frozenset({Objet.DECISION}),
    "confirmer_decision": frozenset({Objet.DECISION}),
    "reprendre_avis": frozenset({Objet.DECISION}),
    "ajourner": frozenset({Objet.DECISION}),
    "ouvrir_seance": _OPINIONS,
    "clore_seance": _ISSUE,
    "arreter_decisions": _ISSUE,
    "publier": _ISSUE,
    "publier_seance": _ISSUE,
    "annuler_decision": _ISSUE,
    "rouvrir_seance": _ISSUE | _OPINIONS,
}
# Acts on a whole séance touch every line of it.
SEANCE: Final = frozenset({"ouvrir_seance", "clore_seance", "publier_seance", "rouvrir_seance"})
# Acts that may bring a line into somebody's list: the list says so, and moves only when asked.
ENTREES: Final = frozenset(
    {"creer", "soumettre", "valider_administrativement", "retourner_incomplet", "ajouter_complementaire", "rouvrir"}
)


def moment_avant(avant: dict[str, object] | None) -> Moment | None:
    """The moment that a line was at before a change of statut."""
    statut = (avant or {}).get("statut")
    return MOMENT.get(Statut(statut)) if isinstance(statut, str) and statut in set(Statut) else None
