"""The three kinds of judgement, as a table: what they write, who may, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.core.visibilite import Objet
from app.demandes.statuts import Action


@dataclass(frozen=True, slots=True)
class Genre:
    """`adresse` ends the URL and `colonne` names the cell; `commentaire` is read under `objet_commentaire` only."""

    adresse: str
    colonne: str
    table: Any
    action: Action
    objet: Objet
    titre: str
    aide_commentaire: str
    objet_commentaire: Objet
    publie: bool = True  # whether the reason of a refusal may become the one that the RTS reads


GENRES: Final = {
    g.adresse: g
    for g in (
        Genre(
            "avis-coordonnateur",
            "decision_coord",
            AvisCoordonnateur,
            Action.DONNER_AVIS_COORD,
            Objet.AVIS_COORD,
            "Décision des coordonnateurs",
            "Partagé uniquement avec les membres de la commission.",
            Objet.COMMENTAIRE_COORD,
        ),
        Genre(
            "avis-representant",
            "decision_rep",
            AvisRepresentant,
            Action.DONNER_AVIS_REP,
            Objet.AVIS_REP,
            "Décision représentant des internes",
            "Lu avec votre avis : par la scolarité et la commission, puis par l'ARS après la séance.",
            Objet.AVIS_REP,
            publie=False,
        ),
        Genre(
            "decision",
            "decision_commission",
            Decision,
            Action.DECIDER_LIGNE,
            Objet.DECISION,
            "Décision commission",
            "Va au procès-verbal.",
            Objet.COMMENTAIRE_COMMISSION,
        ),
    )
}
PAR_COLONNE: Final = {g.colonne: g for g in GENRES.values()}
