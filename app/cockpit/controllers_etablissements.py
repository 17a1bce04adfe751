"""One établissement, one practitioner: pages, the imposed type, the way back to the register."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.cockpit import service
from app.cockpit.fiches import fiche_etablissement, fiche_praticien
from app.cockpit.permissions import exiger_lecteur, exiger_scolarite
from app.cockpit.queries import etablissement_visible, praticien_visible, remplacant
from app.cockpit.service_rapprochement import apercu, candidats, rapprocher, site_du_finess
from app.core.access import Droits
from app.core.errors import Interdit, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.referentiel.models import Origine
from app.referentiel.queries import types_etablissement

Req = Request[Any, Any, Any]


@get("/etablissements/{etablissement_id:int}")
async def etablissement(request: Req, session: AsyncSession, droits: Droits, etablissement_id: int) -> Template | Response[Any]:
    """The page; a local record that nothing leads to any more leads to the register's."""
    exiger_lecteur(droits)
    if vers := await remplacant(session, droits, etablissement_id):
        return rediriger(request, f"/etablissements/{vers}")
    site = await etablissement_visible(session, droits, etablissement_id)
    vue = await fiche_etablissement(session, droits, site)
    return rendre(request, "cockpit/etablissement.html", droits=droits, erreurs={}, motif="", **vue)


@post("/etablissements/{etablissement_id:int}/type", status_code=200)
async def typer(request: Req, session: AsyncSession, droits: Droits, etablissement_id: int) -> Response[Any]:
    """Another type than the one derived, with a reason; or the derived one again."""
    exiger_lecteur(droits)
    site = await etablissement_visible(session, droits, etablissement_id)
    exiger_scolarite(droits)
    saisie = await lire(request)
    retirer = saisie.brut("acte") == "retirer"
    codes = {t.code for t in await types_etablissement(session)}
    choisi = None if retirer else saisie.choix("type", codes, requis="Choisissez un type.")
    motif = saisie.texte("motif", max_=500, requis=None if retirer else "Dites pourquoi.")
    if saisie.erreurs:
        vue = await fiche_etablissement(session, droits, site)
        page = rendre(request, "cockpit/etablissement.html", droits=droits, erreurs=saisie.erreurs, motif=motif, **vue)
        raise Rejet(page)
    await service.typer(session, etablissement_id, type_=choisi, motif=motif, version=saisie.version(), par=droits)
    return rediriger(request, f"/etablissements/{etablissement_id}")


@get("/etablissements/{etablissement_id:int}/rapprochement")
async def rapprochement(request: Req, session: AsyncSession, droits: Droits, etablissement_id: int) -> Template:
    """The register's sites that may be this one; what would move to the one that is chosen."""
    exiger_scolarite(droits)
    local = await etablissement_visible(session, droits, etablissement_id)
    if local.origine is not Origine.LOCAL or local.remplace_par_id is not None:
        raise Interdit("Seul un établissement local, qui n'est pas encore rapproché, se rapproche du registre.")
    finess = request.query_params.get("finess", "")[:20].replace("\x00", "")
    return rendre(
        request,
        "cockpit/rapprochement.html",
        droits=droits,
        local=local,
        candidats=await candidats(session, local),
        finess=finess,
        vers=await site_du_finess(session, finess) if finess else None,
        a=await apercu(session, droits, local),
    )


@post("/etablissements/{etablissement_id:int}/rapprochement", status_code=200)
async def rapprocher_(request: Req, session: AsyncSession, droits: Droits, etablissement_id: int) -> Response[Any]:
    """As previewed."""
    exiger_scolarite(droits)
    saisie = await lire(request)
    site = await rapprocher(
        session,
        etablissement_id,
        finess=saisie.texte("finess", max_=20),
        empreinte=saisie.brut("empreinte"),
        version=saisie.version(),
        par=droits,
    )
    return rediriger(request, f"/etablissements/{site.id}")


@get("/praticiens/{rpps:str}")
async def praticien(request: Req, session: AsyncSession, droits: Droits, rpps: str) -> Template:
    """What the register says, what he holds here: nothing is written."""
    exiger_lecteur(droits)
    trouve = await praticien_visible(session, droits, rpps)
    return rendre(request, "cockpit/praticien.html", droits=droits, **await fiche_praticien(session, droits, trouve))


routes_etablissements = [etablissement, typer, rapprochement, rapprocher_, praticien]
