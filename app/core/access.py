"""Rights of one person, evaluated on the visibility matrix: in Python for one line, in SQL for a list.

Knows only a `Droits` value handed to it. Functions add up; then *déport* wins over all of them; then *blindness*:
whoever may give an opinion on a line reads nothing on it that tells another's before its séance is open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, and_, false, literal_column, not_, or_, true

from app.core.roles import Role
from app.core.visibilite import MATRICE, OPINIONS, SON_AVIS, Droit, Moment, Objet, droit

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMISSION = frozenset({Role.MEMBRE, Role.PRES})


class Faits(Protocol):
    """What rights depend on: a line, or anything shaped like one."""

    moment: Any
    subdivision: Any
    formation: Any
    rpps: Any


def parmi(colonne: Any, valeurs: Sequence[Any]) -> ColumnElement[bool]:
    """Whether *colonne* is one of *valeurs*; a list of one is an equality, which costs nothing to send again."""
    return colonne == valeurs[0] if len(valeurs) == 1 else colonne.in_(valeurs)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Portee:
    """One function in force: a role on subdivisions × formations; None means all."""

    role: Role
    subdivisions: frozenset[str] | None = None
    formations: frozenset[str] | None = None

    def couvre(self, subdivision: str, formation: str | None = None) -> bool:
        """Whether the perimeter holds this subdivision (and formation, if one is asked)."""
        return (self.subdivisions is None or subdivision in self.subdivisions) and (
            formation is None or self.formations is None or formation in self.formations
        )

    def sql(self, c: Any) -> ColumnElement[bool]:
        """The same, on columns."""
        parts: list[ColumnElement[bool]] = []
        if self.subdivisions is not None:
            parts.append(parmi(c.subdivision, sorted(self.subdivisions)))
        if self.formations is not None:
            parts.append(parmi(c.formation, sorted(self.formations)))
        return and_(*parts) if parts else true()


@dataclass(frozen=True)
class Droits:
    """Who asks: a person, his RPPS if he has one known and active, his functions in force today.

    `inactif` is his RPPS where the register does not hold it as active: he is no RTS, and the déport holds all the same.
    """

    personne_id: int
    nom_complet: str
    rpps: str | None = None
    portees: tuple[Portee, ...] = ()
    expirees: tuple[str, ...] = field(default=(), compare=False)
    inactif: str | None = None

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Every role held, RTS included."""
        return frozenset({p.role for p in self.portees} | ({Role.RTS} if self.rpps else set()))

    def a(self, *roles: Role) -> bool:
        """Whether one of *roles* is held, wherever."""
        return not self.roles.isdisjoint(roles)

    def portees_de(self, *roles: Role) -> tuple[Portee, ...]:
        """The functions of these roles."""
        return tuple(p for p in self.portees if p.role in roles)

    def couvre(self, role: Role, subdivision: str, formation: str | None = None) -> bool:
        """Whether *role* is held there."""
        return any(p.couvre(subdivision, formation) for p in self.portees_de(role))

    @property
    def propre(self) -> str | None:
        """His RPPS, active or not: whose demandes are his own."""
        return self.rpps or self.inactif

    @property
    def perimetre(self) -> Droits:
        """The same rights, nobody's in particular: what statements and counts are kept by."""
        return Droits(0, "", self.rpps, self.portees, inactif=self.inactif)

    def deporte(self, faits: Faits) -> bool:
        """Automatic déport: the line is his own demande (RPPS equal)."""
        return self.propre is not None and faits.rpps == self.propre

    def roles_sur(self, faits: Faits) -> frozenset[Role]:
        """The roles that count on this line: all that cover it, or RTS at most on his own demande."""
        if self.deporte(faits):
            return frozenset({Role.RTS} if self.rpps else ())
        return frozenset(p.role for p in self.portees if p.couvre(faits.subdivision, faits.formation))


def _lit(cellule: Droit, *, membre: bool) -> bool:
    return cellule in {Droit.LIRE, Droit.ECRIRE} or (cellule is Droit.SI_MEMBRE and membre)


def _aveugle(roles: frozenset[Role], moment: Moment, objet: Objet) -> bool:
    """Blindness, after additivity: see the module's first lines."""
    if moment is not Moment.AVANT_SEANCE or objet not in OPINIONS:
        return False
    donneurs = roles & SON_AVIS.keys()
    return bool(donneurs) and not any(objet in SON_AVIS[r] for r in donneurs)


def peut_lire(droits: Droits, objet: Objet, faits: Faits) -> bool:
    """Whether this person may read *objet* on this line, now."""
    return lisible(droits.roles_sur(faits), Moment(faits.moment), objet)


def lisible(roles: frozenset[Role], moment: Moment, objet: Objet) -> bool:
    """Whether whoever holds *roles* on a line reads *objet* on it at *moment*."""
    membre = bool(roles & COMMISSION)
    return not _aveugle(roles, moment, objet) and any(_lit(droit(objet, moment, r), membre=membre) for r in roles)


