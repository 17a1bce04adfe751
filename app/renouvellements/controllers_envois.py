"""Invitations of a campaign: their preview, their start, who answered what; reminders, once a week at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes.permissions import exiger_configurer
from app.campagnes.queries import campagne_visible
from app.core.access import Droits
from app.core.errors import Interdit, Introuvable, Rejet
from app.core.forms import lire
from app.core.journal import maintenant
from app.core.pages import rediriger, rendre
from app.core.templating import aujourdhui
from app.renouvellements.controllers import libelles, lire_adresse, page_de
from app.renouvellements.plan import apercu
from app.renouvellements.queries import invites_de_campagne
from app.renouvellements.regles import clos, ecarter_relance
from app.renouvellements.service import ENVOIS, lancer
from app.travaux.models import EtatTravail, Travail
from app.travaux.queries import travail_de

if TYPE_CHECKING:
    from app.campagnes.models import Campagne
    from app.core.forms import Saisie
    from app.renouvellements.plan import Apercu

Req = Request[Any, Any, Any]


async def _geree(session: AsyncSession, droits: Droits, campagne_id: int) -> Campagne:
    campagne = await campagne_visible(session, droits, campagne_id)
    exiger_configurer(droits, campagne.subdivision)
    return campagne


@get("/campagnes/{campagne_id:int}/invitations")
async def invitations(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """Who was invited, who answered what, who has not."""
    campagne = await _geree(session, droits, campagne_id)
    invites, instant = await invites_de_campagne(session, droits, campagne), maintenant()
    contexte = {
        "c": campagne,
        "formations": await libelles(session),
        "ferme": clos(campagne, aujourdhui()),
        "a_relancer": sum(not ecarter_relance(t, instant) for t in invites),
        **page_de(invites, lire_adresse(request)),
    }
    return rendre(request, "renouvellements/invitations.html", droits=droits, **contexte)


@get(["/campagnes/{campagne_id:int}/invitations/nouvelle", "/campagnes/{campagne_id:int}/relances/nouvelle"])
async def preparer(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """The preview of one batch or the other; it writes nothing."""
    campagne, saisie = await _geree(session, droits, campagne_id), lire_adresse(request)
    vu = await apercu(session, droits, _genre(request), campagne, saisie, await libelles(session))
    return await _page(request, session, droits, campagne, vu)


@post(["/campagnes/{campagne_id:int}/invitations", "/campagnes/{campagne_id:int}/relances"], status_code=200)
async def envoyer(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Response[Any]:
    """Do what was previewed, for whoever is still ticked; each is asked again when it is written."""
    campagne, saisie, genre = await _geree(session, droits, campagne_id), await lire(request), _genre(request)
    postes = [v for v in saisie.champs.get("rpps", []) if isinstance(v, str)]
    vu = await apercu(session, droits, genre, campagne, saisie, await libelles(session), coches=postes)
    if vu.ferme:
        raise Interdit(vu.ferme)
    choisis = [r["t"].rpps for r in vu.retenus if r["coche"]]
    _verifier(saisie, vu, choisis)
    if saisie.erreurs:
        raise Rejet(await _page(request, session, droits, campagne, vu))
    travaux = request.app.state.travaux
    travail = await lancer(travaux, session, genre, campagne, choisis, vu.choix, vu.message, par=droits)
    return rediriger(request, f"/travaux/{travail.id}")


def _verifier(saisie: Saisie, vu: Apercu, choisis: list[str]) -> None:
    if not choisis:
        saisie.erreurs["rpps"] = "Personne n'est coché, ou tous l'ont été entre-temps : relisez l'aperçu."
    elif vu.a_taper and saisie.brut("nombre") != str(len(choisis)):
        saisie.erreurs["nombre"] = f"Tapez {len(choisis)}, le nombre de responsables cochés, pour confirmer."


def _genre(request: Req) -> str:
    return "relance" if "/relances" in request.url.path else "invitation"


async def _page(request: Req, session: AsyncSession, droits: Droits, campagne: Campagne, vu: Apercu) -> Template:
    ouvertes = {f.formation for f in campagne.formations}
    tous = await libelles(session)
    contexte = {
        "c": campagne,
        "a": vu,
        "titre": ENVOIS[vu.genre].titre,
        "chemin": f"/campagnes/{campagne.id}/{'relances' if vu.genre == 'relance' else 'invitations'}",
        "formations": {code: nom for code, nom in tous.items() if code in ouvertes},
    }
    return rendre(request, "renouvellements/envoi.html", droits=droits, **contexte)


@get("/renouvellements/envois/{travail_id:int}")
async def envoi(request: Req, session: AsyncSession, droits: Droits, travail_id: int) -> Template | Response[Any]:
    """What was sent, to whom not and why."""
    travail: Travail = await travail_de(session, droits, travail_id)
    if travail.genre not in ENVOIS:
        raise Introuvable
    if travail.etat is not EtatTravail.FINI:
        return rediriger(request, f"/travaux/{travail_id}")
    resultat = travail.resultat or {}
    contexte = {
        "t": travail,
        "titre": ENVOIS[travail.genre].titre,
        "campagne_id": travail.entree["campagne"],
        "faits": resultat.get("faits", []),
        "ecartes": resultat.get("ecartes", []),
    }
    return rendre(request, "renouvellements/resultat.html", droits=droits, **contexte)


routes_envois = [invitations, preparer, envoyer, envoi]
