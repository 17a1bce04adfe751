"""A screen that follows: what it received, in which order, over how many connections."""

from __future__ import annotations

import asyncio
import html
import re
from typing import TYPE_CHECKING

import httpx

from tests.soak.ecrivains import client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

COLS = "statut,personne,formation,terrain,type_demande,decision_rep,decision_coord,decision_commission"
RANGEE = re.compile(r'<tr id="ligne-(\d+)".*?</tr>', re.DOTALL)


def rangees(texte: str) -> dict[int, str]:
    """Rows by line, spaces aside."""
    return {int(m[1]): " ".join(html.unescape(m[0]).split()) for m in RANGEE.finditer(texte)}


class Suiveur:
    """One stream, opened again with its last id each time that it breaks, as a browser does."""

    def __init__(self, url: str, jeton: str, depuis: int) -> None:
        self.url, self.jeton, self.dernier = url, jeton, depuis
        self.ids: list[list[int]] = []  # by connection
        self.actes: dict[int, int] = {}  # by line, the newest act that a row came with
        self.rangees: dict[int, str] = {}
        self.rechargements = 0
        self.ouvert = asyncio.Event()
        self.recu = asyncio.Event()
        self.tache: asyncio.Task[None]
        self._flux: httpx.Response | None = None

    async def suivre(self) -> None:
        """For ever."""
        while True:
            try:
                async for ident, nom, donnees in self._evenements():
                    self._prendre(ident, nom, donnees)
            except httpx.HTTPError:
                pass
            self.ouvert.clear()
            await asyncio.sleep(0.1)

    async def couper(self) -> None:
        """Lose the connection."""
        if self._flux is not None:
            await self._flux.aclose()

    def _prendre(self, ident: int | None, nom: str, donnees: str) -> None:
        if nom == "recharger":
            self.rechargements += 1
            return
        if ident is None:
            return
        self.ids[-1].append(ident)
        self.dernier = max(ident, self.dernier)
        for ligne, rangee in rangees(donnees).items():
            self.actes[ligne], self.rangees[ligne] = ident, rangee
        self.recu.set()

    async def _evenements(self) -> AsyncIterator[tuple[int | None, str, str]]:
        async with client(self.url, self.jeton) as http:
            entetes = {"Last-Event-ID": str(self.dernier)}
            async with http.stream("GET", f"/direct/demandes?cols={COLS}", headers=entetes) as flux:
                if flux.status_code != 200:
                    return
                self._flux = flux
                self.ids.append([])
                ident, nom, donnees = None, "", []
                async for ligne in flux.aiter_lines():
                    self.ouvert.set()
                    champ, _, valeur = ligne.partition(": ")
                    if not ligne and (donnees or nom):
                        yield ident, nom, "\n".join(donnees)
                        ident, nom, donnees = None, "", []
                    elif champ == "id":
                        ident = int(valeur)
                    elif champ == "event":
                        nom = valeur
                    elif champ == "data":
                        donnees.append(valeur)

    def manques(self, actes: dict[int, int]) -> list[str]:
        """What it should have received, and did not; what came out of order."""
        fautes = [
            f"flux : la ligne {x} en est à l'acte {a}, vu {self.actes.get(x)}"
            for x, a in actes.items()
            if self.actes.get(x, 0) < a
        ]
        return fautes + [f"flux : {ids} n'est pas dans l'ordre" for ids in self.ids if ids != sorted(ids)]


async def attendre(suiveurs: list[Suiveur], actes: dict[int, int], *, au_plus: float) -> None:
    """Until every stream has every line at its last act, or the time is over."""
    fin = asyncio.get_running_loop().time() + au_plus
    while any(s.manques(actes) for s in suiveurs) and asyncio.get_running_loop().time() < fin:
        await asyncio.sleep(0.1)


async def comparer(suiveurs: list[Suiveur], jeton: str, url: str, seance: int) -> list[str]:
    """The last row that each stream received is the row that the page shows now."""
    async with client(url, jeton) as http:
        page = rangees((await http.get(f"/demandes?seance={seance}&cols={COLS}")).text)
    return [
        f"flux : la ligne {ligne} diffère de la page\n    {rangee}\n    {page.get(ligne)}"
        for s in suiveurs
        for ligne, rangee in s.rangees.items()
        if page.get(ligne) != rangee
    ]
