"""*Rapport de visite*: its form, its file; and its panel on *Traitement*."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import File, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.controle import Refus
from app.core.errors import Conflit, Introuvable, Rejet
from app.core.fichiers import ENVOI_MAX, Depot, servir
from app.core.fichiers import deposer as ranger
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.core.templating import aujourdhui
from app.demandes.models import Demande, Ligne, RapportVisite
from app.demandes.panneaux import FABRIQUES, Panneau
from app.demandes.queries import dossier_visible
from app.demandes.rapport import service
from app.demandes.rapport.queries import lit, rapport_de, rapport_lu

Req = Request[Any, Any, Any]
PAGE = "demandes/rapport/page.html"


@get("/demandes/{demande_id:int}/rapport-de-visite")
async def rapport(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Template:
    """The form."""
    demande, lignes = await dossier_visible(session, droits, demande_id)
    service.exiger_depot(droits, lignes)
    return await _page(request, session, droits, demande, lignes)


@post("/demandes/{demande_id:int}/rapport-de-visite", status_code=303, request_max_body_size=ENVOI_MAX)
async def deposer(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """Deposit, or replace."""
    demande, lignes = await dossier_visible(session, droits, demande_id)
    service.exiger_depot(droits, lignes)
    saisie = await lire(request)
    ancien = await rapport_de(session, demande_id)
    visite = _visite(saisie)
    fichier = await _fichier(request, saisie, exige=ancien is None or ancien.retire)
    if visite is None or saisie.erreurs:
        raise Rejet(await _page(request, session, droits, demande, lignes, saisie))
    try:
        await service.deposer(session, demande, lignes, visite, fichier, version=saisie.version(), par=droits)
    except Conflit as conflit:
        await session.rollback()
        demande, lignes = await dossier_visible(session, droits, demande_id)
        saisie.erreurs["version"] = conflit.message
        raise Rejet(await _page(request, session, droits, demande, lignes, saisie), 409) from conflit
    return rediriger(request, f"/demandes/{demande_id}#rapport-de-visite")


@post("/demandes/{demande_id:int}/rapport-de-visite/retrait", status_code=303)
async def retirer(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """Withdraw it."""
    demande, lignes = await dossier_visible(session, droits, demande_id)
    await service.retirer(session, demande, lignes, version=(await lire(request)).version(), par=droits)
    return rediriger(request, f"/demandes/{demande_id}#rapport-de-visite")


@get("/demandes/{demande_id:int}/rapport-de-visite/fichier")
async def fichier(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> File:
    """The file, to those who read the report."""
    _, lignes = await dossier_visible(session, droits, demande_id)
    depose = await rapport_de(session, demande_id)
    if depose is None or depose.retire or not lit(droits, lignes):
        raise Introuvable
    return servir(request.app.state.settings.donnees, depose.sha256, depose.nom)


def _visite(saisie: Saisie) -> service.Visite | None:
    quand = saisie.jour("visite_le", requis="Indiquez la date de la visite.")
    if quand and quand > aujourdhui():
        saisie.erreurs["visite_le"] = "La date de la visite est à venir."
    visiteurs = saisie.texte("visiteurs", max_=500, requis="Nommez les visiteurs.")
    constats = saisie.texte("constats", max_=4000)
    return service.Visite(quand, visiteurs, constats) if quand else None


async def _fichier(request: Req, saisie: Saisie, *, exige: bool) -> Depot | None:
    lu = saisie.fichier("fichier")
    if lu is None:
        if exige:
            saisie.erreurs["fichier"] = "Choisissez le fichier du rapport."
        return None
    try:
        return await ranger(request.app.state.settings.donnees, lu)
    except Refus as refus:
        saisie.erreurs["fichier"] = str(refus)
        return None


async def _page(
    request: Req, session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne], saisie: Saisie | None = None
) -> Template:
    r = await session.get(RapportVisite, demande.id, populate_existing=True)
    present = r is not None and not r.retire
    noms = ("visite_le", "visiteurs", "constats")
    dits = {n: str(getattr(r, n)) if r and present else "" for n in noms}
    tapes = {n: saisie.brut(n) for n in noms} if saisie else {}
    page = {
        "demande": demande,
        "tete": lignes[0],
        "lu": await rapport_lu(session, droits, demande, lignes),
        "version": r.version if r else 0,
        "v": dits | tapes,
        "erreurs": saisie.erreurs if saisie else {},
        "aujourdhui": aujourdhui().isoformat(),
    }
    return rendre(request, PAGE, droits=droits, **page)


async def panneau(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> Panneau | None:
    """The report, or its absence, with what the demande says."""
    lu = await rapport_lu(session, droits, demande, lignes)
    return Panneau("demandes/rapport/_panneau.html", lu, place="dossier") if lu else None


FABRIQUES.append(panneau)
routes_rapport = [rapport, deposer, retirer, fichier]
