"""What closing a séance would do to each of its lines: a pure plan, shown first, then carried out if still the same."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from app.agrements.models import StatutAgrement, TypeAgrement
from app.agrements.regles import Repere, Reperes, dates_liees, dates_propres
from app.avis.models import Sens
from app.avis.regles import Jugement, a_sa_duree
from app.demandes.statuts import Statut, TypeDemande

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from app.commission.lecture import LigneSeance

TETE_REFUSEE: Final = "REF_C_12"


class Issue(enum.StrEnum):
    """What becomes of a line."""

    DECIDEE = "DECIDEE"
    REPRISE = "REPRISE"  # inherited from the coordonnateur, confirmed by the président
    REFUSEE_AVEC_TETE = "REFUSEE_AVEC_TETE"
    AJOURNEE = "AJOURNEE"


class Raison(enum.StrEnum):
    """Why a line is adjourned, as people read it."""

    ETUDE = "A l'étude"
    RIEN = "ni décision ni avis du coordonnateur"
    TETE = "l'agrément principal n'est pas décidé"
    SANS_PRINCIPAL = "aucun agrément principal en cours ne fixe sa durée"
    DEPORT = "déport du président : personne ne l'a décidée"


@dataclass(frozen=True, slots=True)
class Sort:
    """One line, and what closing does to it; an accepted one has the dates of its agrément."""

    ligne: LigneSeance
    issue: Issue
    jugement: Jugement | None = None
    raison: Raison | None = None
    debut: date | None = None
    fin: date | None = None

    @property
    def acceptee(self) -> bool:
        """Whether it gives an agrément."""
        return self.issue is not Issue.AJOURNEE and self.jugement is not None and self.jugement.sens is Sens.ACCEPTE

    @property
    def cle(self) -> str:
        """What must not change between the preview and the act."""
        ligne = self.ligne
        return f"{ligne.id}:{self.issue}:{ligne.decision_version}:{ligne.avis_version}:{self.raison}:{self.debut}:{self.fin}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Every line of the séance, in the order of the table."""

    sorts: tuple[Sort, ...]

    def de(self, issue: Issue) -> list[Sort]:
        """Those of one issue."""
        return [s for s in self.sorts if s.issue is issue]

    @property
    def reprises(self) -> list[Sort]:
        """Those that the président confirms."""
        return self.de(Issue.REPRISE)

    @property
    def ajournees(self) -> list[Sort]:
        """Those that wait for another séance."""
        return self.de(Issue.AJOURNEE)

    @property
    def closes(self) -> list[Sort]:
        """Those that are decided, one way or another."""
        return [s for s in self.sorts if s.issue is not Issue.AJOURNEE]

    @property
    def empreinte(self) -> str:
        """The plan in short: a form carries the one that it showed."""
        return hashlib.sha256("\n".join(s.cle for s in self.sorts).encode()).hexdigest()[:32]

    def comptes(self) -> dict[str, int]:
        """By issue, for the journal."""
        return {issue.value.lower(): len(self.de(issue)) for issue in Issue}


def etablir(lignes: Sequence[LigneSeance], reperes: Reperes, *, deporte: Callable[[LigneSeance], bool], le: date) -> Plan:
    """The plan: principals first, then those that depend on them; *deporte* tells where the président has a déport."""
    plan = _Plan(Reperes(list(reperes.connus)), deporte, le)
    for ligne in sorted(lignes, key=lambda x: (0 if a_sa_duree(x) else 1 if x.rang == 0 else 2, x.ordre)):
        plan.ajouter(ligne)
    return Plan(tuple(sorted(plan.sorts.values(), key=lambda s: s.ligne.ordre)))


