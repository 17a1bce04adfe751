"""*Campagnes d'agrément*: read by those whom they concern, configured by the administrator or the scolarité."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes import queries
from app.campagnes.forms_reglages import CONTEXTES
from app.campagnes.frise import plan
from app.campagnes.permissions import editables, peut_configurer
from app.campagnes.queries_prolongations import prolongations
from app.comptes.permissions import exiger_un_droit
from app.core.access import Droits
from app.core.pages import rendre
from app.core.templating import aujourdhui
from app.referentiel import queries as referentiel

if TYPE_CHECKING:
    from app.campagnes.models import Campagne

Req = Request[Any, Any, Any]


@get("/campagnes")
async def campagnes(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The campaigns that concern the reader."""
    exiger_un_droit(request, droits)
    subdivisions = {s.code: s.libelle for s in await referentiel.subdivisions(session)}
    le = aujourdhui()
    vues = [
        {"c": c, "etape": queries.etape(c, le), "subdivision": subdivisions[c.subdivision], "frise": frise(c)}
        for c in await queries.liste(session, droits)
    ]
    return rendre(request, "campagnes/liste.html", droits=droits, campagnes=vues, le=le, cree=editables(droits) != frozenset())


@get("/campagnes/{campagne_id:int}")
async def campagne(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """One campaign."""
    exiger_un_droit(request, droits)
    lue, le = await queries.campagne_visible(session, droits, campagne_id), aujourdhui()
    codes = {f.formation for f in lue.formations}
    modifiable = peut_configurer(droits, lue.subdivision)
    contexte = {
        "c": lue,
        "etape": queries.etape(lue, le),
        "frise": frise(lue),
        "plan": plan([lue], le),
        "le": le,
        "subdivision": {s.code: s.libelle for s in await referentiel.subdivisions(session)}[lue.subdivision],
        "formations": [f.libelle for f in await referentiel.formations(session, actives=False) if f.code in codes],
        "modifiable": modifiable,
        "pieces": await queries.pieces_demandees(session, campagne_id),
        "reglages": await reglages(session, campagne_id) if modifiable else None,
    }
    return rendre(request, "campagnes/page.html", droits=droits, **contexte)


async def reglages(session: AsyncSession, campagne_id: int) -> dict[str, Any]:
    """What only those who configure campaigns read on the page."""
    motifs = [
        (titre, [m.libelle for m in await queries.motifs_de(session, campagne_id, contexte)])
        for contexte, titre in CONTEXTES.items()
    ]
    return {"motifs": motifs, "prolongations": await prolongations(session, campagne_id)}


def frise(c: Campagne) -> list[dict[str, Any]]:
    """The windows of a campaign, one after the other, each with its days."""
    return [{"etape": f.etape, "du": f.du, "au": f.au} for f in queries.fenetres(c)]


routes_calendrier = [campagnes, campagne]
