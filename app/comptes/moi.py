"""« Mes informations »: who one is here, what one may do and where, which sessions are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes import queries, sessions
from app.comptes.acces import empreinte
from app.comptes.oidc import clients
from app.core.access import Droits
from app.core.errors import Introuvable
from app.core.pages import rediriger, rendre

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Req = Request[Any, Any, Any]
# What upper features add to the page: a template, and the context that it calls `c`.
SECTIONS: list[Callable[[Req, AsyncSession, Droits], Awaitable[tuple[str, dict[str, Any]]]]] = []


@get("/moi")
async def moi(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """One's own page; open even without any right."""
    settings = request.app.state.settings
    personne = await queries.personne(session, droits.personne_id)
    libelles = {nom: c.fournisseur.label for nom, c in clients(settings).items()}
    contexte: dict[str, Any] = {
        "droits": droits,
        "personne": personne,
        "ouvertes": await sessions.ouvertes(session, droits.personne_id),
        "courante": empreinte(sessions.lu(request.cookies, settings) or ""),
        "libelles": libelles,
        "sections": [await section(request, session, droits) for section in SECTIONS],
    }
    return rendre(request, "comptes/moi.html", **contexte)


@post("/moi/sessions/{id_hash:str}/revocation", status_code=303)
async def revoquer(request: Req, session: AsyncSession, droits: Droits, id_hash: FromPath[str]) -> Response[Any]:
    """Close one of one's own sessions."""
    if not await sessions.revoquer(session, droits.personne_id, par=droits, id_hash=id_hash):
        raise Introuvable
    return rediriger(request, "/moi")


@get("/sans-droit")
async def sans_droit(request: Req, droits: Droits) -> Template:
    """Signed in, and nothing to do here: which function ended when, and whom to ask."""
    return rendre(request, "comptes/sans_droit.html", droits=droits)
