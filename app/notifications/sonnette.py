"""The bell: who has something new, told to his open pages; within the process, and to the others by an empty word."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, text

from app.core.annexe import PARTOUT
from app.core.ecoute import CANAUX
from app.core.live import message
from app.core.templating import rendu
from app.notifications.queries import etat_de

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from litestar import Request
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.core.access import Droits

CANAL: Final = "notifications"
PAS: Final = 1.0  # seconds between two tellings to one page
DITS_MAX: Final = 500  # numbers in one word; beyond, everybody looks
ENVOI: Final = '<hx-partial hx-target="#cloche" hx-swap="outerMorph">{cloche}</hx-partial>'
NOUVELLES: Final = '<hx-partial hx-target="#nouvelles" hx-swap="outerMorph">{nouvelles}</hx-partial>'


class Sonnette:
    """The pages of this process that listen, by person."""

    def __init__(self) -> None:
        self.pages: dict[int, set[Callable[[], None]]] = {}

    def entendre(self, dit: str) -> None:
        """Numbers of people, joined by commas; nothing: everybody."""
        numeros = [int(n) for n in dit.split(",") if n.isdecimal()] or list(self.pages)
        for numero in numeros:
            for reveil in list(self.pages.get(numero, ())):
                reveil()


SONNETTE: Final = Sonnette()
CANAUX[CANAL] = SONNETTE.entendre


async def sonner(session: AsyncSession, personnes: Iterable[int]) -> None:
    """Once the transaction of *session* is committed, ring for these people."""
    qui = sorted(set(personnes))
    if not qui:
        return
    dit = ",".join(map(str, qui)) if len(qui) <= DITS_MAX else ""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_notify(:canal, :dit)"), {"canal": CANAL, "dit": dit})
    event.listen(session.sync_session, "after_commit", lambda _: SONNETTE.entendre(dit), once=True)


class Cloche:
    """The counter on one open page; on the page of notifications, also how many came since it was made."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], personne_id: int, vu: int, depuis: int | None) -> None:
        self.sessions, self.personne_id, self.depuis = sessions, personne_id, depuis
        self.vu = (vu, 0)
        self._du: float | None = None
        self._dit_le = 0.0

    def ecouter(self, reveil: Callable[[], None]) -> Callable[[], None]:
        """Whatever happened since the page was made comes first."""

        def sonne() -> None:
            self._prevoir()
            reveil()

        self._du = asyncio.get_running_loop().time()
        pages = SONNETTE.pages.setdefault(self.personne_id, set())
        pages.add(sonne)

        def taire() -> None:
            pages.discard(sonne)
            if not pages and SONNETTE.pages.get(self.personne_id) is pages:
                del SONNETTE.pages[self.personne_id]

        return taire

    def _prevoir(self) -> None:
        if self._du is None:
            self._du = max(asyncio.get_running_loop().time(), self._dit_le + PAS)

    def echeance(self) -> float | None:
        """When the counter is read again."""
        return self._du

    async def prendre(self) -> bytes:
        """The counter, if it moved."""
        self._du, self._dit_le = None, asyncio.get_running_loop().time()
        async with self.sessions() as session:
            lu = await etat_de(session, self.personne_id, self.depuis)
        if lu == self.vu:
            return b""
        self.vu = lu
        html = ENVOI.format(cloche=rendu("notifications/_cloche.html", non_lues=lu[0]))
        if self.depuis is not None:
            html += NOUVELLES.format(nouvelles=rendu("notifications/_nouvelles.html", nouvelles=lu[1]))
        return message(html)


def cloche_de(request: Request[Any, Any, Any], droits: Droits) -> Cloche:
    """For one stream; the page says in its address what it shows."""

    def nombre(nom: str) -> int | None:
        brut = request.query_params.get(nom, "")
        return int(brut) if brut.isascii() and brut.isdecimal() and len(brut) < 16 else None

    vu = nombre("non_lues")
    return Cloche(request.app.state.sessions, droits.personne_id, droits.non_lues if vu is None else vu, nombre("notes"))


PARTOUT.append(cloche_de)
