"""The form of a séance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from app.core.templating import PARIS

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.commission.models import Seance
    from app.core.forms import Saisie


@dataclass(frozen=True, slots=True)
class SeanceSaisie:
    """A séance as typed; `quand` is in UTC."""

    libelle: str
    subdivision: str
    quand: datetime
    lieu: str
    formations: tuple[str, ...]

    def valeurs(self) -> dict[str, Any]:
        """The columns that may change."""
        return {"libelle": self.libelle, "quand": self.quand, "lieu": self.lieu}


@dataclass(frozen=True, slots=True)
class Formulaire:
    """What the form shows: values typed or kept, errors by field."""

    champs: dict[str, str]
    formations: frozenset[str]
    erreurs: dict[str, str]


def lire_seance(saisie: Saisie, subdivisions: Collection[str], formations: Collection[str]) -> SeanceSaisie | None:
    """The séance, or None with the errors in *saisie*."""
    libelle = saisie.texte("libelle", max_=120, requis="Donnez un libellé à la séance.")
    subdivision = saisie.choix("subdivision", subdivisions, requis="Choisissez l'une de vos subdivisions.")
    jour = saisie.jour("jour", requis="Donnez la date de la séance.")
    heure = _heure(saisie)
    lieu = saisie.texte("lieu", max_=200)
    choisies = list(formations) if saisie.coche("toutes") else saisie.liste("formations", formations)
    if not choisies:
        saisie.erreurs["formations"] = "Cochez au moins une formation, ou « Toutes les formations »."
    if saisie.erreurs or subdivision is None or jour is None or heure is None:
        return None
    quand = datetime.combine(jour, heure, PARIS).astimezone(UTC)
    return SeanceSaisie(libelle, subdivision, quand, lieu, tuple(choisies))


def _heure(saisie: Saisie) -> time | None:
    try:
        heure = time.fromisoformat(saisie.brut("heure"))
    except ValueError:
        saisie.erreurs["heure"] = "Attendu une heure, par exemple 14:00."
        return None
    return heure.replace(tzinfo=None)


def formulaire(saisie: Saisie | None = None, seance: Seance | None = None, formations: Collection[str] = ()) -> Formulaire:
    """From what was typed, else from a séance, else empty (then every formation is ticked)."""
    if saisie is not None:
        champs = {c: saisie.brut(c) for c in ("libelle", "subdivision", "jour", "heure", "lieu", "toutes")}
        return Formulaire(champs, frozenset(saisie.liste("formations", formations)), saisie.erreurs)
    if seance is None:
        vides = dict.fromkeys(("libelle", "subdivision", "jour", "lieu"), "")
        return Formulaire({**vides, "heure": "14:00", "toutes": ""}, frozenset(), {})
    local, codes = seance.quand.astimezone(PARIS), frozenset(f.formation for f in seance.formations)
    champs = {
        "libelle": seance.libelle,
        "subdivision": seance.subdivision,
        "jour": f"{local:%Y-%m-%d}",
        "heure": f"{local:%H:%M}",
        "lieu": seance.lieu,
        "toutes": "1" if codes >= set(formations) else "",
    }
    return Formulaire(champs, codes, {})
