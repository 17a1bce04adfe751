"""The table as a file and on paper: exactly what I see, or all that I may see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Request, get
from litestar.response import Stream, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.journal import maintenant
from app.core.pages import rendre
from app.exports.plan import Plan, pages, planifier
from app.exports.service import ecrire_classeur, flux_csv, morceaux, tracer
from app.liste import vue as v
from app.liste.queries import ecran_de
from app.tableau.vue import jetons

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPRIMEES = 2_000  # rows on paper: forty pages of them


async def _plan(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Plan:
    etat, _ = await ecran_de(session, droits, request.query_params.multi_items())
    return await planifier(session, droits, etat, complet=request.query_params.get("complet") == "1")


def _piece_jointe(plan: Plan, suffixe: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{plan.nom(suffixe, maintenant())}"'}


@get("/demandes/export.csv")
async def export_csv(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """Text, streamed as it is read."""
    plan = await _plan(request, session, droits)
    await tracer(session, plan, format_="csv", par=droits)
    return Stream(flux_csv(request.app.state.sessions, plan), media_type=CSV, headers=_piece_jointe(plan, "csv"))


@get("/demandes/export.xlsx")
async def export_xlsx(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """A workbook, written whole before it is sent: a defect on the way is a page that says so, never half a file."""
    plan = await _plan(request, session, droits)
    await tracer(session, plan, format_="xlsx", par=droits)
    await session.commit()  # the writing reads with sessions of its own: this one must not wait for it
    fichier = await ecrire_classeur(request.app.state.sessions, plan)
    return Stream(morceaux(fichier), media_type=XLSX, headers=_piece_jointe(plan, "xlsx"))


@get("/demandes/impression")
async def impression(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template:
    """The columns shown, all rows of the filter up to a stated limit, to be printed."""
    plan = await _plan(request, session, droits)
    await session.commit()
    rangees: list[tuple[int, list[tuple[str, str, Any]]]] = []
    vues, registre = v.Vues(droits), plan.requete.colonnes
    async for lignes in pages(request.app.state.sessions, plan):
        for ligne in lignes[: IMPRIMEES - len(rangees)]:
            lue = replace(vues.de(ligne), ecrit=frozenset())  # nothing is edited on paper
            rangees.append((ligne.rang, v.cellules(ligne, lue, plan.codes, registre, plan.lib)))
        if len(rangees) >= IMPRIMEES:
            break
    return rendre(
        request,
        "exports/impression.html",
        droits=droits,
        seance=plan.seance,
        quand=maintenant(),
        rangees=rangees,
        lignes=plan.lignes,
        limite=IMPRIMEES,
        titres=[registre[c].libelle for c in plan.codes],
        filtres=[j.libelle for j in jetons(registre, plan.etat, plan.lib, v.BASE)],
        tris=[(registre[c].libelle, descend) for c, descend in plan.etat.tris],
        retour=plan.etat.url(v.BASE),
    )
