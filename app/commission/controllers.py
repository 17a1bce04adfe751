"""*Commission*: the séances, from their planning to their publication."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.commission import forms, queries, service, service_cloture, service_reouverture, vue
from app.commission.lecture import plan_de
from app.commission.models import StatutSeance
from app.commission.permissions import LECTEURS, exiger_planifier, exiger_president, subdivisions_planifiables
from app.commission.presences import lire_mandats
from app.commission.seances import PERIME
from app.commission.service_presences import MandatRefuse
from app.core.access import Droits
from app.core.errors import Conflit, Interdit, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.core.roles import Role
from app.referentiel import queries as referentiel

Req = Request[Any, Any, Any]
CLOTURE = "commission/cloture.html"


@get("/seances")
async def seances(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The séances of one's perimeter."""
    if not droits.a(*LECTEURS, Role.ARS):
        raise Interdit("Les séances de commission se lisent par ses membres, la scolarité et l'administrateur.")
    trouvees = await vue.en_liste(session, await queries.liste(session, droits))
    planifie = subdivisions_planifiables(droits) != frozenset()
    return rendre(request, "commission/seances.html", droits=droits, seances=trouvees, planifie=planifie)


@get("/seances/nouvelle")
async def nouvelle(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The form of a new séance."""
    return await _formulaire(request, session, droits, forms.formulaire())


@post("/seances/nouvelle", status_code=303)
async def planifier(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """A new séance."""
    saisie, siennes = await lire(request), await _subdivisions(session, droits)
    codes = [f.code for f in await referentiel.formations(session)]
    lue = forms.lire_seance(saisie, siennes, codes)
    try:
        if lue is not None:
            seance = await service.planifier(session, lue, par=droits)
            return rediriger(request, f"/seances/{seance.id}")
    except service.Chevauchement as erreur:
        saisie.erreurs["formations"] = erreur.message
    raise Rejet(await _formulaire(request, session, droits, forms.formulaire(saisie, formations=codes)))


@get("/seances/{seance_id:int}")
async def seance(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template:
    """One séance: its counts, its acts."""
    lue = await queries.seance_visible(session, droits, seance_id)
    return rendre(request, "commission/seance.html", **await vue.page(session, droits, lue))


@get("/seances/{seance_id:int}/modification")
async def modification(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template:
    """The form of a planned séance."""
    lue = await queries.seance_visible(session, droits, seance_id)
    exiger_planifier(droits, lue.subdivision)
    codes = [f.code for f in await referentiel.formations(session)]
    f = forms.formulaire(seance=lue, formations=codes)
    return await _formulaire(request, session, droits, f, seance_id=lue.id, version=lue.version)


@post("/seances/{seance_id:int}/modification", status_code=303)
async def modifier(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """Change a planned séance."""
    actuelle, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    exiger_planifier(droits, actuelle.subdivision)
    codes = [f.code for f in await referentiel.formations(session)]
    lue = forms.lire_seance(saisie, [actuelle.subdivision], codes)
    try:
        if lue is not None:
            await service.modifier(session, actuelle, lue, version=saisie.version(), par=droits)
            return rediriger(request, f"/seances/{seance_id}")
    except service.Chevauchement as erreur:
        saisie.erreurs["formations"] = erreur.message
    f = forms.formulaire(saisie, formations=codes)
    raise Rejet(await _formulaire(request, session, droits, f, seance_id=seance_id, version=saisie.version()))


@get("/seances/{seance_id:int}/ouverture")
async def ouverture(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template:
    """Who is present."""
    lue = await queries.seance_visible(session, droits, seance_id)
    exiger_president(droits, lue)
    return rendre(request, "commission/ouverture.html", **await vue.page_ouverture(session, droits, lue))


@post("/seances/{seance_id:int}/ouverture", status_code=303)
async def ouvrir(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """Open the séance."""
    lue, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    votants = await queries.votants(session, lue)
    presents = [v for v in votants if str(v.personne_id) in saisie.champs.get("presents", [])]
    mandats, seconde = lire_mandats(saisie, votants, presents), saisie.coche("sans_quorum")
    try:
        await service.ouvrir(
            session, lue, version=saisie.version(), presents=presents, votants=votants, sans_quorum=seconde, par=droits,
            mandats=mandats,
        )  # fmt: skip
    except (service.QuorumManquant, MandatRefuse) as erreur:
        page = await vue.page_ouverture(session, droits, lue)
        page |= {"coches": {v.personne_id for v in presents}, "mandats": mandats, "seconde": seconde, "erreur": erreur.message}
        raise Rejet(rendre(request, "commission/ouverture.html", **page)) from erreur
    return rediriger(request, f"/demandes?seance={seance_id}")


@get("/seances/{seance_id:int}/cloture")
async def cloture(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template:
    """What closing would do, before it is done."""
    lue = await queries.seance_visible(session, droits, seance_id)
    exiger_president(droits, lue)
    if lue.statut is not StatutSeance.OUVERTE:
        raise Conflit(PERIME)
    plan = await plan_de(session, lue.id, droits)
    return rendre(request, CLOTURE, **await vue.page_cloture(session, droits, lue, plan))


@post("/seances/{seance_id:int}/cloture", status_code=303)
async def clore(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """Close, if the list is still the one that was read."""
    lue, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    reprises = saisie.entier("reprises") if saisie.coche("confirme") else None
    try:
        await service_cloture.clore(
            session, lue, version=saisie.version(), reprises=reprises, empreinte=saisie.brut("empreinte"), par=droits
        )
    except service_cloture.ListeChangee as erreur:
        oubliee = erreur.plan.empreinte == saisie.brut("empreinte")
        message = "Cochez la confirmation : rien n'est clos." if oubliee else erreur.message
        page = await vue.page_cloture(session, droits, lue, erreur.plan, erreur=message)
        raise Rejet(rendre(request, CLOTURE, **page), 422 if oubliee else 409) from erreur
    return rediriger(request, f"/seances/{seance_id}")


@post("/seances/{seance_id:int}/publication", status_code=303)
async def publier(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """Publish: each RTS reads his decision from now on."""
    lue, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    await service.publier(session, lue, version=saisie.version(), par=droits)
    return rediriger(request, f"/seances/{seance_id}")


@post("/seances/{seance_id:int}/reouverture", status_code=303)
async def rouvrir(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """Open again what was closed; with a reason once it is published."""
    lue, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    motif = saisie.texte("motif", max_=2000)
    try:
        await service_reouverture.rouvrir(session, lue, version=saisie.version(), motif=motif, par=droits)
    except service_reouverture.MotifManquant as erreur:
        page = await vue.page(session, droits, lue)
        page |= {"motif": saisie.brut("motif"), "erreur": erreur.message}
        raise Rejet(rendre(request, "commission/seance.html", **page)) from erreur
    return rediriger(request, f"/seances/{seance_id}")


async def _subdivisions(session: AsyncSession, droits: Droits) -> dict[str, str]:
    permises = subdivisions_planifiables(droits)
    toutes = {s.code: s.libelle for s in await referentiel.subdivisions(session)}
    siennes = {code: libelle for code, libelle in toutes.items() if permises is None or code in permises}
    if not siennes:
        raise Interdit("Les séances se planifient par la scolarité, dans ses subdivisions.")
    return siennes


async def _formulaire(
    request: Req, session: AsyncSession, droits: Droits, f: forms.Formulaire, *, seance_id: int = 0, version: int = 0
) -> Template:
    formations = [(x.code, x.libelle) for x in await referentiel.formations(session)]
    siennes = await _subdivisions(session, droits)
    if len(siennes) == 1:
        f.champs["subdivision"] = next(iter(siennes))
    contexte = {"formations": formations, "subdivisions": list(siennes.items()), "seance_id": seance_id, "version": version}
    return rendre(request, "commission/formulaire.html", droits=droits, f=f, **contexte)
