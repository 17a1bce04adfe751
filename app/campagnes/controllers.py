"""*Campagnes d'agrément*: read by those whom they concern, configured by the administrator or the scolarité."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes import forms, queries, service
from app.campagnes.permissions import editables, exiger_configurer, peut_configurer
from app.comptes.permissions import exiger_un_droit
from app.core.access import Droits
from app.core.errors import Conflit, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.core.templating import aujourdhui
from app.referentiel import queries as referentiel
from app.referentiel.models import Nature

if TYPE_CHECKING:
    from app.campagnes.models import Campagne
    from app.core.forms import Saisie
    from app.referentiel.models import Formation

Req = Request[Any, Any, Any]
NATURES = {
    Nature.DES: "Diplômes d'études spécialisées (DES)",
    Nature.OPTION: "Options",
    Nature.FST: "Formations spécialisées transversales (FST)",
}


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
    contexte = {
        "c": lue,
        "etape": queries.etape(lue, le),
        "frise": frise(lue),
        "le": le,
        "subdivision": {s.code: s.libelle for s in await referentiel.subdivisions(session)}[lue.subdivision],
        "formations": [f.libelle for f in await referentiel.formations(session, actives=False) if f.code in codes],
        "modifiable": peut_configurer(droits, lue.subdivision),
    }
    return rendre(request, "campagnes/page.html", droits=droits, **contexte)


@get("/campagnes/nouvelle")
async def nouvelle(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The form of a new campaign."""
    exiger_configurer(droits)
    return await _formulaire(request, session, droits, forms.formulaire())


@post("/campagnes/nouvelle", status_code=303)
async def creer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """A new campaign."""
    exiger_configurer(droits)
    saisie = await lire(request)
    lue, codes = await _lire(session, droits, saisie)
    try:
        if lue is not None:
            creee = await service.creer(session, lue, par=droits)
            return rediriger(request, f"/campagnes/{creee.id}")
    except service.Chevauchement as erreur:
        saisie.erreurs["formations"] = erreur.message
    raise Rejet(await _formulaire(request, session, droits, forms.formulaire(saisie, formations=codes)))


@get("/campagnes/{campagne_id:int}/modification")
async def modification(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """The form of a campaign."""
    lue = await queries.campagne_visible(session, droits, campagne_id)
    exiger_configurer(droits, lue.subdivision)
    return await _formulaire(request, session, droits, forms.formulaire(campagne=lue), actuelle=lue, version=lue.version)


@post("/campagnes/{campagne_id:int}/modification", status_code=303)
async def modifier(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Response[Any]:
    """Change a campaign."""
    actuelle, saisie = await queries.campagne_visible(session, droits, campagne_id), await lire(request)
    exiger_configurer(droits, actuelle.subdivision)
    lue, codes = await _lire(session, droits, saisie, subdivisions=[actuelle.subdivision])
    statut, version = 422, saisie.version()
    try:
        if lue is not None:
            await service.modifier(session, actuelle, lue, version=version, par=droits)
            return rediriger(request, f"/campagnes/{campagne_id}")
    except service.Chevauchement as erreur:
        saisie.erreurs["formations"] = erreur.message
    except Conflit as erreur:
        await session.rollback()  # what was read before somebody else wrote
        actuelle = await queries.campagne_visible(session, droits, campagne_id)
        forms.montrer_actuelles(saisie, actuelle, codes)
        saisie.erreurs[""], statut, version = erreur.message, 409, actuelle.version
    f = forms.formulaire(saisie, formations=codes)
    raise Rejet(await _formulaire(request, session, droits, f, actuelle=actuelle, version=version), statut)


async def _lire(
    session: AsyncSession, droits: Droits, saisie: Saisie, *, subdivisions: list[str] | None = None
) -> tuple[forms.CampagneSaisie | None, list[str]]:
    formations = await referentiel.formations(session)
    natures = {n.value: [f.code for f in formations if f.nature is n] for n in NATURES}
    codes = [f.code for f in formations]
    permises = subdivisions or list(await _subdivisions(session, droits))
    return forms.lire_campagne(saisie, permises, natures, codes), codes


async def _subdivisions(session: AsyncSession, droits: Droits) -> dict[str, str]:
    toutes, siennes = await referentiel.subdivisions(session), editables(droits)
    return {s.code: s.libelle for s in toutes if siennes is None or s.code in siennes}


async def _formulaire(
    request: Req,
    session: AsyncSession,
    droits: Droits,
    f: forms.Formulaire,
    *,
    actuelle: Campagne | None = None,
    version: int = 0,
) -> Template:
    formations = await referentiel.formations(session)
    des = {x.code: x.libelle for x in formations if x.nature is Nature.DES}
    contexte = {
        "f": f,
        "campagne_id": actuelle.id if actuelle else 0,
        "version": version,
        "subdivisions": list((await _subdivisions(session, droits)).items()),
        "dates": forms.DATES,
        "autres_dates": forms.AUTRES_DATES,
        "natures": [
            (n.value, libelle, [(x.code, _nom(x, des)) for x in formations if x.nature is n]) for n, libelle in NATURES.items()
        ],
    }
    return rendre(request, "campagnes/formulaire.html", droits=droits, **contexte)


def _nom(formation: Formation, des: dict[str, str]) -> str:
    """Options of several DES have the same name."""
    if formation.nature is Nature.OPTION and formation.des_code in des:
        return f"{formation.libelle} ({des[formation.des_code]})"
    return formation.libelle


def frise(c: Campagne) -> list[dict[str, Any]]:
    """The windows of a campaign, one after the other, each with its days."""
    bornes = (c.ouverture, c.cloture_depot, c.cloture_complements, c.cloture_avis, c.publication or c.debut_agrements)
    etapes = (queries.Etape.DEPOT, queries.Etape.COMPLEMENTS, queries.Etape.AVIS, queries.Etape.COMMISSION)
    return [
        {"etape": etape, "du": du, "au": au, "jours": max((au - du).days, 1)}
        for etape, du, au in zip(etapes, bornes, bornes[1:], strict=False)
    ]


routes_campagnes = [campagnes, nouvelle, creer, campagne, modification, modifier]
