"""From a state and a person's rights to SQL: scope first, then filters, order and page, all on masked columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    distinct,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from app.tableau.etat import Curseur, Etat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.tableau.colonnes import Colonne

TAILLE = 50
PLAFOND = 5_000  # counts are exact up to here
LUES = 2 * PLAFOND  # rows read to count: a thing has several
GARDEES = 512  # statements kept
_SELECTIONS: dict[Any, Select[Any]] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """What a table reads: the mapped class of its rows, its number, the thing counted, the joins by name, the scope."""

    base: Any
    ordre: Any
    compte: Any
    jointures: Mapping[str, tuple[Any, Any]]  # name → (table, ON)
    fixes: Mapping[str, Any]  # label → expression that every row carries, whatever is shown


@dataclass(frozen=True, slots=True)
class Compte:
    """Rows and things counted; `plus` when there are more things than the ceiling."""

    lignes: int
    sujets: int
    plus: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, and the cursors of its neighbours."""

    lignes: Sequence[Any]
    suivante: Curseur | None
    precedente: Curseur | None


class Requete:
    """One reading of a table by one person."""

    def __init__(
        self, source: Source, colonnes: Mapping[str, Colonne], droits: Droits, portee: ColumnElement[bool], ecran: Any = None
    ) -> None:
        self.source = source
        self.colonnes = colonnes
        self.droits = droits
        self.portee = portee
        # What, beside the person's rights, *portee* depends on.
        self.ecran = (id(source), ecran, droits.perimetre)

    def conditions(self, etat: Etat) -> list[ColumnElement[bool]]:
        """Every filter of *etat*, and between columns."""
        base = self.source.base
        return [self.colonnes[code].filtrer(self.droits, valeurs, base) for code, valeurs in etat.filtres.items()]

    def _jointures(self, requete: Select[Any], codes: set[str], tri: str = "") -> Select[Any]:
        noms = {nom for code in codes for nom in self.colonnes[code].sur}
        noms |= self.colonnes[tri].sur | self.colonnes[tri].sur_rang if tri else frozenset()
        for nom, (table, condition) in self.source.jointures.items():
            if nom in noms:
                requete = requete.outerjoin(table, condition)
        return requete

    def selection(self, montrees: Sequence[str], etat: Etat) -> Select[Any]:
        """The rows, without order nor limit; each shown column's values masked by its objet.

        Building a statement costs more than running it: the last ones are kept, by perimeter and state.
        """
        return _gardee((self.ecran, tuple(montrees), etat.cle()), lambda: self._selectionner(montrees, etat))

    def _selectionner(self, montrees: Sequence[str], etat: Etat) -> Select[Any]:
        colonnes = [expr.label(nom) for nom, expr in self.source.fixes.items()]
        vues = set(self.source.fixes)
        for code in montrees:
            colonne = self.colonnes[code]
            for nom in colonne.valeurs:
                if nom not in vues:
                    vues.add(nom)
                    colonnes.append(colonne.valeur(nom, self.droits, self.source.base).label(nom))
        colonnes.append(self._cle_de_tri(etat).label("cle_tri"))
        requete = select(*colonnes).select_from(self.source.base)
        requete = self._jointures(requete, {*montrees, *etat.filtres}, etat.tri)
        return requete.where(self.portee, *self.conditions(etat))

    def _cle_de_tri(self, etat: Etat) -> Any:
        return self.colonnes[etat.tri].cle(self.droits, self.source.base) if etat.tri else literal("")

    async def page(self, session: AsyncSession, montrees: Sequence[str], etat: Etat) -> Page:
        """One page, by key: its cost does not grow with its distance from the first."""
        recul = etat.avant is not None and etat.apres is None
        curseur = etat.avant if recul else etat.apres
        cle = (self.ecran, tuple(montrees), etat.cle(), recul, curseur is None)
        requete = _gardee(cle, lambda: self._page(montrees, etat, recul=recul, suite=curseur is not None))
        place: dict[str, Any] = {"taille": TAILLE + 1}
        if curseur:
            place |= {"place_valeur": curseur.valeur, "place_ordre": curseur.ordre}
        lignes = list((await session.execute(requete, place)).all())
        encore = len(lignes) > TAILLE
        lignes = lignes[:TAILLE]
        if recul:
            lignes.reverse()
        avant = bool(lignes) and (encore if recul else etat.apres is not None)
        apres = bool(lignes) and (recul or encore)
        return Page(lignes, _curseur(lignes[-1]) if apres else None, _curseur(lignes[0]) if avant else None)

    def _page(self, montrees: Sequence[str], etat: Etat, *, recul: bool, suite: bool) -> Select[Any]:
        cle, ordre, requete = self._cle_de_tri(etat), self.source.ordre, self.selection(montrees, etat)
        descend = etat.decroissant != recul
        if suite:
            requete = requete.where(_au_dela(cle if etat.tri else None, ordre, descend=descend))
        ordres = ([cle] if etat.tri else []) + [ordre]
        return requete.order_by(*(c.desc() if descend else c.asc() for c in ordres)).limit(bindparam("taille"))

    async def reconnaitre(
        self, session: AsyncSession, etat: Etat, ids: Sequence[int], du: Curseur | None = None, au: Curseur | None = None
    ) -> dict[int, bool]:
        """Those of the rows *ids* that the filters keep; whether each falls on the page of *etat*, from *du* to *au*."""
        cle, ordre, descend = self._cle_de_tri(etat) if etat.tri else None, self.source.ordre, etat.decroissant

        places = {"apres": etat.apres, "avant": None if etat.apres else etat.avant, "du": du, "au": au}
        poses = {nom: c for nom, c in places.items() if c}
        passes = {nom: _au_dela(cle, ordre, descend=descend != (nom in {"avant", "du"}), place=nom) for nom in poses}
        bornes = [not_(p) if nom in {"du", "au"} else p for nom, p in passes.items()]
        valeurs: dict[str, Any] = {f"{nom}_valeur": c.valeur for nom, c in poses.items() if etat.tri}
        valeurs |= {f"{nom}_ordre": c.ordre for nom, c in poses.items()}
        requete = select(self.source.base.id, and_(true(), *bornes)).select_from(self.source.base)
        requete = self._jointures(requete, set(etat.filtres), etat.tri)
        requete = requete.where(self.source.base.id.in_(ids), self.portee, *self.conditions(etat))
        return {numero: bool(dedans) for numero, dedans in (await session.execute(requete, valeurs)).all()}

    async def compter(self, session: AsyncSession, etat: Etat) -> Compte:
        """How many rows and things counted, exactly up to the ceiling."""
        comptage = _gardee((self.ecran, None, etat.cle()), lambda: self._comptage(etat))
        lignes, sujets = (await session.execute(comptage)).one()
        return Compte(lignes, sujets, plus=lignes > LUES or sujets > PLAFOND)

    def _comptage(self, etat: Etat) -> Any:
        dedans = select(self.source.compte.label("sujet")).select_from(self.source.base)
        dedans = self._jointures(dedans, set(etat.filtres)).where(self.portee, *self.conditions(etat))
        vue = dedans.limit(LUES + 1).subquery()
        return select(func.count(), func.count(distinct(vue.c.sujet))).select_from(vue)


def _gardee(cle: Any, fabrique: Callable[[], Select[Any]]) -> Select[Any]:
    gardee = _SELECTIONS.get(cle)
    if gardee is None:
        if len(_SELECTIONS) >= GARDEES:
            _SELECTIONS.pop(next(iter(_SELECTIONS)))
        gardee = _SELECTIONS[cle] = fabrique()
    return gardee


def _curseur(ligne: Any) -> Curseur:
    return Curseur(str(ligne.cle_tri), ligne.ordre)


def _au_dela(cle: Any, ordre: Any, *, descend: bool, place: str = "place") -> ColumnElement[bool]:
    rang, valeur = bindparam(f"{place}_ordre", type_=BigInteger), bindparam(f"{place}_valeur", type_=String)
    passe = ordre < rang if descend else ordre > rang
    if cle is None:
        return passe  # type: ignore[no-any-return]
    plus_loin = cle < valeur if descend else cle > valeur
    return or_(plus_loin, and_(cle == valeur, passe))