def peut_ecrire(droits: Droits, objet: Objet, faits: Faits) -> bool:
    """Whether this person may edit *objet* on this line, now (state of the demande and séance aside)."""
    return _modifiable(droits.roles_sur(faits), Moment(faits.moment), objet)


def _modifiable(roles: frozenset[Role], moment: Moment, objet: Objet) -> bool:
    return not _aveugle(roles, moment, objet) and any(droit(objet, moment, r) is Droit.ECRIRE for r in roles)


@dataclass(frozen=True, slots=True)
class Vue:
    """What one person may do with one line: everything that its rendering depends on, beside the line itself."""

    lit: frozenset[Objet]
    ecrit: frozenset[Objet]
    deport: bool


def vue(droits: Droits, faits: Faits) -> Vue:
    """All the rights on a line at once; a déport is told to whoever has a function that it takes away."""
    deport = droits.deporte(faits) and any(p.couvre(faits.subdivision, faits.formation) for p in droits.portees)
    return _vue(droits.roles_sur(faits), Moment(faits.moment), deport=deport)


@lru_cache(maxsize=4096)
def _vue(roles: frozenset[Role], moment: Moment, *, deport: bool) -> Vue:
    return Vue(
        frozenset(o for o in Objet if lisible(roles, moment, o)),
        frozenset(o for o in Objet if _modifiable(roles, moment, o)),
        deport,
    )


def lisible_sql(droits: Droits, objet: Objet, c: Any) -> ColumnElement[bool]:
    """`peut_lire` as a condition on the columns *c* (moment, subdivision, formation, rpps)."""
    return _lisible_sql(droits.perimetre, objet, c)


# Building a condition costs more than running it: those of the last perimeters are kept.
@lru_cache(maxsize=4096)
def _lisible_sql(droits: Droits, objet: Objet, c: Any) -> ColumnElement[bool]:
    branches: list[ColumnElement[bool]] = []
    for portee in droits.portees:
        moments, si_membre = _moments(objet, portee.role)
        if moments:
            branches.append(and_(portee.sql(c), _parmi(c.moment, moments)))
        if si_membre and (commission := droits.portees_de(*COMMISSION)):
            membre = or_(*(p.sql(c) for p in commission))
            branches.append(and_(portee.sql(c), membre, _parmi(c.moment, si_membre)))
    condition = or_(*branches) if branches else false()
    if objet in OPINIONS and (aveugles := _aveugles_sql(droits, objet, c)):
        condition = and_(condition, not_(and_(c.moment == Moment.AVANT_SEANCE, or_(*aveugles))))
    if droits.propre is None:
        return condition
    condition = and_(condition, c.rpps != droits.propre)
    moments, _ = _moments(objet, Role.RTS)
    if droits.rpps is None or not moments:
        return condition
    return or_(condition, and_(c.rpps == droits.rpps, _parmi(c.moment, moments)))


def _moments(objet: Objet, role: Role) -> tuple[frozenset[Moment], frozenset[Moment]]:
    cellules = {m: MATRICE.get((objet, m, role), Droit.RIEN) for m in Moment}
    return (
        frozenset(m for m, d in cellules.items() if d in {Droit.LIRE, Droit.ECRIRE}),
        frozenset(m for m, d in cellules.items() if d is Droit.SI_MEMBRE),
    )


def masque_sql(droits: Droits, objet: Objet, c: Any) -> ColumnElement[bool]:
    """`lisible_sql` on rows that this person sees: a sole function has its perimeter in the scope already."""
    if droits.propre is not None or len(droits.portees) != 1 or droits.portees[0].role in SON_AVIS:
        return lisible_sql(droits, objet, c)
    moments, _ = _moments(objet, droits.portees[0].role)
    return _parmi(c.moment, moments) if moments else false()


def _parmi(colonne: Any, moments: frozenset[Moment]) -> Any:
    # The shortest condition: the database keeps its choice of index. Our own words, as constants of the statement.
    autres = frozenset(Moment) - moments
    if len(autres) == 1:
        return colonne != next(iter(autres))
    return colonne.in_([literal_column(f"'{m.value}'") for m in sorted(moments)])


def _aveugles_sql(droits: Droits, objet: Objet, c: Any) -> list[ColumnElement[bool]]:
    aveugles = [p for p in droits.portees if p.role in SON_AVIS and objet not in SON_AVIS[p.role]]
    if not aveugles:
        return []
    voyants = [p.sql(c) for p in droits.portees if p.role in SON_AVIS and objet in SON_AVIS[p.role]]
    voit = or_(*voyants) if voyants else false()
    return [and_(p.sql(c), not_(voit)) for p in aveugles]
