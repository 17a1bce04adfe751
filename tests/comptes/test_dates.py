"""A function opens on its first day and closes after its last one, in Paris."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from app.comptes.acces import composer_droits
from app.comptes.queries import etat
from app.core.access import Droits, Portee
from app.core.roles import Role
from app.core.templating import aujourdhui

DEBUT, FIN = date(2026, 9, 1), date(2026, 10, 25)  # the last day is the one when the clocks go back


def _droits(le: date, fin: date | None = FIN) -> Droits:
    return composer_droits(1, "Alix Lemercier", None, [(Role.SCOL, ["STRASBOURG"], [], DEBUT, fin)], le=le)


@pytest.mark.parametrize(
    ("le", "roles", "dit", "mot"),
    [
        (date(2026, 8, 31), frozenset(), ("Scolarité (à partir du 01/09/2026)",), "à venir"),
        (DEBUT, frozenset({Role.SCOL}), (), "en vigueur"),
        (FIN, frozenset({Role.SCOL}), (), "en vigueur"),
        (date(2026, 10, 26), frozenset(), ("Scolarité (expirée le 25/10/2026)",), "expirée"),
    ],
)
def test_function_by_day(le: date, roles: frozenset[Role], dit: tuple[str, ...], mot: str) -> None:
    droits = _droits(le)
    assert (droits.roles, droits.expirees, etat(DEBUT, FIN, le)) == (roles, dit, mot)


def test_function_without_end_lasts() -> None:
    assert _droits(date(2099, 1, 1), fin=None).roles == {Role.SCOL}


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        ("2026-10-25T22:30:00+00:00", date(2026, 10, 25)),  # 23:30 in Paris, clocks already back
        ("2026-10-25T23:30:00+00:00", date(2026, 10, 26)),  # 00:30
        ("2026-10-25T00:30:00+00:00", date(2026, 10, 25)),  # 02:30, the first time
        ("2026-10-25T01:30:00+00:00", date(2026, 10, 25)),  # 02:30, the second time
        ("2026-08-31T21:59:59+00:00", date(2026, 8, 31)),
        ("2026-08-31T22:00:00+00:00", date(2026, 9, 1)),
        ("2026-07-01T23:30:00+00:00", date(2026, 7, 2)),  # 01:30 in Paris
        ("2026-03-29T00:59:00+00:00", date(2026, 3, 29)),  # the night that has no 02:30
    ],
)
def test_today_is_a_day_of_paris(instant: str, jour: date) -> None:
    with time_machine.travel(instant, tick=False):
        assert aujourdhui() == jour


def test_functions_add_up_with_their_perimeters() -> None:
    fonctions = [
        (Role.COORD, ["STRASBOURG"], ["PEDIATRIE"], DEBUT, None),
        (Role.COORD, [], ["PEDIATRIE"], date(2020, 1, 1), date(2020, 12, 31)),
        (Role.MEMBRE, ["STRASBOURG"], [], DEBUT, None),
    ]
    droits = composer_droits(1, "Camille Roussel", "99700000000", fonctions, le=date(2026, 11, 23))
    assert droits.portees == (
        Portee(Role.COORD, frozenset({"STRASBOURG"}), frozenset({"PEDIATRIE"})),
        Portee(Role.MEMBRE, frozenset({"STRASBOURG"}), None),
    )
    assert droits.roles == {Role.RTS, Role.COORD, Role.MEMBRE}
    assert droits.expirees == ("Coordonnateur (expirée le 31/12/2020)",)
