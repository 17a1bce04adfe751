"""Rules of opinions and decisions: defaults, what must be there, inherited or decided, concordant or not."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from app.agrements.models import TypeAgrement
from app.avis.models import Sens
from app.demandes.statuts import TypeDemande

if TYPE_CHECKING:
    from collections.abc import Mapping

ART_32: Final = "arrêté du 12 avril 2017, art. 32"
ART_36: Final = "arrêté du 12 avril 2017, art. 36"
LETTRES: Final = ("S", "A", "C")
PHASES: Final = {"S": "SOCLE", "A": "APPRO", "C": "CONSO"}


@dataclass(frozen=True, slots=True)
class Jugement:
    """What an opinion or a decision says; `phases` are letters in the order S, A, C."""

    sens: Sens
    duree: int | None = None
    phases: str = ""
    motif: str | None = None
    motif_texte: str = ""
    commentaire: str = ""

    @staticmethod
    def de(ecrit: Any) -> Jugement:
        """From a stored row."""
        return Jugement(ecrit.sens, ecrit.duree, ecrit.phases, ecrit.motif, ecrit.motif_texte, ecrit.commentaire)

    def valeurs(self) -> dict[str, Any]:
        """As columns."""
        return {c: getattr(self, c) for c in ("sens", "duree", "phases", "motif", "motif_texte", "commentaire")}

    def en_clair(self) -> dict[str, Any]:
        """For the journal."""
        return self.valeurs()


def a_sa_duree(ligne: Any) -> bool:
    """Whether the line lasts by itself: a complementary or functional one under a tête ends with its principal."""
    return bool(ligne.rang == 0 and TypeDemande(ligne.type_demande).duree_par_defaut is not None)


def par_defaut(ligne: Any) -> Jugement:
    """The proposal of an empty form: 1 an for a new request, 5 ans for a renewal, the phases asked for (tutorial)."""
    duree = TypeDemande(ligne.type_demande).duree_par_defaut if a_sa_duree(ligne) else None
    phases = ligne.phases or ("A" if ligne.type == TypeAgrement.FONCTIONNEL else "")
    return Jugement(Sens.ACCEPTE, duree, phases)


def normaliser(jugement: Jugement, ligne: Any) -> Jugement:
    """Drop what has no meaning: a refusal keeps neither phases nor duration, an acceptance no reason."""
    if jugement.sens is Sens.REFUSE:
        return replace(jugement, duree=None, phases="")
    duree = jugement.duree if a_sa_duree(ligne) else None
    if jugement.sens is Sens.ACCEPTE:
        return replace(jugement, duree=duree, motif=None, motif_texte="")
    return replace(jugement, duree=duree)


def verifier(jugement: Jugement, ligne: Any, motifs: Mapping[str, bool]) -> dict[str, str]:
    """Messages by field; *motifs* are the reasons offered, and whether each wants a text."""
    erreurs: dict[str, str] = {}
    if jugement.sens is Sens.ACCEPTE:
        if a_sa_duree(ligne) and jugement.duree is None:
            erreurs["duree"] = f"Une acceptation a une durée, 1 an ou 5 ans ({ART_36})."
        if not jugement.phases:
            erreurs["phases"] = f"Une acceptation porte sur au moins une phase ({ART_32})."
    if jugement.sens is Sens.REFUSE:
        if jugement.motif is None or jugement.motif not in motifs:
            erreurs["motif"] = f"Un refus est motivé : choisissez un motif ({ART_36})."
        elif motifs[jugement.motif] and not jugement.motif_texte:
            erreurs["motif_texte"] = "Ce motif demande une précision."
    return erreurs


class Divergence(enum.StrEnum):
    """How the two opinions stand to each other."""

    AUCUNE = "AUCUNE"
    DUREE = "DUREE"
    PHASES = "PHASES"
    DECISION = "DECISION"
    COORD_SEUL = "COORD_SEUL"
    SANS_COORD = "SANS_COORD"


def comparer(coord: Any, rep: Any) -> Divergence:
    """Concordant: both are there with the same decision, duration and phases."""
    if coord is None:
        return Divergence.SANS_COORD
    if rep is None:
        return Divergence.COORD_SEUL
    if coord.sens != rep.sens:
        return Divergence.DECISION
    if coord.duree != rep.duree:
        return Divergence.DUREE
    return Divergence.AUCUNE if coord.phases == rep.phases else Divergence.PHASES


@dataclass(frozen=True, slots=True)
class Effective:
    """The commission's decision as it stands: its own, or the coordonnateur's taken over by default."""

    jugement: Jugement | None
    heritee: bool
    avis_modifie_depuis: bool


def effective(decision: Any, coord: Any) -> Effective:
    """Until somebody decides, the coordonnateur's opinion; a decided line never moves by itself."""
    if decision is None:
        return Effective(Jugement.de(coord) if coord else None, heritee=coord is not None, avis_modifie_depuis=False)
    modifie = bool(coord is not None and coord.version != (decision.avis_version or 0))
    return Effective(Jugement.de(decision), heritee=False, avis_modifie_depuis=modifie)
