"""Roles, as functions name them."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """Who one may be. RTS is no function: it comes from an RPPS known and active in the register."""

    RTS = "RTS"
    SCOL = "SCOL"
    COORD = "COORD"
    REP = "REP"
    MEMBRE = "MEMBRE"
    PRES = "PRES"
    ARS = "ARS"
    ADMIN = "ADMIN"

    @property
    def libelle(self) -> str:
        """The word on screen."""
        return _LIBELLES[self]


_LIBELLES = {
    Role.RTS: "Responsable de terrain de stage",
    Role.SCOL: "Scolarité",
    Role.COORD: "Coordonnateur",
    Role.REP: "Représentant des internes",
    Role.MEMBRE: "Membre de la commission",
    Role.PRES: "Président de la commission",
    Role.ARS: "Agence régionale de santé",
    Role.ADMIN: "Administrateur",
}
FONCTIONS = tuple(r for r in Role if r is not Role.RTS)
