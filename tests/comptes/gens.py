"""Named people of these tests. RPPS numbers are of the test range."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from app.comptes.models import Fonction, Personne
from app.comptes.premiere_connexion import recherche
from app.referentiel.models import Praticien
from app.referentiel.normalisation import cle_rpps

if TYPE_CHECKING:
    from app.core.roles import Role

AISSATA = cle_rpps("9970036624")
BASILE = cle_rpps("9970021889")


def personne(prenom: str, nom: str, rpps: str | None = None, *fonctions: Fonction) -> Personne:
    """A person and her functions."""
    return Personne(prenom=prenom, nom=nom, rpps=rpps, recherche=recherche(prenom, nom, rpps), fonctions=list(fonctions))


def fonction(role: Role, debut: date = date(2020, 1, 1), fin: date | None = None, **autres: Any) -> Fonction:
    """A function, everywhere unless told."""
    return Fonction(role=role, debut=debut, fin=fin, **({"subdivisions": [], "formations": []} | autres))


def praticien(rpps: str, prenom: str = "Aïssata", nom: str = "Agrémont", **autres: Any) -> Praticien:
    """An entry of the register."""
    fixes = {"profession": "10", "categorie": "C", "registre_date": date(2026, 11, 1), "recherche": ""}
    return Praticien(rpps=rpps, prenom=prenom, nom=nom, **(fixes | autres))
