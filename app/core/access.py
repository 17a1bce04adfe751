"""Rights of one person, evaluated on the visibility matrix: in Python for one line, in SQL for a list.

Knows only a `Droits` value handed to it. Functions add up; then *déport* wins over all of them: on his own demande one is
its RTS at most, on a line with a declared déport one sees that the row is there and nothing else; then *blindness*:
whoever may give an opinion on a line reads nothing on it that tells another's before its séance is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal_column, not_, or_

from app.core.droits import DEMANDEUR, RECUSE, Droits, Faits, Portee, parmi
from app.core.roles import Role
from app.core.visibilite import MATRICE, OPINIONS, SON_AVIS, Droit, Moment, Objet, droit

__all__ = (
    "DEMANDEUR", "RECUSE", "Droits", "Faits", "Portee", "Vue", "lisible_sql", "masque_sql", "parmi", "peut_ecrire",
    "peut_lire", "vue",
)  # fmt: skip

COMMISSION = frozenset({Role.MEMBRE, Role.PRES})


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
    if droits.recuse(faits):
        return objet is Objet.LIGNE and lisible(droits.roles_couvrants(faits), Moment(faits.moment), objet)
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
    recuse: bool = False  # by a declared déport: the row is there, and the word


def vue(droits: Droits, faits: Faits) -> Vue:
    """All the rights on a line at once; a déport is told to whoever has a function that it takes away."""
    couvrants = droits.roles_couvrants(faits)
    if droits.recuse(faits):
        return _recuse(couvrants, Moment(faits.moment))
    return _vue(droits.roles_sur(faits), Moment(faits.moment), deport=droits.demandeur(faits) and bool(couvrants))


@lru_cache(maxsize=4096)
def _recuse(roles: frozenset[Role], moment: Moment) -> Vue:
    vus = frozenset({Objet.LIGNE}) if lisible(roles, moment, Objet.LIGNE) else frozenset()
    return Vue(vus, frozenset(), deport=bool(roles), recuse=True)


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
    if droits.deports and objet is not Objet.LIGNE:
        condition = and_(condition, c.id.not_in(sorted(droits.deports)))
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
    if droits.propre is not None or droits.deports or len(droits.portees) != 1 or droits.portees[0].role in SON_AVIS:
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
