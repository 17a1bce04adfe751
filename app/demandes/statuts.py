"""The state machine of a demande, as one table. Buttons, guards, tests and the help page derive from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from app.core.roles import Role
from app.core.visibilite import Moment


class Statut(enum.StrEnum):
    """The tutorial's five words, and no sixth: an incomplete dossier is EN_SAISIE with a *retour*."""

    EN_SAISIE = "EN_SAISIE"
    EN_VALIDATION = "EN_VALIDATION"
    VALIDE_ADMIN = "VALIDE_ADMIN"
    REFUSE = "REFUSE"
    ACCEPTE = "ACCEPTE"

    @property
    def libelle(self) -> str:
        """The word on screen (tutorial, page of statuses)."""
        return _LIBELLES[self]

    @property
    def pluriel(self) -> str:
        """As the RTS's dashboard says it: « Vos demandes … » (tutorial)."""
        return _PLURIELS[self]


_PLURIELS: Final = {
    Statut.EN_SAISIE: "en cours de saisie",
    Statut.EN_VALIDATION: "en cours de validation",
    Statut.VALIDE_ADMIN: "validées administrativement",
    Statut.REFUSE: "refusées",
    Statut.ACCEPTE: "acceptées",
}
_LIBELLES: Final = {
    Statut.EN_SAISIE: "En cours de saisie",
    Statut.EN_VALIDATION: "En cours de validation",
    Statut.VALIDE_ADMIN: "Validé administrativement",
    Statut.REFUSE: "Refusé",
    Statut.ACCEPTE: "Accepté",
}


class OrigineRefus(enum.StrEnum):
    """Who refused."""

    SCOLARITE = "SCOLARITE"
    COMMISSION = "COMMISSION"


class Validation(enum.StrEnum):
    """State of one of the three blocks."""

    NON_VALIDE = "NON_VALIDE"
    AUTO = "AUTO"
    MANUEL = "MANUEL"
    INVALIDE = "INVALIDE"

    @property
    def libelle(self) -> str:
        """The word on screen."""
        return _VALIDATIONS[self]

    @property
    def acquise(self) -> bool:
        """Whether the block lets the dossier be validated."""
        return self in {Validation.AUTO, Validation.MANUEL}


_VALIDATIONS: Final = {
    Validation.NON_VALIDE: "Non validé",
    Validation.AUTO: "Validé automatiquement",
    Validation.MANUEL: "Validé manuellement",
    Validation.INVALIDE: "Invalidé",
}


class Bloc(enum.StrEnum):
    """What the scolarité validates."""

    RTS = "rts"
    ETABLISSEMENT = "etablissement"
    TERRAIN = "terrain"

    @property
    def libelle(self) -> str:
        """The heading of the block (tutorial, page *Traitement*)."""
        return {"rts": "Responsable terrain de stage", "etablissement": "Etablissement", "terrain": "Terrain"}[self.value]


class TypeDemande(enum.StrEnum):
    """Kinds of request; labels and default durations in `TYPES`."""

    NOUVEAU = "NOUVEAU"
    RENOUVELLEMENT = "RENOUVELLEMENT"
    CHANGEMENT_RTS = "CHANGEMENT_RTS"
    EXTENSION_PHASE = "EXTENSION_PHASE"
    COMPLEMENT = "COMPLEMENT"
    REEXAMEN = "REEXAMEN"
    DEROGATION = "DEROGATION"

    @property
    def libelle(self) -> str:
        """The word on screen."""
        return TYPES[self][0]

    @property
    def duree_par_defaut(self) -> int | None:
        """Years; None where the line lasts as long as its principal."""
        return TYPES[self][1]


TYPES: Final[dict[TypeDemande, tuple[str, int | None]]] = {
    TypeDemande.NOUVEAU: ("Nouvel agrément", 1),
    TypeDemande.RENOUVELLEMENT: ("Renouvellement", 5),
    TypeDemande.CHANGEMENT_RTS: ("Nouvel agrément - changement de responsable", 1),
    TypeDemande.EXTENSION_PHASE: ("Extension de phase d'un agrément en cours", None),
    TypeDemande.COMPLEMENT: ("Ajout d'un agrément complémentaire ou fonctionnel", None),
    TypeDemande.REEXAMEN: ("Réexamen", 1),
    TypeDemande.DEROGATION: ("Dérogation - Pour terrain de stage sans agrément principal", 1),
}


