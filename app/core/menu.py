"""The main menu: one table of links and of the roles that see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.roles import FONCTIONS, Role

if TYPE_CHECKING:
    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Lien:
    """A link of the menu, for these roles."""

    url: str
    libelle: str
    roles: frozenset[Role]


LIENS = (
    Lien("/tableau-de-bord", "Tableau de bord", frozenset({Role.RTS})),
    Lien("/a-faire", "À faire", frozenset(FONCTIONS) - {Role.ARS}),
    Lien("/demandes", "Liste des demandes", frozenset(Role)),
    Lien("/seances", "Commission", frozenset({Role.SCOL, Role.MEMBRE, Role.PRES, Role.ADMIN})),
    Lien("/terrains", "Terrains", frozenset({Role.SCOL, Role.ADMIN})),
    Lien("/etablissements", "Etablissements", frozenset({Role.SCOL, Role.ADMIN})),
    Lien("/praticiens", "Praticiens", frozenset({Role.SCOL, Role.ADMIN})),
    Lien("/evenements", "Événements", frozenset({Role.SCOL, Role.ADMIN})),
    Lien("/agrements", "Gestion des agréments", frozenset(Role)),
    Lien("/campagnes", "Campagnes d'agrément", frozenset(FONCTIONS)),
    Lien("/registres", "Registres", frozenset({Role.SCOL, Role.ADMIN})),
    Lien("/personnes", "Personnes et fonctions", frozenset({Role.ADMIN})),
    Lien("/courriers", "Courriers", frozenset({Role.ADMIN})),
)


def menu(droits: Droits) -> list[Lien]:
    """What this person's menu holds."""
    return [lien for lien in LIENS if droits.a(*lien.roles)]
