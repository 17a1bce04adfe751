"""*Notifications*: what one is told, unread first; and the stream that carries the counter on pages that have no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Stream, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits
from app.core.annexe import completer
from app.core.forms import lire
from app.core.live import ENTETES
from app.core.pages import rediriger, rendre
from app.notifications import queries, service
from app.notifications.genres import GENRES

if TYPE_CHECKING:
    from app.core.journal import Journal
    from app.core.live import Direct

Req = Request[Any, Any, Any]
CHOIX = {"": None, "non-lues": False, "lues": True}


@get("/notifications")
async def notifications(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """Mine."""
    lus = request.query_params
    genre = lus.get("genre", "") if lus.get("genre") in GENRES else ""
    etat = lus.get("etat", "") if lus.get("etat") in CHOIX else ""
    page = await queries.page(session, droits.personne_id, genre=genre, lues=CHOIX[etat], apres=_place(lus.get("apres", "")))
    return rendre(
        request,
        "notifications/page.html",
        "notifications/_liste.html",
        droits=droits, page=page, genre=genre, etat=etat, genres=await queries.genres_de(session, droits.personne_id),
    )  # fmt: skip


def _place(texte: str) -> tuple[int, int] | None:
    """« 1-412 »: whether the last row shown was read, and its number."""
    lue, _, ident = texte.partition("-")
    if lue not in {"0", "1"} or not (ident.isascii() and ident.isdecimal() and len(ident) < 16):
        return None
    return int(lue), int(ident)


@post("/notifications/{notification_id:int}/lecture", status_code=303)
async def lecture(request: Req, session: AsyncSession, droits: Droits, notification_id: int) -> Response[Any]:
    """Mark it read, and go there; or only mark it, one way or the other."""
    saisie = await lire(request)
    voulu = saisie.choix("puis", {"ouvrir", "rester", "non-lue"}) or "rester"
    lien = await service.ouvrir(session, notification_id, par=droits, lue=voulu != "non-lue")
    return rediriger(request, lien if voulu == "ouvrir" else "/notifications")


@post("/notifications/lecture", status_code=303)
async def tout_lire(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Mark read what the page showed."""
    saisie = await lire(request)
    genre = saisie.choix("genre", GENRES) or ""
    jusqu_a = saisie.entier("jusqu_a") or 0
    await service.tout_lire(session, jusqu_a=jusqu_a, genre=genre, par=droits)
    return rediriger(request, "/notifications")


@get("/direct/notifications")
async def direct_notifications(request: Req, session: AsyncSession, droits: Droits) -> Stream:
    """The counter alone."""
    direct: Direct = request.app.state.direct
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")
    _ = session

    async def rien(_: list[Journal]) -> bytes:
        return b""

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), lambda _: None)

    flux = direct.flux(None, rien, battement, completer(request, droits))
    return Stream(flux, media_type="text/event-stream", headers=ENTETES)


routes_pages = [notifications, lecture, tout_lire, direct_notifications]
