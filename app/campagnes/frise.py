"""The calendar of campaigns as a plot: a row a campaign, a bar a stage, the chosen day marked; the table says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from app.campagnes.queries import Etape, fenetres

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.campagnes.models import Campagne

LARGEUR: Final = 960
ENTETE: Final = 18  # above the rows: the months
TITRE: Final = 15  # of a row: the campaign's name
BARRE: Final = 20
RANGEE: Final = TITRE + BARRE + 9
MOIS: Final = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
COURTS: Final = {Etape.DEPOT: "Dépôt", Etape.COMPLEMENTS: "Compl.", Etape.AVIS: "Avis", Etape.COMMISSION: "Comm."}
LETTRE: Final = 7.2  # of a label, in the plot's units: one that does not fit is left to the title


@dataclass(frozen=True, slots=True)
class Barre:
    """A stage."""

    x: float
    y: int
    largeur: float
    classe: str
    texte: str
    titre: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The plot."""

    hauteur: int
    barres: list[Barre]
    titres: list[tuple[int, str]]
    seances: list[tuple[float, int, str]]
    mois: list[tuple[float, str]]
    jour: float | None  # where the day stands; None outside
    largeur: int = LARGEUR


def plan(campagnes: Sequence[Campagne], le: date) -> Plan | None:
    """From the first month to the last; None where there is nothing to draw."""
    if not campagnes:
        return None
    debut = min(c.ouverture for c in campagnes).replace(day=1)
    fin = _mois_suivant(max(fenetres(c)[-1].au for c in campagnes))

    def x(jour: date) -> float:
        return round((jour - debut).days / (fin - debut).days * LARGEUR, 1)

    barres, titres, seances = [], [], []
    for n, c in enumerate(campagnes):
        haut = ENTETE + n * RANGEE
        titres.append((haut + TITRE - 4, c.libelle))
        for f in fenetres(c):
            a, b = x(f.du), x(date.fromordinal(f.au.toordinal() + 1))
            court = COURTS[f.etape]
            dit = court if len(court) * LETTRE < b - a else ""
            titre = f"{c.libelle}, {f.etape.value} : du {f.du:%d/%m/%Y} au {f.au:%d/%m/%Y}"
            barres.append(Barre(a, haut + TITRE, max(round(b - a, 1), 2), f.etape.name.lower(), dit, titre))
        if c.seance_prevue:
            seances.append(
                (x(c.seance_prevue), haut + TITRE + BARRE, f"{c.libelle}, séance prévue le {c.seance_prevue:%d/%m/%Y}")
            )
    dedans = x(le) if debut <= le <= fin else None
    return Plan(ENTETE + len(campagnes) * RANGEE, barres, titres, seances, _mois(debut, fin, x), dedans)


def _mois_suivant(jour: date) -> date:
    return date(jour.year + jour.month // 12, jour.month % 12 + 1, 1)


def _mois(debut: date, fin: date, x: Callable[[date], float]) -> list[tuple[float, str]]:
    mois, jour = [], debut
    while jour < fin:
        mois.append(jour)
        jour = _mois_suivant(jour)
    pas = 1 if len(mois) <= 12 else 3 if len(mois) <= 36 else 6
    return [(x(m), _court(m, premier=not n)) for n, m in enumerate(mois[::pas])]


def _court(mois: date, *, premier: bool) -> str:
    court = MOIS[mois.month - 1]
    return f"{court} {mois.year}" if premier or mois.month == 1 else court