class _Plan:
    def __init__(self, reperes: Reperes, deporte: Callable[[LigneSeance], bool], le: date) -> None:
        self.reperes, self.deporte, self.le = reperes, deporte, le
        self.sorts: dict[int, Sort] = {}

    def ajouter(self, ligne: LigneSeance) -> None:
        if not ligne.en_seance and self._tete(ligne) is not Sens.REFUSE:
            return  # it waits for its own séance; a refused tête refuses all its others
        sort = self._sort(ligne)
        if sort.acceptee:
            sort = self._dater(sort)
        self.sorts[ligne.id] = sort

    def _sort(self, ligne: LigneSeance) -> Sort:  # noqa: PLR0911 (one line a case)
        if ligne.rang:
            tete = self._tete(ligne)
            if tete is None:
                return Sort(ligne, Issue.AJOURNEE, ligne.jugement, Raison.TETE)
            if tete is Sens.REFUSE and not (ligne.decidee and ligne.jugement and ligne.jugement.sens is Sens.REFUSE):
                return Sort(ligne, Issue.REFUSEE_AVEC_TETE, Jugement(Sens.REFUSE, motif=TETE_REFUSEE))
        if ligne.jugement is None:
            return Sort(ligne, Issue.AJOURNEE, None, Raison.RIEN)
        if ligne.jugement.sens is Sens.A_L_ETUDE:
            return Sort(ligne, Issue.AJOURNEE, ligne.jugement, Raison.ETUDE)
        if ligne.decidee:
            return Sort(ligne, Issue.DECIDEE, ligne.jugement)
        if self.deporte(ligne):
            # He confirms what is inherited: where he takes no part, he would decide.
            return Sort(ligne, Issue.AJOURNEE, ligne.jugement, Raison.DEPORT)
        return Sort(ligne, Issue.REPRISE, replace(ligne.jugement, commentaire=""))

    def _tete(self, ligne: LigneSeance) -> Sens | None:
        """What was decided of its tête, here or in an earlier séance."""
        sort = self.sorts.get(ligne.tete_id)
        if sort is None:
            return {Statut.ACCEPTE: Sens.ACCEPTE, Statut.REFUSE: Sens.REFUSE}.get(ligne.statut_demande)
        return None if sort.issue is Issue.AJOURNEE or sort.jugement is None else sort.jugement.sens

    def _dater(self, sort: Sort) -> Sort:
        dates = self._dates(sort.ligne, sort.jugement)
        if dates is None:
            return Sort(sort.ligne, Issue.AJOURNEE, sort.jugement, Raison.SANS_PRINCIPAL)
        ligne, (debut, fin) = sort.ligne, dates
        self.reperes.connus.append(
            Repere(
                ligne.rpps,
                ligne.terrain_id,
                ligne.formation,
                TypeAgrement(ligne.type),
                debut,
                fin,
                StatutAgrement.PROPOSE,
                ligne.id,
            )
        )
        return replace(sort, debut=debut, fin=fin)

    def _dates(self, ligne: LigneSeance, jugement: Jugement | None) -> tuple[date, date] | None:
        ou, debut = (ligne.rpps, ligne.terrain_id), ligne.debut_agrements
        ancien = None
        if ligne.type_demande is TypeDemande.RENOUVELLEMENT:
            ancien = self.reperes.fin_a_renouveler(*ou, ligne.formation, self.le)
        if a_sa_duree(ligne):
            duree = (jugement.duree if jugement else None) or ligne.type_demande.duree_par_defaut or 1
            return dates_propres(debut, duree, ancien)
        if ligne.rang:
            principal = self.reperes.de_ligne(ligne.tete_id)
            fin = principal.fin if principal else self.reperes.fin_du_principal(*ou, debut)
            return dates_liees(max(debut, principal.debut) if principal else debut, fin, ancien)
        fin = self.reperes.fin_du_principal(*ou, debut)
        if ligne.type_demande is TypeDemande.EXTENSION_PHASE:
            fin = self.reperes.fin_etendue(*ou, ligne.formation, debut) or fin
        return dates_liees(debut, fin, None)


def terrains_et_titulaires(lignes: Iterable[LigneSeance]) -> tuple[set[str], set[int]]:
    """Whose agréments may bound or be renewed by these."""
    lignes = list(lignes)
    return {x.rpps for x in lignes}, {x.terrain_id for x in lignes if x.terrain_id is not None}
