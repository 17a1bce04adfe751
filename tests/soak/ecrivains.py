"""People who save, again and again, and remember what they were told: acknowledged, refused, or nothing."""

from __future__ import annotations

import asyncio
import html
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
from lxml import html as html_

from tests.support.application import HTMX

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from random import Random

VERSION = re.compile(r'name="version" value="(\d+)"')
COMMENTAIRE = re.compile(r'name="commentaire"[^>]*>\s*(m-\d+)?</textarea>')
ACTUELLE = re.compile(r"<dt>Actuelle</dt>.*?(?:<small>(?:<mark[^>]*>)?(m-\d+)(?:</mark>)?</small>)?</dd>", re.DOTALL)
LUS = re.compile(r'name="lus" value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Ecriture:
    """One save that was acknowledged: on what, over which former mark, with which mark."""

    sujet: int
    adresse: str
    lue: str
    marque: str


@dataclass(slots=True)
class Registre:
    """What everybody was told; `doutes` were sent and never answered: written or not, both are right."""

    acquittees: list[Ecriture] = field(default_factory=list)
    sans_marque: int = 0  # acknowledged saves that left the comment as it was
    doutes: set[str] = field(default_factory=set)
    reponses: Counter[int] = field(default_factory=Counter)
    fautes: list[str] = field(default_factory=list)
    numeros: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def suivant(self) -> Registre:
        """An empty one, that goes on with the marks."""
        return Registre(numeros=self.numeros, reponses=self.reponses)

    def marque(self) -> str:
        """A mark that nobody has used."""
        return f"m-{next(self.numeros)}"


def client(url: str, jeton: str) -> httpx.AsyncClient:
    """A browser where somebody is signed in."""
    # The loopback, without TLS: its set-up would cost more than the requests.
    return httpx.AsyncClient(base_url=url, cookies={"session": jeton}, timeout=30, trust_env=False, verify=False)  # noqa: S501


class Poste:
    """One person's browser in front of the server at *url*."""

    def __init__(self, url: str, jeton: str, registre: Registre) -> None:
        self.http = client(url, jeton)
        self.registre = registre

    async def poster(self, chemin: str, marque: str, **champs: object) -> httpx.Response | None:
        """The answer; None when there was none."""
        try:
            if "csrf" not in self.http.cookies:
                await self.http.get("/connexion")
            entetes = {**HTMX, "X-CSRF-Token": self.http.cookies["csrf"]}
            self.registre.doutes.add(marque)
            recue = await self.http.post(chemin, data=champs, headers=entetes)
        except (httpx.HTTPError, KeyError):
            return None
        self.registre.reponses[recue.status_code] += 1
        if recue.status_code < 500:
            self.registre.doutes.discard(marque)
        return recue

    async def lire(self, chemin: str) -> str:
        """A fragment; empty when there was none."""
        try:
            recue = await self.http.get(chemin, headers=HTMX)
        except httpx.HTTPError:
            return ""
        self.registre.reponses[recue.status_code] += 1
        return recue.text if recue.status_code == 200 else ""


DISPUTEES = 3  # lines that everybody wants


class Votant(Poste):
    """Saves judgements of one kind on shared lines, from what he has read of each, stale or not."""

    def __init__(
        self, url: str, jeton: str, registre: Registre, *, adresse: str = "decision", reprises: float = 0.0,
        gestes: Sequence[tuple[float, Callable[[Votant, int, Random], Awaitable[None]]]] = (),
    ) -> None:  # fmt: skip
        super().__init__(url, jeton, registre)
        self.adresse, self.reprises, self.gestes = adresse, reprises, gestes
        self.vues: set[int] = set()  # lines that he has read once
        self.lues: dict[int, tuple[str, str]] = {}  # by line: the version, and the mark that it carried

    async def voter(self, ligne: int, r: Random) -> None:
        """One save, or a taking back; a conflict must show both values, and what was typed."""
        self.vues.add(ligne)
        for part, geste in self.gestes:
            if r.random() < part:
                await geste(self, ligne, r)
                return
        chemin = f"/lignes/{ligne}/{self.adresse}"
        if ligne not in self.lues:
            page = await self.lire(chemin)
            if not (version := VERSION.search(page)):
                return
            self.lues[ligne] = version[1], _trouve(COMMENTAIRE, page)
        version_lue, lue = self.lues.pop(ligne)
        if version_lue != "0" and r.random() < self.reprises:
            await self._reprendre(ligne, version_lue)
            return
        marque = self.registre.marque()
        champs = {
            "version": version_lue,
            "sens": r.choice(("ACCEPTE", "A_L_ETUDE")),
            "duree": r.choice("15"),
            "phases": r.choice("SAC"),
        }
        recue = await self.poster(chemin, marque, **champs, commentaire=marque)
        if recue is None:
            return
        if recue.status_code == 200:
            self.registre.acquittees.append(Ecriture(ligne, self.adresse, lue, marque))
        elif recue.status_code == 409:
            self._conflit(ligne, (version_lue, lue), marque, recue.text)

    async def _reprendre(self, ligne: int, version: str) -> None:
        await self.poster(f"/lignes/{ligne}/{self.adresse}/reprise", self.registre.marque(), version=version)

    def _conflit(self, ligne: int, lue: tuple[str, str], marque: str, page: str) -> None:
        if marque not in page or "<dt>La vôtre</dt>" not in page:
            self.registre.fautes.append(f"ligne {ligne} : un conflit sans ce qui avait été tapé ({marque})")
        elif version := VERSION.search(page):
            self.lues[ligne] = version[1], _trouve(ACTUELLE, page)
            if self.lues[ligne] == lue:
                self.registre.fautes.append(f"ligne {ligne} : un conflit sans que personne ait écrit ({marque})")


class Redacteur(Poste):
    """Saves his draft as he types, alone on it."""

    def __init__(self, url: str, jeton: str, registre: Registre, demande: int) -> None:
        super().__init__(url, jeton, registre)
        self.demande, self.derniere = demande, ""
        self.possibles: set[str] = set()  # what the draft may hold now

    async def rediger(self) -> None:
        """One save."""
        chemin = f"/demandes/{self.demande}/saisie"
        page = await self.lire(chemin)
        if not (version := VERSION.search(page)) or not (lus := LUS.search(page)):
            return
        marque = self.registre.marque()
        self.possibles.add(marque)
        recue = await self.poster(chemin, marque, version=version[1], lus=html.unescape(lus[1]), projet=marque)
        if recue is not None and recue.status_code == 200:
            self.derniere, self.possibles = marque, {marque}
            self.registre.acquittees.append(Ecriture(self.demande, "saisie", "", marque))


def formulaire(page: str, chemin: str) -> dict[str, str]:
    """What the form of a judgement would post as it stands; empty where there is none."""
    if chemin not in page:
        return {}
    racine, champs = html_.fromstring(page), {}
    for x in racine.xpath(f'//form[@action="{chemin}"]//*[@name]'):
        if x.tag == "textarea":
            champs[x.get("name")] = x.text or ""
        elif x.tag == "select":
            champs[x.get("name")] = "".join(o.get("value") or "" for o in x.xpath(".//option[@selected]"))
        elif x.get("type") not in {"radio", "checkbox"} or x.get("checked") is not None:
            champs[x.get("name")] = x.get("value") or ""
    return champs


def _trouve(motif: re.Pattern[str], page: str) -> str:
    lu = motif.search(page)
    return lu[1] or "" if lu else ""


async def jusqu_a(assez: asyncio.Event, gens: list[Votant | Redacteur], lignes: list[int], r: Random) -> None:
    """Everybody at once, each ending the save that he is in."""

    async def travailler(qui: Votant | Redacteur) -> None:
        while not assez.is_set():
            await (qui.voter(r.choice(lignes), r) if isinstance(qui, Votant) else qui.rediger())
            await asyncio.sleep(0.001)

    await asyncio.gather(*(travailler(x) for x in gens))


async def a_l_oeuvre(votants: list[Votant], lignes: list[int], r: Random, *, ecritures: int) -> None:
    """Everybody at once, on any line, a few of which everybody wants, until *ecritures* saves have been tried."""
    restantes = itertools.count(ecritures, -1)

    async def travailler(votant: Votant) -> None:
        while next(restantes) > 0:
            await votant.voter(r.choice(lignes[:DISPUTEES] if r.random() < 0.4 else lignes), r)

    await asyncio.gather(*(travailler(j) for j in votants))