class Action(enum.StrEnum):
    """Moves of a demande; the verbs of the specification."""

    CREER = "creer"
    SUPPRIMER = "supprimer"
    SOUMETTRE = "soumettre"
    REPRENDRE = "reprendre"
    VALIDER_BLOC = "valider_bloc"
    INVALIDER_BLOC = "invalider_bloc"
    RETOURNER_INCOMPLET = "retourner_incomplet"
    ANNULER_RETOUR = "annuler_retour"
    PROLONGER_RETOUR = "prolonger_retour"
    REFUSER = "refuser"
    VALIDER = "valider_administrativement"
    ROUVRIR = "rouvrir"
    DONNER_AVIS_COORD = "donner_avis_coord"
    AJOUTER_COMPLEMENTAIRE = "ajouter_complementaire"
    DONNER_AVIS_REP = "donner_avis_rep"
    DECIDER_LIGNE = "decider_ligne"
    ARRETER_DECISIONS = "arreter_decisions"
    ANNULER_DECISION = "annuler_decision"


@dataclass(frozen=True, slots=True)
class Mouvement:
    """A row of the state machine. `vers` lists what it may lead to; `libelle` is the button.

    `moments` is where the line stands: what a séance has taken moves by the séance's own acts, a deleted demande never.
    """

    de: frozenset[Statut]
    vers: frozenset[Statut]
    roles: frozenset[Role]
    libelle: str
    moments: frozenset[Moment]


_VIVANTS: Final = frozenset(Moment) - {Moment.SUPPRIMEE}


def _m(de: str, vers: str, roles: str, libelle: str, moments: str = "") -> Mouvement:
    return Mouvement(
        frozenset(Statut(s) for s in de.split()),
        frozenset(Statut(s) for s in vers.split()),
        frozenset(Role(r) for r in roles.split()),
        libelle,
        frozenset(Moment(m) for m in moments.split()) or _VIVANTS,
    )


MOUVEMENTS: Final[dict[Action, Mouvement]] = {
    Action.CREER: _m("", "EN_SAISIE", "RTS", "Nouvelle demande"),
    Action.SUPPRIMER: _m("EN_SAISIE", "", "RTS", "Supprimer"),
    Action.SOUMETTRE: _m("EN_SAISIE", "EN_VALIDATION", "RTS", "Soumettre"),
    Action.REPRENDRE: _m("EN_VALIDATION", "EN_SAISIE", "RTS", "Reprendre"),
    Action.VALIDER_BLOC: _m("EN_VALIDATION", "EN_VALIDATION", "SCOL", "Valider manuellement"),
    Action.INVALIDER_BLOC: _m("EN_VALIDATION", "EN_VALIDATION", "SCOL", "Invalider"),
    Action.RETOURNER_INCOMPLET: _m("EN_VALIDATION", "EN_SAISIE", "SCOL", "Retourner incomplet"),
    Action.ANNULER_RETOUR: _m("EN_SAISIE", "EN_VALIDATION", "SCOL", "Annuler le retour"),
    Action.PROLONGER_RETOUR: _m("EN_SAISIE", "EN_SAISIE", "SCOL", "Prolonger"),
    Action.REFUSER: _m("EN_SAISIE EN_VALIDATION", "REFUSE", "SCOL", "Refuser"),
    Action.VALIDER: _m("EN_VALIDATION", "VALIDE_ADMIN", "SCOL", "Valider administrativement"),
    Action.ROUVRIR: _m("VALIDE_ADMIN", "EN_VALIDATION", "SCOL", "Rouvrir", "AVANT_SEANCE"),
    Action.DONNER_AVIS_COORD: _m("VALIDE_ADMIN", "VALIDE_ADMIN", "COORD", "Décision des coordonnateurs"),
    Action.AJOUTER_COMPLEMENTAIRE: _m("VALIDE_ADMIN", "VALIDE_ADMIN", "COORD", "Agréments complémentaires"),
    Action.DONNER_AVIS_REP: _m("VALIDE_ADMIN", "VALIDE_ADMIN", "REP", "Décision représentant des internes"),
    Action.DECIDER_LIGNE: _m("VALIDE_ADMIN", "VALIDE_ADMIN", "MEMBRE PRES SCOL", "Décision commission"),
    Action.ARRETER_DECISIONS: _m("VALIDE_ADMIN", "ACCEPTE REFUSE", "PRES", "Clore la séance", "SEANCE_OUVERTE"),
    Action.ANNULER_DECISION: _m("ACCEPTE REFUSE", "VALIDE_ADMIN", "PRES", "Rouvrir la séance", "CLOSE PUBLIEE"),
}

# The moment (who reads what) that goes with a statut, outside the séance's own acts.
MOMENT: Final[dict[Statut, Moment]] = {
    Statut.EN_SAISIE: Moment.SAISIE,
    Statut.EN_VALIDATION: Moment.VALIDATION,
    Statut.VALIDE_ADMIN: Moment.AVANT_SEANCE,
    Statut.REFUSE: Moment.REFUS_SCOLARITE,
}
