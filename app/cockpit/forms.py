"""What the scolarité types of a terrain, of a type, of an act on an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.referentiel.normalisation import lire_rpps
from app.referentiel.queries import praticien_actif

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.forms import Saisie

NOMME = "Nommez le terrain, par exemple : Service de gériatrie aiguë."


@dataclass(frozen=True, slots=True)
class TerrainSaisi:
    """A terrain as typed."""

    libelle: str
    adresse: str
    code_postal: str
    ville: str
    description: str
    titulaire_rpps: str | None
    titulaire_depuis: date | None

    def valeurs(self) -> dict[str, Any]:
        """By column."""
        return {nom: getattr(self, nom) for nom in TerrainSaisi.__slots__}


async def lire_terrain(session: AsyncSession, saisie: Saisie, *, actuel: str | None = None) -> TerrainSaisi:
    """The fields; the holder is a practitioner whom the register knows as active, or the one who is there."""
    rpps = lire_rpps(saisie.brut("titulaire_rpps"))
    if saisie.brut("titulaire_rpps") and rpps is None:
        saisie.erreurs["titulaire_rpps"] = "Ce numéro RPPS n'est pas valide : onze chiffres, dont une clé."
    elif rpps and rpps != actuel and await praticien_actif(session, rpps) is None:
        saisie.erreurs["titulaire_rpps"] = "Le registre ne connaît aucun praticien actif de ce numéro."
    code_postal = saisie.texte("code_postal", max_=5)
    if code_postal and not (code_postal.isascii() and code_postal.isdecimal() and len(code_postal) == 5):
        saisie.erreurs["code_postal"] = "Cinq chiffres."
    return TerrainSaisi(
        libelle=saisie.texte("libelle", max_=200, requis=NOMME),
        adresse=saisie.texte("adresse", max_=200),
        code_postal=code_postal,
        ville=saisie.texte("ville", max_=80),
        description=saisie.texte("description", max_=2000),
        titulaire_rpps=rpps,
        titulaire_depuis=saisie.jour("titulaire_depuis"),
    )


def lire_numeros(saisis: list[str], *, au_plus: int = 20) -> list[int]:
    """Numbers of rows, once each, in their order; what is none is left out."""
    lus = [int(x) for x in saisis if x.isascii() and x.isdecimal() and len(x) < 16]
    return list(dict.fromkeys(lus))[:au_plus]
