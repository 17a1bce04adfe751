"""A provider in memory, whose every answer a test may bend."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx2
from joserfc import jwk, jwt

from app.comptes.depart import nouveau
from app.comptes.fournisseurs import Fournisseur, Revendications
from app.comptes.oidc import Arrivee, ClientOIDC, Depart

if TYPE_CHECKING:
    from collections.abc import Callable

ISS = "https://op.exemple.test/univ"
RETOUR = "https://agrement.exemple.test/connexion/univ/retour"
FOURNISSEUR = Fournisseur(
    nom="univ",
    label="Université",
    discovery_url=f"{ISS}/.well-known/openid-configuration",
    client_id="agrement",
    client_secret="un-secret-partage-de-plus-de-32-octets",
    scopes=("openid", "profile"),
    claims=Revendications(person_id="SubjectNameID", other_ids="otherIds"),
)


def cle(kid: str) -> jwk.RSAKey:
    """A signing key."""
    neuve = jwk.RSAKey.generate_key(2048)
    return jwk.RSAKey.import_key(neuve.as_dict(private=True) | {"kid": kid, "use": "sig"})


PREMIERE, SECONDE = cle("1"), cle("2")


@dataclass
class Stub:
    """What the provider answers; `recus` is what it was asked."""

    metadonnees: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    retires: tuple[str, ...] = ()
    infos: Any = field(default_factory=lambda: {"sub": "u1", "given_name": "Aïssata"})
    infos_jwt: bool = False
    signature: Any = field(default_factory=lambda: PREMIERE)
    signature_infos: Any = None
    alg: str = "RS256"
    kid: str | None = "1"
    publiees: tuple[Any, ...] = field(default_factory=lambda: (PREMIERE,))
    panne: type[Exception] | None = None
    statuts: dict[str, int] = field(default_factory=dict)
    recus: list[httpx2.Request] = field(default_factory=list)
    nonce: str = ""
    jeton: str = ""

    def __call__(self, requete: httpx2.Request) -> httpx2.Response:
        """Answer."""
        self.recus.append(requete)
        if self.panne:
            raise self.panne("panne")
        porte = requete.url.path.rsplit("/", 1)[-1]
        reponses: dict[str, Callable[[], Any]] = {
            "openid-configuration": self._decouverte,
            "jwks": lambda: {"keys": [k.as_dict(private=False) for k in self.publiees]},
            "token": lambda: {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()},
            "userinfo": lambda: self.infos,
        }
        corps = reponses[porte]()
        statut = self.statuts.get(porte, 200)
        if porte == "userinfo" and self.infos_jwt:
            signe = self.signer(self.infos, self.signature_infos)
            return httpx2.Response(statut, text=signe, headers={"Content-Type": "application/jwt; charset=utf-8"})
        return httpx2.Response(statut, json=corps)

    def _decouverte(self) -> dict[str, Any]:
        fixes = {
            "issuer": ISS,
            "authorization_endpoint": f"{ISS}/authorize",
            "token_endpoint": f"{ISS}/token",
            "jwks_uri": f"{ISS}/jwks",
            "userinfo_endpoint": f"{ISS}/userinfo",
            "end_session_endpoint": f"{ISS}/logout",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        }
        return fixes | self.metadonnees

    def id_token(self) -> str:
        """The token, with what the test bends."""
        if self.jeton:
            return self.jeton
        instant = int(time.time())
        fixes = {
            "iss": ISS,
            "sub": "u1",
            "aud": "agrement",
            "exp": instant + 300,
            "iat": instant,
            "nonce": self.nonce,
        }
        return self.signer({k: v for k, v in (fixes | self.claims).items() if k not in self.retires})

    def signer(self, claims: dict[str, Any], cle_: Any = None) -> str:
        """Sign with the present key, or another."""
        entete = {"alg": self.alg} | ({"kid": self.kid} if self.kid else {})
        return jwt.encode(entete, claims, cle_ or self.signature, algorithms=[self.alg])

    def demandes(self, porte: str) -> list[httpx2.Request]:
        """The requests that came to one endpoint."""
        return [r for r in self.recus if r.url.path.endswith(f"/{porte}")]

    def envoye(self, porte: str) -> dict[str, str]:
        """The form that came to one endpoint."""
        return {n: v[0] for n, v in parse_qs(self.demandes(porte)[-1].content.decode()).items()}


def client(stub: Stub, **reglages: Any) -> ClientOIDC:
    """A client of the stub."""
    return ClientOIDC(replace(FOURNISSEUR, **reglages), transport=httpx2.MockTransport(stub))


async def se_connecter(stub: Stub, c: ClientOIDC | None = None, **reponse: str) -> tuple[Arrivee, Depart]:
    """A whole login; *reponse* bends what comes back in the query."""
    c = c or client(stub)
    depart = nouveau(c.fournisseur.nom, suite="/")
    stub.nonce = stub.nonce or depart.nonce
    recue = {"state": depart.etat, "code": "c"} | reponse
    return await c.conclure({k: v for k, v in recue.items() if v}, depart, retour=RETOUR), depart
