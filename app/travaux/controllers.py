"""*Travaux*: the progress of a piece of long work, which may be left and come back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.pages import rediriger, rendre
from app.travaux.genres import GENRES
from app.travaux.queries import derniers, travail_de
from app.travaux.vue import vue_de

if TYPE_CHECKING:
    from app.travaux.service import Travaux

Req = Request[Any, Any, Any]


@get("/travaux")
async def travaux(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """My last ones."""
    liste = [vue_de(t) for t in await derniers(session, droits)]
    return rendre(request, "travaux/liste.html", droits=droits, travaux=liste)


@get("/travaux/{travail_id:int}")
async def travail(request: Req, session: AsyncSession, droits: Droits, travail_id: int) -> Template | Response[Any]:
    """How far it is; once over, its result."""
    t = vue_de(await travail_de(session, droits, travail_id))
    if t["suite"]:
        return rediriger(request, t["suite"])
    return rendre(request, "travaux/page.html", "travaux/_etat.html", droits=droits, t=t)


@post("/travaux/{travail_id:int}/reprise", status_code=200)
async def reprise(request: Req, session: AsyncSession, droits: Droits, travail_id: int) -> Response[Any]:
    """Go on."""
    travaux: Travaux = request.app.state.travaux
    pris = await travail_de(session, droits, travail_id)
    if (exiger := GENRES[pris.genre].exiger) is not None:
        exiger(droits)
    await travaux.reprendre(session, pris)
    return rediriger(request, f"/travaux/{travail_id}")


routes_travaux = [travaux, travail, reprise]
