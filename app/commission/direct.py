"""The stream behind a séance's page: its counts and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, get
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from app.commission import queries, vue
from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits
from app.core.annexe import completer
from app.core.live import ENTETES
from app.core.vivant import Vivant

if TYPE_CHECKING:
    from app.core.live import Direct


@get("/direct/seances/{seance_id:int}")
async def direct_seance(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, seance_id: int) -> Stream:
    """The figures again, as they change for this reader."""
    await queries.seance_visible(session, droits, seance_id)
    direct: Direct = request.app.state.direct
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")

    async def faire(session: AsyncSession, droits: Droits) -> str:
        return await vue.chiffres(session, droits, await queries.seance_visible(session, droits, seance_id))

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), part.regler)

    part = Vivant(direct, droits, "chiffres", request.query_params.get("vu", ""), faire)
    flux = direct.flux(None, part.noter, battement, completer(request, droits, part))
    return Stream(flux, media_type="text/event-stream", headers=ENTETES)
