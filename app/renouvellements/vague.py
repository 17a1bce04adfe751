"""The wave of expiries: how many agréments end in each semester, by specialty, as stacked bars and as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SPECIALITES: Final = 6  # of their own colour; the others together
AUTRES: Final = "Autres"
LARGEUR, HAUT, BAS, MARGE = 960, 200, 22, 16
SEMESTRES_AU_PLUS: Final = 14


@dataclass(frozen=True, slots=True)
class Part:
    """One specialty in one semester."""

    x: float
    y: float
    largeur: float
    hauteur: float
    rang: int
    titre: str


@dataclass(frozen=True, slots=True)
class Vague:
    """The plot and the table that says the same."""

    semestres: list[str]
    parts: list[Part]
    totaux: list[tuple[float, float, int]]  # x, y, number
    noms: list[tuple[float, str]]
    legende: list[tuple[int, str]]
    tableau: list[tuple[str, list[int], int]]  # specialty, by semester, total
    largeur: int = LARGEUR
    hauteur: int = HAUT + BAS + MARGE


def semestre(jour: date) -> date:
    """The first day of the semester of *jour*: 1 November or 1 May."""
    if jour.month >= 11:
        return date(jour.year, 11, 1)
    return date(jour.year, 5, 1) if jour.month >= 5 else date(jour.year - 1, 11, 1)


def nom(debut: date) -> str:
    """« Hiver 2026-2027 », « Été 2027 »."""
    return f"Hiver {debut.year}-{debut.year + 1}" if debut.month == 11 else f"Été {debut.year}"


def _suivant(debut: date) -> date:
    return date(debut.year + 1, 5, 1) if debut.month == 11 else date(debut.year, 11, 1)


def vague(fins: Iterable[tuple[date, str, int]], formations: Mapping[str, str]) -> Vague | None:
    """From the first semester to the last, those without any included; None where nothing ends."""
    par: Counter[tuple[date, str]] = Counter()
    for fin, formation, n in fins:
        par[semestre(fin), formation] += n
    if not par:
        return None
    debut, dernier = min(s for s, _ in par), max(s for s, _ in par)
    semestres = [debut]
    while semestres[-1] < dernier and len(semestres) < SEMESTRES_AU_PLUS:
        semestres.append(_suivant(semestres[-1]))
    sommes: Counter[str] = Counter()
    for (quand, formation), n in par.items():
        sommes[formation] += n if quand <= semestres[-1] else 0
    ordre = sorted(+sommes, key=lambda f: (-sommes[f], formations.get(f, f)))
    tableau = [(formations.get(f, f), [par[s, f] for s in semestres], sommes[f]) for f in ordre]
    return _dessiner(semestres, tableau)


def _dessiner(semestres: list[date], tableau: list[tuple[str, list[int], int]]) -> Vague:
    tranches = [(nom_, valeurs) for nom_, valeurs, _ in tableau[:SPECIALITES]]
    if reste := tableau[SPECIALITES:]:
        tranches.append((AUTRES, [sum(v) for v in zip(*(v for _, v, _ in reste), strict=True)]))
    maximum = max(sum(v[n] for _, v in tranches) for n in range(len(semestres))) or 1
    pas, parts, totaux = LARGEUR / len(semestres), [], []
    for n, debut in enumerate(semestres):
        y, x = float(HAUT + MARGE), round(n * pas + pas * 0.15, 1)
        for rang, (titre, valeurs) in enumerate(tranches):
            h = round(valeurs[n] / maximum * HAUT, 1)
            y = round(y - h, 1)
            if valeurs[n]:
                dit = f"{titre}, {nom(debut)} : {valeurs[n]}"
                parts.append(Part(x, y, round(pas * 0.7, 1), h, rang, dit))
        totaux.append((round(n * pas + pas / 2, 1), y - 4, sum(v[n] for _, v in tranches)))
    noms = [(round(n * pas + pas / 2, 1), _court(s)) for n, s in enumerate(semestres)]
    return Vague([nom(s) for s in semestres], parts, totaux, noms, [(n, t) for n, (t, _) in enumerate(tranches)], tableau)


def _court(debut: date) -> str:
    return f"Hiv. {debut.year % 100:02}-{(debut.year + 1) % 100:02}" if debut.month == 11 else f"Été {debut.year % 100:02}"
