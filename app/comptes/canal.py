"""What goes over the wire to a provider: its answers held to what they should be, the client's name and secret."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2

from app.comptes.jetons import ErreurOIDC

if TYPE_CHECKING:
    import ssl

TAILLE_MAX = 1_000_000  # octets


def exiger_reponse(reponse: httpx2.Response) -> httpx2.Response:
    """*reponse*, if it is one.

    Raises:
        ErreurOIDC: the provider refuses, is down, or answers without end.
    """
    if reponse.status_code != 200 or len(reponse.content) > TAILLE_MAX:
        raise ErreurOIDC("reseau" if reponse.status_code >= 500 else "echange", str(reponse.status_code))
    return reponse


def basique(client: Any, _methode: str, uri: str, entetes: Any, corps: Any) -> tuple[str, Any, Any]:
    """How the client authenticates: RFC 6749 §2.3.1 form-encodes both halves, which Authlib joins bare."""
    couple = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    entetes["Authorization"] = f"Basic {base64.b64encode(couple.encode()).decode()}"
    return uri, entetes, corps


def objet(reponse: httpx2.Response) -> dict[str, Any]:
    """The JSON object of an answer.

    Raises:
        ErreurOIDC: it is none.
    """
    try:
        lu = reponse.json()
    except ValueError as erreur:
        raise ErreurOIDC("echange", "json") from erreur
    if not isinstance(lu, dict):
        raise ErreurOIDC("echange", "json")
    return lu


def avec(url: str, parametres: dict[str, str]) -> str:
    """*url* with these parameters more."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parametres)}"


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """The system's authorities; reading them takes 50 ms: once."""
    return httpx2.create_ssl_context()
