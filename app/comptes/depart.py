"""What a login must find again on its way back, in a signed cookie of the browser that started it.

One cookie per `state`, so that several tabs can sign in at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError
from litestar.datastructures import Cookie

from app.comptes.jetons import ErreurOIDC
from app.comptes.oidc import Depart
from app.core.pages import suite_sure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.settings import Settings

DUREE = 600
CHEMIN = "/connexion"
SUITE_MAX = 1500  # a cookie holds 4 KB


def nouveau(fournisseur: str, *, suite: str | None, invitation: str = "") -> Depart:
    """A login towards *fournisseur*, with fresh secrets of 43 characters."""
    vers = suite_sure(suite)
    return Depart(
        fournisseur=fournisseur,
        etat=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verificateur=secrets.token_urlsafe(48),
        suite=vers if len(vers) <= SUITE_MAX else "/",
        invitation=invitation[:100],
    )


def cookie(depart: Depart, settings: Settings) -> Cookie:
    """The cookie that carries it."""
    contenu: dict[str, Any] = asdict(depart) | {"exp": int(time.time()) + DUREE}
    return _cookie(depart.etat, jwt.encode({"alg": "HS256"}, contenu, _cle(settings)), DUREE, settings)


def effacer(etat: str, settings: Settings) -> Cookie:
    """The same cookie, gone."""
    return _cookie(etat, "", 0, settings)


def retrouver(cookies: Mapping[str, str], etat: str, fournisseur: str, settings: Settings) -> Depart:
    """The login that this browser started with *etat* at *fournisseur*.

    Raises:
        ErreurOIDC: it did not, too long ago, or somebody else's.
    """
    try:
        contenu = jwt.decode(cookies.get(_nom(etat), ""), _cle(settings), algorithms=["HS256"]).claims
    except (JoseError, ValueError) as erreur:
        raise ErreurOIDC("etat") from erreur
    if contenu.pop("exp", 0) <= time.time():
        raise ErreurOIDC("etat")
    depart = Depart(**contenu)
    if depart.fournisseur != fournisseur or not hmac.compare_digest(depart.etat.encode(), etat.encode()):
        raise ErreurOIDC("etat")
    return depart


def _nom(etat: str) -> str:
    return f"connexion-{hashlib.sha256(etat.encode()).hexdigest()[:16]}"


def _cle(settings: Settings) -> jwk.OctKey:
    # A key of its own: what signs logins must not sign anything else.
    return jwk.OctKey.import_key(hmac.digest(settings.secret.encode(), b"agrement:depart", "sha256"))


def _cookie(etat: str, valeur: str, duree: int, settings: Settings) -> Cookie:
    return Cookie(
        key=_nom(etat),
        value=valeur,
        path=CHEMIN,
        max_age=duree,
        httponly=True,
        secure=settings.https,
        samesite="lax",
    )
