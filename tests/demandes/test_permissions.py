"""The state machine, held equal to the specification; then every statut × moment × role × action through the predicates."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from app.core.access import Droits, Portee
from app.core.roles import FONCTIONS, Role
from app.core.visibilite import Moment
from app.demandes.permissions import actions, est_auteur, peut
from app.demandes.statuts import MOUVEMENTS, Action, Statut

# The specification's rows that exist here, as it writes them: de | vers | action | role.
# Left out: the séance's agenda (computed, not listed), the arrêté and what follows it, the copy of a refused demande.
# Added: what becomes of a return (§1 « the incomplete loop »); the service asks beside that it is open, or overdue.
TRANSITIONS = """
(aucun)        | EN_SAISIE     | creer                     | RTS
EN_SAISIE      | (supprimé)    | supprimer                 | RTS
EN_SAISIE      | EN_VALIDATION | soumettre                 | RTS
EN_VALIDATION  | EN_SAISIE     | reprendre                 | RTS
EN_VALIDATION  | EN_VALIDATION | valider_bloc              | SCOL
EN_VALIDATION  | EN_VALIDATION | invalider_bloc            | SCOL
EN_VALIDATION  | EN_SAISIE     | retourner_incomplet       | SCOL
EN_SAISIE      | EN_VALIDATION | annuler_retour            | SCOL
EN_SAISIE      | EN_SAISIE     | prolonger_retour          | SCOL
EN_SAISIE      | REFUSE        | refuser                   | SCOL
EN_VALIDATION  | REFUSE        | refuser                   | SCOL
EN_VALIDATION  | VALIDE_ADMIN  | valider_administrativement | SCOL
VALIDE_ADMIN   | EN_VALIDATION | rouvrir                   | SCOL
VALIDE_ADMIN   | VALIDE_ADMIN  | donner_avis_coord         | COORD
VALIDE_ADMIN   | VALIDE_ADMIN  | ajouter_complementaire    | COORD
VALIDE_ADMIN   | VALIDE_ADMIN  | donner_avis_rep           | REP
VALIDE_ADMIN   | VALIDE_ADMIN  | decider_ligne             | MEMBRE|PRES|SCOL
VALIDE_ADMIN   | ACCEPTE       | arreter_decisions         | PRES
VALIDE_ADMIN   | REFUSE        | arreter_decisions         | PRES
ACCEPTE|REFUSE | VALIDE_ADMIN  | annuler_decision          | PRES
"""
# The guards that speak of the séance: what is decided, when it is decided, and what is annulled once it was.
QUAND = {
    "rouvrir": "AVANT_SEANCE",
    "donner_avis_coord": "AVANT_SEANCE SEANCE_OUVERTE",
    "ajouter_complementaire": "AVANT_SEANCE SEANCE_OUVERTE",
    "donner_avis_rep": "AVANT_SEANCE SEANCE_OUVERTE",
    "decider_ligne": "SEANCE_OUVERTE",
    "arreter_decisions": "SEANCE_OUVERTE",
    "annuler_decision": "CLOSE PUBLIEE",
}
# Where a line may stand: the tête's outcome is the demande's statut, another line of it may be ahead or behind.
PLACES = """
EN_SAISIE     SAISIE SUPPRIMEE
EN_VALIDATION VALIDATION
VALIDE_ADMIN  AVANT_SEANCE SEANCE_OUVERTE CLOSE PUBLIEE
REFUSE        REFUS_SCOLARITE SEANCE_OUVERTE CLOSE PUBLIEE
ACCEPTE       SEANCE_OUVERTE CLOSE PUBLIEE
"""
RPPS = "99700000018"
DUJARDIN = "99700000026"


@dataclass(frozen=True)
class Ligne:
    statut: Statut
    moment: Moment
    subdivision: str = "STRASBOURG"
    formation: str = "CARDIO"
    rpps: str = RPPS


def rangees() -> list[tuple[list[str], str, str, list[str]]]:
    lues = [[x.strip() for x in r.split(" | ")] for r in TRANSITIONS.strip().splitlines()]
    return [(de.split("|"), vers, action, roles.split("|")) for de, vers, action, roles in lues]


PERMIS = {(s, a, r) for de, _, a, roles in rangees() for s in de for r in roles}
LIGNES = [Ligne(Statut(s), Moment(m)) for s, *ms in (x.split() for x in PLACES.strip().splitlines()) for m in ms]
COUVRANT = Portee(Role.SCOL, frozenset({"STRASBOURG"}), frozenset({"CARDIO", "NEPHRO"}))


def fonctions(*roles: Role, rpps: str | None = None, portee: Portee = COUVRANT) -> Droits:
    return Droits(1, "Claire Exemple", rpps, tuple(Portee(r, portee.subdivisions, portee.formations) for r in roles))


def attendues(ligne: Ligne, *roles: str) -> list[Action]:
    if ligne.moment is Moment.SUPPRIMEE:
        return []
    dits = [a for a in Action if a is not Action.CREER and any((ligne.statut.value, a.value, r) in PERMIS for r in roles)]
    return [a for a in dits if ligne.moment.value in QUAND.get(a.value, ligne.moment.value).split()]


def test_state_machine_is_the_specification_row_by_row():
    du_texte: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for de, vers, action, roles in rangees():
        d, v, r = du_texte.setdefault(action, (set(), set(), set()))
        d |= {s for s in de if not s.startswith("(")}
        v |= {s for s in (vers,) if not s.startswith("(")}
        r |= set(roles)
    du_code = {a.value: ({s.value for s in m.de}, {s.value for s in m.vers}, set(m.roles)) for a, m in MOUVEMENTS.items()}
    assert du_code == du_texte
    assert set(MOUVEMENTS) == set(Action)


@pytest.mark.parametrize("role", FONCTIONS)
def test_each_role_makes_the_moves_of_the_specification_and_no_other(role: Role):
    qui = fonctions(role)
    for ligne in LIGNES:
        assert actions(qui, ligne) == attendues(ligne, role.value), ligne
        assert not peut(qui, Action.CREER, ligne)
        assert not est_auteur(qui, ligne)


def test_rts_makes_his_moves_on_his_own_demande_only():
    sien, autre = Droits(1, "Luc Exemple", RPPS), Droits(2, "Rose Dujardin", DUJARDIN)
    assert any(actions(sien, x) for x in LIGNES)
    for ligne in LIGNES:
        assert actions(sien, ligne) == attendues(ligne, "RTS"), ligne
        assert est_auteur(sien, ligne)
        assert actions(autre, ligne) == []
        assert not est_auteur(autre, ligne)


@pytest.mark.parametrize("deux", list(itertools.combinations(FONCTIONS, 2)), ids="+".join)
def test_two_functions_make_the_moves_of_both(deux: tuple[Role, Role]):
    # Blindness takes no move away: what is one's own stays, the decision waits for the séance anyway.
    for ligne in LIGNES:
        assert actions(fonctions(*deux), ligne) == attendues(ligne, *deux), ligne


@pytest.mark.parametrize(
    "ailleurs",
    [
        Portee(Role.SCOL, frozenset({"NANCY"}), None),
        Portee(Role.SCOL, frozenset({"STRASBOURG"}), frozenset({"NEPHRO"})),
        Portee(Role.SCOL, frozenset({"NANCY"}), frozenset({"CARDIO"})),
    ],
    ids=["other subdivision", "other formation", "neither together"],
)
def test_outside_the_perimeter_every_function_together_moves_nothing(ailleurs: Portee):
    tout, rien = fonctions(*FONCTIONS), fonctions(*FONCTIONS, portee=ailleurs)
    assert any(actions(tout, x) for x in LIGNES)
    assert [actions(rien, x) for x in LIGNES] == [[]] * len(LIGNES)


def test_perimeters_of_two_functions_do_not_mix():
    # Cardiology in Nancy and nephrology in Strasbourg are not cardiology in Strasbourg.
    croisees = (
        Portee(Role.COORD, frozenset({"NANCY"}), frozenset({"CARDIO"})),
        Portee(Role.COORD, frozenset({"STRASBOURG"}), frozenset({"NEPHRO"})),
    )
    avant = Ligne(Statut.VALIDE_ADMIN, Moment.AVANT_SEANCE)
    assert actions(Droits(1, "Claire Exemple", None, croisees), avant) == []
    assert Action.DONNER_AVIS_COORD in actions(Droits(1, "Claire Exemple", None, croisees), Ligne(
        avant.statut, avant.moment, subdivision="NANCY"
    ))  # fmt: skip


def test_deport_leaves_the_moves_of_the_rts_alone():
    tous = fonctions(*FONCTIONS, rpps=RPPS)
    for ligne in LIGNES:
        assert actions(tous, ligne) == attendues(ligne, "RTS"), ligne
        autre = Ligne(ligne.statut, ligne.moment, rpps=DUJARDIN)
        assert actions(tous, autre) == attendues(autre, *FONCTIONS), autre


def test_deleted_demande_moves_no_more():
    supprimee = Ligne(Statut.EN_SAISIE, Moment.SUPPRIMEE)
    assert actions(Droits(1, "Luc Exemple", RPPS), Ligne(Statut.EN_SAISIE, Moment.SAISIE)) == [
        Action.SUPPRIMER,
        Action.SOUMETTRE,
    ]
    assert actions(fonctions(*FONCTIONS, rpps=RPPS), supprimee) == []
