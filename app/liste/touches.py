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
    "clore_seance": _ISSUE | {Objet.AVIS_COORD, Objet.AVIS_REP},  # opinions are no longer edited
    "publier_seance": _ISSUE,
    "rouvrir_seance": _ISSUE | _OPINIONS,
}
# Acts on a whole séance touch every line of it, and stand for those that it consigns demande by demande.
SEANCE: Final = frozenset({"ouvrir_seance", "clore_seance", "publier_seance", "rouvrir_seance"})
SANS_ECRITURE: Final = frozenset({"ouvrir_seance", "publier_seance"})  # they change what is read, not what is there
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
