"""What is typed about one's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.reglages_courrier import adresse_valide

if TYPE_CHECKING:
    from app.core.forms import Saisie

EXEMPLE = "Attendu une adresse comme prenom.nom@exemple.fr, sans accent ni espace."


def lire_adresse(saisie: Saisie) -> str | None:
    """The address typed, or None with `saisie.erreurs` filled."""
    adresse = saisie.texte("adresse", max_=254, requis="Indiquez votre adresse électronique.")
    if "adresse" not in saisie.erreurs and not adresse_valide(adresse):
        saisie.erreurs["adresse"] = EXEMPLE
    return None if saisie.erreurs else adresse
