"""Authlib's authorization server over memory: codes and tokens live as long as the process, the key as the data."""

from __future__ import annotations

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
from joserfc import jwk

from app.comptes.op_demonstration import CLIENT_ID, exiger_demonstration, issuer, secret

if TYPE_CHECKING:
    from app.settings import Settings

DUREE_CODE = 60
DUREE_JETON = 300


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc]
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
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code, good once and for a minute."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    claims: dict[str, Any]
    emis: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.emis)


class Octroi(AuthorizationCodeGrant):  # type: ignore[misc]
    """The one grant: an authorization code."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        envoi = request.payload.data
        self.server.codes[code] = Code(
            code=code,
            redirect_uri=envoi["redirect_uri"],
            scope=request.scope,
            nonce=envoi.get("nonce"),
            code_challenge=envoi.get("code_challenge"),
            code_challenge_method=envoi.get("code_challenge_method"),
            claims=request.user,
            emis=time.time(),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        # Taken out at once: a code that is shown twice opens nothing.
        lu = self.server.codes.pop(code, None)
        return lu if lu and lu.emis + DUREE_CODE > time.time() else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        self.server.codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
        return authorization_code.claims


class Connexion(OpenIDCode):  # type: ignore[misc]
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


class Serveur(AuthorizationServer):  # type: ignore[misc]
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
        self.codes: dict[str, Code] = {}
        self.acces: dict[str, tuple[float, dict[str, Any]]] = {}
        self.register_token_generator(
            "default", BearerTokenGenerator(lambda **_: secrets.token_urlsafe(32), expires_generator=DUREE_JETON)
        )
        self.register_grant(Octroi, [CodeChallenge(required=True), Connexion(self.issuer, self.cle)])

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        maintenant = time.time()
        self.acces = {j: v for j, v in self.acces.items() if v[0] > maintenant}
        self.codes = {c: v for c, v in self.codes.items() if v.emis + DUREE_CODE > maintenant}
        self.acces[token["access_token"]] = (maintenant + DUREE_JETON, request.user)

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, dict[str, str]]:
        return status, body, dict(headers)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Authlib announces; nobody listens."""

    def infos(self, jeton: str) -> dict[str, Any] | None:
        """The claims behind an access token."""
        expire, claims = self.acces.get(jeton, (0.0, None))
        return claims if expire > time.time() else None


class Requete(OAuth2Request):  # type: ignore[misc]
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
        neuve = jwk.RSAKey.generate_key(2048, private=True)
        fichier.write_bytes(neuve.as_pem(private=True))
        fichier.chmod(0o600)
    lue = jwk.RSAKey.import_key(fichier.read_bytes())
    return jwk.RSAKey.import_key(lue.as_dict(private=True) | {"kid": lue.thumbprint(), "use": "sig", "alg": "RS256"})
