"""Large bodies are read for those who may send them: the check of the CSRF token reads a form before anybody is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware

from app.comptes.acces import droits_de_session, empreinte
from app.comptes.sessions import lu

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

OPTION = "corps_reserve"


class CorpsReserve(ASGIMiddleware):
    """For handlers whose option `corps_reserve` names a role: nobody else's body is received."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Ask first."""
        if (role := scope["route_handler"].opt.get(OPTION)) is not None:
            requete: Request[Any, Any, Any] = Request(scope, receive, send)
            etat = scope["litestar_app"].state
            jeton = lu(requete.cookies, etat.settings)
            async with etat.sessions() as session:
                droits = await droits_de_session(session, empreinte(jeton)) if jeton else None
            if droits is None:
                raise NotAuthorizedException
            if not droits.a(role):
                raise PermissionDeniedException
        await next_app(scope, receive, send)
