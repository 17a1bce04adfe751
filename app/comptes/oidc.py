"""OpenID Connect client: authorization code flow only, on httpx and joserfc.

Authlib's own `parse_id_token` takes the accepted algorithms from the provider's metadata; an unsigned token passed.
"""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app.comptes import jetons
from app.comptes.fournisseurs import adresse_sure, charger
from app.comptes.jetons import ErreurOIDC

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from app.comptes.fournisseurs import Fournisseur
    from app.settings import Settings

STANDARD = "/.well-known/openid-configuration"
DUREE_METADONNEES = 3600.0
PAUSE_CLES = 60.0
TAILLE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Depart:
    """What the login must find again on the way back."""

    fournisseur: str
    etat: str
    nonce: str
    verificateur: str
    suite: str = "/"
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Arrivee:
    """A proven identity: claims of the id_token and of userinfo together."""

    iss: str
    sub: str
    claims: dict[str, Any]
    id_token: str


class ClientOIDC:
    """One provider, with its metadata and keys as last read."""

    def __init__(
        self,
        fournisseur: Fournisseur,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        horloge: Callable[[], float] = time.time,
    ) -> None:
        self.fournisseur = fournisseur
        self.transport = transport
        self.horloge = horloge
        self._metadonnees: dict[str, Any] = {}
        self._metadonnees_lues = 0.0
        self._cles: list[Any] = []
        self._cles_lues = 0.0

    async def metadonnees(self) -> dict[str, Any]:
        """The provider's metadata, read again every hour.

        Raises:
            ErreurOIDC: unreachable, or the issuer is not the one that the address promises.
        """
        if self._metadonnees and self.horloge() < self._metadonnees_lues + DUREE_METADONNEES:
            return self._metadonnees
        url = self.fournisseur.discovery_url
        lues = _objet(await self._requete("GET", url))
        issuer = lues.get("issuer")
        if not isinstance(issuer, str) or not adresse_sure(issuer):
            raise ErreurOIDC("decouverte", "issuer")
        if url.endswith(STANDARD) and issuer.rstrip("/") != url.removesuffix(STANDARD).rstrip("/"):
            raise ErreurOIDC("decouverte", "issuer")
        for nom in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(lues.get(nom), str) or not adresse_sure(lues[nom]):
                raise ErreurOIDC("decouverte", nom)
        self._metadonnees, self._metadonnees_lues = lues, self.horloge()
        return lues

    async def adresse_autorisation(self, depart: Depart, *, retour: str, autre_compte: bool = False) -> str:
        """Where the browser goes to sign in."""
        f, metadonnees = self.fournisseur, await self.metadonnees()
        parametres = {
            "response_type": "code",
            "client_id": f.client_id,
            "redirect_uri": retour,
            "scope": " ".join(f.scopes),
            "state": depart.etat,
            "nonce": depart.nonce,
        }
        if f.pkce == "S256":
            defi: str = create_s256_code_challenge(depart.verificateur)  # type: ignore[no-untyped-call]
            parametres["code_challenge"] = defi
            parametres["code_challenge_method"] = "S256"
        if autre_compte:
            parametres["prompt"] = "login"
        return _avec(metadonnees["authorization_endpoint"], parametres | self._demande_acr())

    def _demande_acr(self) -> dict[str, str]:
        f = self.fournisseur
        if f.acr_request == "acr_values":
            return {"acr_values": f.acr_min}
        if f.acr_request == "claims":
            admis = list(f.acr_order[f.acr_order.index(f.acr_min) :])
            demande = {"id_token": {"acr": {"essential": True, "values": admis}, "amr": {"essential": True}}}
            return {"claims": json.dumps(demande, separators=(",", ":"))}
        return {}

    async def conclure(self, reponse: Mapping[str, str], depart: Depart, *, retour: str) -> Arrivee:
        """From the provider's answer in the query to a proven identity.

        Raises:
            ErreurOIDC: the provider says no, or anything that it says does not hold.
        """
        if not hmac.compare_digest(reponse.get("state", "").encode(), depart.etat.encode()):
            raise ErreurOIDC("etat")
        metadonnees = await self.metadonnees()
        self._verifier_emetteur(reponse, metadonnees)
        if "error" in reponse:
            raise ErreurOIDC(reponse["error"])
        if not reponse.get("code"):
            raise ErreurOIDC("etat")
        obtenus = await self._echanger(reponse["code"], depart, retour)
        claims = await self._lire(obtenus["id_token"])
        f, issuer = self.fournisseur, metadonnees["issuer"]
        jetons.verifier_id_token(claims, iss=issuer, client_id=f.client_id, nonce=depart.nonce, maintenant=self.horloge())
        jetons.verifier_acr(claims, minimum=f.acr_min, ordre=f.acr_order)
        infos = await self._infos(obtenus["access_token"], claims["sub"])
        return Arrivee(iss=issuer, sub=claims["sub"], claims=claims | infos, id_token=obtenus["id_token"])

    def _verifier_emetteur(self, reponse: Mapping[str, str], metadonnees: dict[str, Any]) -> None:
        # RFC 9207: the answer comes from the provider that was asked, not from another one (mix-up).
        exige = self.fournisseur.check_iss_in_callback or metadonnees.get(
            "authorization_response_iss_parameter_supported", False
        )
        if (exige or "iss" in reponse) and reponse.get("iss") != metadonnees["issuer"]:
            raise ErreurOIDC("emetteur")

    async def _echanger(self, code: str, depart: Depart, retour: str) -> dict[str, str]:
        f, metadonnees = self.fournisseur, await self.metadonnees()
        corps = {"grant_type": "authorization_code", "code": code, "redirect_uri": retour}
        if f.pkce == "S256":
            corps["code_verifier"] = depart.verificateur
        auth = None
        if f.client_auth == "client_secret_post":
            corps |= {"client_id": f.client_id, "client_secret": f.client_secret}
        else:
            # RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
            auth = httpx.BasicAuth(quote_plus(f.client_id), quote_plus(f.client_secret))
        recus = _objet(await self._requete("POST", metadonnees["token_endpoint"], data=corps, auth=auth))
        if not all(isinstance(recus.get(n), str) for n in ("id_token", "access_token")):
            raise ErreurOIDC("echange")
        return {n: recus[n] for n in ("id_token", "access_token")}

    async def _infos(self, acces: str, sub: str) -> dict[str, Any]:
        metadonnees = await self.metadonnees()
        url = metadonnees.get("userinfo_endpoint")
        if not isinstance(url, str) or not adresse_sure(url):
            return {}
        reponse = await self._requete("GET", url, headers={"Authorization": f"Bearer {acces}"})
        signees = reponse.headers.get("content-type", "").split(";")[0].strip().lower() == "application/jwt"
        infos = await self._lire(reponse.text.strip()) if signees else _objet(reponse)
        client_id = self.fournisseur.client_id
        return jetons.verifier_infos(infos, signees=signees, iss=metadonnees["issuer"], client_id=client_id, sub=sub)

    async def _lire(self, jeton: str) -> dict[str, Any]:
        f = self.fournisseur
        try:
            return jetons.lire(jeton, await self._jwks(), algorithmes=f.algorithms, secret=f.client_secret)
        except jetons.CleInconnue:
            return jetons.lire(jeton, await self._jwks(relire=True), algorithmes=f.algorithms, secret=f.client_secret)

    async def _jwks(self, *, relire: bool = False) -> list[Any]:
        # A flood of tokens with invented keys must not make us hammer the provider.
        if not self._cles or (relire and self.horloge() >= self._cles_lues + PAUSE_CLES):
            metadonnees = await self.metadonnees()
            self._cles_lues = self.horloge()
            self._cles = jetons.cles_publiques(_objet(await self._requete("GET", metadonnees["jwks_uri"])))
        return self._cles

    async def adresse_deconnexion(self, id_token: str, *, retour: str, etat: str) -> str | None:
        """Where the browser goes to leave the provider too; None if it offers nothing or cannot be reached."""
        try:
            url = (await self.metadonnees()).get("end_session_endpoint")
        except ErreurOIDC:
            return None
        if not isinstance(url, str) or not adresse_sure(url):
            return None
        return _avec(url, {"id_token_hint": id_token, "post_logout_redirect_uri": retour, "state": etat})

    async def _requete(self, methode: str, url: str, **options: Any) -> httpx.Response:
        f = self.fournisseur
        if f.canal and url.startswith(f.canal[0]):
            url = f.canal[1] + url.removeprefix(f.canal[0])
        try:
            reglages: dict[str, Any] = {"timeout": 10.0, "verify": _tls(), "trust_env": f.canal is None}
            async with httpx.AsyncClient(transport=self.transport, **reglages) as http:
                reponse = await http.request(methode, url, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as erreur:
            raise ErreurOIDC("reseau", type(erreur).__name__) from erreur
        if reponse.status_code != 200 or len(reponse.content) > TAILLE_MAX:
            raise ErreurOIDC("reseau" if reponse.status_code >= 500 else "echange", str(reponse.status_code))
        return reponse


def _objet(reponse: httpx.Response) -> dict[str, Any]:
    try:
        lu = reponse.json()
    except ValueError as erreur:
        raise ErreurOIDC("echange", "json") from erreur
    if not isinstance(lu, dict):
        raise ErreurOIDC("echange", "json")
    return lu


def _avec(url: str, parametres: dict[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parametres)}"


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # reading the certificates takes 50 ms: once


@lru_cache(maxsize=8)
def clients(settings: Settings) -> dict[str, ClientOIDC]:
    """One client a provider, kept for the life of the process."""
    return {nom: ClientOIDC(f) for nom, f in charger(settings).items()}
