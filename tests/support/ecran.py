"""A RTS's dashboard that stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.demandes.queries import demandes_de
from app.demandes.tableau_de_bord import Suivi
from tests.demandes.outils import arbre

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.support.application import Monde


class Suite:
    """A stream followed between two acts: it resumes where it was, as a browser's does."""

    suivi: Any

    def __init__(self, monde: Monde) -> None:
        self.direct, self.depuis = monde.app.state.direct, 0

    async def recevoir(self) -> str:
        """What came since the last time."""
        await self.direct.relever()

        async def battement() -> bool:
            return True

        flux = self.direct.flux(self.depuis, self.suivi.rendre, battement)
        recu = await anext(flux)  # a stream that resumes begins with everything that it missed
        await flux.aclose()
        self.depuis = self.direct.dernier
        return recu.replace(b": rien\n\n", b"").decode()


class Ecran(Suite):
    """An open dashboard."""

    def __init__(self, monde: Monde, qui: Personne) -> None:
        super().__init__(monde)
        self.qui, self.monde = qui, monde

    async def ouvrir(self) -> Ecran:
        """Show the page."""
        droits, self.poste = self.monde.droits(self.qui), await self.monde.connecter(self.qui)
        (adresse,) = arbre(await self.poste.ouvrir("/tableau-de-bord")).xpath("//div[@id='direct']/@*[name()='hx-sse:connect']")
        chemin, vu = adresse.split("&vu=")
        self.depuis = int(chemin.split("depuis=")[1])
        async with self.direct.sessions() as session:
            siennes = {d.id for d, _ in await demandes_de(session, droits)}
        self.suivi = Suivi(self.direct, droits, siennes, vu, self.poste.http.cookies["csrf"])
        return self
