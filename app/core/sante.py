"""`/sante`: whether database, migrations and live reader are well."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from app.core import migrations
from app.core.db import INJOIGNABLE


@get("/sante")
async def sante(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    """200 when all is well, 503 otherwise, each part named."""
    etat = {"base": "ok", "migrations": "ok", "direct": "ok" if request.app.state.direct.vivant else "arrêté"}
    try:
        async with request.app.state.sessions() as session:
            if await migrations.revision(session) != migrations.tete():
                etat["migrations"] = "en retard"
    except INJOIGNABLE:
        etat["base"] = etat["migrations"] = "injoignable"
    sain = all(v == "ok" for v in etat.values())
    return Response(etat, status_code=200 if sain else 503)
