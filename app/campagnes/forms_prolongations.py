"""The form of a personal extension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.campagnes.models import Campagne
    from app.core.forms import Saisie


@dataclass(frozen=True, slots=True)
class ProlongationSaisie:
    """As typed."""

    jusqu_au: date
    motif: str


def lire_prolongation(saisie: Saisie, campagne: Campagne, le: date) -> ProlongationSaisie | None:
    """The extension, or None with the errors in *saisie*."""
    jusqu_au = saisie.jour("jusqu_au", requis="Donnez le dernier jour de dépôt de ce responsable.")
    motif = saisie.texte("motif", max_=500, requis="Dites pourquoi : le responsable lit ce motif.")
    premier = max(le, campagne.cloture_depot + timedelta(days=1))
    if jusqu_au and jusqu_au < premier:
        saisie.erreurs["jusqu_au"] = f"Attendu au plus tôt le {premier:%d/%m/%Y} : le dépôt de tous ou ce jour sont passés."
    elif jusqu_au and jusqu_au > campagne.debut_agrements:
        saisie.erreurs["jusqu_au"] = f"Attendu au plus tard le {campagne.debut_agrements:%d/%m/%Y}, début des agréments."
    return ProlongationSaisie(jusqu_au, motif) if jusqu_au and not saisie.erreurs else None
