"""A whole login and logout with a certified provider, as a production would be configured for it."""

from __future__ import annotations

import html
import re
import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.comptes.gens import AISSATA, praticien

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings

SCRIPT = Path(__file__).with_name("op_certifie.mjs")
SECRET = "un-secret-de-test-assez-long"
TOML = """
[certifie]
label = "Fournisseur certifié"
discovery_url = "{iss}/.well-known/openid-configuration"
client_id = "agrement"
client_secret = "{secret}"
scopes = ["openid", "profile"]
[certifie.claims]
person_id = "SubjectNameID"
"""


@pytest.fixture
def certifie(demonstration: Settings) -> Iterator[str]:
    """The provider, running; its issuer."""
    node = shutil.which("node")
    assert node, "Node.js manque"
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    retours = (f"{demonstration.public_url}/connexion/certifie/retour", f"{demonstration.public_url}/deconnecte")
    commande = [node, str(SCRIPT), str(port), *retours, SECRET]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=SCRIPT.parents[2]) as op:
        assert op.stdout
        assert op.stdout.readline() == "prêt\n".encode()
        yield f"http://127.0.0.1:{port}"
        op.terminate()


@pytest.fixture
def demonstration(demonstration: Settings, tmp_path: Path) -> Settings:
    """The demonstration, with a second provider."""
    return replace(demonstration, oidc_config=tmp_path / "oidc.toml")


def _envoyer(http: httpx.Client, page: httpx.Response, **champs: str) -> httpx.Response:
    action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    assert action
    caches = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return http.post(str(page.url.join(html.unescape(action[1]))), data=caches | champs)


def test_login_and_logout_with_a_certified_provider(certifie: str, demonstration: Settings, peupler: Any, lancer: Any) -> None:
    assert demonstration.oidc_config
    demonstration.oidc_config.write_text(TOML.format(iss=certifie, secret=SECRET))
    peupler(praticien(AISSATA))
    with httpx.Client(base_url=lancer(), follow_redirects=True) as http:
        choix = http.get("/connexion")
        assert "Fournisseur certifié" in choix.text
        page = http.get("/connexion/certifie?suite=/moi")
        consentement = _envoyer(http, page, login=AISSATA, password="x")
        arrivee = _envoyer(http, consentement)
        assert (arrivee.url.path, arrivee.status_code) == ("/moi", 200)
        assert AISSATA in arrivee.text
        page = http.post("/deconnexion", data={"_csrf_token": http.cookies["csrf"]})
        vers = page.headers["refresh"].removeprefix("0;url=")
        assert vers.startswith(f"{certifie}/")
        fin = _envoyer(http, http.get(vers), logout="yes")
        assert urlsplit(str(fin.url)).path == "/deconnecte"
        assert "Vous êtes déconnecté" in fin.text
