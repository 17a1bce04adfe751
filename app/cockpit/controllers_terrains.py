"""One terrain: its page, its creation after a search, its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.cockpit import service
from app.cockpit.fiches import VIERGE, champs_de, fiche_terrain, formulaire_terrain, subdivisions_offertes
from app.cockpit.forms import lire_numeros, lire_terrain
from app.cockpit.permissions import exiger_lecteur, exiger_scolarite
from app.cockpit.queries import etablissement_visible, terrain_de_numero
from app.core.access import Droits
from app.core.errors import Conflit, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.referentiel.queries import chercher_etablissements, terrains_proches

if TYPE_CHECKING:
    from app.referentiel.models import Etablissement, Terrain

Req = Request[Any, Any, Any]
FORMULAIRE = "cockpit/terrain_formulaire.html"
VUS = 1000  # terrains looked at in one creation, at most
AUCUN = "Ces terrains existent déjà ici : choisissez l'un d'eux, ou cochez « Aucun de ceux-ci »."


@get("/terrains/{numero:int}")
async def terrain(request: Req, session: AsyncSession, droits: Droits, numero: int) -> Template | Response[Any]:
    """The page of the terrain that answers to a number."""
    exiger_lecteur(droits)
    trouve = await terrain_de_numero(session, droits, numero)
    if trouve.numero != numero:
        return rediriger(request, f"/terrains/{trouve.numero}?ancien={numero}")
    vue = await fiche_terrain(session, droits, trouve, ancien=request.query_params.get("ancien", ""))
    return rendre(request, "cockpit/terrain.html", droits=droits, **vue)


@get("/terrains/nouveau")
async def nouveau(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """First where, then what is already there, then the form."""
    exiger_scolarite(droits)
    choisi, q = request.query_params.get("etablissement", ""), request.query_params.get("q", "")[:100].replace("\x00", "")
    site = await _site(session, droits, choisi)
    proches = await _proches(session, droits, site, "") if site else []
    sites = await chercher_etablissements(session, q) if q else []
    contexte = {"sites": sites, "q": q, "site": site, "proches": proches}
    return await _formulaire(request, session, droits, Saisie({}), VIERGE, **contexte)


@post("/terrains/nouveau", status_code=200)
async def creer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """A new one, once somebody has looked at those that are there."""
    exiger_scolarite(droits)
    saisie = await lire(request)
    site = await _site(session, droits, saisie.brut("etablissement"))
    saisi = await lire_terrain(session, saisie)
    offertes = await subdivisions_offertes(session, droits)
    subdivision = saisie.choix("subdivision", offertes, requis="Choisissez la subdivision.")
    proches = await _proches(session, droits, site, saisi.libelle)
    if proches and not saisie.coche("aucun"):
        saisie.erreurs["aucun"] = AUCUN
    if saisie.erreurs or subdivision is None:
        contexte = {"sites": [], "q": "", "site": site, "proches": proches}
        raise Rejet(await _formulaire(request, session, droits, saisie, champs_de(saisie), **contexte))
    try:
        cree = await service.creer(session, saisi, etablissement=site, subdivision=subdivision, vus=_vus(saisie), par=droits)
    except Conflit as conflit:
        await session.rollback()
        saisie.erreurs["aucun"] = conflit.message
        site = await _site(session, droits, saisie.brut("etablissement"))
        proches = await _proches(session, droits, site, saisi.libelle)
        contexte = {"sites": [], "q": "", "site": site, "proches": proches}
        page = await _formulaire(request, session, droits, saisie, champs_de(saisie) | {"aucun": ""}, **contexte)
        raise Rejet(page, 409) from conflit
    return rediriger(request, f"/terrains/{cree.numero}")


async def _proches(session: AsyncSession, droits: Droits, site: Etablissement | None, libelle: str) -> list[Terrain]:
    return await terrains_proches(session, site.id if site else None, libelle, service.offerts_a_la_creation(droits, site))


async def _site(session: AsyncSession, droits: Droits, texte: str) -> Etablissement | None:
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 16):
        return None
    return await etablissement_visible(session, droits, int(texte))


async def _formulaire(
    request: Req, session: AsyncSession, droits: Droits, saisie: Saisie, champs: dict[str, str], **contexte: Any
) -> Template:
    f = await formulaire_terrain(session, droits, saisie, champs)
    montres = contexte["proches"] = contexte["proches"][: service.MONTRES]
    vus = dict.fromkeys([*_vus(saisie), *(t.id for t in montres)])
    return rendre(request, FORMULAIRE, droits=droits, f=f, terrain=None, version=0, vus=vus, **contexte)


def _vus(saisie: Saisie) -> list[int]:
    return lire_numeros(saisie.brut("vus").split(), au_plus=VUS)


@get("/terrains/{numero:int}/modification")
async def ouvrir(request: Req, session: AsyncSession, droits: Droits, numero: int) -> Template:
    """The form."""
    exiger_scolarite(droits)
    trouve = await terrain_de_numero(session, droits, numero)
    return await _modifier(request, session, droits, trouve, Saisie({}), champs_de(trouve), trouve.version)


CHANGE = (
    "ce terrain a changé entre-temps. Votre saisie est gardée, la valeur actuelle est dite sous chaque champ qui en diffère ; "
    "enregistrer de nouveau la remplace."
)


async def _modifier(
    request: Req, session: AsyncSession, droits: Droits, trouve: Any, saisie: Saisie, champs: dict[str, str], version: int
) -> Template:
    f = await formulaire_terrain(session, droits, saisie, champs)
    contexte = {"sites": [], "q": "", "site": None, "proches": [], "vus": [], "terrain": trouve, "version": version}
    return rendre(request, FORMULAIRE, droits=droits, f=f, **contexte)


@post("/terrains/{numero:int}/modification", status_code=200)
async def modifier(request: Req, session: AsyncSession, droits: Droits, numero: int) -> Response[Any]:
    """Label, address, holder."""
    exiger_lecteur(droits)
    trouve = await terrain_de_numero(session, droits, numero)
    exiger_scolarite(droits)
    saisie = await lire(request)
    saisi = await lire_terrain(session, saisie, actuel=trouve.titulaire_rpps)
    if saisie.erreurs:
        raise Rejet(await _modifier(request, session, droits, trouve, saisie, champs_de(saisie), saisie.version()))
    try:
        await service.modifier(session, trouve.id, saisi, version=saisie.version(), par=droits)
    except Conflit as conflit:
        await session.rollback()
        trouve = await terrain_de_numero(session, droits, numero)
        # Saving again replaces what somebody else wrote: it is said beside each field first.
        actuels = {c: getattr(trouve, c) for c, v in saisi.valeurs().items() if v != getattr(trouve, c)}
        saisie.erreurs |= {c: f"Actuellement : {'vide' if v in (None, '') else v}." for c, v in actuels.items()}
        saisie.erreurs["version"] = CHANGE
        page = await _modifier(request, session, droits, trouve, saisie, champs_de(saisie), trouve.version)
        raise Rejet(page, 409) from conflit
    return rediriger(request, f"/terrains/{trouve.numero}")


@post("/terrains/{numero:int}/etat", status_code=200)
async def changer_etat(request: Req, session: AsyncSession, droits: Droits, numero: int) -> Response[Any]:
    """*Clore le terrain*, *Rouvrir le terrain*."""
    exiger_lecteur(droits)
    trouve = await terrain_de_numero(session, droits, numero)
    saisie = await lire(request)
    actif = saisie.brut("acte") == "rouvrir"
    motif = saisie.texte("motif", max_=500)
    await service.changer_etat(session, trouve.id, actif=actif, motif=motif, version=saisie.version(), par=droits)
    return rediriger(request, f"/terrains/{trouve.numero}")


routes_terrains = [terrain, nouveau, creer, ouvrir, modifier, changer_etat]
