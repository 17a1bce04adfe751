"""What waits for a role: its words, and the filters that list it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.core.roles import Role
from app.demandes.statuts import Statut
from app.liste.colonnes import colonnes
from app.liste.libelles import ATTENDU

if TYPE_CHECKING:
    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Attente:
    """Work that waits for a role; `acte` says what is to be done."""

    code: str
    roles: frozenset[Role]
    libelle: str
    acte: str
    filtres: dict[str, tuple[str, ...]]


_VALIDES: Final = (Statut.VALIDE_ADMIN.value,)
_A_VERIFIER: Final = (Statut.EN_VALIDATION.value,)
ATTENTES: Final = (
    Attente(
        "pretes",
        frozenset({Role.SCOL}),
        "demandes prêtes à valider administrativement",
        "Leurs trois validations sont acquises : reste à les valider.",
        {"statut": _A_VERIFIER, "validations": ("ACQUISES",)},
    ),
    Attente(
        "a_verifier",
        frozenset({Role.SCOL}),
        "demandes à vérifier",
        "À comparer aux registres, puis à valider, retourner ou refuser.",
        {"statut": _A_VERIFIER, "validations": ("RESTENT", "INVALIDE")},
    ),
    Attente(
        "rapports",
        frozenset({Role.SCOL}),
        "rapports de visite à déposer",
        "La commission les attend.",
        {"statut": _VALIDES, "rapport": ("ABSENT",)},
    ),
    Attente(
        "avis_coord",
        frozenset({Role.COORD}),
        "demandes sans avis du coordonnateur",
        "Votre avis y est attendu.",
        {"statut": _VALIDES, "decision_coord": (ATTENDU,)},
    ),
    Attente(
        "avis_rep",
        frozenset({Role.REP}),
        "demandes sans avis du représentant des internes",
        "Votre avis y est attendu.",
        {"statut": _VALIDES, "decision_rep": (ATTENDU,)},
    ),
    Attente(
        "commission",
        frozenset({Role.MEMBRE, Role.PRES}),
        "demandes validées, à examiner en commission",
        "Elles se décident en séance.",
        {"statut": _VALIDES},
    ),
)


def attentes(droits: Droits) -> list[Attente]:
    """Those of this person, where he reads what they filter on."""
    registre = set(colonnes(droits))
    return [a for a in ATTENTES if droits.a(*a.roles) and set(a.filtres) <= registre]
