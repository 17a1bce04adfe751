"""Mails are an administrator's; notifications are each one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import Introuvable
from app.core.roles import Role

if TYPE_CHECKING:
    from app.core.access import Droits


def exiger_admin(droits: Droits) -> None:
    """For anybody else the page does not exist.

    Raises:
        Introuvable: somebody else asks.
    """
    if not droits.a(Role.ADMIN):
        raise Introuvable
