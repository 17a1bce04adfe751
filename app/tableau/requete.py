"""From a state and a person's rights to SQL: scope first, then filters, order and page, all on masked columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, String, and_, distinct, func, literal, or_, select, type_coerce

from app.tableau.etat import Curseur, Etat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.tableau.colonnes import Colonne

TAILLE = 50
PLAFOND = 5_000  # counts are exact up to here
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
    """Rows and things counted; `plus` when the count stopped at the ceiling."""

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

    def _jointures(self, requete: Select[Any], codes: set[str]) -> Select[Any]:
        noms = {nom for code in codes for nom in self.colonnes[code].sur}
        for nom, (table, condition) in self.source.jointures.items():
            if nom in noms:
                requete = requete.outerjoin(table, condition)
        return requete

    def selection(self, montrees: Sequence[str], etat: Etat) -> Select[Any]:
        """The rows, without order nor limit; each shown column's values masked by its objet.

        Building a statement costs more than running it: the last ones are kept, by perimeter and state.
        """
        cle = (self.ecran, tuple(montrees), etat.cle())
        gardee = _SELECTIONS.get(cle)
        if gardee is None:
            if len(_SELECTIONS) >= GARDEES:
                _SELECTIONS.pop(next(iter(_SELECTIONS)))
            gardee = _SELECTIONS[cle] = self._selectionner(montrees, etat)
        return gardee

    def _selectionner(self, montrees: Sequence[str], etat: Etat) -> Select[Any]:
        colonnes = [expr.label(nom) for nom, expr in self.source.fixes.items()]
        vues = set(self.source.fixes)
        for code in montrees:
            colonne = self.colonnes[code]
            for nom, expr in colonne.valeurs.items():
                if nom not in vues:
                    vues.add(nom)
                    colonnes.append(colonne.masquee(self.droits, expr, self.source.base).label(nom))
        colonnes.append(self._cle_de_tri(etat).label("cle_tri"))
        requete = select(*colonnes).select_from(self.source.base)
        requete = self._jointures(requete, {*montrees, *etat.filtres, *([etat.tri] if etat.tri else [])})
        return requete.where(self.portee, *self.conditions(etat))

    def _cle_de_tri(self, etat: Etat) -> Any:
        if not etat.tri:
            return literal("")
        colonne = self.colonnes[etat.tri]
        masquee = colonne.masquee(self.droits, colonne.tri, self.source.base)
        # A column of the base is never NULL: bare, it lets an index give the order.
        if masquee is colonne.tri and not colonne.sur:
            return masquee
        # As text: what is hidden or missing sorts as "", which no enumeration holds.
        return func.coalesce(type_coerce(masquee, String), "")

    async def page(self, session: AsyncSession, montrees: Sequence[str], etat: Etat) -> Page:
        """One page, by key: its cost does not grow with its distance from the first."""
        cle, ordre = self._cle_de_tri(etat), self.source.ordre
        requete = self.selection(montrees, etat)
        recul = etat.avant is not None and etat.apres is None
        curseur = etat.avant if recul else etat.apres
        descend = etat.decroissant != recul
        if curseur:
            requete = requete.where(_au_dela(cle if etat.tri else None, ordre, curseur, descend=descend))
        ordres = ([cle] if etat.tri else []) + [ordre]
        requete = requete.order_by(*(c.desc() if descend else c.asc() for c in ordres)).limit(TAILLE + 1)
        lignes = list((await session.execute(requete)).all())
        encore = len(lignes) > TAILLE
        lignes = lignes[:TAILLE]
        if recul:
            lignes.reverse()
        avant = bool(lignes) and (encore if recul else etat.apres is not None)
        apres = bool(lignes) and (recul or encore)
        return Page(lignes, _curseur(lignes[-1]) if apres else None, _curseur(lignes[0]) if avant else None)

    async def compter(self, session: AsyncSession, etat: Etat) -> Compte:
        """How many rows and things counted, exactly up to the ceiling."""
        cle = (self.ecran, None, etat.cle())
        comptage = _SELECTIONS.get(cle)
        if comptage is None:
            dedans = select(self.source.compte.label("sujet")).select_from(self.source.base)
            dedans = self._jointures(dedans, set(etat.filtres)).where(self.portee, *self.conditions(etat))
            vue = dedans.limit(PLAFOND + 1).subquery()
            comptage = _SELECTIONS[cle] = _compte(vue)
        lignes, sujets = (await session.execute(comptage)).one()
        return Compte(lignes, sujets, plus=lignes > PLAFOND)


def _compte(vue: Any) -> Any:
    return select(func.count(), func.count(distinct(vue.c.sujet))).select_from(vue)


def _curseur(ligne: Any) -> Curseur:
    return Curseur(str(ligne.cle_tri), ligne.ordre)


def _au_dela(cle: Any, ordre: Any, curseur: Curseur, *, descend: bool) -> ColumnElement[bool]:
    passe = ordre < curseur.ordre if descend else ordre > curseur.ordre
    if cle is None:
        return passe  # type: ignore[no-any-return]
    plus_loin = cle < curseur.valeur if descend else cle > curseur.valeur
    return or_(plus_loin, and_(cle == curseur.valeur, passe))
