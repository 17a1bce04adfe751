"""Merging terrains: the preview, the act, its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cockpit.forms import lire_numeros
from app.cockpit.fusion import planifier
from app.cockpit.permissions import exiger_scolarite
from app.cockpit.service_fusion import defaire, fusionner
from app.core.access import Droits
from app.core.errors import Conflit, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.referentiel.models import Terrain
from app.referentiel.queries import terrain_actuel

if TYPE_CHECKING:
    from collections.abc import Sequence

Req = Request[Any, Any, Any]
PAGE = "cockpit/fusion.html"


@get("/terrains/fusions/nouvelle")
async def apercu(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """What merging the ticked terrains (or those of these numbers) would do; nothing is written."""
    exiger_scolarite(droits)
    params = request.query_params
    ids = lire_numeros(params.getall("terrain", [])) + await _de_numeros(session, lire_numeros(params.getall("numero", [])))
    garde = next(iter(lire_numeros([params.get("garde", "")])), None)
    return await _page(request, session, droits, list(dict.fromkeys(ids)), garde)


async def _page(
    request: Req, session: AsyncSession, droits: Droits, ids: Sequence[int], garde: int | None, **autour: Any
) -> Template:
    plan = await planifier(session, droits, ids, garde)
    contexte = {"erreur": "", "motif": "", **autour}
    return rendre(request, PAGE, droits=droits, plan=plan, ids=[t.id for t in plan.tous], **contexte)


async def _de_numeros(session: AsyncSession, numeros: list[int]) -> list[int]:
    """The terrains that answer to these numbers."""
    lus = [n for n in numeros if n < 2**31]
    trouves = list(await session.scalars(select(Terrain.id).where(Terrain.numero.in_(lus)))) if lus else []
    return [await terrain_actuel(session, i) for i in trouves]


@post("/terrains/fusions", status_code=200)
async def faire(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Merge as previewed; what has changed since hands the preview back."""
    exiger_scolarite(droits)
    saisie = await lire(request)
    ids = lire_numeros([x for x in saisie.champs.get("terrain", []) if isinstance(x, str)])
    garde = next(iter(lire_numeros([saisie.brut("garde")])), 0)
    motif = saisie.texte("motif", max_=500)
    plan = await planifier(session, droits, ids, garde)
    numero = plan.garde.numero
    try:
        await fusionner(session, ids, garde=garde, empreinte=saisie.brut("empreinte"), motif=motif, par=droits)
    except Conflit as conflit:
        await session.rollback()
        page = await _page(request, session, droits, ids, garde, erreur=conflit.message, motif=motif)
        raise Rejet(page, 409) from conflit
    return rediriger(request, f"/terrains/{numero}")


@post("/terrains/fusions/{fusion_id:int}/annulation", status_code=200)
async def annuler(request: Req, session: AsyncSession, droits: Droits, fusion_id: int) -> Response[Any]:
    """Everything back where it was."""
    exiger_scolarite(droits)
    garde = await defaire(session, fusion_id, par=droits)
    return rediriger(request, f"/terrains/{garde.numero}")


routes_fusion = [apercu, faire, annuler]
