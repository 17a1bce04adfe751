"""*Registres*: what is read and since when, the imports and their reports, the deposit of a file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.core.roles import Role
from app.registres import depot, queries, vue
from app.registres.models import CodeRegistre
from app.registres.permissions import exiger_importer, exiger_lire, peut_importer
from app.travaux.queries import travail_de

if TYPE_CHECKING:
    from pathlib import Path

Req = Request[Any, Any, Any]


@get("/registres")
async def registres(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The state of each register."""
    exiger_lire(droits)
    return await _page(request, session, droits, Saisie({}))


@get("/registres/imports/{import_id:int}")
async def rapport(request: Req, session: AsyncSession, droits: Droits, import_id: int) -> Template:
    """What an import told."""
    exiger_lire(droits)
    lu = await queries.import_de(session, import_id)
    return rendre(request, "registres/import.html", droits=droits, i=vue.rapport(lu))


@get("/registres/travaux/{travail_id:int}")
async def fini(request: Req, session: AsyncSession, droits: Droits, travail_id: int) -> Template | Response[Any]:
    """The report of a piece of work that is over."""
    exiger_lire(droits)
    travail = await travail_de(session, droits, travail_id, depot.GENRE)
    if (fait := await depot.import_du_travail(session, travail)) is not None:
        return rediriger(request, f"/registres/imports/{fait}")
    saisie = Saisie({})
    saisie.erreurs["fichier"] = (travail.resultat or {}).get("refus", "")
    return await _page(request, session, droits, saisie)


@post("/registres/imports", status_code=303, request_max_body_size=depot.TAILLE_MAX, opt={"corps_reserve": Role.ADMIN})
async def importer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Take a file in, and begin."""
    exiger_importer(droits)
    saisie = await lire(request)
    code = saisie.choix("registre", set(CodeRegistre), requis="Choisissez le registre.")
    forcer = saisie.texte("forcer", max_=500)
    if saisie.fichier("fichier") is None:
        saisie.erreurs["fichier"] = "Choisissez le fichier du registre."
    if code is None or saisie.erreurs:
        raise Rejet(await _page(request, session, droits, saisie))
    noms = ("fichier", "savoir_faire") if code == CodeRegistre.RPPS else ("fichier",)
    recus = [await _recevoir(request, saisie, nom) for nom in noms if saisie.fichier(nom)]
    travaux = request.app.state.travaux
    travail = await depot.lancer(session, travaux, CodeRegistre(code), recus, forcer, par=droits)
    return rediriger(request, f"/travaux/{travail.id}")


async def _recevoir(request: Req, saisie: Saisie, champ: str) -> tuple[str, Path]:
    recu = saisie.fichier(champ)
    assert recu is not None  # noqa: S101 (its caller has looked)
    donnees = request.app.state.settings.donnees
    return recu.filename, await asyncio.to_thread(depot.ranger, recu.file, donnees, recu.filename)


async def _page(request: Req, session: AsyncSession, droits: Droits, saisie: Saisie) -> Template:
    imports = await queries.imports(session)
    contexte = {
        "registres": vue.registres(await queries.etats(session), imports),
        "imports": [vue.ligne(i) for i in imports],
        "importe": peut_importer(droits),
        "codes": [(code.value, nom) for code, nom in vue.NOMS.items()],
        "v": {nom: saisie.brut(nom) for nom in ("registre", "forcer")},
        "erreurs": saisie.erreurs,
    }
    return rendre(request, "registres/page.html", droits=droits, **contexte)


routes_registres = [registres, rapport, fini, importer]
