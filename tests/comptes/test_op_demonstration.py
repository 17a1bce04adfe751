"""The embedded provider: a whole round trip in demonstration mode, nothing at all in production."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar.testing import AsyncTestClient
from sqlalchemy import select

from app.comptes import op_demonstration as op
from app.comptes.models import Identite
from app.comptes.op_demonstration.personnes import relier_personnes_demonstration
from app.comptes.op_demonstration.routes import relier_au_demarrage, routes_op
from app.comptes.op_demonstration.serveur import Serveur
from app.comptes.routes import demarrages, routes_comptes
from app.core.roles import Role
from app.main import creer_app
from app.settings import ReglageInvalide, Settings
from tests.comptes.gens import AISSATA, fonction, personne, praticien

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.comptes.conftest import Poste


def _gens() -> list[Any]:
    passee = fonction(Role.SCOL, fin=date(2021, 1, 1))
    return [
        praticien(AISSATA),
        personne("Aïssata", "Agrémont", AISSATA),
        personne("Alix", "Lemercier", None, fonction(Role.ADMIN)),
        personne("Camille", "Roussel", None, fonction(Role.COORD), fonction(Role.MEMBRE)),
        personne("Eva", "Ancelin", None, passee),
    ]


def _choix(http: httpx.Client, suite: str = "/moi") -> httpx.Response:
    page = http.get("/connexion", params={"suite": suite})
    assert page.url.path == "/op-demonstration/authorize"
    return page


def _cliquer(http: httpx.Client, page: httpx.Response, nom: str) -> httpx.Response:
    action = re.search(r'action="(/op-demonstration/authorize[^"]+)"', page.text)
    sub = re.search(rf'value="(demo-\d+)"[^>]*>{nom}</button>', page.text)
    assert action
    assert sub
    return http.post(html.unescape(action[1]), data={"sub": sub[1]})


def test_one_click_is_a_login(peupler: Any, lancer: Any) -> None:
    peupler(*_gens())
    with httpx.Client(base_url=lancer(), follow_redirects=True) as http:
        page = _choix(http)
        assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page.text) == [
            "Responsable de terrain de stage",
            "Scolarité",
            "Coordonnateur",
            "Administrateur",
        ]
        assert "Scolarité (expirée)" in page.text
        arrivee = _cliquer(http, page, "Camille Roussel")
        assert (arrivee.url.path, "Camille Roussel" in arrivee.text) == ("/moi", True)
        entre = http.cookies["session"]
        # The same browser, another person: another session.
        arrivee = _cliquer(http, _choix(http), "Aïssata Agrémont")
        assert AISSATA in arrivee.text
        assert http.cookies["session"] != entre
        jeton = http.cookies["csrf"]
        sortie = http.post("/deconnexion", data={"_csrf_token": jeton})
        assert [urlsplit(str(r.url)).path for r in sortie.history] == ["/deconnexion", "/op-demonstration/end_session"]
        assert "Vous êtes déconnecté" in sortie.text
        assert http.get("/moi").url.path == "/op-demonstration/authorize"


def test_code_opens_once_and_only_with_its_verifier(lancer: Any, peupler: Any, demonstration: Settings) -> None:
    peupler(*_gens())
    with httpx.Client(base_url=lancer(), follow_redirects=False) as http:
        depart = http.get("/connexion/demonstration")
        page = http.get(depart.headers["location"])
        retour = _cliquer(http, page, "Alix Lemercier").headers["location"]
        code = parse_qs(urlsplit(retour).query)["code"][0]
        corps = {"grant_type": "authorization_code", "code": code, "redirect_uri": retour.partition("?")[0]}
        client = (op.CLIENT_ID, op.secret(demonstration))
        essai = http.post("/op-demonstration/token", data=corps | {"code_verifier": "v" * 50}, auth=client)
        assert (essai.status_code, essai.json()["error"]) == (400, "invalid_grant")
        assert http.get(retour).status_code == 400  # the attempt has spent it
        assert http.post("/op-demonstration/token", data=corps, auth=(op.CLIENT_ID, "faux")).status_code == 401
        assert http.get("/op-demonstration/userinfo", headers={"Authorization": f"Bearer {code}"}).status_code == 401


def test_provider_refuses_what_is_not_ours(lancer: Any, demonstration: Settings) -> None:
    with httpx.Client(base_url=lancer(), follow_redirects=False) as http:
        bon = httpx.URL(http.get("/connexion/demonstration").headers["location"])
        assert http.get(bon).status_code == 200
        faux = {"redirect_uri": "https://pirate.test", "client_id": "autre", "response_type": "token"}
        for nom, valeur in faux.items():
            assert http.get(bon.copy_set_param(nom, valeur)).status_code == 400
        assert http.get(bon.copy_remove_param("nonce")).status_code == 400
        inconnu = http.post(bon, data={"sub": "demo-999"}).headers["location"]
        assert parse_qs(urlsplit(inconnu).query)["error"] == ["access_denied"]
        vers = http.get("/op-demonstration/end_session", params={"post_logout_redirect_uri": "https://pirate.test"})
        assert vers.headers["location"] == f"{demonstration.public_url}/deconnecte"


def test_login_started_on_localhost_goes_on_at_the_public_address(lancer: Any, demonstration: Settings) -> None:
    lancer()
    with httpx.Client(base_url=f"http://localhost:{demonstration.port}") as http:
        reponse = http.get("/connexion/demonstration?suite=/moi")
    assert reponse.headers["location"] == f"{demonstration.public_url}/connexion/demonstration?suite=%2Fmoi&hote=1"


async def test_identities_follow_the_address(session: AsyncSession, demonstration: Settings) -> None:
    alix = personne("Alix", "Lemercier")
    session.add(alix)
    await session.flush()
    for reglages in (demonstration, demonstration, replace(demonstration, public_url="http://127.0.0.1:1")):
        await relier_personnes_demonstration(session, reglages)
        lues = await session.execute(select(Identite.personne_id, Identite.iss, Identite.sub))
        assert [tuple(x) for x in lues] == [(alix.id, f"{reglages.public_url}/op-demonstration", f"demo-{alix.id}")]


def test_nothing_of_it_in_production(production: Settings) -> None:
    chemins = [str(getattr(r, "path", "")) for r in routes_comptes(production)]
    assert not any("op-demonstration" in c for c in chemins)
    assert demarrages(production) == []
    assert list(creer_app(production).route_handler_method_map) != []
    assert not any("op-demonstration" in c for c in creer_app(production).route_handler_method_map)


@pytest.mark.parametrize("mode", ["production", "Demonstration", "demonstration ", "", "1"])
def test_it_refuses_to_be_built_outside_demonstration(production: Settings, mode: str) -> None:
    ruse = replace(production, mode=mode)
    for construire in (routes_op, Serveur, op.fournisseur, relier_au_demarrage):
        with pytest.raises(ReglageInvalide):
            construire(ruse)


async def test_mounted_by_force_it_answers_nobody(production: Settings, demonstration: Settings) -> None:
    forcee = creer_app(production)
    forcee.register(routes_op(demonstration))
    async with AsyncTestClient(forcee) as http:
        for chemin in ("/.well-known/openid-configuration", "/jwks", "/authorize", "/userinfo", "/end_session"):
            assert (await http.get(f"/op-demonstration{chemin}")).status_code == 404
        assert (await http.post("/op-demonstration/token")).status_code == 404


async def test_production_answers_404_at_its_address(poste: Poste) -> None:
    for chemin in ("/.well-known/openid-configuration", "/authorize", "/jwks"):
        assert (await poste.http.get(f"/op-demonstration{chemin}")).status_code == 404
    assert (await poste.http.get("/connexion/demonstration")).status_code == 404


def test_provider_file_cannot_name_it(production: Settings) -> None:
    assert production.oidc_config is not None
    production.oidc_config.write_text(production.oidc_config.read_text().replace("[univ", "[demonstration"))
    with pytest.raises(ReglageInvalide, match="demonstration"):
        routes_comptes(production)
