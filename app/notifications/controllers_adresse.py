"""*Mes informations*, mails: one's address, the link that verifies it, what one wants by mail, and the way out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes import moi
from app.comptes.models import Personne
from app.core.access import Droits
from app.core.errors import Interdit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.notifications import adresses
from app.notifications.forms import lire_adresse
from app.notifications.queries import courriel_de

if TYPE_CHECKING:
    from app.settings import Settings

Req = Request[Any, Any, Any]
MOI = "/moi#courriels"
COURRIEL = "notifications/adresse.html"


async def _contexte(request: Req, session: AsyncSession, droits: Droits, saisie: Saisie | None = None) -> dict[str, Any]:
    settings: Settings = request.app.state.settings
    c = await courriel_de(session, droits.personne_id)
    connue = await session.get(Personne, droits.personne_id)
    proposee = (c and (c.nouvelle or c.adresse)) or (connue and connue.email) or ""
    return {
        "promis": settings.courriels, "boite": settings.courriels and settings.smtp is None, "courriel": c,
        "saisie": saisie.brut("adresse")[:300] if saisie else proposee,
        "erreur": saisie.erreurs.get("adresse", "") if saisie else "",
        "heure": settings.mail_heure,
    }  # fmt: skip


async def section(request: Req, session: AsyncSession, droits: Droits) -> tuple[str, dict[str, Any]]:
    """The part of *Mes informations* that speaks of mails."""
    return "notifications/_courriels.html", await _contexte(request, session, droits)


moi.SECTIONS.append(section)


@get("/moi/courriel")
async def mon_courriel(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The same, as a page."""
    return rendre(request, COURRIEL, droits=droits, c=await _contexte(request, session, droits))


@post("/moi/courriel", status_code=303)
async def demander(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Ask for a link to this address."""
    saisie = await lire(request)
    adresse = lire_adresse(saisie)
    if adresse is not None:
        try:
            await adresses.demander(session, request.app.state.settings, adresse=adresse, par=droits)
        except Interdit as refus:
            saisie.erreurs["adresse"] = refus.message
    if saisie.erreurs:
        contexte = await _contexte(request, session, droits, saisie)
        raise Rejet(rendre(request, COURRIEL, droits=droits, c=contexte))
    return rediriger(request, MOI)


@post("/moi/courriel/plus-tard", status_code=303)
async def plus_tard(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Not now."""
    await adresses.plus_tard(session, par=droits)
    return rediriger(request, "/")


@post("/moi/courriel/oubli", status_code=303)
async def oublier(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """No address any more."""
    await adresses.oublier(session, par=droits)
    return rediriger(request, MOI)


@post("/moi/courriel/preferences", status_code=303)
async def preferer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """What one wants by mail."""
    s = await lire(request)
    await adresses.preferer(session, resume=s.coche("resume"), immediat=s.coche("immediat"), version=s.version(), par=droits)
    return rediriger(request, MOI)


@get("/moi/courriel/verification/{jeton:str}")
async def verification(request: Req, session: AsyncSession, droits: Droits, jeton: FromPath[str]) -> Template:
    """What the link would verify; nothing is done by looking at it (mail programs do)."""
    c = await adresses.attendue(session, jeton, par=droits)
    page = rendre(request, "notifications/verification.html", droits=droits, adresse=c and c.nouvelle, jeton=jeton)
    if c is None:
        raise Rejet(page, 404)
    return page


@post("/moi/courriel/verification/{jeton:str}", status_code=303)
async def verifier(request: Req, session: AsyncSession, droits: Droits, jeton: FromPath[str]) -> Response[Any]:
    """Verify, once."""
    await adresses.confirmer(session, jeton, par=droits)
    return rediriger(request, MOI)


@get("/desinscription/{jeton:str}")
async def desinscription(request: Req, session: AsyncSession, jeton: FromPath[str]) -> Template:
    """What the link of a mail stops: for whoever reads the mailbox, signed in or not."""
    return await _page(request, session, jeton, faite=False)


@post("/desinscription/{jeton:str}", status_code=200, exclude_from_csrf=True)
async def desinscrire(request: Req, session: AsyncSession, jeton: FromPath[str]) -> Template:
    """Stop them. Mail programs post here by themselves (RFC 8058): the token is the whole proof."""
    trouve = await adresses.desinscrit(session, request.app.state.settings, jeton)
    if trouve is None:
        raise Introuvable
    await adresses.desinscrire(session, *trouve)
    return await _page(request, session, jeton, faite=True)


async def _page(request: Req, session: AsyncSession, jeton: str, *, faite: bool) -> Template:
    settings: Settings = request.app.state.settings
    trouve = await adresses.desinscrit(session, settings, jeton)
    if trouve is None:
        raise Introuvable("Ce lien ne vaut plus : l'adresse a changé depuis ce courriel.")
    courriel, quoi = trouve
    tout = adresses.lien_tout(settings, courriel)
    contexte = {"jeton": jeton, "quoi": adresses.QUOI[quoi], "faite": faite, "tout": tout if quoi != "tout" else ""}
    return rendre(request, "notifications/desinscription.html", **contexte)


routes_adresse = [
    mon_courriel, demander, plus_tard, oublier, preferer, verification, verifier, desinscription, desinscrire,
]  # fmt: skip
