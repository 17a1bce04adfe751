"""Doors of the login: choose a provider, go there, come back, leave."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import structlog
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes import depart as departs
from app.comptes import identites, sessions
from app.comptes.acces import droits_de_session, empreinte
from app.comptes.jetons import ErreurOIDC
from app.comptes.messages import echec
from app.comptes.oidc import ClientOIDC, clients
from app.comptes.premiere_connexion import invitation_ouverte, reconnaitre
from app.core.access import Droits
from app.core.errors import Introuvable, Rejet
from app.core.journal import consigner
from app.core.pages import rendre, suite_sure

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from app.comptes.oidc import Arrivee, Depart
    from app.settings import Settings

journal = structlog.get_logger("agrement")
Req = Request[Any, Any, Any]


@get("/connexion")
async def connexion(request: Req) -> Template | Redirect:
    """The providers; where the demonstration's is the only one, its page of named people."""
    settings: Settings = request.app.state.settings
    proposes = clients(settings)
    suite = suite_sure(request.query_params.get("suite"))
    if list(proposes) == ["demonstration"]:
        return Redirect(path=f"/connexion/demonstration?{urlencode({'suite': suite})}")
    return rendre(request, "comptes/connexion.html", liens=liens(settings, {"suite": suite}))


def liens(settings: Settings, parametres: dict[str, str]) -> list[tuple[str, str]]:
    """Label and address of every provider."""
    fin = urlencode(parametres)
    return [(c.fournisseur.label, f"/connexion/{nom}?{fin}") for nom, c in clients(settings).items()]


@get("/connexion/{fournisseur:str}")
async def partir(request: Req, fournisseur: FromPath[str]) -> Redirect:
    """To the provider, with a cookie for the way back."""
    settings: Settings = request.app.state.settings
    client = _client(settings, fournisseur)
    if (ailleurs := _bonne_adresse(request, settings)) is not None:
        return Redirect(path=ailleurs)
    demande = request.query_params
    depart = departs.nouveau(fournisseur, suite=demande.get("suite"), invitation=demande.get("invitation", ""))
    try:
        retour_ = _retour(settings, fournisseur)
        vers = await client.adresse_autorisation(depart, retour=retour_, autre_compte="autre" in demande)
    except ErreurOIDC as erreur:
        raise _refus(request, erreur, fournisseur) from erreur
    return Redirect(path=vers, cookies=[departs.cookie(depart, settings)])


def _bonne_adresse(request: Req, settings: Settings) -> str | None:
    # The cookie must be on the host that the provider sends the browser back to: localhost is not 127.0.0.1.
    public = urlsplit(settings.public_url).netloc
    if request.headers.get("host") == public or "hote" in request.query_params:
        return None
    parametres = {**request.query_params, "hote": "1"}
    return f"{settings.public_url}{request.url.path}?{urlencode(parametres)}"


@get("/connexion/{fournisseur:str}/retour")
async def retour(request: Req, session: AsyncSession, fournisseur: FromPath[str]) -> Redirect:
    """Back from the provider: a session, or a page that says why not."""
    settings: Settings = request.app.state.settings
    client, reponse = _client(settings, fournisseur), dict(request.query_params)
    try:
        depart = departs.retrouver(request.cookies, reponse.get("state", ""), fournisseur, settings)
        arrivee = await client.conclure(reponse, depart, retour=_retour(settings, fournisseur))
        qui = identites.prouvee(arrivee, client.fournisseur)
    except ErreurOIDC as erreur:
        # A provider that refuses the request itself may answer without our state: say what it says, open nothing.
        dit = ErreurOIDC(reponse["error"]) if "error" in reponse else erreur
        raise _refus(request, dit, fournisseur) from erreur
    personne = await reconnaitre(session, qui, invitation=depart.invitation)
    if personne is None:
        raise Rejet(_inconnu(request, depart, qui), 403)
    return await _entrer(request, session, personne, depart, arrivee)


