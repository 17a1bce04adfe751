"""Who may make which move: pure predicates on a line (the ligne de tête, for moves of the whole demande)."""

from __future__ import annotations

from typing import Any, Protocol

from app.core.access import Droits, peut_ecrire
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.statuts import MOUVEMENTS, Action, Statut


class LigneJugee(Protocol):
    """What a predicate looks at."""

    statut: Any
    moment: Moment | Any
    subdivision: Any
    formation: Any
    rpps: Any
    id: Any


# Beside the role and the statut, these moves need the matrix's right to write.
OBJETS = {
    Action.DONNER_AVIS_COORD: Objet.AVIS_COORD,
    Action.AJOUTER_COMPLEMENTAIRE: Objet.AVIS_COORD,
    Action.DONNER_AVIS_REP: Objet.AVIS_REP,
    Action.DECIDER_LIGNE: Objet.DECISION,
}


def peut(droits: Droits, action: Action, ligne: LigneJugee) -> bool:
    """Whether this person may make this move now, by role, statut, moment and matrix; the séance's own guards come on top."""
    mouvement = MOUVEMENTS[action]
    if Statut(ligne.statut) not in mouvement.de or Moment(ligne.moment) not in mouvement.moments:
        return False
    if not droits.roles_sur(ligne) & mouvement.roles:
        return False
    objet = OBJETS.get(action)
    return objet is None or peut_ecrire(droits, objet, ligne)


def impossible(action: Action, ligne: LigneJugee) -> str:
    """Why a move that the role allows cannot be made from where the line stands, in plain words."""
    mouvement = MOUVEMENTS[action]
    if Statut(ligne.statut) in mouvement.de and Moment(ligne.moment) not in mouvement.moments:
        return "Une séance ouverte ou close porte sur ce dossier : il ne se modifie plus ici."
    return f"« {mouvement.libelle} » n'est pas possible sur ce dossier dans son état actuel."


def actions(droits: Droits, ligne: LigneJugee) -> list[Action]:
    """The moves open to this person on this line: the buttons."""
    return [a for a in MOUVEMENTS if a is not Action.CREER and peut(droits, a, ligne)]


def est_auteur(droits: Droits, ligne: LigneJugee) -> bool:
    """Whether this is his own demande, as RTS."""
    return Role.RTS in droits.roles_sur(ligne)
