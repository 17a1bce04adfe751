"""The RTS's side: « Votre agrément … prend fin le … » on his dashboard, *Renouveler*, *Je ne renouvelle pas*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes.queries import dernier_jour_de_depot, prolongations_de
from app.core.access import Droits
from app.core.errors import Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.core.templating import aujourdhui
from app.demandes.saisie.regles import fermeture
from app.demandes.tableau_de_bord import ANNONCES, SECTIONS, Section
from app.renouvellements.controllers import libelles
from app.renouvellements.queries import Reponse
from app.renouvellements.queries_rts import recue, recues
from app.renouvellements.service_reponses import renoncer, renouveler
from app.renouvellements.textes import fin_de

if TYPE_CHECKING:
    from datetime import date

    from app.renouvellements.queries_rts import Recue

Req = Request[Any, Any, Any]
CHEMIN = "/renouvellements/{invitation_id:int}/agrements/{agrement_id:int}"


async def section(session: AsyncSession, droits: Droits) -> Section | None:
    """The invitations that he may still answer."""
    le = aujourdhui()
    siennes = await recues(session, droits, depuis=le)
    if not siennes:
        return None
    prolonges = {c: p.jusqu_au for c, p in (await prolongations_de(session, droits.rpps or "")).items()}
    formations = await libelles(session)
    x = {"invitations": [_vue(r, prolonges.get(r.campagne.id), formations, le) for r in siennes], "reponses": Reponse}
    return Section("renouvellements/_tableau_de_bord.html", x)


def _vue(r: Recue, prolonge: date | None, formations: dict[str, str], le: date) -> dict[str, Any]:
    return {
        "id": r.id,
        "campagne": r.campagne,
        "dernier": dernier_jour_de_depot(r.campagne, prolonge),
        "ferme": fermeture(r.campagne, None, le, prolonge),
        "message": r.message,
        "agrements": [{"f": f, "dit": fin_de(f, formations)} for f in r.finis],
    }


@post(f"{CHEMIN}/demande", status_code=303)
async def ouvrir_demande(
    request: Req, session: AsyncSession, droits: Droits, invitation_id: int, agrement_id: int
) -> Response[Any]:
    """*Renouveler*: the draft made from what he holds, or the one that he has begun."""
    r, f = await recue(session, droits, invitation_id, agrement_id, depuis=aujourdhui())
    numero = await renouveler(session, r, f, par=droits)
    return rediriger(request, f"/demandes/{numero}/saisie")


@get(f"{CHEMIN}/renoncement")
async def confirmer(
    request: Req, session: AsyncSession, droits: Droits, invitation_id: int, agrement_id: int
) -> Template | Response[Any]:
    """Why he does not renew."""
    r, f = await recue(session, droits, invitation_id, agrement_id, depuis=aujourdhui())
    if f.reponse is Reponse.DEPOSEE:
        return rediriger(request, f"/demandes/{f.demande_id}")
    return await _page(request, session, droits, r, f, Saisie({}))


@post(f"{CHEMIN}/renoncement", status_code=303)
async def ne_pas_renouveler(
    request: Req, session: AsyncSession, droits: Droits, invitation_id: int, agrement_id: int
) -> Response[Any]:
    """*Je ne renouvelle pas*."""
    r, f = await recue(session, droits, invitation_id, agrement_id, depuis=aujourdhui())
    if f.reponse is Reponse.DEPOSEE:
        return rediriger(request, f"/demandes/{f.demande_id}")
    saisie = await lire(request)
    motif = saisie.texte("motif", max_=500, requis="Dites pourquoi : la scolarité lit ce motif.")
    if saisie.erreurs:
        raise Rejet(await _page(request, session, droits, r, f, saisie))
    await renoncer(session, r, f, motif, version=saisie.version(), par=droits)
    return rediriger(request, "/tableau-de-bord#renouvellements")


async def _page(request: Req, session: AsyncSession, droits: Droits, r: Recue, f: Any, saisie: Saisie) -> Template:
    contexte = {
        "r": r,
        "f": f,
        "dit": fin_de(f, await libelles(session)),
        "version": saisie.version() or f.version,
        "motif": saisie.brut("motif") or f.motif,
        "erreurs": saisie.erreurs,
    }
    return rendre(request, "renouvellements/renoncement.html", droits=droits, **contexte)


SECTIONS.append(section)
ANNONCES.add("inviter_renouvellement")
routes_reponses = [ouvrir_demande, confirmer, ne_pas_renouveler]
