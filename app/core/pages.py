"""Page or fragment: the only reader of htmx's request headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, urlsplit

from litestar.exceptions import ClientException, InternalServerException
from litestar.response import Redirect, Response, Template
from litestar_htmx import HTMXRequest

if TYPE_CHECKING:
    from litestar import Request
    from litestar.datastructures import FormMultiDict


class Requete(HTMXRequest):
    """litestar-htmx's request; it predates htmx 4, whose other headers are read below."""

    async def form(self) -> FormMultiDict:
        """What was posted, whatever its encoding; the check of the CSRF token reads it too.

        Raises:
            ClientException: it cannot be read, or the sender left before its end (Litestar calls both errors of the server).
        """
        try:
            return await super().form()
        except (InternalServerException, ValueError) as erreur:
            raise ClientException("formulaire illisible") from erreur


def est_htmx(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks."""
    return request.headers.get("hx-request") == "true"


def est_fragment(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx wants a part of the page; going back in history wants the whole one."""
    return (
        est_htmx(request)
        and request.headers.get("hx-request-type") != "full"
        and request.headers.get("hx-history-restore-request") != "true"
    )


def cible(request: Request[Any, Any, Any]) -> str:
    """The id of the element that the answer will replace (htmx 4 sends `tag#id`)."""
    return (request.headers.get("hx-target") or "").rpartition("#")[2]


def rendre(
    request: Request[Any, Any, Any],
    page: str,
    fragment: str | None = None,
    /,
    **contexte: Any,
) -> Template:
    """The page, or its *fragment* when htmx asks for a part; one URL and one context for both."""
    gabarit = fragment if fragment and est_fragment(request) else page
    entetes = {"Vary": "HX-Request", "Cache-Control": "no-store"}
    return Template(template_name=gabarit, context=contexte, headers=entetes)


def rediriger(request: Request[Any, Any, Any], vers: str) -> Response[Any]:
    """See *vers* next: a 303, or htmx's own header when htmx asks."""
    if est_htmx(request):
        return Response(content="", status_code=200, headers={"HX-Redirect": quote(vers, safe="/?&=#%:,+")})
    return Redirect(path=vers, status_code=303)


def entete(valeur: Any) -> str:
    """A value fit for an `HX-*` header, which carries latin-1 only."""
    return json.dumps(valeur, ensure_ascii=True)


def page_d_avant(request: Request[Any, Any, Any]) -> str:
    """Path and query of the page of this site from which something was sent; empty if it is not told."""
    parts = _lue(request.headers.get("referer", ""))
    siens = parts.netloc == request.headers.get("host") and parts.path != request.scope["path"]
    return suite_sure(_relative(parts), defaut="") if siens else ""


def adresse_relative(request: Request[Any, Any, Any]) -> str:
    """Path and query of the page that is being asked for, or on which somebody acts, quoted."""
    actuelle = request.headers.get("hx-current-url") or (request.method == "POST" and page_d_avant(request))
    return quote(_relative(_lue(actuelle or str(request.url))), safe="")


def _lue(adresse: str) -> SplitResult:
    """An address that somebody sent; what is none is empty."""
    try:
        return urlsplit(adresse)
    except ValueError:
        return urlsplit("")


def _relative(parts: SplitResult) -> str:
    return parts.path + (f"?{parts.query}" if parts.query else "")


def suite_sure(suite: str | None, *, defaut: str = "/") -> str:
    """*suite* if it is a path of this site, else *defaut*: never an open redirection."""
    if not suite or not suite.startswith("/") or suite.startswith(("//", "/\\")) or "\\" in suite:
        return defaut
    return defaut if any(ord(c) < 32 for c in suite) else suite
