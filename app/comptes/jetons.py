"""Signed tokens of a provider: the algorithm is ours to choose, every claim is checked, nothing is assumed."""

from __future__ import annotations

import contextlib
import hmac
import warnings
from typing import TYPE_CHECKING, Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError, SecurityWarning

if TYPE_CHECKING:
    from collections.abc import Iterable

ECART = 60  # seconds that two clocks may differ by
TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


class ErreurOIDC(Exception):
    """A login that cannot go on. `code` names the cause for the page and the logs; nothing personal in it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class CleInconnue(ErreurOIDC):
    """No key of the provider has signed this: its keys may have turned since they were read."""


def cles_publiques(document: Any) -> list[Any]:
    """The signing keys of a JWKS; never a shared secret, and kinds that we cannot read are left out."""
    lues = []
    for brute in document.get("keys", []) if isinstance(document, dict) else []:
        if not isinstance(brute, dict) or brute.get("use", "sig") != "sig" or brute.get("kty") == "oct":
            continue
        try:
            lues.append(jwk.import_key(brute))
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    return lues


def lire(jeton: str, cles: Iterable[Any], *, algorithmes: Iterable[str], secret: str) -> dict[str, Any]:
    """The claims of *jeton*, its signature verified with one of *algorithmes*.

    Raises:
        CleInconnue: signed with a key that is not in *cles*.
        ErreurOIDC: anything else that is wrong with it.
    """
    entete = _entete(jeton)
    alg, kid = entete.get("alg"), entete.get("kid")
    if alg == "none" or alg not in set(algorithmes):
        raise ErreurOIDC("jeton", "algorithme")
    with warnings.catch_warnings():
        # Providers still write EdDSA, which RFC 9864 renames; whether to accept it is told by *algorithmes*.
        warnings.simplefilter("ignore", SecurityWarning)
        candidates = [jwk.OctKey.import_key(secret)] if alg.startswith("HS") else _candidates(cles, alg, kid)
        for cle in candidates:
            with contextlib.suppress(JoseError, ValueError):
                return dict(jwt.decode(jeton, cle, algorithms=[alg]).claims)
    if not candidates:
        raise CleInconnue("jeton", "clé inconnue")
    # Without a kid, a turned key looks like a wrong signature.
    raise (CleInconnue if kid is None else ErreurOIDC)("jeton", "signature")


def _entete(jeton: str) -> dict[str, Any]:
    if jeton.count(".") != 2:
        raise ErreurOIDC("jeton", "forme")
    try:
        return dict(jws.extract_compact(jeton.encode()).headers())
    except (JoseError, ValueError, UnicodeError) as erreur:
        raise ErreurOIDC("jeton", "forme") from erreur


def _candidates(cles: Iterable[Any], alg: str, kid: Any) -> list[Any]:
    return [c for c in cles if c.key_type == TYPES[alg[:2]] and (kid is None or c.kid == kid) and c.get("alg") in {None, alg}]


def verifier_id_token(claims: dict[str, Any], *, iss: str, client_id: str, nonce: str, maintenant: float) -> None:
    """OpenID Connect Core §3.1.3.7.

    Raises:
        ErreurOIDC: the first rule that does not hold.
    """
    aud = claims.get("aud")
    audiences = [aud] if isinstance(aud, str) else aud
    if claims.get("iss") != iss:
        raise ErreurOIDC("jeton", "iss")
    if not isinstance(audiences, list) or client_id not in audiences:
        raise ErreurOIDC("jeton", "aud")
    if claims.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in claims):
        raise ErreurOIDC("jeton", "azp")
    if _instant(claims, "exp") <= maintenant - ECART:
        raise ErreurOIDC("jeton", "exp")
    if _instant(claims, "iat") > maintenant + ECART:
        raise ErreurOIDC("jeton", "iat")
    recu = claims.get("nonce")
    if not isinstance(recu, str) or not hmac.compare_digest(recu.encode(), nonce.encode()):
        raise ErreurOIDC("jeton", "nonce")
    sub = claims.get("sub")
    if not isinstance(sub, str) or not 0 < len(sub) <= 255:
        raise ErreurOIDC("jeton", "sub")


def _instant(claims: dict[str, Any], nom: str) -> float:
    valeur = claims.get(nom)
    if isinstance(valeur, bool) or not isinstance(valeur, int | float):
        raise ErreurOIDC("jeton", nom)
    return float(valeur)


def verifier_infos(infos: Any, *, signees: bool, iss: str, client_id: str, sub: str) -> dict[str, Any]:
    """The userinfo answer, if it speaks of *sub* and to us (OpenID Connect Core §5.3.2 and §5.3.4)."""
    if not isinstance(infos, dict) or infos.get("sub") != sub:
        raise ErreurOIDC("infos", "sub")
    if signees and infos.get("iss", iss) != iss:
        raise ErreurOIDC("infos", "iss")
    aud = infos.get("aud", client_id) if signees else client_id
    if client_id not in ([aud] if isinstance(aud, str) else aud or []):
        raise ErreurOIDC("infos", "aud")
    return infos


def verifier_acr(claims: dict[str, Any], *, minimum: str, ordre: tuple[str, ...]) -> None:
    """The level that the provider really reached, on the ordered list; asking for one is no proof."""
    if not minimum:
        return
    acr = claims.get("acr")
    if acr not in ordre or ordre.index(acr) < ordre.index(minimum):
        raise ErreurOIDC("acr")
