"""The form of a campaign: new, copied from a past one, changed; its notice as the RTS will read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes import forms, queries, service
from app.campagnes.forms_reglages import CONTEXTES, proposes, vue_motifs, vue_pieces
from app.campagnes.permissions import editables, exiger_configurer
from app.campagnes.service_reglages import reglages_de
from app.core.access import Droits
from app.core.errors import Conflit, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.referentiel import queries as referentiel
from app.referentiel.models import Nature

if TYPE_CHECKING:
    from app.campagnes.models import Campagne
    from app.referentiel.models import Formation

Req = Request[Any, Any, Any]
PAGE, APERCU = "campagnes/formulaire.html", "campagnes/_apercu_notice.html"
NATURES = {
    Nature.DES: "Diplômes d'études spécialisées (DES)",
    Nature.OPTION: "Options",
    Nature.FST: "Formations spécialisées transversales (FST)",
}


@get("/campagnes/nouvelle")
async def nouvelle(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The form of a new campaign; `depuis` copies a past one."""
    exiger_configurer(droits)
    depuis = request.query_params.get("depuis", "")
    if depuis.isascii() and depuis.isdecimal() and len(depuis) < 16:
        modele = await queries.campagne_visible(session, droits, int(depuis))
        exiger_configurer(droits, modele.subdivision)
        actives = [x.code for x in await referentiel.formations(session)]
        copie = forms.copie(modele, await reglages_de(session, modele.id), actives)
        return await _formulaire(request, session, droits, copie, copiee=modele.libelle)
    f = forms.vide(proposes(await referentiel.types_piece(session)))
    return await _formulaire(request, session, droits, f)


@post("/campagnes/nouvelle", status_code=303)
async def creer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any] | Template:
    """A new campaign, or its notice as it would be read."""
    exiger_configurer(droits)
    saisie, listes = await lire(request), await _listes(session, droits)
    if saisie.coche("apercu"):
        return await _apercu(request, session, droits, forms.tape_de(saisie, listes))
    lue = forms.lire_campagne(saisie, listes)
    try:
        if lue is not None:
            creee = await service.creer(session, lue, par=droits)
            return rediriger(request, f"/campagnes/{creee.id}")
    except service.Chevauchement as erreur:
        saisie.erreurs["formations"] = erreur.message
    raise Rejet(await _formulaire(request, session, droits, forms.tape_de(saisie, listes)))


@get("/campagnes/{campagne_id:int}/modification")
async def modification(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """The form of a campaign."""
    lue = await queries.campagne_visible(session, droits, campagne_id)
    exiger_configurer(droits, lue.subdivision)
    f = forms.de_campagne(lue, await reglages_de(session, lue.id))
    return await _formulaire(request, session, droits, f, actuelle=lue, version=lue.version)


@post("/campagnes/{campagne_id:int}/modification", status_code=303)
async def modifier(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Response[Any] | Template:
    """Change a campaign."""
    actuelle, saisie = await queries.campagne_visible(session, droits, campagne_id), await lire(request)
    exiger_configurer(droits, actuelle.subdivision)
    listes = await _listes(session, droits, [actuelle.subdivision])
    statut, version = 422, saisie.version()
    if saisie.coche("apercu"):
        return await _apercu(request, session, droits, forms.tape_de(saisie, listes), actuelle, version)
    lue = forms.lire_campagne(saisie, listes)
    try:
        if lue is not None:
            await service.modifier(session, actuelle, lue, version=version, par=droits)
            return rediriger(request, f"/campagnes/{campagne_id}")
    except service.Chevauchement as erreur:
        saisie.erreurs["formations"] = erreur.message
    except Conflit as erreur:
        await session.rollback()  # what was read before somebody else wrote
        actuelle = await queries.campagne_visible(session, droits, campagne_id)
        listes = await _listes(session, droits, [actuelle.subdivision])
        forms.montrer_actuelles(saisie, forms.de_campagne(actuelle, await reglages_de(session, campagne_id)), listes)
        saisie.erreurs[""], statut, version = erreur.message, 409, actuelle.version
    f = forms.tape_de(saisie, listes)
    raise Rejet(await _formulaire(request, session, droits, f, actuelle=actuelle, version=version), statut)


async def _listes(session: AsyncSession, droits: Droits, subdivisions: list[str] | None = None) -> forms.Listes:
    formations = await referentiel.formations(session)
    return forms.Listes(
        subdivisions or list(await _subdivisions(session, droits)),
        {n.value: [f.code for f in formations if f.nature is n] for n in NATURES},
        [m for contexte in CONTEXTES for m in await referentiel.motifs(session, contexte)],
        await referentiel.types_piece(session),
    )


async def _subdivisions(session: AsyncSession, droits: Droits) -> dict[str, str]:
    toutes, siennes = await referentiel.subdivisions(session), editables(droits)
    return {s.code: s.libelle for s in toutes if siennes is None or s.code in siennes}


async def _apercu(
    request: Req,
    session: AsyncSession,
    droits: Droits,
    f: forms.Formulaire,
    actuelle: Campagne | None = None,
    version: int = 0,
) -> Template:
    """Nothing is saved, nothing is refused yet: the notice alone, or the page with it where no script runs."""
    f.erreurs.clear()
    page = await _formulaire(request, session, droits, f, actuelle=actuelle, version=version, apercu=f.champs["notice"])
    page.status_code = 200
    return page


async def _formulaire(
    request: Req,
    session: AsyncSession,
    droits: Droits,
    f: forms.Formulaire,
    *,
    actuelle: Campagne | None = None,
    version: int = 0,
    copiee: str = "",
    apercu: str | None = None,
) -> Template:
    formations, listes = await referentiel.formations(session), await _listes(session, droits)
    des = {x.code: x.libelle for x in formations if x.nature is Nature.DES}
    contexte = {
        "f": f,
        "campagne_id": actuelle.id if actuelle else 0,
        "version": version,
        "copiee": copiee,
        "apercu": f.champs["notice"] if apercu is None else apercu,
        "ouvert": apercu is not None,
        "subdivisions": list((await _subdivisions(session, droits)).items()),
        "dates": forms.DATES,
        "autres_dates": forms.AUTRES_DATES,
        "motifs": vue_motifs(f.reglages, listes.motifs),
        "pieces": vue_pieces(f.reglages, listes.types_piece),
        "natures": [
            (n.value, libelle, [(x.code, _nom(x, des)) for x in formations if x.nature is n]) for n, libelle in NATURES.items()
        ],
    }
    return rendre(request, PAGE, APERCU, droits=droits, **contexte)


def _nom(formation: Formation, des: dict[str, str]) -> str:
    """Options of several DES have the same name."""
    if formation.nature is Nature.OPTION and formation.des_code in des:
        return f"{formation.libelle} ({des[formation.des_code]})"
    return formation.libelle


routes_formulaire = [nouvelle, creer, modification, modifier]
