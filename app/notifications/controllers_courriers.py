"""*Courriers*: the outbox for an administrator, what each mail says of a real dossier; a demonstration's own outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Erreur, Introuvable
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.core.templating import PARIS
from app.notifications import queries, service
from app.notifications.apercu import GABARITS, apercu
from app.notifications.envois import Annulation, composer
from app.notifications.genres import GENRES
from app.notifications.models import RENVOYABLES, EtatEnvoi
from app.notifications.permissions import exiger_admin

if TYPE_CHECKING:
    from datetime import datetime

    from app.notifications.models import Envoi
    from app.settings import Settings

Req = Request[Any, Any, Any]
AUTRES = {"resume": "Résumé quotidien", "verification": "Vérification d'adresse"}


def _entier(texte: str) -> int | None:
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 16 else None


def _court(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%d/%m/%Y %H:%M}"


def _vue(e: Envoi, nom: str) -> dict[str, Any]:
    genre = GENRES.get(e.genre)
    return {
        "id": e.id, "nom": nom, "adresse": e.adresse, "genre": genre.libelle if genre else AUTRES.get(e.genre, e.genre),
        "etat": e.etat, "essais": e.essais, "raison": e.raison, "cree_le": _court(e.cree_le),
        "parti_le": e.parti_le and _court(e.parti_le),
        "prochain": _court(e.prochain) if e.etat is EtatEnvoi.EN_ATTENTE and e.essais else None,
        "renvoyable": e.etat in RENVOYABLES, "version": e.version,
    }  # fmt: skip


@get("/courriers")
async def courriers(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The outbox."""
    exiger_admin(droits)
    settings: Settings = request.app.state.settings
    lu = request.query_params.get("etat", "")
    etat = EtatEnvoi(lu) if lu in set(EtatEnvoi) else None
    lus = await queries.envois(session, etat=etat, avant=_entier(request.query_params.get("avant", "")))
    montres = [_vue(e, nom) for e, nom in lus[: queries.PAR_PAGE]]
    return rendre(
        request, "notifications/courriers.html", droits=droits, envois=montres, etat=etat,
        comptes=await queries.comptes_envois(session), renvoyables=await queries.nombre_renvoyables(session),
        suivant=montres[-1]["id"] if len(lus) > queries.PAR_PAGE else None, smtp=settings.smtp, promis=settings.courriels,
        de=settings.mail_from, console=settings.courrier != "application", heure=settings.mail_heure,
    )  # fmt: skip


@post("/courriers/{envoi_id:int}/renvoi", status_code=303)
async def renvoi(request: Req, session: AsyncSession, droits: Droits, envoi_id: int) -> Response[Any]:
    """Send one again."""
    saisie = await lire(request)
    await service.renvoyer(session, envoi_id=envoi_id, version=saisie.version(), par=droits)
    return rediriger(request, "/courriers")


@post("/courriers/renvoi", status_code=303)
async def renvoi_de_tous(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Send again all those that the page counted."""
    saisie = await lire(request)
    await service.renvoyer_tous(session, nombre=saisie.entier("nombre") or 0, par=droits)
    return rediriger(request, "/courriers")


@get("/courriers/modeles")
async def modeles(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """What a mail says of a dossier that the administrator may read; nothing is ever sent from here."""
    exiger_admin(droits)
    lus = request.query_params
    genre = lus.get("genre", "") if lus.get("genre") in GABARITS else next(iter(GABARITS))
    numero, vu, erreur = lus.get("demande", "").strip()[:20], None, ""
    if numero:
        try:
            vu = await apercu(session, request.app.state.settings, droits, genre, _entier(numero) or 0)
        except Erreur as refus:
            erreur = "Aucune demande de ce numéro ne vous est ouverte." if isinstance(refus, Introuvable) else refus.message
    contexte = {"gabarits": GABARITS, "genre": genre, "numero": numero, "vu": vu, "erreur": erreur}
    return rendre(request, "notifications/modeles.html", droits=droits, **contexte)


@get("/boite-d-envoi")
async def boite(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """In a demonstration without a mail server: what would have been sent to whoever looks, and to him alone."""
    settings: Settings = request.app.state.settings
    if not settings.demonstration or settings.smtp is not None:
        raise Introuvable
    lus = await queries.envois(session, etat=None, avant=None, personne_id=droits.personne_id)
    courriels = [{**_vue(e, nom), "texte": await _texte(session, settings, e)} for e, nom in lus]
    return rendre(request, "notifications/boite.html", droits=droits, courriels=courriels)


async def _texte(session: AsyncSession, settings: Settings, envoi: Envoi) -> Any:
    try:
        return await composer(session, settings, envoi)
    except Annulation as annulation:
        return annulation.raison


routes_courriers = [courriers, renvoi, renvoi_de_tous, modeles, boite]
