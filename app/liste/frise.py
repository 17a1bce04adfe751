"""The periods of agréments as a small plot: bars over years, drawn with attributes of SVG and no style."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app.agrements.models import StatutAgrement

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEUR, HAUT, PAS = 400, 16, 13
AU_PLUS = 12
EN_VIGUEUR = frozenset({StatutAgrement.ACTIF, StatutAgrement.PROPOSE})


@dataclass(frozen=True, slots=True)
class Barre:
    """One period."""

    x: float
    y: int
    largeur: float
    classe: str
    titre: str


@dataclass(frozen=True, slots=True)
class Frise:
    """The plot, and what it says in words."""

    largeur: int
    hauteur: int
    barres: list[Barre]
    annees: list[tuple[float, str]]
    aujourdhui: float
    texte: str


def frise(periodes: Sequence[tuple[date, date, Any, str]], jour: date) -> Frise | None:
    """The newest periods, from the first of them to the last, today marked; None where there is nothing to draw."""
    montrees = periodes[:AU_PLUS]
    if not montrees:
        return None
    debut = date(min(jour, *(d for d, *_ in montrees)).year, 1, 1)
    fin = date(max(jour, *(f for _, f, *_ in montrees)).year + 1, 1, 1)

    def x(le: date) -> float:
        return round((le - debut).days / (fin - debut).days * LARGEUR, 1)

    barres = [
        Barre(x(d), HAUT + n * PAS, max(x(f) - x(d), 2), _classe(statut), titre)
        for n, (d, f, statut, titre) in enumerate(montrees)
    ]
    pas = 1 if fin.year - debut.year <= 12 else 2
    annees = [(x(date(a, 1, 1)), str(a)) for a in range(debut.year, fin.year, pas)]
    texte = " ; ".join(titre for *_, titre in montrees)
    return Frise(LARGEUR, HAUT + len(montrees) * PAS + 2, barres, annees, x(jour), texte)


def _classe(statut: Any) -> str:
    if statut in EN_VIGUEUR:
        return str(statut).lower()
    return "suspendu" if statut is StatutAgrement.SUSPENDU else "passe"
