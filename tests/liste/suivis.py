"""Readers of the live stream, beside their screens: what each received, and what a fresh page shows him."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.liste.colonnes import TOUTES
from app.liste.direct import Lots, Suivi

if TYPE_CHECKING:
    from app.liste.ecran import Ecran
    from tests.support.application import Monde, Poste

CODES = tuple(c.code for c in TOUTES)
_LIGNE = re.compile(r'<tr id="ligne-(\d+)".*?</tr>', re.DOTALL)
_PARTIE = re.compile(r'<hx-partial hx-target="([^"]*)" hx-swap="(\w+)">(.*?)</hx-partial>', re.DOTALL)
_SUIVI = re.compile(r"^event: suivi\ndata: (.*)$", re.MULTILINE)
REMPLACEE = re.compile(r"#ligne-(\d+):not\(:has\(\.editeur\)\)")
MARQUEE = re.compile(r"#(?:ligne|c-\w+)-(\d+) \.editeur \.marque")


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
    places: dict[str, list[int]] = field(default_factory=dict)

    @staticmethod
    def lire(octets: bytes) -> Recu:
        """From the bytes of an event."""
        recu = Recu(octets)
        if dit := _SUIVI.search(octets.decode()):
            recu.places = json.loads(dit[1])
        texte = "\n".join(x.removeprefix("data: ") for x in octets.decode().split("\n"))
        for cible, echange, contenu in _PARTIE.findall(texte):
            if ligne := MARQUEE.fullmatch(cible):
                recu.marques[int(ligne.group(1))] = contenu
                continue
            ligne = REMPLACEE.fullmatch(cible)
            assert ligne, cible  # a row that holds no editor, and the mark of the editor that is open: nothing else
            if echange == "outerHTML":
                assert contenu.startswith(f'<tr id="ligne-{ligne[1]}" class="partie"><td colspan=')
                recu.retirees.add(int(ligne[1]))
            else:
                assert echange == "outerMorph"
                recu.remplacees |= rangees(contenu)
        if recu.places:
            p = recu.places
            assert sorted([*p["page"], *p["ailleurs"], *p["hors"]]) == sorted(recu.remplacees)
            assert (set(p["parties"]), set(p["autrui"]) <= set(recu.remplacees)) == (recu.retirees, True)
        return recu


class Lecteur:
    """A person with the list open: what he saw, what came since."""

    def __init__(self, monde: Monde, lots: Lots, poste: Poste, ecran: Ecran | None = None) -> None:
        self.direct, self.poste = monde.app.state.direct, poste
        self.suivi = Suivi(lots, poste.droits, CODES, ecran)
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
