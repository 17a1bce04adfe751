"""Authlib's authorization server without any store: codes and tokens are sealed, the key is kept with the data.

Any process can therefore answer to what another one gave.
"""

# Authlib's published types contradict its own documented ways of overriding.
# mypy: disable-error-code="override, union-attr, arg-type, no-any-return"

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry

from app.comptes.op_demonstration import CLIENT_ID, exiger_demonstration, issuer, secret

if TYPE_CHECKING:
    from app.settings import Settings

DUREE_CODE = 60
DUREE_JETON = 300


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """The application itself, the only client."""

    secret: str = field(repr=False)
    retours: frozenset[str]

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str | None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(s for s in (scope or "").split() if s in {"openid", "profile", "email"})

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.retours

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class Code(AuthorizationCodeMixin):
    """An authorization code, good once and for a minute."""

    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    claims: dict[str, Any]
    emis: int

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.emis


class Octroi(AuthorizationCodeGrant):
    """The one grant: an authorization code."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Nothing to save: the code carries it all."""

    def generate_authorization_code(self) -> str:
        envoi = self.request.payload.data
        return self.server.sceller(
            "code",
            DUREE_CODE,
            redirect_uri=envoi["redirect_uri"],
            scope=self.request.scope,
            nonce=envoi.get("nonce"),
            code_challenge=envoi.get("code_challenge"),
            code_challenge_method=envoi.get("code_challenge_method"),
            claims=self.request.user,
            emis=int(time.time()),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        lu = self.server.desceller("code", code)
        if lu is None or code in self.server.vus:
            return None
        self.server.vus[code] = time.time()
        return Code(**lu)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Already noted as shown."""

    def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
        return authorization_code.claims


class Connexion(OpenIDCode):
    """What OpenID Connect adds: the id_token."""

    def __init__(self, iss: str, cle: jwk.RSAKey) -> None:
        super().__init__(require_nonce=True)
        self.iss, self.cle = iss, cle

    def resolve_client_private_key(self, client: Client) -> jwk.RSAKey:
        return self.cle

    def get_client_algorithm(self, client: Client) -> str:
        return "RS256"

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": "RS256", "kid": self.cle.kid}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.iss, "aud": [CLIENT_ID]}

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False

    def generate_user_info(self, user: dict[str, Any], scope: str) -> dict[str, Any]:
        return {"sub": user["sub"]}


class Serveur(AuthorizationServer):
    """The provider's state, and Authlib's machinery around it."""

    def __init__(self, settings: Settings) -> None:
        exiger_demonstration(settings)
        # Authlib refuses plain http otherwise; the demonstration only listens on this machine.
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        super().__init__(scopes_supported=["openid", "profile", "email"])
        self.issuer = issuer(settings)
        self.sortie = f"{settings.public_url}/deconnecte"
        self.client = Client(secret(settings), frozenset({f"{settings.public_url}/connexion/demonstration/retour"}))
        self.cle = _cle(settings)
        self._sceau = jwk.OctKey.import_key(hmac.digest(settings.secret.encode(), b"agrement:op-sceau", "sha256"))
        self.vus: dict[str, float] = {}
        self.register_token_generator("default", BearerTokenGenerator(self._jeton_acces, expires_generator=DUREE_JETON))
        self.register_grant(Octroi, [CodeChallenge(required=True), Connexion(self.issuer, self.cle)])

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        limite = time.time() - DUREE_CODE
        self.vus = {c: t for c, t in self.vus.items() if t > limite}

    def _jeton_acces(self, *, user: dict[str, Any], **_: Any) -> str:
        return self.sceller("acces", DUREE_JETON, claims=user)

    def sceller(self, usage: str, duree: int, **contenu: Any) -> str:
        """*contenu*, unreadable and unchangeable, for *duree* seconds."""
        entete = {"alg": "dir", "enc": "A256GCM"}
        clair = contenu | {"usage": usage, "exp": int(time.time()) + duree}
        return jwt.encode(entete, clair, self._sceau, registry=JWERegistry())

    def desceller(self, usage: str, scelle: str) -> dict[str, Any] | None:
        """The opposite; None when it is not ours, for another use, or too old."""
        try:
            clair = dict(jwt.decode(scelle, self._sceau, registry=JWERegistry()).claims)
        except (JoseError, ValueError):
            return None
        return clair if clair.pop("usage", "") == usage and clair.pop("exp", 0) > time.time() else None

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, dict[str, str]]:
        return status, body, dict(headers)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Authlib announces; nobody listens."""

    def infos(self, jeton: str) -> dict[str, Any] | None:
        """The claims behind an access token."""
        lu = self.desceller("acces", jeton)
        return lu["claims"] if lu else None


class Requete(OAuth2Request):
    """An HTTP request as Authlib reads it."""

    def __init__(self, methode: str, url: str, champs: dict[str, str], entetes: dict[str, str] | None = None) -> None:
        super().__init__(methode, url, headers=entetes or {})
        self.payload = BasicOAuth2Payload(champs)
        self._champs = champs

    @property
    def args(self) -> dict[str, str]:
        return self._champs

    @property
    def form(self) -> dict[str, str]:
        return self._champs


def _cle(settings: Settings) -> jwk.RSAKey:
    # Kept with the data, so that a session opened before a restart can still be closed properly.
    fichier = settings.donnees / "op-demonstration.pem"
    if not fichier.exists():
        neuf = fichier.with_suffix(f".{secrets.token_hex(4)}")
        neuf.touch(mode=0o600)
        neuf.write_bytes(jwk.RSAKey.generate_key(2048, private=True).as_pem(private=True))
        with contextlib.suppress(FileExistsError):  # another process was faster: its key is the one
            os.link(neuf, fichier)
        neuf.unlink()
    lue = jwk.RSAKey.import_key(fichier.read_bytes())
    return jwk.RSAKey.import_key(lue.as_dict(private=True) | {"kid": lue.thumbprint(), "use": "sig", "alg": "RS256"})
