"""The list of views, beside the table or on a page of its own, and what is done with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Conflit
from app.core.forms import Saisie
from app.core.forms import lire as lire_saisie
from app.core.pages import rediriger, rendre, suite_sure
from app.core.roles import Role
from app.liste import vue as v
from app.liste import vues
from app.liste.queries import ecran_de


@get("/demandes/vues")
async def liste_des_vues(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template:
    """One's own and the service's; the form that keeps the state of the address."""
    etat, _ = await ecran_de(session, droits, request.query_params.multi_items())
    lues = await vues.vues_de(session, droits, etat)
    contexte = {"vues": lues, "retour": etat.url(v.BASE), "publie": droits.a(Role.SCOL), "max": vues.NOM_MAX}
    return rendre(request, "liste/vues.html", "liste/_liste_vues.html", **contexte, droits=droits)


@post("/demandes/vues", status_code=303)
async def garder_vue(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Response[Any]:
    """Keep this state under a name."""
    saisie = await lire_saisie(request)
    retour = _retour(saisie)
    await vues.garder(session, droits, nom=_nom(saisie), retour=retour)
    return _vers_les_vues(request, retour)


@post("/demandes/vues/{vue_id:int}/modification", status_code=303)
async def modifier_vue(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, vue_id: int) -> Response[Any]:
    """Rename, replace by the present state, publish, withdraw: the button pressed says which."""
    saisie = await lire_saisie(request)
    retour, acte = _retour(saisie), saisie.brut("acte")
    if acte == "remplacer":
        valeurs: dict[str, Any] = {"etat": vues.etat_a_garder(droits, retour)[0]}
    elif acte in {"publier", "retirer"}:
        valeurs = {"publiee": acte == "publier"}
    else:
        valeurs = {"nom": _nom(saisie)}
    await vues.changer(session, droits, vue_id, version=saisie.version(), **valeurs)
    return _vers_les_vues(request, retour)


@post("/demandes/vues/{vue_id:int}/suppression", status_code=303)
async def supprimer_vue(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, vue_id: int) -> Response[Any]:
    """Away with it."""
    saisie = await lire_saisie(request)
    await vues.supprimer(session, droits, vue_id, version=saisie.version())
    return _vers_les_vues(request, _retour(saisie))


def _nom(saisie: Saisie) -> str:
    nom = saisie.texte("nom", max_=vues.NOM_MAX, requis="Donnez un nom à la vue.")
    if saisie.erreurs:
        raise Conflit(saisie.erreurs["nom"])
    return nom


def _retour(saisie: Saisie) -> str:
    return suite_sure(saisie.brut("retour"), defaut=v.BASE)


def _vers_les_vues(request: Request[Any, Any, Any], retour: str) -> Response[Any]:
    suite = urlsplit(retour).query
    return rediriger(request, f"{v.BASE}/vues?{suite}" if suite else f"{v.BASE}/vues")


routes_vues = [liste_des_vues, garder_vue, modifier_vue, supprimer_vue]
