"""The table's keys, told once for its dialog and for the help page; and whether it opens for reading or for entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.commission.models import StatutSeance
from app.core.visibilite import MATRICE, Droit, Moment, Objet
from app.demandes.statuts import MOUVEMENTS, Action

if TYPE_CHECKING:
    from app.commission.models import Seance
    from app.core.access import Droits

# Keys that are alternatives are separate; « + » joins those that are held together.
TOUCHES: Final[tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...]] = (
    ("Dans le tableau", (
        (("Tab",), "entrer dans le tableau, en sortir"),
        (("←", "↑", "→", "↓"), "aller d'une cellule à l'autre"),
        (("Début", "Fin"), "première, dernière cellule de la ligne"),
        (("Ctrl+Début", "Ctrl+Fin"), "première, dernière cellule de la page"),
        (("Page préc.", "Page suiv."), "un écran plus haut, plus bas"),
        (("J", "K"), "ligne suivante, précédente"),
        (("Entrée", "F2"), "modifier la cellule, ou suivre son lien ; F2 reprend une saisie laissée"),
        (("Espace",), "le dossier à côté de la ligne ; sur une case, la cocher"),
    )),
    ("Sur un avis ou une décision", (
        (("A",), "Accepté"),
        (("E",), "A l'étude"),
        (("R",), "Refusé"),
        (("1", "5"), "durée de l'agrément"),
        (("S", "P", "C"), "phases SOCLE, APPRO, CONSO : accorder ou retirer"),
        (("Entrée",), "enregistrer et descendre (tel quel si rien n'est changé)"),
        (("Maj+Entrée",), "enregistrer et remonter"),
        (("Ctrl+Entrée",), "enregistrer depuis un texte"),
        (("Échap",), "laisser ; ce qui est saisi se reprend"),
    )),
    ("Partout", (
        (("Ctrl+Z",), "annuler mon dernier acte (dans un texte : la frappe)"),
        (("Ctrl+Y", "Ctrl+Maj+Z"), "le rétablir"),
        (("Maj+E",), "passer de la lecture à la saisie"),
        (("G",), "revenir à la ligne en discussion"),
        (("?",), "cette liste"),
    )),
)  # fmt: skip
_JUGEMENTS: Final = (Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION)


@dataclass(frozen=True, slots=True)
class Clavier:
    """Of one page: `modifiable` if this person ever judges, `saisie` if the table opens for entry."""

    modifiable: bool
    saisie: bool


def clavier(droits: Droits, seance: Seance | None) -> Clavier:
    """Reading, but for whoever decides in a séance that is open."""
    ouverte = seance is not None and seance.statut is StatutSeance.OUVERTE
    return Clavier(_juge(droits), saisie=ouverte and seance is not None and _decide(droits, seance))


def _juge(droits: Droits) -> bool:
    return any(MATRICE.get((o, m, p.role)) is Droit.ECRIRE for p in droits.portees for o in _JUGEMENTS for m in Moment)


def _decide(droits: Droits, seance: Seance) -> bool:
    roles = MOUVEMENTS[Action.DECIDER_LIGNE].roles
    return any(p.role in roles and p.couvre(seance.subdivision) for p in droits.portees)
