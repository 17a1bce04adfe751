"""« Gestion des agréments »: what was granted, in each one's perimeter."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.response import Template
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.agrements.models import StatutAgrement
from app.agrements.queries import liste
from app.agrements.regles import TYPES, libelle_statut
from app.comptes.permissions import exiger_un_droit
from app.core.access import Droits
from app.core.pages import rendre
from app.core.templating import aujourdhui
from app.referentiel.models import Formation, Subdivision

FILTRE = [(s.value, libelle_statut(s, None).partition(" —")[0]) for s in StatutAgrement]


@get("/agrements")
async def agrements(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template:
    """The list, filtered by words and statut."""
    exiger_un_droit(request, droits)
    q, demande = request.query_params.get("q", "").replace("\x00", "")[:100], request.query_params.get("statut", "")
    page = request.query_params.get("page", "1")
    numero = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
    statut = StatutAgrement(demande) if demande in set(StatutAgrement) else None
    trouves = await liste(session, droits, q=q, statut=statut, page=numero, le=aujourdhui())
    contexte: dict[str, Any] = {"droits": droits, "t": trouves, "q": q, "choisi": statut or "", "statuts": FILTRE}
    libelles = await _libelles(session)
    contexte["lignes"] = [_rangee(a, libelles) for a in trouves.agrements]
    return rendre(request, "agrements/page.html", "agrements/_liste.html", **contexte)


async def _libelles(session: AsyncSession) -> dict[str, str]:
    rangees = await session.execute(select(Formation.code, Formation.libelle))
    subdivisions = await session.execute(select(Subdivision.code, Subdivision.libelle))
    return {**dict(rangees.all()), **dict(subdivisions.all())}


def _rangee(a: Any, libelles: dict[str, str]) -> dict[str, Any]:
    return {
        "titulaire": f"{a.prenom} {a.nom}" if a.nom else "",
        "rpps": a.rpps,
        "terrain": f"{a.terrain} (n° {a.numero})",
        "ville": a.ville,
        "formation": libelles.get(a.formation, a.formation),
        "subdivision": libelles.get(a.subdivision, a.subdivision),
        "type": TYPES[a.type],
        "phases": a.phases,
        "debut": a.debut,
        "fin": a.fin,
        "statut": a.statut,
        "libelle_statut": libelle_statut(a.statut, a.arrete),
    }
