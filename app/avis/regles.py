"""Rules of opinions and decisions: defaults, what must be there, inherited or decided, concordant or not."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, case, func, literal

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
    """How the two opinions stand to each other. Concordant: both are there with the same decision, duration and phases."""

    DECISION = "DECISION"
    DUREE = "DUREE"
    PHASES = "PHASES"
    COORD_SEUL = "COORD_SEUL"
    REP_SEUL = "REP_SEUL"
    SANS_AVIS = "SANS_AVIS"
    AUCUNE = "AUCUNE"

    @property
    def libelle(self) -> str:
        """The words of the column, of its filter and of a séance's counts."""
        return {
            "DECISION": "Décision", "DUREE": "Durée", "PHASES": "Phases", "COORD_SEUL": "Coordonnateur seul",
            "REP_SEUL": "Représentant des internes seul", "SANS_AVIS": "Sans avis", "AUCUNE": "Avis concordants",
        }[self.value]  # fmt: skip


DIVERGENTS: Final = (Divergence.DECISION, Divergence.DUREE, Divergence.PHASES)


def _divergences(
    sans_coord: Any, sans_rep: Any, autre_sens: Any, autre_duree: Any, autres_phases: Any
) -> tuple[tuple[Divergence, Any], ...]:
    """The first that holds, else AUCUNE: the rule itself, on booleans as on SQL conditions."""
    return (
        (Divergence.SANS_AVIS, sans_coord & sans_rep),
        (Divergence.COORD_SEUL, sans_rep),
        (Divergence.REP_SEUL, sans_coord),
        (Divergence.DECISION, autre_sens),
        (Divergence.DUREE, autre_duree),
        (Divergence.PHASES, autres_phases),
    )


def comparer(coord: Any, rep: Any) -> Divergence:
    """The two opinions on a line; None where there is none."""
    deux = coord is not None and rep is not None
    ecarts = [deux and getattr(coord, c) != getattr(rep, c) for c in ("sens", "duree", "phases")]
    return next((d for d, vraie in _divergences(coord is None, rep is None, *ecarts) if vraie), Divergence.AUCUNE)


def divergence_sql(coord: Any, rep: Any) -> Any:
    """`comparer` on two tables joined to the line."""
    sans = (coord.sens.is_(None), rep.sens.is_(None))
    duree = func.coalesce(coord.duree, 0) != func.coalesce(rep.duree, 0)
    cas = _divergences(*sans, coord.sens != rep.sens, duree, coord.phases != rep.phases)
    return case(*((vraie, literal(d.value, String)) for d, vraie in cas), else_=literal(Divergence.AUCUNE.value, String))


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
