"""The cookie that a login leaves behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import time_machine

from app.comptes import depart
from app.comptes.jetons import ErreurOIDC

if TYPE_CHECKING:
    from app.settings import Settings


def test_cookie_gives_the_login_back(production: Settings) -> None:
    parti = depart.nouveau("univ", suite="/moi", invitation="i")
    pose = depart.cookie(parti, production)
    assert (pose.httponly, pose.secure, pose.samesite, pose.path) == (True, True, "lax", "/connexion")
    assert depart.retrouver({pose.key: str(pose.value)}, parti.etat, "univ", production) == parti


def test_cookie_is_refused_when_old_foreign_or_forged(production: Settings) -> None:
    parti = depart.nouveau("univ", suite="/moi")
    pose = depart.cookie(parti, production)
    valeur = str(pose.value)
    tete, corps, sceau = valeur.split(".")
    autre = depart.nouveau("univ", suite="/").etat
    essais = [
        ({}, parti.etat, "univ"),
        ({pose.key: valeur}, autre, "univ"),
        ({pose.key: valeur}, "", "univ"),
        ({pose.key: valeur}, parti.etat, "autre"),
        ({pose.key: f"{tete}.{corps}x.{sceau}"}, parti.etat, "univ"),
        ({pose.key: f"{tete}.{corps}."}, parti.etat, "univ"),
        ({depart.cookie(depart.nouveau("univ", suite="/"), production).key: valeur}, parti.etat, "univ"),
    ]
    for cookies, etat, fournisseur in essais:
        with pytest.raises(ErreurOIDC):
            depart.retrouver(cookies, etat, fournisseur, production)
    with time_machine.travel(time.time() + depart.DUREE + 1), pytest.raises(ErreurOIDC):
        depart.retrouver({pose.key: valeur}, parti.etat, "univ", production)


def test_destination_too_long_for_a_cookie_is_dropped() -> None:
    assert depart.nouveau("univ", suite="/demandes?q=" + "a" * 5000).suite == "/"
