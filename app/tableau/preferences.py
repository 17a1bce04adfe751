"""*Filtrer les colonnes*: what the form says, as it is kept per person; the order and the choices that it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.tableau.models import Preference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.forms import Saisie
    from app.tableau.colonnes import Colonne
    from app.tableau.etat import Etat


_PREFERENCE = select(Preference.valeur).where(
    Preference.personne_id == bindparam("personne"), Preference.tableau == bindparam("lequel")
)


async def preference(session: AsyncSession, personne_id: int, tableau: str) -> dict[str, Any]:
    """The columns that this person hides or locks."""
    lue = await session.execute(_PREFERENCE, {"personne": personne_id, "lequel": tableau})
    return lue.scalar_one_or_none() or {}


async def garder(
    session: AsyncSession,
    personne_id: int,
    saisie: Saisie,
    registre: Mapping[str, Colonne],
    etat: Etat,
    *,
    base: str,
    tableau: str,
) -> str:
    """Keep what the form says; the address to go to: the table of *etat*, its choice of columns open if one was moved."""
    await session.merge(Preference(personne_id=personne_id, tableau=tableau, valeur=preference_de(saisie, registre)))
    vers = replace(etat, colonnes=(), verrou="").url(base)
    bouge = saisie.choix("monter", registre) or saisie.choix("descendre", registre)
    return f"{vers}&ouvrir={bouge}#colonne-{bouge}" if bouge else vers


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


def en_ordre(registre: Mapping[str, Colonne], preference: Mapping[str, Any]) -> tuple[str, ...]:
    """Every column, in the person's order; one that he has not placed stays after the one that precedes it in the registry."""
    places = [c for c in preference.get("ordre", ()) if c in registre]
    ordre = list(dict.fromkeys(places))
    precedente = ""
    for code in registre:
        if code not in places:
            ordre.insert(ordre.index(precedente) + 1 if precedente else 0, code)
        precedente = code
    return tuple(ordre)


@dataclass(frozen=True, slots=True)
class Choix:
    """One column in *Filtrer les colonnes*: whether it is shown, and how to sort on it after the others."""

    code: str
    libelle: str
    montree: bool
    aussi: str
    aussi_url: str


def choix_des_colonnes(
    registre: Mapping[str, Colonne], codes: Sequence[str], preference: Mapping[str, Any], etat: Etat, base: str
) -> list[Choix]:
    """Every column: those shown as they are shown, the hidden ones at their place in the person's order."""
    ordre = [c for c in en_ordre(registre, preference) if c not in codes]
    tous = [*codes, *ordre] if etat.colonnes else list(en_ordre(registre, preference))
    tris = dict(etat.tris)
    dits = {c: "Trier aussi par" if c not in tris else "Ne plus trier par" if tris[c] else "Inverser le tri par" for c in tous}
    return [Choix(c, registre[c].libelle, c in codes, dits[c], etat.trier_aussi(c).url(base)) for c in tous]


def ecartees(registre: Mapping[str, Colonne], etat: Etat, preference: Mapping[str, Any]) -> int:
    """How many columns were asked for, by the address or by what is kept, that are not there (any more)."""
    gardees = {*preference.get("masquees", ()), *preference.get("ordre", ())}
    return etat.ecartees if etat.colonnes or etat.ecartees else len(gardees - registre.keys())


def lien(etat: Etat, codes: tuple[str, ...], preference: Mapping[str, Any], base: str) -> str:
    """The address that shows this to anybody: what comes from the person's own preferences is written out."""
    return replace(etat, colonnes=codes, verrou=etat.verrou or preference.get("verrou", "")).url(base)
