"""From a state and a person's rights to SQL: scope first, then filters, order and page, all on masked columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    distinct,
    func,
    literal,
    not_,
    select,
    true,
)

from app.tableau.etat import Curseur, Etat
from app.tableau.places import CLES, PLACES, au_dela, curseur_de, en_ordre

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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
        self,
        source: Source,
        colonnes: Mapping[str, Colonne],
        droits: Droits,
        portee: ColumnElement[bool],
        ecran: Any = None,
        ordre: str = "",
    ) -> None:
        self.source = source
        self.colonnes = colonnes
        self.droits = droits
        self.portee = portee
        # What, beside the person's rights, *portee* depends on.
        self.ecran = (id(source), ecran, droits.perimetre, ordre)
        self.ordre = ordre  # the column that gives the order as long as no sort is asked for

    def tris(self, etat: Etat) -> tuple[tuple[str, bool], ...]:
        """Every level of the order, the table's own if *etat* has none."""
        return etat.tris or (((self.ordre, False),) if self.ordre else ())

    def conditions(self, etat: Etat) -> list[ColumnElement[bool]]:
        """Every filter of *etat*, and between columns."""
        base = self.source.base
        return [self.colonnes[code].filtrer(self.droits, valeurs, base) for code, valeurs in etat.filtres.items()]

    def _jointures(
        self, requete: Select[Any], codes: set[str], tris: Sequence[tuple[str, bool]] = (), autres: Iterable[str] = ()
    ) -> Select[Any]:
        noms = {*autres, *(nom for code in codes for nom in self.colonnes[code].sur)}
        noms |= {nom for code, _ in tris for nom in self.colonnes[code].sur | self.colonnes[code].sur_rang}
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
        colonnes += [cle.label(nom) for nom, cle in zip(CLES, self._cles_de_tri(etat) or [literal("")], strict=False)]
        requete = select(*colonnes).select_from(self.source.base)
        requete = self._jointures(requete, {*montrees, *etat.filtres}, self.tris(etat))
        return requete.where(self.portee, *self.conditions(etat))

    def _cles_de_tri(self, etat: Etat) -> list[Any]:
        return [self.colonnes[code].cle(self.droits, self.source.base) for code, _ in self.tris(etat)]

    async def page(self, session: AsyncSession, montrees: Sequence[str], etat: Etat, taille: int | None = None) -> Page:
        """One page, by key: its cost does not grow with its distance from the first."""
        taille = taille or TAILLE
        recul = etat.avant is not None and etat.apres is None
        curseur = etat.avant if recul else etat.apres
        cle = (self.ecran, tuple(montrees), etat.cle(), recul, curseur is None)
        requete = _gardee(cle, lambda: self._page(montrees, etat, recul=recul, suite=curseur is not None))
        place: dict[str, Any] = {"taille": taille + 1}
        if curseur:
            place |= self._place(etat, curseur)
        lignes = list((await session.execute(requete, place)).all())
        encore = len(lignes) > taille
        lignes = lignes[:taille]
        if recul:
            lignes.reverse()
        avant = bool(lignes) and (encore if recul else etat.apres is not None)
        apres = bool(lignes) and (recul or encore)
        bornes = [self.place_de(etat, x) for x in (lignes[-1], lignes[0])] if lignes else [None, None]
        return Page(lignes, bornes[0] if apres else None, bornes[1] if avant else None)

    async def valeurs(self, session: AsyncSession, montrees: Sequence[str], etat: Etat, ids: Sequence[int]) -> list[Any]:
        """The rows of these ids that this person still sees, as `selection` gives them."""
        cle = (self.ecran, tuple(montrees), etat.contexte, "ids")
        sans_filtre = Etat(contexte=etat.contexte)
        choisis = self.source.fixes["id"].in_(bindparam("ids", expanding=True))
        requete = _gardee(cle, lambda: self._selectionner(montrees, sans_filtre).where(choisis))
        return list((await session.execute(requete, {"ids": list(ids)})).all())

    def _page(self, montrees: Sequence[str], etat: Etat, *, recul: bool, suite: bool) -> Select[Any]:
        requete, ordres = self.selection(montrees, etat), self._ordres(etat, recul=recul)
        if suite:
            requete = requete.where(au_dela(ordres))
        return requete.order_by(*en_ordre(ordres)).limit(bindparam("taille"))

    async def reconnaitre(
        self, session: AsyncSession, etat: Etat, ids: Sequence[int], du: Curseur | None = None, au: Curseur | None = None
    ) -> dict[int, bool]:
        """Those of the rows *ids* that the filters keep; whether each falls on the page of *etat*, from *du* to *au*."""
        places = {"apres": etat.apres, "avant": None if etat.apres else etat.avant, "du": du, "au": au}
        poses = {nom: c for nom, c in places.items() if c}
        passes = {nom: au_dela(self._ordres(etat, recul=nom in {"avant", "du"}), nom) for nom in poses}
        bornes = [not_(p) if nom in {"du", "au"} else p for nom, p in passes.items()]
        valeurs = {cle: v for nom, c in poses.items() for cle, v in self._place(etat, c, nom).items()}
        requete = select(self.source.base.id, and_(true(), *bornes)).select_from(self.source.base)
        requete = self._jointures(requete, set(etat.filtres), self.tris(etat))
        requete = requete.where(self.source.base.id.in_(ids), self.portee, *self.conditions(etat))
        return {numero: bool(dedans) for numero, dedans in (await session.execute(requete, valeurs)).all()}

    async def compter(self, session: AsyncSession, etat: Etat) -> Compte:
        """How many rows and things counted, exactly up to the ceiling."""
        comptage = _gardee((self.ecran, None, etat.cle()), lambda: self._comptage(etat))
        lignes, sujets = (await session.execute(comptage)).one()
        return Compte(lignes, sujets, plus=lignes > LUES or sujets > PLAFOND)

    async def denombrer(self, session: AsyncSession, etat: Etat) -> int:
        """How many rows, however many."""
        dedans = self._jointures(select(func.count()).select_from(self.source.base), set(etat.filtres))
        lignes: int = (await session.execute(dedans.where(self.portee, *self.conditions(etat)))).scalar_one()
        return lignes

    async def agreger(
        self, session: AsyncSession, etat: Etat, mesures: Mapping[str, Any], *, sur: Iterable[str], groupe: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Sums over every row that *etat* keeps, by *groupe* if there is one; *sur* names the tables that they read."""
        sommes = [expr.label(nom) for nom, expr in {**groupe, **mesures}.items()]
        requete = self._jointures(select(*sommes).select_from(self.source.base), set(etat.filtres), autres=sur)
        requete = requete.where(self.portee, *self.conditions(etat)).group_by(*groupe.values())
        lues: Sequence[Mapping[str, Any]] = (await session.execute(requete)).mappings().all()
        return lues

    async def compter_avant(self, session: AsyncSession, etat: Etat, place: Curseur) -> Compte:
        """The same as `compter`, for what comes before *place*."""
        comptage = _gardee((self.ecran, "avant", etat.cle()), lambda: self._comptage(etat, avant=True))
        lignes, sujets = (await session.execute(comptage, self._place(etat, place))).one()
        return Compte(lignes, sujets, plus=lignes > LUES or sujets > PLAFOND)

    async def places(self, session: AsyncSession, etat: Etat, ou: ColumnElement[bool]) -> Sequence[Any]:
        """The bare rows that satisfy *ou* among those of *etat*, in its order."""
        requete = self.selection((), etat).where(ou).order_by(*en_ordre(self._ordres(etat, recul=False)))
        return list((await session.execute(requete)).all())

    def place_de(self, etat: Etat, ligne: Any) -> Curseur:
        """Where a row stands in the order that it was read in."""
        return curseur_de(ligne, len(self.tris(etat)))

    def _place(self, etat: Etat, place: Curseur, nom: str = "place") -> dict[str, Any]:
        valeurs = zip(PLACES, place.valeurs[: len(self.tris(etat))], strict=False)
        return {f"{nom}_ordre": place.ordre, **{nom + suite: v for suite, v in valeurs}}

    def _ordres(self, etat: Etat, *, recul: bool) -> list[tuple[Any, bool]]:
        sens = [descend != recul for _, descend in self.tris(etat)]
        # Equal rows follow the last level: a sort turned round is the same list, turned round.
        return [*zip(self._cles_de_tri(etat), sens, strict=True), (self.source.ordre, sens[-1] if sens else recul)]

    def _comptage(self, etat: Etat, *, avant: bool = False) -> Any:
        dedans = select(self.source.compte.label("sujet")).select_from(self.source.base)
        dedans = self._jointures(dedans, set(etat.filtres), self.tris(etat) if avant else ())
        dedans = dedans.where(self.portee, *self.conditions(etat))
        if avant:
            dedans = dedans.where(au_dela(self._ordres(etat, recul=True)))
        vue = dedans.limit(LUES + 1).subquery()
        return select(func.count(), func.count(distinct(vue.c.sujet))).select_from(vue)


def _gardee(cle: Any, fabrique: Callable[[], Select[Any]]) -> Select[Any]:
    gardee = _SELECTIONS.get(cle)
    if gardee is None:
        if len(_SELECTIONS) >= GARDEES:
            _SELECTIONS.pop(next(iter(_SELECTIONS)))
        gardee = _SELECTIONS[cle] = fabrique()
    return gardee
