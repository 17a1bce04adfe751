"""The client against a provider that bends every answer."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwk

from app.comptes.depart import nouveau
from app.comptes.jetons import ErreurOIDC
from tests.comptes.stub import (
    FOURNISSEUR,
    ISS,
    PREMIERE,
    RETOUR,
    SECONDE,
    Stub,
    client,
    se_connecter,
)


async def _refuse(stub: Stub, **reponse: str) -> tuple[str, str]:
    with pytest.raises(ErreurOIDC) as refus:
        await se_connecter(stub, None, **reponse)
    return refus.value.code, refus.value.detail


async def test_login_json_userinfo() -> None:
    stub = Stub()
    arrivee, depart = await se_connecter(stub)
    assert (arrivee.iss, arrivee.sub, arrivee.claims["given_name"]) == (ISS, "u1", "Aïssata")
    assert stub.envoye("token")["code_verifier"] == depart.verificateur
    assert stub.demandes("userinfo")[0].headers["authorization"] == "Bearer a"


async def test_login_jwt_userinfo() -> None:
    infos = {"sub": "u1", "given_name": "Aïssata", "iss": ISS, "aud": ["agrement"]}
    arrivee, _ = await se_connecter(Stub(infos_jwt=True, infos=infos))
    assert arrivee.claims["given_name"] == "Aïssata"


@pytest.mark.parametrize(
    ("infos", "detail"),
    [({"sub": "u2"}, "sub"), ({"sub": "u1", "iss": "https://autre"}, "iss"), ({"sub": "u1", "aud": "autre"}, "aud")],
)
async def test_jwt_userinfo_of_somebody_else_is_refused(infos: dict[str, Any], detail: str) -> None:
    assert await _refuse(Stub(infos_jwt=True, infos=infos)) == ("infos", detail)


async def test_userinfo_of_another_subject_is_refused() -> None:
    assert await _refuse(Stub(infos={"sub": "u2"})) == ("infos", "sub")
    assert await _refuse(Stub(infos={"given_name": "Sans sujet"})) == ("infos", "sub")


async def test_userinfo_signed_with_another_key_is_refused() -> None:
    assert await _refuse(Stub(infos_jwt=True, signature_infos=SECONDE)) == ("jeton", "signature")


async def test_rotated_key_is_read_again_once_a_minute() -> None:
    instant = [time.time()]
    stub = Stub()
    c = client(stub)
    c.horloge = lambda: instant[0]
    await se_connecter(stub, c)
    stub.signature, stub.kid, stub.publiees, stub.nonce = SECONDE, "2", (SECONDE,), ""
    with pytest.raises(ErreurOIDC):
        await se_connecter(stub, c)
    assert len(stub.demandes("jwks")) == 1
    instant[0] += 61
    stub.nonce = ""
    await se_connecter(stub, c)
    assert len(stub.demandes("jwks")) == 2


async def test_rotated_key_without_kid_is_read_again() -> None:
    stub = Stub(kid=None)
    c = client(stub)
    await se_connecter(stub, c)
    c.horloge = lambda: time.time() + 61
    stub.signature, stub.publiees, stub.nonce, stub.claims = SECONDE, (SECONDE,), "", {"exp": int(time.time()) + 300}
    await se_connecter(stub, c)


@pytest.mark.parametrize(
    ("claims", "detail"),
    [
        ({"nonce": "un autre nonce"}, "nonce"),
        ({"aud": "autre"}, "aud"),
        ({"aud": ["autre"]}, "aud"),
        ({"aud": 3}, "aud"),
        ({"aud": ["agrement", "autre"]}, "azp"),
        ({"azp": "autre"}, "azp"),
        ({"iss": "https://ailleurs.test"}, "iss"),
        ({"exp": True}, "exp"),
        ({"sub": ""}, "sub"),
    ],
)
async def test_id_token_with_a_wrong_claim_is_refused(claims: dict[str, Any], detail: str) -> None:
    assert await _refuse(Stub(claims=claims)) == ("jeton", detail)


@pytest.mark.parametrize("absente", ["iss", "sub", "aud", "exp", "iat", "nonce"])
async def test_id_token_without_a_claim_is_refused(absente: str) -> None:
    assert await _refuse(Stub(retires=(absente,))) == ("jeton", absente)


async def test_clocks_may_differ_by_a_minute_and_no_more() -> None:
    instant = int(time.time())
    await se_connecter(Stub(claims={"exp": instant - 30, "iat": instant + 30}))
    assert await _refuse(Stub(claims={"exp": instant - 61})) == ("jeton", "exp")
    assert await _refuse(Stub(claims={"iat": instant + 90})) == ("jeton", "iat")


async def test_several_audiences_with_azp_are_accepted() -> None:
    await se_connecter(Stub(claims={"aud": ["autre", "agrement"], "azp": "agrement"}))


async def test_unsigned_token_is_refused() -> None:
    def partie(d: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(d).encode()).rstrip(b"=").decode()

    stub = Stub()
    signe = partie({"alg": "none"}) + "." + partie({"iss": ISS, "sub": "admin", "aud": "agrement"}) + "."
    stub.jeton = signe
    assert await _refuse(stub) == ("jeton", "algorithme")


async def test_hs256_with_the_secret_is_refused_unless_configured() -> None:
    secret = jwk.OctKey.import_key(FOURNISSEUR.client_secret)
    stub = Stub(signature=secret, alg="HS256")
    assert await _refuse(stub) == ("jeton", "algorithme")
    stub.nonce = ""
    await se_connecter(stub, client(stub, algorithms=("HS256",)))


async def test_hs256_with_the_public_key_is_refused() -> None:
    # The classic confusion: a verifier that takes the provider's public key for a shared secret.
    publique = jwk.OctKey.import_key(str(PREMIERE.as_dict(private=False)["n"]))
    stub = Stub(signature=publique, alg="HS256")
    with pytest.raises(ErreurOIDC) as refus:
        await se_connecter(stub, client(stub, algorithms=("HS256", "RS256")))
    assert refus.value.detail == "signature"


async def test_tampered_signature_is_refused() -> None:
    stub = Stub(signature=SECONDE)  # says kid 1, is not
    assert await _refuse(stub) == ("jeton", "signature")


@pytest.mark.parametrize("jeton", ["", "a.b", "a.b.c", "a.b.c.d.e", "é.é.é"])
async def test_garbage_as_a_token_is_refused(jeton: str) -> None:
    stub = Stub()
    stub.id_token = lambda: jeton  # type: ignore[method-assign]
    assert (await _refuse(stub))[0] == "jeton"


@pytest.mark.parametrize(
    ("acr", "admis"), [("eidas2", True), ("eidas1", True), ("eidas0", False), ("autre", False), (None, False)]
)
async def test_acr_is_checked_on_the_ordered_list(acr: str | None, *, admis: bool) -> None:
    stub = Stub(claims={"acr": acr} if acr else {})
    c = client(stub, acr_request="acr_values", acr_min="eidas1")
    if admis:
        await se_connecter(stub, c)
        return
    with pytest.raises(ErreurOIDC) as refus:
        await se_connecter(stub, c)
    assert refus.value.code == "acr"


async def test_callback_issuer_is_compared_whenever_it_is_there() -> None:
    await se_connecter(Stub(), iss=ISS)
    assert (await _refuse(Stub(), iss="https://autre.test"))[0] == "emetteur"
    exige = {"authorization_response_iss_parameter_supported": True}
    assert (await _refuse(Stub(metadonnees=exige)))[0] == "emetteur"
    stub = Stub()
    with pytest.raises(ErreurOIDC):
        await se_connecter(stub, client(stub, check_iss_in_callback=True))


async def test_missing_or_foreign_state_is_refused() -> None:
    assert (await _refuse(Stub(), state=""))[0] == "etat"
    assert (await _refuse(Stub(), state="autre"))[0] == "etat"
    assert (await _refuse(Stub(), code=""))[0] == "etat"


@pytest.mark.parametrize("code", ["access_denied", "login_required", "Y000400"])
async def test_error_of_the_provider_is_told_by_its_code(code: str) -> None:
    assert (await _refuse(Stub(), error=code))[0] == code


@pytest.mark.parametrize("issuer", ["https://autre.test", f"{ISS}/x", None, "http://op.exemple.test/univ"])
async def test_discovery_with_a_wrong_issuer_is_refused(issuer: Any) -> None:
    assert await _refuse(Stub(metadonnees={"issuer": issuer})) == ("decouverte", "issuer")


async def test_discovery_at_a_path_of_its_own_keeps_the_announced_issuer() -> None:
    annonce = "https://auth.exemple.test/realm"
    stub = Stub(metadonnees={"issuer": annonce}, claims={"iss": annonce})
    c = client(stub, discovery_url=f"{ISS}/.well-known/wallet/openid-configuration")
    arrivee, _ = await se_connecter(stub, c)
    assert arrivee.iss == annonce


async def test_discovery_towards_plain_http_is_refused() -> None:
    stub = Stub(metadonnees={"token_endpoint": "http://op.exemple.test/token"})
    assert await _refuse(stub) == ("decouverte", "token_endpoint")


@pytest.mark.parametrize("panne", [httpx2.ConnectError, httpx2.ReadTimeout])
async def test_network_trouble_is_told_as_such(panne: type[Exception]) -> None:
    assert (await _refuse(Stub(panne=panne)))[0] == "reseau"


@pytest.mark.parametrize(("statut", "code"), [(500, "reseau"), (503, "reseau"), (400, "echange"), (302, "echange")])
async def test_token_endpoint_that_refuses(statut: int, code: str) -> None:
    assert (await _refuse(Stub(statuts={"token": statut})))[0] == code


async def _demande(**reglages: Any) -> dict[str, str]:
    c = client(Stub(), **reglages)
    depart = nouveau("univ", suite="/")
    url = await c.adresse_autorisation(depart, retour=RETOUR)
    lus = {n: v[0] for n, v in parse_qs(urlsplit(url).query).items()}
    assert lus["state"] == depart.etat
    assert min(len(lus["state"]), len(lus["nonce"])) >= 32
    if "code_challenge" in lus:
        defi = create_s256_code_challenge(depart.verificateur)  # type: ignore[no-untyped-call]
        assert lus["code_challenge"] == defi
    return lus


async def test_request_carries_pkce_unless_off() -> None:
    assert (await _demande())["code_challenge_method"] == "S256"
    # ProConnect refuses every parameter that it does not list (Y000400).
    sans = await _demande(pkce="off", acr_request="claims", acr_min="eidas2")
    assert set(sans) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"}
    assert json.loads(sans["claims"])["id_token"]["acr"] == {"essential": True, "values": ["eidas2", "eidas3"]}


async def test_request_asks_for_acr_values() -> None:
    assert (await _demande(acr_request="acr_values", acr_min="eidas1"))["acr_values"] == "eidas1"


async def test_client_authenticates_as_configured() -> None:
    basique, poste = Stub(), Stub()
    await se_connecter(basique)
    assert basique.demandes("token")[0].headers["authorization"].startswith("Basic ")
    assert "client_secret" not in basique.envoye("token")
    await se_connecter(poste, client(poste, client_auth="client_secret_post"))
    assert "authorization" not in poste.demandes("token")[0].headers
    assert poste.envoye("token")["client_secret"] == FOURNISSEUR.client_secret


async def test_logout_address() -> None:
    url = await client(Stub()).adresse_deconnexion("jeton", retour="https://a.test/deconnecte", etat="e")
    assert url is not None
    lus = parse_qs(urlsplit(url).query)
    assert lus["id_token_hint"] == ["jeton"]
    assert lus["post_logout_redirect_uri"] == ["https://a.test/deconnecte"]
    sans = client(Stub(metadonnees={"end_session_endpoint": None}))
    assert await sans.adresse_deconnexion("jeton", retour="r", etat="e") is None
    panne = client(Stub(panne=httpx2.ConnectError))
    assert await panne.adresse_deconnexion("jeton", retour="r", etat="e") is None
