"""Who is reading a dossier or editing a cell, this half-minute: kept in memory, told to the other processes, never written.

Each tab says all that it does, again every ten seconds; silence, or a tab that closes, ends it. What a reader may know of
it is decided where it is shown; here are facts only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from app.core.roles import Role
from app.core.visibilite import Objet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.core.access import Droits

CANAL: Final = "presence"
SILENCE = 30.0  # seconds until somebody who says nothing more has left
PAS = 1.0  # seconds between two tellings of what has changed
SIGNES_MAX = 20  # of one tab: a notification carries 8,000 bytes at most
POSTES_MAX = 5_000
# Who sees others at work, and is seen: those who only give opinions work blind, and so does a practitioner.
SERVICE: Final = frozenset({Role.SCOL, Role.MEMBRE, Role.PRES, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Signe:
    """One tab on one line: `objet` is what it edits, empty when it reads. The rest is what rights depend on."""

    ligne: int
    objet: str
    service: bool  # a member of the commission, the scolarité or an administrator on this line
    moment: str
    subdivision: str
    formation: str
    rpps: str

    @property
    def id(self) -> int:
        """A sign is shaped like its line: rights are asked on it."""
        return self.ligne


@dataclass(frozen=True, slots=True)
class Poste:
    """Somebody's tab, and when it last spoke."""

    personne: int
    nom: str
    signes: tuple[Signe, ...]
    vu: float


class Presences:
    """The tabs that are open somewhere on a line, in all processes."""

    def __init__(self) -> None:
        self.origine = secrets.token_hex(4)
        self.vider()

    def vider(self) -> None:
        """Nobody is anywhere: the process starts."""
        for minuterie in getattr(self, "_minuteries", {}).values():
            minuterie.cancel()
        self.postes: dict[tuple[int, str], Poste] = {}
        self.par_ligne: dict[int, set[tuple[int, str]]] = {}
        self.a_dire: asyncio.Queue[str] = asyncio.Queue(200)
        self.ecoutes: set[Callable[[frozenset[int]], None]] = set()
        self._bougees: set[int] = set()
        self._minuteries: dict[str, asyncio.TimerHandle] = {}
        self._dit = 0.0

    def declarer(self, personne: int, onglet: str, nom: str, signes: Iterable[Signe]) -> None:
        """All that this tab does now; nothing: it has left. The page's own word replaces what its editors' opening said."""
        tous = tuple(signes)[:SIGNES_MAX]
        for nom_onglet in {onglet, ""}:
            self._poser((personne, nom_onglet), nom, tous if nom_onglet == onglet else ())
        paquet = {"o": self.origine, "p": personne, "t": onglet, "n": nom, "s": [list(asdict(s).values()) for s in tous]}
        with contextlib.suppress(asyncio.QueueFull):  # said again in ten seconds
            self.a_dire.put_nowait(json.dumps(paquet, ensure_ascii=False))

    def entendre(self, texte: str) -> None:
        """What another process says; its own word comes back to it too."""
        try:
            paquet = json.loads(texte)
            if paquet["o"] == self.origine:
                return
            signes = tuple(Signe(*s) for s in paquet["s"])
            personne, onglet, nom = int(paquet["p"]), str(paquet["t"]), str(paquet["n"])
        except (ValueError, TypeError, KeyError):
            return
        for nom_onglet in {onglet, ""}:
            self._poser((personne, nom_onglet), nom, signes if nom_onglet == onglet else ())

    def quitter(self, personne: int, nom: str) -> None:
        """An editor that was opened without a page to speak for it has been sent."""
        if (personne, "") in self.postes:
            self.declarer(personne, "", nom, ())

    def rafraichir(self, ligne: Any) -> None:
        """The line has moved: what may be known of those who are on it moves with it."""
        for cle in list(self.par_ligne.get(ligne.id, ())):
            poste = self.postes[cle]
            lieu: dict[str, Any] = {c: str(getattr(ligne, c)) for c in ("moment", "subdivision", "formation", "rpps")}
            signes = tuple(replace(s, **lieu) if s.ligne == ligne.id else s for s in poste.signes)
            if signes != poste.signes:
                self.postes[cle] = replace(poste, signes=signes)
                self._annoncer({ligne.id})

    def _poser(self, cle: tuple[int, str], nom: str, signes: tuple[Signe, ...]) -> None:
        ancien = self.postes.pop(cle, None)
        avant = set(ancien.signes) if ancien else set()
        if signes and len(self.postes) < POSTES_MAX:
            self.postes[cle] = Poste(cle[0], nom, signes, _boucle().time())
            self._plus_tard("balayer", SILENCE / 6, self._balayer)
        for signe in avant:
            self.par_ligne.get(signe.ligne, set()).discard(cle)
            if not self.par_ligne.get(signe.ligne, True):
                del self.par_ligne[signe.ligne]
        for signe in signes if cle in self.postes else ():
            self.par_ligne.setdefault(signe.ligne, set()).add(cle)
        if bougees := {s.ligne for s in avant ^ set(signes)}:
            self._annoncer(bougees)

    def _annoncer(self, lignes: set[int]) -> None:
        self._bougees |= lignes
        self._plus_tard("dire", max(0.0, self._dit + PAS - _boucle().time()), self._dire)

    def _plus_tard(self, quoi: str, delai: float, faire: Callable[[], None]) -> None:
        def agir() -> None:
            del self._minuteries[quoi]
            faire()

        if quoi not in self._minuteries:
            self._minuteries[quoi] = _boucle().call_later(delai, agir)

    def _dire(self) -> None:
        # All that changed in a second, to all who look at once: nobody looks, nothing is done.
        self._dit, bougees, self._bougees = _boucle().time(), frozenset(self._bougees), set()
        for ecoute in list(self.ecoutes):
            ecoute(bougees)

    def _balayer(self) -> None:
        limite = _boucle().time() - SILENCE
        for cle in [c for c, p in self.postes.items() if p.vu <= limite]:
            self._poser(cle, "", ())
        if self.postes:
            self._plus_tard("balayer", SILENCE / 6, self._balayer)

    def sur(self, ligne: int) -> list[tuple[Poste, Any]]:
        """Who is on a line, whatever a reader may know of it."""
        limite = _boucle().time() - SILENCE
        postes = [self.postes[cle] for cle in sorted(self.par_ligne.get(ligne, ()))]
        return [(p, s) for p in postes if p.vu > limite for s in p.signes if s.ligne == ligne]


def signe(droits: Droits, ligne: Any, objet: Objet | None = None) -> Signe:
    """Somebody on a line: in the editor of *objet*, else in the dossier."""
    lieu = (str(ligne.moment), ligne.subdivision, ligne.formation, ligne.rpps)
    return Signe(ligne.id, str(objet or ""), bool(droits.roles_sur(ligne) & SERVICE), *lieu)


def _boucle() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


PRESENCES: Final = Presences()


def en_edition(ligne_ids: Iterable[int], *, objet: Objet = Objet.DECISION, sauf: int | None = None) -> set[int]:
    """Those of the lines where somebody, *sauf* aside, has the editor of *objet* open."""
    return {ligne for ligne in ligne_ids if any(s.objet == objet and p.personne != sauf for p, s in PRESENCES.sur(ligne))}
