"""What guards every answer: headers, the origin of writes, the request's identifier."""

from __future__ import annotations

import secrets
import time
from string import punctuation
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import structlog
from litestar.datastructures import CacheControlHeader
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware

from app.core.journaux import chemin_dit

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.types import ASGIApp, Message, Receive, Scope, Send

journal = structlog.get_logger("agrement")
IMMUABLE = CacheControlHeader(public=True, max_age=31_536_000, immutable=True)
JETES_MAX = 256 * 1024 * 1024
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def entetes(*, https: bool) -> Callable[..., Any]:
    """A `before_send` hook: nothing else reaches 404, 405 and the CSRF refusal."""
    fixes = {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if https:
        fixes["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    octets = [(nom.lower().encode(), valeur.encode()) for nom, valeur in fixes.items()]

    async def poser(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        # As bytes, and at once: reading and writing headers one by one costs more than the answers of most middlewares.
        bruts: list[tuple[bytes, bytes]] = list(message["headers"])
        dits = {nom.lower() for nom, _ in bruts}
        bruts += [x for x in octets if x[0] not in dits]
        if b"cache-control" not in dits and not scope["path"].startswith("/static/"):
            bruts.append((b"cache-control", b"no-store"))
        etat: dict[str, Any] = scope.setdefault("state", {})
        if "requete_id" not in etat:  # no route: the middleware below was not called
            etat["requete_id"] = secrets.token_hex(6)
            _noter(scope, message["status"], etat["requete_id"])
        bruts.append((b"x-request-id", etat["requete_id"].encode()))
        message["headers"] = bruts

    return poser


def _hote(origine: str) -> str:
    try:
        return urlsplit(origine).netloc
    except ValueError:  # « http://[ »: nobody's
        return ""


def _noter(scope: Any, statut: int, identifiant: str, **autres: Any) -> None:
    if not scope["path"].startswith("/static/"):
        journal.info(
            "requete", methode=scope.get("method"), chemin=chemin_dit(scope), statut=statut, requete=identifiant, **autres
        )


class MemeOrigine(ASGIMiddleware):
    """A write comes from our own pages: the CSRF token alone is not tied to the session."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Refuse a POST that another site's page sends, and an address that no file system takes."""
        if "\x00" in scope["path"]:
            raise NotFoundException
        if scope.get("method") == "POST" and not scope["path"].startswith("/op-demonstration/"):
            lus = {n.decode("latin-1").lower(): v.decode("latin-1") for n, v in scope["headers"]}
            site = lus.get("sec-fetch-site")
            origine = lus.get("origin")
            etranger = origine not in {None, "null"} and _hote(str(origine)) != lus.get("host")
            if site in {"cross-site", "same-site"} or (site is None and etranger):
                raise PermissionDeniedException("origine")
        await next_app(scope, receive, send)


class Volume(ASGIMiddleware):
    """A body that is too big is refused before it is read; a browser that still sends it would never see the answer."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let it finish, within reason, and throw it away."""

        async def apres(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 413:
                jetes = 0
                while jetes < JETES_MAX and (recu := await receive())["type"] == "http.request":
                    jetes += len(recu["body"])
                    if not recu["more_body"]:
                        break
            await send(message)

        await next_app(scope, receive, apres)


class Requetes(ASGIMiddleware):
    """One structured line a request: method, path without its query, status, duration, identifier."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Number the request, then tell how it went."""
        if not scope["query_string"].isascii():  # bytes that Litestar would fail to decode
            scope["query_string"] = quote(scope["query_string"], safe=punctuation).encode()
        identifiant = secrets.token_hex(6)
        scope.setdefault("state", {})["requete_id"] = identifiant
        debut, statut = time.perf_counter(), 0

        async def noter(message: Message) -> None:
            nonlocal statut
            if message["type"] == "http.response.start":
                statut = message["status"]
            await send(message)

        try:
            await next_app(scope, receive, noter)
        finally:
            _noter(scope, statut, identifiant, ms=round((time.perf_counter() - debut) * 1000, 1))
