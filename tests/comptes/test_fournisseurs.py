"""The configuration of providers: read whole, or the start is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.comptes.fournisseurs import lire_fichier
from app.settings import ReglageInvalide

COMPLET = """
[proconnect]
label = "ProConnect"
discovery_url = "https://auth.exemple.test/api/v2/.well-known/openid-configuration"
client_id = "agrement"
client_secret_env = "SECRET"
scopes = ["openid", "usual_name"]
acr_request = "claims"
acr_min = "eidas1"
client_auth = "client_secret_post"
pkce = "off"
check_iss_in_callback = true
state_min_length = 32
mtls_cert = ""
id_token_encrypted = false
[proconnect.claims]
family_name = "usual_name"
[proconnect.preconditions]
siret_allowlist = ["95407682400018"]
"""
ENV = {"SECRET": "s"}


def test_whole_file() -> None:
    f = lire_fichier(COMPLET.encode(), ENV)["proconnect"]
    assert (f.client_secret, f.pkce, f.acr_min, f.scopes) == ("s", "off", "eidas1", ("openid", "usual_name"))
    assert (f.claims.family_name, f.siret_allowlist) == ("usual_name", frozenset({"95407682400018"}))
    assert "s'" not in repr(f).split("client_secret")[-1]


@pytest.mark.parametrize(
    ("avant", "apres", "dit"),
    [
        ('client_id = "agrement"', "", "client_id"),
        ('client_secret_env = "SECRET"', "", "secret"),
        ('client_secret_env = "SECRET"', 'client_secret_env = "ABSENT"', "ABSENT"),
        ("https://auth", "http://auth", "discovery_url"),
        ('"openid", ', "", "openid"),
        ('scopes = ["openid", "usual_name"]', 'scopes = "openid"', "scopes"),
        ('"eidas1"', '"eidas9"', "acr_min"),
        ('acr_min = "eidas1"', "", "acr_min"),
        ("client_secret_post", "private_key_jwt", "client_auth"),
        ('pkce = "off"', 'pkce = "plain"', "pkce"),
        ('pkce = "off"', 'algorithms = ["none"]', "algorithms"),
        ('pkce = "off"', "algorithms = []", "algorithms"),
        ('mtls_cert = ""', 'mtls_cert = "/etc/c.pem"', "mtls_cert"),
        ("id_token_encrypted = false", "id_token_encrypted = true", "id_token_encrypted"),
        ("check_iss_in_callback = true", 'check_iss_in_callback = "oui"', "check_iss_in_callback"),
        ('pkce = "off"', 'pkcee = "off"', "pkcee"),
        ("family_name =", "familly_name =", "familly_name"),
        ("[proconnect]", "[demonstration]", "demonstration"),
        ("[proconnect]", "[proconnect", "TOML"),
    ],
)
def test_wrong_setting_is_refused_by_name(avant: str, apres: str, dit: str) -> None:
    assert avant in COMPLET
    with pytest.raises(ReglageInvalide, match=dit):
        lire_fichier(COMPLET.replace(avant, apres, 1).encode(), ENV)


def test_provider_on_this_machine_may_speak_plain_http() -> None:
    local = COMPLET.replace("https://auth.exemple.test", "http://127.0.0.1:9000")
    assert lire_fichier(local.encode(), ENV)["proconnect"].discovery_url.startswith("http://127.0.0.1:9000/")


def test_published_example_is_readable_once_it_has_its_identifiers() -> None:
    exemple = Path(__file__).with_name("exemple_fournisseurs.toml").read_bytes()
    lus = lire_fichier(exemple, {"PSC_SECRET": "a", "PROCONNECT_SECRET": "b", "UNIVERSITE_SECRET": "c"})
    assert list(lus) == ["psc", "proconnect", "universite"]
