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

LONGUEUR_MAX = 200
COLONNES_MAX = 2_000  # their codes in one value: all of them make more than 200 characters
CHOIX_MAX = 120
INTERDITS = re.compile("[\x00\ud800-\udfff]")  # no database takes them


@dataclass(frozen=True, slots=True)
class Curseur:
    """A place in an order: the sorted value and the row's number. Pages go next and previous by key."""

    valeur: Any
    ordre: int

    def texte(self) -> str:
        """Opaque, for the URL."""
        brut = json.dumps([self.valeur, self.ordre], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(brut).decode().rstrip("=")

    @staticmethod
    def lire(texte: str) -> Curseur | None:
        """The opposite of `texte`; None for anything else."""
        try:
            brut = json.loads(base64.urlsafe_b64decode(texte + "=" * (-len(texte) % 4)))
            valeur, ordre = brut
        except (ValueError, TypeError, RecursionError):
            return None
        juste = isinstance(valeur, str) and type(ordre) is int and 0 <= ordre < 2**62 and not INTERDITS.search(valeur)
        return Curseur(valeur, ordre) if juste else None


@dataclass(frozen=True, slots=True)
class Etat:
    """Filters by column code (defaults dropped), one sorted column, a cursor, the columns shown, the lock."""

    filtres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tri: str = ""
    decroissant: bool = False
    apres: Curseur | None = None
    avant: Curseur | None = None
    colonnes: tuple[str, ...] = ()
    verrou: str = ""
    contexte: tuple[tuple[str, str], ...] = ()  # what the screen fixes, a séance for one

    def parametres(self) -> list[tuple[str, str]]:
        """In a stable order, so that the same state has one URL."""
        paires = list(self.contexte)
        paires += [(code, v) for code, valeurs in self.filtres.items() for v in valeurs]
        if self.tri:
            paires.append(("tri", ("-" if self.decroissant else "") + self.tri))
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
        return (tuple(self.filtres.items()), self.tri, self.decroissant, self.contexte)

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
        """Sort on *code*; again: the other way; a third time: no sort."""
        if self.tri != code:
            return replace(self, tri=code, decroissant=False).debut()
        if not self.decroissant:
            return replace(self, decroissant=True).debut()
        return replace(self, tri="", decroissant=False).debut()


def lire(parametres: Iterable[tuple[str, str]], colonnes: Mapping[str, Colonne], *, fixes: tuple[str, ...] = ()) -> Etat:
    """Read a URL. What it does not understand is dropped, never an error: a bookmark outlives a column."""
    recus: dict[str, list[str]] = {}
    for nom, valeur in parametres:
        recus.setdefault(nom, []).append(valeur.replace("\x00", "")[: COLONNES_MAX if nom == "cols" else LONGUEUR_MAX])
    filtres: dict[str, tuple[str, ...]] = {}
    for code, colonne in colonnes.items():
        valeurs = [v.strip() for v in recus.get(code, []) if v.strip()]
        if valeurs:
            filtres[code] = tuple(dict.fromkeys(valeurs))[: 1 if colonne.filtre is Filtre.TEXTE else CHOIX_MAX]
    tri = recus.get("tri", [""])[-1]
    nom_tri = tri.removeprefix("-")
    demandees = [c for c in recus.get("cols", [""])[-1].split(",") if c in colonnes]
    verrou = recus.get("verrou", [""])[-1]
    return Etat(
        filtres=filtres,
        tri=nom_tri if nom_tri in colonnes else "",
        decroissant=tri.startswith("-") and nom_tri in colonnes,
        apres=Curseur.lire(recus.get("apres", [""])[-1]),
        avant=Curseur.lire(recus.get("avant", [""])[-1]),
        colonnes=tuple(dict.fromkeys(demandees)),
        verrou=verrou if verrou in colonnes else "",
        contexte=tuple((f, recus[f][-1]) for f in fixes if f in recus),
    )
