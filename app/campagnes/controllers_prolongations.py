"""*Prolongation*: one RTS files later than the others, until a day, for a reason that he reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes import service_prolongations as service
from app.campagnes.forms_prolongations import lire_prolongation
from app.campagnes.permissions import exiger_configurer
from app.campagnes.queries import campagne_visible
from app.core.access import Droits
from app.core.errors import Conflit, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre, suite_sure
from app.core.templating import aujourdhui
from app.referentiel import queries as referentiel

if TYPE_CHECKING:
    from app.campagnes.models import Campagne

Req = Request[Any, Any, Any]
PAGE, RESULTATS = "campagnes/prolongation.html", "campagnes/_prolongation_resultats.html"


@get("/campagnes/{campagne_id:int}/prolongations/nouvelle")
async def nouvelle(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """Search the RTS by name or RPPS, then the form of his extension."""
    campagne = await _sienne(session, droits, campagne_id)
    lus = {n: request.query_params.get(n, "").replace("\x00", "")[:200] for n in ("q", "rpps", "suite")}
    return await _page(request, session, droits, campagne, Saisie({n: [v] for n, v in lus.items()}))


@post("/campagnes/{campagne_id:int}/prolongations", status_code=303)
async def creer(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Response[Any]:
    """Give it, or change it."""
    campagne, saisie = await _sienne(session, droits, campagne_id), await lire(request)
    qui = await referentiel.praticien_actif(session, saisie.brut("rpps"))
    lue = lire_prolongation(saisie, campagne, aujourdhui())
    if qui is None:
        saisie.erreurs["rpps"] = "Choisissez un responsable connu et actif au registre RPPS."
    statut = 422
    try:
        if qui is not None and lue is not None:
            await service.prolonger(session, campagne, qui.rpps, lue, version=saisie.version(), par=droits)
            return rediriger(request, suite_sure(saisie.brut("suite"), defaut=f"/campagnes/{campagne_id}#prolongations"))
    except Conflit as erreur:
        await session.rollback()  # what was read before somebody else wrote
        campagne = await _sienne(session, droits, campagne_id)
        saisie.erreurs[""], statut = erreur.message, 409
    raise Rejet(await _page(request, session, droits, campagne, saisie), statut)


@post("/campagnes/{campagne_id:int}/prolongations/{prolongation_id:int}/revocation", status_code=303)
async def revoquer(
    request: Req, session: AsyncSession, droits: Droits, campagne_id: int, prolongation_id: int
) -> Response[Any]:
    """Take it back."""
    campagne, saisie = await _sienne(session, droits, campagne_id), await lire(request)
    await service.revoquer(session, campagne, prolongation_id, version=saisie.version(), par=droits)
    return rediriger(request, f"/campagnes/{campagne_id}#prolongations")


async def _sienne(session: AsyncSession, droits: Droits, campagne_id: int) -> Campagne:
    campagne = await campagne_visible(session, droits, campagne_id)
    exiger_configurer(droits, campagne.subdivision)
    return campagne


async def _page(request: Req, session: AsyncSession, droits: Droits, campagne: Campagne, saisie: Saisie) -> Template:
    qui = await referentiel.praticien_actif(session, saisie.brut("rpps")) if saisie.brut("rpps") else None
    q = saisie.brut("q")
    actuelle = await service.prolongation_de(session, campagne.id, qui.rpps) if qui else None
    gardee = str(actuelle.jusqu_au) if actuelle else ""
    contexte = {
        "droits": droits,
        "c": campagne,
        "q": q,
        "trouves": await referentiel.chercher_praticiens(session, q) if q and not qui else [],
        "qui": qui,
        "actuelle": actuelle,
        "version": actuelle.version if actuelle else 0,
        "jusqu_au": saisie.brut("jusqu_au") or gardee,
        "motif": saisie.brut("motif") or (actuelle.motif if actuelle else ""),
        "suite": suite_sure(saisie.brut("suite"), defaut=""),
        "erreurs": saisie.erreurs,
    }
    return rendre(request, PAGE, RESULTATS, **contexte)


routes_prolongations = [nouvelle, creer, revoquer]
