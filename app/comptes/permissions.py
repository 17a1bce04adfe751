"""Who may see people and functions, and who may enter at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.errors import Introuvable, Rejet
from app.core.pages import rendre
from app.core.roles import Role

if TYPE_CHECKING:
    from litestar import Request

    from app.core.access import Droits


def exiger_admin(droits: Droits) -> None:
    """People and functions are an administrator's; for anybody else the page does not exist.

    Raises:
        Introuvable: somebody else asks.
    """
    if not droits.a(Role.ADMIN):
        raise Introuvable


def exiger_un_droit(request: Request[Any, Any, Any], droits: Droits) -> None:
    """Somebody without any function in force nor known RPPS reads nothing but his own information.

    Raises:
        Rejet: the page that says so, which function ended when, and whom to ask.
    """
    if not droits.roles:
        raise Rejet(rendre(request, "comptes/sans_droit.html", droits=droits), 403)
