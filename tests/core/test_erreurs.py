"""The page of an error: where one came from, and what one had written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core.roles import Role
from tests.demandes.outils import arbre
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde

ICI = "http://127.0.0.1:8000/terrains/7?ancien=3"


@pytest.mark.parametrize(
    ("referer", "retour"),
    [(ICI, "/terrains/7?ancien=3"), ("http://ailleurs.example/terrains/7", None), ("http://[", None), ("", None)],
)
async def test_a_refused_act_leads_back_to_its_page(monde: Monde, referer: str, retour: str | None) -> None:
    rose = await monde.connecter(await monde.personne("Rose Colmar", fonction(Role.SCOL)))
    rose.http.headers["referer"] = referer
    page = await rose.poster("/terrains/7/etat", acte="clore", motif="Fermé", version=1)
    assert page.status_code == 404
    assert [str(a) for a in arbre(page).xpath("//main//a/@href")] == [*filter(None, [retour]), "/"]


@pytest.mark.parametrize(
    ("referer", "suite"), [(ICI, "/terrains/7%3Fancien%3D3"), ("http://ailleurs.example/x", "/terrains/7/etat")]
)
async def test_whoever_is_signed_out_comes_back_to_the_page_of_the_form(monde: Monde, referer: str, suite: str) -> None:
    """Not to the address that only a form may call."""
    parti = await monde.connecter()
    parti.http.headers["referer"] = referer
    reponse = await parti.poster("/terrains/7/etat", acte="clore")
    assert reponse.headers["location"].replace("%2F", "/") == f"/connexion?suite={suite}"
