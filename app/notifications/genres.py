"""What is told: one row a kind. Which act of the journal, to which roles, what they must be able to read, in which words.

An act that no row names tells nobody. Mails say the short sentence and the link, and nothing else: no name, no reason, no
opinion, no result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from app.core.roles import Role
from app.core.templating import jour
from app.core.visibilite import Moment, Objet

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Fait:
    """What a sentence may speak of: the act, its line if it has one, the formation in words, the deadline as it is since."""

    acte: Any
    ligne: Any = None
    formation: str = ""
    limite: date | None = None

    @property
    def numero(self) -> str:
        """« n° 412 »."""
        return f"n° {self.acte.demande_id}"

    @property
    def ou(self) -> str:
        """Who, what and where, as the row of the table says it."""
        x = self.ligne
        return " · ".join(p for p in (f"{x.prenom} {x.nom}", self.formation, x.terrain or x.etablissement) if p)

    @property
    def echeance(self) -> str:
        """« lundi 3 mai 2027 », or nothing."""
        if self.limite:
            return jour(self.limite)
        try:
            return jour(date.fromisoformat(str((self.acte.apres or {}).get("echeance"))))
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of notification. `courriel` is the sentence of its mail, and makes it immediate; `resume` counts in the digest."""

    code: str
    action: str
    libelle: str
    roles: frozenset[Role]
    objet: Objet | None  # what its reader must be able to read on the line now; None: that his function covers it
    moments: frozenset[Moment]
    titre: Callable[[Fait], str]
    texte: Callable[[Fait], str]
    resume: tuple[str, str]
    courriel: Callable[[Fait], str] | None = None
    lien: str = "/demandes/{demande}"
    bouton: str = "Voir la demande"
    suite_de: str = ""  # told only to whoever was told that, about the same demande, and not yet this

    @property
    def immediat(self) -> bool:
        """Whether it is worth a mail of its own."""
        return self.courriel is not None


def _avant(f: Fait) -> str:
    return (
        f"La scolarité attend vos compléments jusqu'au {f.echeance}." if f.echeance else "La scolarité attend vos compléments."
    )


RTS, SCOL, AVIS = frozenset({Role.RTS}), frozenset({Role.SCOL}), frozenset({Role.COORD, Role.REP})
_M = Moment
_TOUS = frozenset(_M) - {_M.SUPPRIMEE}

