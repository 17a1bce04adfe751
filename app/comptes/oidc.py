"""OpenID Connect client: the authorization code flow by Authlib, the tokens by joserfc.

Authlib's own `parse_id_token` takes the accepted algorithms from the provider's metadata; an unsigned token passed.
"""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from app.comptes import jetons
from app.comptes.canal import avec, basique, exiger_reponse, objet, tls
from app.comptes.fournisseurs import adresse_sure, charger
from app.comptes.jetons import ErreurOIDC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.comptes.fournisseurs import Fournisseur
    from app.settings import Settings

STANDARD = "/.well-known/openid-configuration"
DUREE_METADONNEES = 3600.0
PAUSE_CLES = 60.0


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
        transport: httpx2.AsyncBaseTransport | None = None,
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
        lues = objet(await self._requete("GET", url))
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
        metadonnees = await self.metadonnees()
        autres = {"nonce": depart.nonce, **({"prompt": "login"} if autre_compte else {}), **self._demande_acr()}
        async with self._authlib(retour) as oauth:
            vers, _ = oauth.create_authorization_url(
                metadonnees["authorization_endpoint"], state=depart.etat, code_verifier=depart.verificateur, **autres
            )
        return str(vers)

    def _authlib(self, retour: str) -> Any:
        """Authlib's half: the address of the request, PKCE, the client's authentication, the exchange of the code."""
        f = self.fournisseur
        oauth: Any = AsyncOAuth2Client(
            f.client_id,
            f.client_secret,
            token_endpoint_auth_method=f.client_auth,
            scope=" ".join(f.scopes),
            redirect_uri=retour,
            code_challenge_method="S256" if f.pkce == "S256" else None,
            **self._reglages(),
        )
        oauth.register_client_auth_method(("client_secret_basic", basique))
        oauth.register_compliance_hook("access_token_response", exiger_reponse)
        return oauth

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
        verificateur = {"code_verifier": depart.verificateur} if self.fournisseur.pkce == "S256" else {}
        url = self._par_le_canal((await self.metadonnees())["token_endpoint"])
        try:
            async with self._authlib(retour) as oauth:
                recus = await oauth.fetch_token(url, grant_type="authorization_code", code=code, **verificateur)
        except (httpx2.HTTPError, httpx2.InvalidURL) as erreur:
            raise ErreurOIDC("reseau", type(erreur).__name__) from erreur
        except (OAuthError, ValueError) as erreur:
            raise ErreurOIDC("echange", type(erreur).__name__) from erreur
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
        infos = await self._lire(reponse.text.strip()) if signees else objet(reponse)
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
            self._cles = jetons.cles_publiques(objet(await self._requete("GET", metadonnees["jwks_uri"])))
        return self._cles

    async def adresse_deconnexion(self, id_token: str, *, retour: str, etat: str) -> str | None:
        """Where the browser goes to leave the provider too; None if it offers nothing or cannot be reached."""
        try:
            url = (await self.metadonnees()).get("end_session_endpoint")
        except ErreurOIDC:
            return None
        if not isinstance(url, str) or not adresse_sure(url):
            return None
        return avec(url, {"id_token_hint": id_token, "post_logout_redirect_uri": retour, "state": etat})

    def _par_le_canal(self, url: str) -> str:
        canal = self.fournisseur.canal
        return canal[1] + url.removeprefix(canal[0]) if canal and url.startswith(canal[0]) else url

    def _reglages(self) -> dict[str, Any]:
        sur_place = self.fournisseur.canal is not None
        return {"transport": self.transport, "timeout": 10.0, "verify": tls(), "trust_env": not sur_place}

    async def _requete(self, methode: str, url: str, **options: Any) -> httpx2.Response:
        try:
            async with httpx2.AsyncClient(**self._reglages()) as http:
                return exiger_reponse(await http.request(methode, self._par_le_canal(url), **options))
        except (httpx2.HTTPError, httpx2.InvalidURL) as erreur:
            raise ErreurOIDC("reseau", type(erreur).__name__) from erreur


@lru_cache(maxsize=8)
def clients(settings: Settings) -> dict[str, ClientOIDC]:
    """One client a provider, kept for the life of the process."""
    return {nom: ClientOIDC(f) for nom, f in charger(settings).items()}
