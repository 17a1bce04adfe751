"""*À faire*: what waits for me, by age since it is my turn, followed live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.response import Stream, Template
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.afaire.graphes import TOURS, graphes
from app.afaire.queries import blocs
from app.comptes.acces import battre, empreinte, nom_cookie
from app.comptes.permissions import exiger_un_droit
from app.core.access import Droits
from app.core.live import ENTETES
from app.core.pages import rediriger, rendre
from app.core.roles import Role
from app.core.templating import rendu
from app.core.vivant import Vivant
from app.core.vivant import empreinte as quoi

if TYPE_CHECKING:
    from app.core.live import Direct

Req = Request[Any, Any, Any]


@get("/a-faire")
async def a_faire(request: Req, session: AsyncSession, droits: Droits) -> Template | Response[Any]:
    """The page; a RTS's is his dashboard."""
    exiger_un_droit(request, droits)
    if droits.roles == {Role.RTS}:
        return rediriger(request, "/tableau-de-bord")
    html = await _travail(request.app.state.direct, session, droits)
    direct = f"/direct/a-faire?vu={quoi(html)}"
    return rendre(request, "afaire/page.html", droits=droits, travail=Markup(html), direct=direct)  # noqa: S704 (a template's)


async def _travail(direct: Direct, session: AsyncSession, droits: Droits) -> str:
    faits = await blocs(session, droits, direct.connu)
    traces = await graphes(session, droits)
    return rendu("afaire/_travail.html", blocs=faits, graphes=traces, tours=list(TOURS.values()))


@get("/direct/a-faire")
async def direct_a_faire(request: Req, session: AsyncSession, droits: Droits) -> Stream:
    """The same, as it changes for this reader."""
    direct: Direct = request.app.state.direct
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")
    _ = session

    async def faire(session: AsyncSession, droits: Droits) -> str:
        return await _travail(direct, session, droits)

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), part.regler)

    part = Vivant(direct, droits, "travail", request.query_params.get("vu", ""), faire)
    return Stream(direct.flux(None, part.noter, battement, part), media_type="text/event-stream", headers=ENTETES)
