"""Readers of the live stream, beside their screens: what each received, and what a fresh page shows him."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.liste.colonnes import TOUTES
from app.liste.direct import Lots, Suivi

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

CODES = tuple(c.code for c in TOUTES)
_LIGNE = re.compile(r'<tr id="ligne-(\d+)".*?</tr>', re.DOTALL)
_PARTIE = re.compile(r'<hx-partial hx-target="([^"]*)" hx-swap="(\w+)">(.*?)</hx-partial>', re.DOTALL)
REMPLACEE = re.compile(r"#ligne-(\d+):not\(:has\(\.editeur\)\)")
MARQUEE = re.compile(r"#ligne-(\d+) \.editeur \.marque")


def rangees(texte: str) -> dict[int, str]:
    """The rows of a page by line, spaces between elements aside."""
    return {int(m.group(1)): re.sub(r">\s+<", "><", m.group()) for m in _LIGNE.finditer(texte)}


@dataclass(slots=True)
class Recu:
    """One message, taken apart as htmx does."""

    octets: bytes
    remplacees: dict[int, str] = field(default_factory=dict)
    retirees: set[int] = field(default_factory=set)
    marques: dict[int, str] = field(default_factory=dict)
    nouveautes: str = ""

    @staticmethod
    def lire(octets: bytes) -> Recu:
        """From the bytes of an event."""
        recu = Recu(octets)
        texte = "\n".join(x.removeprefix("data: ") for x in octets.decode().split("\n"))
        for cible, echange, contenu in _PARTIE.findall(texte):
            if ligne := REMPLACEE.fullmatch(cible):
                if echange == "delete":
                    recu.retirees.add(int(ligne.group(1)))
                else:
                    assert echange == "outerMorph"
                    recu.remplacees |= rangees(contenu)
            elif ligne := MARQUEE.fullmatch(cible):
                recu.marques[int(ligne.group(1))] = contenu
            else:
                assert cible == "#nouveautes"
                recu.nouveautes = contenu
        return recu


class Lecteur:
    """A person with the list open: what he saw, what came since."""

    def __init__(self, monde: Monde, lots: Lots, poste: Poste) -> None:
        self.direct, self.poste = monde.app.state.direct, poste
        self.suivi = Suivi(lots, poste.droits, CODES)
        self.vu: dict[int, str] = {}
        self.depuis = 0

    async def regarder(self) -> dict[int, str]:
        """The rows of the list, opened afresh if anything has happened."""
        dernier = await self.dernier()
        if not self.vu or dernier != self.depuis:
            self.depuis = dernier
            self.vu = rangees((await self.poste.ouvrir(f"/demandes?tout=1&cols={','.join(CODES)}")).text)
        return self.vu

    async def dernier(self) -> int:
        """The last act of the journal."""
        actes = await self.direct.depuis(self.depuis)
        return actes[-1].id if actes else self.depuis

    async def recevoir(self) -> Recu:
        """What his stream tells of the acts since he looked."""
        return Recu.lire(await self.suivi.rendre(await self.direct.depuis(self.depuis)))
