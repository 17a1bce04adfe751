"""A part of a page that follows: rendered again for its reader after an act, sent when it reads otherwise, once a second."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from app.core.errors import Introuvable
from app.core.live import message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.journal import Journal
    from app.core.live import Direct

PAS = 1.0
ENVOI = '<hx-partial hx-target="#{cible}" hx-swap="outerMorph">{html}</hx-partial>'


def empreinte(html: str) -> str:
    """What two equal renderings share."""
    return hashlib.sha256(html.encode()).hexdigest()[:16]


class Vivant:
    """One reader's part, with the id *cible*: an act that changes nothing in it leaves no trace on the stream."""

    def __init__(
        self, direct: Direct, droits: Droits, cible: str, vu: str, rendu: Callable[[AsyncSession, Droits], Awaitable[str]]
    ) -> None:
        self.direct, self.droits, self.cible, self.vu, self.rendu = direct, droits, cible, vu, rendu
        self._du: float | None = None
        self._rendu_le = 0.0

    def regler(self, droits: Droits) -> None:
        """The rights in force now."""
        if droits != self.droits:
            self.droits = droits
            self._prevoir()

    async def noter(self, actes: list[Journal]) -> bytes:
        """Acts came: the part is rendered again a little later, with all that comes meanwhile."""
        if any(a.demande_id or a.ligne_id or a.sujet == "seance" for a in actes):
            self._prevoir()
        return b""

    def _prevoir(self) -> None:
        self._du = max(_maintenant(), self._rendu_le + PAS) if self._du is None else self._du

    def ecouter(self, _reveil: Callable[[], None]) -> Callable[[], None]:
        """The acts alone wake it; first of all, what happened since the page was made."""
        self._du = _maintenant()
        return lambda: None

    def echeance(self) -> float | None:
        """When it is to be rendered."""
        return self._du

    async def prendre(self) -> bytes:
        """The part, if it reads otherwise."""
        self._du, self._rendu_le = None, _maintenant()
        try:
            async with self.direct.sessions() as session:
                html = await self.rendu(session, self.droits)
        except Introuvable:  # no longer his to read: the next page that he opens says so
            return b""
        if empreinte(html) == self.vu:
            return b""
        self.vu = empreinte(html)
        return message(ENVOI.format(cible=self.cible, html=html))


def _maintenant() -> float:
    return asyncio.get_running_loop().time()