async def _entrer(request: Req, session: AsyncSession, personne: Personne, depart: Depart, arrivee: Arrivee) -> Redirect:
    settings: Settings = request.app.state.settings
    jeton = await sessions.ouvrir(
        session,
        personne.id,
        fournisseur=depart.fournisseur,
        id_token=arrivee.id_token,
        ancien=sessions.lu(request.cookies, settings),
    )
    droits = await droits_de_session(session, empreinte(jeton))
    par = droits or Droits(personne.id, personne.nom_complet)
    await consigner(session, "connexion", par=par, sujet="personne", sujet_id=personne.id, apres={"par": depart.fournisseur})
    vers = quote(depart.suite, safe="/?&=#%:,+;@!$'()*~[]") if par.roles else "/sans-droit"
    poses = [sessions.cookie(jeton, settings), departs.effacer(depart.etat, settings)]
    return Redirect(path=vers, status_code=303, cookies=poses)


@get("/invitation/{jeton:str}")
async def invitation(request: Req, session: AsyncSession, jeton: FromPath[str]) -> Template:
    """What an invitation is, and the choice of a provider to accept it with."""
    if await invitation_ouverte(session, jeton) is None:
        raise Rejet(rendre(request, "comptes/invitation_close.html"), 404)
    proposes = liens(request.app.state.settings, {"invitation": jeton})
    return rendre(request, "comptes/invitation.html", liens=proposes)


@post("/deconnexion", status_code=303)
async def deconnexion(request: Req, session: AsyncSession) -> Response[Any]:
    """Leave: here first, then at the provider."""
    settings: Settings = request.app.state.settings
    jeton = sessions.lu(request.cookies, settings)
    ligne = await sessions.fermer(session, jeton) if jeton else None
    client = clients(settings).get(ligne.fournisseur) if ligne else None
    vers = None
    if ligne and client:
        vers = await client.adresse_deconnexion(
            ligne.id_token, retour=f"{settings.public_url}/deconnecte", etat=secrets.token_urlsafe(32)
        )
    return _sortie(request, vers)


def _sortie(request: Req, vers: str | None) -> Response[Any]:
    settings: Settings = request.app.state.settings
    entetes = {"Clear-Site-Data": '"cache"'}
    poses = [sessions.cookie("", settings)]
    if vers is None or urlsplit(vers)[:2] == urlsplit(settings.public_url)[:2]:
        return Redirect(path=vers or "/deconnecte", status_code=303, headers=entetes, cookies=poses)
    # A form may not be redirected to another site under our own policy (form-action): the page goes there by itself.
    page = rendre(request, "comptes/deconnexion.html", vers=vers)
    page.headers = {**page.headers, **entetes, "Refresh": f"0;url={vers}"}
    page.cookies, page.status_code = poses, 200
    return page


@get("/deconnecte")
async def deconnecte(request: Req) -> Template:
    """Gone; whether the provider sends its `state` back does not matter."""
    return rendre(request, "comptes/deconnecte.html")


def _client(settings: Settings, fournisseur: str) -> ClientOIDC:
    if fournisseur not in clients(settings):
        raise Introuvable
    return clients(settings)[fournisseur]


def _retour(settings: Settings, fournisseur: str) -> str:
    return f"{settings.public_url}/connexion/{fournisseur}/retour"


def _refus(request: Req, erreur: ErreurOIDC, fournisseur: str) -> Rejet:
    journal.warning("connexion_refusee", fournisseur=fournisseur, code=erreur.code[:40], detail=erreur.detail)
    dit = echec(erreur.code)
    return Rejet(rendre(request, "comptes/echec.html", echec=dit, fournisseur=fournisseur), dit.statut)


def _inconnu(request: Req, depart: Depart, qui: identites.IdentiteProuvee) -> Template:
    nom = f"{qui.prenom} {qui.nom}".strip()
    fournisseur, invite = depart.fournisseur, bool(depart.invitation)
    return rendre(request, "comptes/inconnu.html", nom=nom, rpps=qui.rpps, fournisseur=fournisseur, invite=invite)
