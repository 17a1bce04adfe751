"""The doors of the embedded provider: discovery, authorize, token, keys, userinfo, end of session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog
from authlib.oauth2 import OAuth2Error
from litestar import Request, Response, Router, get, post
from litestar.response import Redirect, Template
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes.op_demonstration import CHEMIN, exiger_demonstration
from app.comptes.op_demonstration.personnes import (
    choix_par_role,
    claims,
    relier_personnes_demonstration,
)
from app.comptes.op_demonstration.serveur import Requete, Serveur
from app.core.errors import Erreur, Introuvable
from app.core.pages import rendre

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Litestar

    from app.settings import Settings

journal = structlog.get_logger("agrement")
Req = Request[Any, Any, Any]


def routes_op(settings: Settings) -> Router:
    """The provider, mounted.

    Raises:
        ReglageInvalide: the mode is production.
    """
    exiger_demonstration(settings)
    serveur = Serveur(settings)

    async def gardee(connexion: Any, _: Any) -> None:
        # A second lock: even mounted by mistake, it answers nobody in production.
        if connexion.app.state.settings.demonstration is not True:
            raise Introuvable
        connexion.scope.setdefault("state", {})["op"] = serveur

    portes = [decouverte, cles, autoriser, choisir, jeton, infos, sortie]
    return Router(path=CHEMIN, route_handlers=portes, guards=[gardee], opt={"exclude_from_csrf": True})


def relier_au_demarrage(settings: Settings) -> Callable[[Litestar], Any]:
    """A start-up hook: the identities of the demonstration follow its address."""
    exiger_demonstration(settings)

    async def relier(app: Litestar) -> None:
        try:
            async with app.state.sessions() as session:
                await relier_personnes_demonstration(session, settings)
                await session.commit()
        except SQLAlchemyError as erreur:  # no schema yet: `/sante` says so
            journal.warning("demonstration", erreur=type(erreur).__name__)

    return relier


@get("/.well-known/openid-configuration")
async def decouverte(request: Req) -> dict[str, Any]:
    """The provider's metadata."""
    iss = request.state.op.issuer
    return {
        "issuer": iss,
        "authorization_endpoint": f"{iss}/authorize",
        "token_endpoint": f"{iss}/token",
        "jwks_uri": f"{iss}/jwks",
        "userinfo_endpoint": f"{iss}/userinfo",
        "end_session_endpoint": f"{iss}/end_session",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    }


@get("/jwks")
async def cles(request: Req) -> dict[str, Any]:
    """The public key."""
    return {"keys": [request.state.op.cle.as_dict(private=False)]}


@get("/authorize")
async def autoriser(request: Req, session: AsyncSession) -> Template:
    """Who will you be? Named people, by role."""
    champs = dict(request.query_params)
    _octroi(request.state.op, "GET", champs)
    groupes = await choix_par_role(session)
    return rendre(request, "comptes/op_choix.html", groupes=groupes, action=f"{CHEMIN}/authorize?{urlencode(champs)}")


@post("/authorize", status_code=302)
async def choisir(request: Req, session: AsyncSession) -> Response[Any]:
    """One click: back to the application with a code."""
    serveur: Serveur = request.state.op
    requete, octroi = _octroi(serveur, "POST", dict(request.query_params))
    qui = await claims(session, str((await request.form()).get("sub", "")))
    reponse: Any = serveur.create_authorization_response(requete, grant_user=qui, grant=octroi)
    return Redirect(path=reponse[2]["Location"], status_code=302)


def _octroi(serveur: Serveur, methode: str, champs: dict[str, str]) -> tuple[Requete, Any]:
    try:
        requete = Requete(methode, f"{serveur.issuer}/authorize", champs)
        return requete, serveur.get_consent_grant(requete)  # type: ignore[no-untyped-call]
    except OAuth2Error as erreur:
        raise Erreur("Cette page s'ouvre depuis le bouton de connexion de l'application.") from erreur


@post("/token", status_code=200)
async def jeton(request: Req) -> Response[Any]:
    """A code against tokens."""
    champs = {n: v for n, v in (await request.form()).items() if isinstance(v, str)}
    # Authlib looks headers up by their canonical name.
    entetes = {"Authorization": request.headers.get("authorization", "")}
    requete = Requete("POST", f"{request.state.op.issuer}/token", champs, entetes)
    statut, corps, recus = request.state.op.create_token_response(requete)
    recus.pop("Content-Type", None)
    return Response(corps, status_code=statut, headers=recus, media_type="application/json")


@get("/userinfo")
async def infos(request: Req) -> Response[dict[str, Any]]:
    """Who the access token speaks of."""
    schema, _, acces = request.headers.get("authorization", "").partition(" ")
    lus = request.state.op.infos(acces) if schema.lower() == "bearer" else None
    if lus is None:
        return Response({"error": "invalid_token"}, status_code=401)
    return Response(lus)


@get("/end_session")
async def sortie(request: Req) -> Redirect:
    """The provider keeps no session: straight back."""
    vers = request.query_params.get("post_logout_redirect_uri", "")
    serveur: Serveur = request.state.op
    return Redirect(path=vers if vers == serveur.sortie else serveur.sortie)
