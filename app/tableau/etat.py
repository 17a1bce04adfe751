"""The state of a table: filters, sort, position, columns. The URL is its serialization and holds all of it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from app.tableau.colonnes import Colonne, Filtre

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGUEUR_MAX = 200  # of a filter; what we write ourselves is as long as its columns and its places
LONGUEURS = dict.fromkeys(("cols", "tri", "apres", "avant"), 8_000)
CHOIX_MAX = 120
TRIS_MAX = 4
INTERDITS = re.compile("[\x00\ud800-\udfff]")  # no database takes them


@dataclass(frozen=True, slots=True)
class Curseur:
    """A place in an order: the sorted value, the row's number, the values of the further sorts. Pages go by key."""

    valeur: Any
    ordre: int
    suite: tuple[str, ...] = ()

    @property
    def valeurs(self) -> tuple[Any, ...]:
        """One for each level of the sort."""
        return (self.valeur, *self.suite)

    def texte(self) -> str:
        """Opaque, for the URL."""
        brut = json.dumps([self.valeur, self.ordre, *self.suite], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(brut).decode().rstrip("=")

    @staticmethod
    def lire(texte: str) -> Curseur | None:
        """The opposite of `texte`; None for anything else."""
        try:
            brut = json.loads(base64.urlsafe_b64decode(texte + "=" * (-len(texte) % 4)))
            valeur, ordre, *suite = brut
        except (ValueError, TypeError, RecursionError):
            return None
        justes = all(isinstance(v, str) and not INTERDITS.search(v) for v in (valeur, *suite))
        juste = justes and len(suite) < TRIS_MAX and type(ordre) is int and 0 <= ordre < 2**62
        return Curseur(valeur, ordre, tuple(suite)) if juste else None


@dataclass(frozen=True, slots=True)
class Etat:
    """Filters by column code (defaults dropped), sorted columns, a cursor, the columns shown in order, the lock."""

    filtres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tri: str = ""
    decroissant: bool = False
    apres: Curseur | None = None
    avant: Curseur | None = None
    colonnes: tuple[str, ...] = ()
    verrou: str = ""
    contexte: tuple[tuple[str, str], ...] = ()  # what the screen fixes, a séance for one
    ensuite: tuple[tuple[str, bool], ...] = ()  # the further sorts: a column, and whether it goes down
    ecartees: int = field(default=0, compare=False)  # columns asked for that are not there (any more)

    @property
    def tris(self) -> tuple[tuple[str, bool], ...]:
        """Every level of the sort: the column, and whether it goes down."""
        return ((self.tri, self.decroissant), *self.ensuite) if self.tri else ()

    def trie_par(self, tris: Iterable[tuple[str, bool]]) -> Etat:
        """Sorted so, from the first page."""
        (tri, decroissant), *ensuite = tuple(tris) or (("", False),)
        return replace(self, tri=tri, decroissant=decroissant, ensuite=tuple(ensuite)).debut()

    def parametres(self) -> list[tuple[str, str]]:
        """In a stable order, so that the same state has one URL."""
        paires = list(self.contexte)
        paires += [(code, v) for code, valeurs in self.filtres.items() for v in valeurs]
        if self.tri:
            paires.append(("tri", ",".join(("-" if descend else "") + code for code, descend in self.tris)))
        if self.colonnes:
            paires.append(("cols", ",".join(self.colonnes)))
        if self.verrou:
            paires.append(("verrou", self.verrou))
        if self.apres:
            paires.append(("apres", self.apres.texte()))
        elif self.avant:
            paires.append(("avant", self.avant.texte()))
        return paires

    def cle(self) -> tuple[Any, ...]:
        """What a statement depends on, the cursor aside."""
        return (tuple(self.filtres.items()), self.tris, self.contexte)

    def url(self, base: str) -> str:
        """The state as an address."""
        suite = urlencode(self.parametres())
        return f"{base}?{suite}" if suite else f"{base}?tout=1"

    def debut(self) -> Etat:
        """The same, from the first page."""
        return replace(self, apres=None, avant=None)

    def sans(self, code: str, valeur: str | None = None) -> Etat:
        """Without a filter, or without one of its values."""
        reste = tuple(v for v in self.filtres.get(code, ()) if valeur is not None and v != valeur)
        filtres = {c: v for c, v in self.filtres.items() if c != code}
        return replace(self, filtres={**filtres, code: reste} if reste else filtres).debut()

    def trier(self, code: str) -> Etat:
        """Sort on *code* alone; again: the other way; a third time: no sort."""
        if self.tri != code:
            return self.trie_par([(code, False)])
        return self.trie_par([] if self.decroissant else [(code, True)])

    def trier_aussi(self, code: str) -> Etat:
        """Sort on *code* after the others; again: the other way; a third time: no more."""
        rangs = dict(self.tris)
        if code not in rangs:
            return self.trie_par([*self.tris[: TRIS_MAX - 1], (code, False)])
        if not rangs[code]:
            return self.trie_par((c, True if c == code else d) for c, d in self.tris)
        return self.trie_par((c, d) for c, d in self.tris if c != code)


def lire(parametres: Iterable[tuple[str, str]], colonnes: Mapping[str, Colonne], *, fixes: tuple[str, ...] = ()) -> Etat:
    """Read a URL. What it does not understand is dropped, never an error: a bookmark outlives a column."""
    recus: dict[str, list[str]] = {}
    for nom, valeur in parametres:
        recus.setdefault(nom, []).append(valeur.replace("\x00", "")[: LONGUEURS.get(nom, LONGUEUR_MAX)])
    filtres: dict[str, tuple[str, ...]] = {}
    for code, colonne in colonnes.items():
        valeurs = [v.strip() for v in recus.get(code, []) if v.strip()]
        if valeurs:
            filtres[code] = tuple(dict.fromkeys(valeurs))[: 1 if colonne.filtre is Filtre.TEXTE else CHOIX_MAX]
    tris = _tris(recus.get("tri", [""])[-1], colonnes)
    demandees = list(dict.fromkeys(c for c in recus.get("cols", [""])[-1].split(",") if c))
    verrou = recus.get("verrou", [""])[-1]
    return Etat(
        filtres=filtres,
        tri=tris[0][0] if tris else "",
        decroissant=bool(tris) and tris[0][1],
        ensuite=tuple(tris[1:]),
        apres=place(recus.get("apres", [""])[-1], len(tris)),
        avant=place(recus.get("avant", [""])[-1], len(tris)),
        colonnes=tuple(c for c in demandees if c in colonnes),
        ecartees=sum(c not in colonnes for c in demandees),
        verrou=verrou if verrou in colonnes else "",
        contexte=tuple((f, recus[f][-1]) for f in fixes if f in recus),
    )


def _tris(texte: str, colonnes: Mapping[str, Colonne]) -> list[tuple[str, bool]]:
    """« ville,-personne »: each column once, those that exist."""
    lus: dict[str, bool] = {}
    for brut in texte.split(","):
        code = brut.removeprefix("-")
        if code in colonnes:
            lus.setdefault(code, brut.startswith("-"))
    return list(lus.items())[:TRIS_MAX]


def place(texte: str, niveaux: int) -> Curseur | None:
    """A cursor of another sort is no place in this one."""
    curseur = Curseur.lire(texte)
    return curseur if curseur and len(curseur.valeurs) == max(niveaux, 1) else None