_TABLE: Final = (
    Genre(
        "accuse", "soumettre", "Demandes déposées", RTS, Objet.DOSSIER, _TOUS,
        lambda f: f"Votre demande {f.numero} est déposée",
        lambda f: f"{f.formation}. La scolarité va la vérifier.",
        ("demande déposée", "demandes déposées"),
    ),
    Genre(
        "a_verifier", "soumettre", "Demandes à vérifier", SCOL, Objet.DOSSIER, frozenset({_M.VALIDATION}),
        lambda f: f"Demande {f.numero} à vérifier", lambda f: f.ou, ("demande à vérifier", "demandes à vérifier"),
    ),
    Genre(
        "reprise", "reprendre", "Demandes reprises", SCOL, Objet.LIGNE, frozenset({_M.SAISIE}),
        lambda f: f"Demande {f.numero} reprise par son auteur", lambda f: f.ou,
        ("demande reprise par son auteur", "demandes reprises par leur auteur"), lien="/demandes", bouton="Liste des demandes",
    ),
    Genre(
        "retour", "retourner_incomplet", "Dossiers incomplets", RTS, Objet.RETOUR, frozenset({_M.SAISIE}),
        lambda f: f"Votre demande {f.numero} est à compléter", _avant, ("demande à compléter", "demandes à compléter"),
        lambda f: f"Votre demande d'agrément {f.numero} vous est retournée : le dossier est incomplet. {_avant(f)}",
    ),
    Genre(
        "retour_prolonge", "prolonger_retour", "Délais prolongés", RTS, Objet.RETOUR, frozenset({_M.SAISIE}),
        lambda f: f"Votre délai est prolongé, demande {f.numero}", _avant, ("délai prolongé", "délais prolongés"),
    ),
    Genre(
        "retour_annule", "annuler_retour", "Retours annulés", RTS, Objet.DOSSIER, _TOUS,
        lambda f: f"Votre demande {f.numero} n'est plus à compléter", lambda _: "La scolarité a annulé son retour.",
        ("retour annulé", "retours annulés"),
    ),
    Genre(
        "refus", "refuser", "Refus de la scolarité", RTS, Objet.MOTIF_PUBLIC, frozenset({_M.REFUS_SCOLARITE}),
        lambda f: f"Votre demande {f.numero} est refusée par la scolarité", lambda _: "Le motif est dans votre demande.",
        ("demande refusée par la scolarité", "demandes refusées par la scolarité"),
        lambda f: f"La scolarité a refusé votre demande d'agrément {f.numero}. Son motif se lit dans votre demande.",
    ),
    Genre(
        "avis_attendu", "valider_administrativement", "Avis attendus", AVIS, Objet.DOSSIER, frozenset({_M.AVANT_SEANCE}),
        lambda f: f"Votre avis est attendu, demande {f.numero}", lambda f: f.ou,
        ("demande attend votre avis", "demandes attendent votre avis"),
    ),
    Genre(
        "rouverte", "rouvrir", "Demandes rouvertes", AVIS, None, frozenset({_M.VALIDATION}),
        lambda f: f"La scolarité vérifie de nouveau la demande {f.numero}", lambda _: "Votre avis, s'il est donné, est gardé.",
        ("demande vérifiée de nouveau", "demandes vérifiées de nouveau"), lien="/demandes", bouton="Liste des demandes",
    ),
    Genre(
        "complementaire", "ajouter_complementaire", "Agréments complémentaires", frozenset({Role.COORD}), Objet.DOSSIER,
        frozenset({_M.AVANT_SEANCE}), lambda f: f"Agrément complémentaire demandé, demande {f.numero}", lambda f: f.ou,
        ("agrément complémentaire attend votre avis", "agréments complémentaires attendent votre avis"),
    ),
    Genre(
        "decision", "publier", "Décisions publiées", RTS, Objet.DECISION, frozenset({_M.PUBLIEE}),
        lambda f: f"La décision sur votre demande {f.numero} est publiée", lambda f: f"{f.formation}.",
        ("décision publiée", "décisions publiées"),
        lambda f: f"La décision de la commission sur votre demande d'agrément {f.numero} est publiée.",
    ),
    Genre(
        "decision_rouverte", "annuler_decision", "Décisions rouvertes", RTS, Objet.DOSSIER, _TOUS - {_M.PUBLIEE},
        lambda f: f"La commission examine de nouveau votre demande {f.numero}",
        lambda _: "La décision publiée n'est plus valable : la suivante vous sera annoncée ici.",
        ("demande examinée de nouveau", "demandes examinées de nouveau"), suite_de="decision",
    ),
    Genre(
        "invitation", "inviter_renouvellement", "Invitations à renouveler", RTS, None, _TOUS,
        lambda _: "Vous êtes invité à renouveler un agrément",
        lambda _: "Un de vos agréments prend fin : la campagne ouverte permet de le renouveler.",
        ("invitation à renouveler", "invitations à renouveler"),
        lambda _: "Un de vos agréments prend fin : vous êtes invité à demander son renouvellement.",
        lien="/tableau-de-bord", bouton="Tableau de bord",
    ),
    Genre(
        "suites", "publier_seance", "Suites de vos avis", AVIS, Objet.DECISION, frozenset({_M.PUBLIEE}),
        lambda _: "Les décisions sur vos avis sont publiées", lambda _: "", ("séance publiée", "séances publiées"),
        lien="/demandes", bouton="Liste des demandes",
    ),
)  # fmt: skip

GENRES: Final[dict[str, Genre]] = {g.code: g for g in _TABLE}
PAR_ACTION: Final[dict[str, list[Genre]]] = {
    action: [g for g in _TABLE if g.action == action] for action in sorted({g.action for g in _TABLE})
}
# Whoever takes no part in a dossier keeps nothing that was told of it.
DEPORTS: Final = frozenset({"declarer_deport", "constater_deport"})
UTILES: Final = frozenset(PAR_ACTION) | DEPORTS
