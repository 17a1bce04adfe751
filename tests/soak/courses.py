"""Races: a whole commission saves on the same lines at once, while streams follow, break, and are taken up again."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from tests.soak.bases import sessions_de
from tests.soak.ecrivains import Registre, Votant, a_l_oeuvre
from tests.soak.gestes import GESTES, lots_finis
from tests.soak.histoire import etat_des_lignes, verifier
from tests.soak.salle import preparer
from tests.soak.suiveur import Suiveur, attendre, comparer
from tests.support.serveur import Serveur

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.soak.salle import Salle
    from tests.support.postgres import Grappe


async def courir(
    url: str,
    donnees: Path,
    *,
    processus: int,
    ecritures: int,
    membres: int,
    suiveurs: int,
    graine: int = 1,
    pg: Grappe | None = None,
) -> tuple[Registre, list[str]]:
    """What everybody was told, and what is wrong: the network, the server and the listeners are cut on the way."""
    salle = await preparer(url, lignes=max(4, membres // 2), membres=membres)
    serveur = Serveur(donnees, base=url, processus=processus)
    try:
        await asyncio.to_thread(serveur.demarrer)
        partie = Partie(serveur, salle, suiveurs, Random(graine))
        await partie.jouer(
            ecritures, [partie.couper_le_reseau, partie.tuer, *([partial(partie.rompre, pg, url)] if pg else [])]
        )
        async with sessions_de(url) as sessions, sessions() as session:
            await lots_finis(session)
            fautes = await verifier(session, partie.registre, depuis=salle.depuis)
            actes = {x: a for x, a in (await etat_des_lignes(session)).items() if a > salle.depuis}
        await attendre(partie.suivis, actes, au_plus=30)
        fautes += [f for s in partie.suivis for f in s.manques(actes)]
        fautes += await comparer(partie.suivis, salle.membres[0], serveur.url, salle.seance)
        partie.fermer()
    finally:
        await asyncio.to_thread(serveur.arreter)
    return partie.registre, fautes + ([] if pg else serveur.fautes())


class Partie:
    """Everybody at once, in as many parts as there are accidents; each happens among the saves of its part."""

    def __init__(self, serveur: Serveur, salle: Salle, nombre: int, r: Random) -> None:
        self.serveur, self.salle, self.r, self.registre = serveur, salle, r, Registre()
        self.suivis = [Suiveur(serveur.url, salle.membres[n % len(salle.membres)], salle.depuis) for n in range(nombre)]
        self.votants = [Votant(serveur.url, j, self.registre, reprises=0.05, gestes=GESTES) for j in salle.membres]
        self.votants += [Votant(serveur.url, j, self.registre, adresse="avis-coordonnateur") for j in salle.coordonnateurs]

    async def jouer(self, ecritures: int, accidents: list[Callable[[], Awaitable[None]]]) -> None:
        """Every save, every accident, and an end in peace."""
        for s in self.suivis:
            s.tache = asyncio.create_task(s.suivre())
        await asyncio.gather(*(asyncio.wait_for(s.ouvert.wait(), 30) for s in self.suivis))
        part = ecritures // (len(accidents) + 1)
        for accident in accidents:
            deja = len(self.registre.acquittees)
            travail = asyncio.create_task(a_l_oeuvre(self.votants, self.salle.lignes, self.r, ecritures=part))
            while not travail.done() and len(self.registre.acquittees) < deja + part // 8:
                await asyncio.sleep(0.01)
            await accident()
            await travail
        await a_l_oeuvre(self.votants, self.salle.lignes, self.r, ecritures=ecritures - part * len(accidents))
        for votant in self.votants:
            await votant.http.aclose()

    async def couper_le_reseau(self) -> None:
        """Half of the streams."""
        for s in self.suivis[::2]:
            await s.couper()

    async def tuer(self) -> None:
        """The server, without a warning; another takes its place."""
        await asyncio.to_thread(self.serveur.arreter, signal.SIGKILL)
        await asyncio.to_thread(self.serveur.demarrer)

    async def rompre(self, pg: Grappe, url: str) -> None:
        """Every connection to the database, the listeners' too."""
        await asyncio.to_thread(pg.rompre, url.rpartition("/")[2])

    def fermer(self) -> None:
        """The streams."""
        for s in self.suivis:
            s.tache.cancel()
