"""The main menu: one table of links and of the roles that see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.core.roles import FONCTIONS, Role

if TYPE_CHECKING:
    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Lien:
    """A link of the menu, for these roles; those of a *groupe* open under its name."""

    url: str
    libelle: str
    roles: frozenset[Role]
    groupe: str = ""


@dataclass(frozen=True, slots=True)
class Groupe:
    """Links under one name."""

    libelle: str
    liens: list[Lien]


STAGES: Final = "Stages 3ème cycle"
ADMINISTRATION: Final = "Administration"
PEU: Final = 2  # a group of so few links is no group
_BUREAU: Final = frozenset({Role.SCOL, Role.ADMIN})
LIENS: Final = (
    Lien("/tableau-de-bord", "Tableau de bord", frozenset({Role.RTS})),
    Lien("/a-faire", "À faire", frozenset(FONCTIONS) - {Role.ARS}),
    Lien("/demandes", "Liste des demandes", frozenset(Role)),
    Lien("/seances", "Commission", frozenset({Role.SCOL, Role.MEMBRE, Role.PRES, Role.ADMIN})),
    Lien("/campagnes", "Campagnes d'agrément", frozenset(FONCTIONS), STAGES),
    Lien("/agrements", "Gestion des agréments", frozenset(Role), STAGES),
    Lien("/renouvellements", "Agréments à renouveler", _BUREAU, STAGES),
    Lien("/terrains", "Terrains", _BUREAU, STAGES),
    Lien("/etablissements", "Etablissements", _BUREAU, STAGES),
    Lien("/praticiens", "Praticiens", _BUREAU, STAGES),
    Lien("/evenements", "Événements", _BUREAU, ADMINISTRATION),
    Lien("/registres", "Registres", _BUREAU, ADMINISTRATION),
    Lien("/reprises", "Reprise d'un outil précédent", _BUREAU, ADMINISTRATION),
    Lien("/personnes", "Personnes et fonctions", frozenset({Role.ADMIN}), ADMINISTRATION),
    Lien("/courriers", "Courriers", frozenset({Role.ADMIN}), ADMINISTRATION),
)


def menu(droits: Droits) -> list[Lien]:
    """What this person's menu holds."""
    return [lien for lien in LIENS if droits.a(*lien.roles)]


def menu_groupe(droits: Droits) -> list[Lien | Groupe]:
    """The same as the header shows it."""
    siens, faits = menu(droits), list[Lien | Groupe]()
    for lien in siens:
        ensemble = [x for x in siens if x.groupe == lien.groupe]
        if not lien.groupe or len(ensemble) <= PEU:
            faits.append(lien)
        elif ensemble[0] is lien:
            faits.append(Groupe(lien.groupe, ensemble))
    return faits
