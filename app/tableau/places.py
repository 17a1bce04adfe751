"""An order of several levels: the places in it, and what lies beyond one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, bindparam, or_

from app.tableau.etat import TRIS_MAX, Curseur

if TYPE_CHECKING:
    from collections.abc import Sequence

# The labels of a row's sorted values, and the parameters of a place: one for each level of the sort.
CLES = ("cle_tri", *(f"cle_tri_{n}" for n in range(2, TRIS_MAX + 1)))
PLACES = tuple(f"_valeur_{n}" for n in range(TRIS_MAX))  # after the name of a place


def en_ordre(ordres: Sequence[tuple[Any, bool]]) -> list[Any]:
    """What an ORDER BY takes."""
    return [cle.desc() if descend else cle.asc() for cle, descend in ordres]


def curseur_de(ligne: Any, niveaux: int) -> Curseur:
    """Where a row stands, as it was read."""
    valeurs = [str(getattr(ligne, nom)) for nom in CLES[: max(niveaux, 1)]]
    return Curseur(valeurs[0], ligne.ordre, tuple(valeurs[1:]))


def au_dela(ordres: Sequence[tuple[Any, bool]], place: str = "place") -> ColumnElement[bool]:
    """The rows past a place: beyond its first value; or equal there, and beyond the next; its number last."""
    *niveaux, (ordre, descend) = ordres
    rang = bindparam(f"{place}_ordre", type_=BigInteger)
    passe: ColumnElement[bool] = ordre < rang if descend else ordre > rang
    for (cle, decroit), nom in reversed(list(zip(niveaux, PLACES, strict=False))):
        valeur = bindparam(place + nom, type_=String)
        passe = or_(cle < valeur if decroit else cle > valeur, and_(cle == valeur, passe))
    return passe
