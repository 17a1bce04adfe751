"""*Filtrer les colonnes*: what the form says, as it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.core.forms import Saisie
    from app.tableau.colonnes import Colonne


def preference_de(saisie: Saisie, registre: Mapping[str, Colonne]) -> dict[str, Any]:
    """The columns hidden, their order, the lock; nothing where the defaults are wanted."""
    if saisie.coche("defaut"):
        return {}
    choisies = saisie.liste("cols", registre)
    valeur: dict[str, Any] = {"masquees": [c for c in registre if choisies and c not in choisies]}
    valeur["verrou"] = saisie.brut("verrou") if saisie.brut("verrou") in registre else ""
    ordre = _deplacer(saisie, saisie.liste("ordre", registre))
    return {**valeur, "ordre": ordre} if ordre and ordre != list(registre) else valeur


def _deplacer(saisie: Saisie, ordre: list[str]) -> list[str]:
    """The order posted, one column moved up or down if its button was pressed."""
    for bouton, pas in (("monter", -1), ("descendre", 1)):
        code = saisie.brut(bouton)
        if code in ordre and 0 <= (place := ordre.index(code) + pas) < len(ordre):
            ordre.remove(code)
            ordre.insert(place, code)
    return ordre
