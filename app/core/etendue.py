"""What rights amount to over all the lines that they see: what is read on each of them, on some, on none.

Statements are built on it: what is always readable needs no mask, and what never is does not appear in them at all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from app.core.access import lisible
from app.core.roles import Role
from app.core.visibilite import Moment, Objet

if TYPE_CHECKING:
    from app.core.access import Droits

# No code of ours: what stands for the lines outside of every perimeter that is named.
_AILLEURS = "\0"


@lru_cache(maxsize=1024)
def _cas(droits: Droits) -> frozenset[tuple[frozenset[Role], Moment]]:
    """Every (roles that count, moment) at which these rights may ever meet a line that they see."""
    lieux = {x for p in droits.portees for x in p.subdivisions or ()} | {_AILLEURS}
    formations = {x for p in droits.portees for x in p.formations or ()} | {_AILLEURS}
    roles = {frozenset(p.role for p in droits.portees if p.couvre(lieu, f)) for lieu in lieux for f in formations}
    roles |= {frozenset({Role.RTS})} if droits.rpps else set()
    return frozenset((r, m) for r in roles for m in Moment if lisible(r, m, Objet.LIGNE))


def jamais_lisible(droits: Droits, *objets: Objet) -> bool:
    """Whether no line that this person sees ever shows him all of *objets*: such columns are left out of his statements."""
    return not any(all(lisible(*cas, o) for o in objets) for cas in _cas(droits.perimetre))


def toujours_lisible(droits: Droits, objet: Objet, parmi: frozenset[Moment] = frozenset(Moment)) -> bool:
    """Whether *objet* is readable on every line that this person sees at the moments *parmi*: no mask is needed then."""
    if droits.deports and objet is not Objet.LIGNE:
        return False  # of a line with a declared déport one reads that it is there
    return all(lisible(roles, moment, objet) for roles, moment in _cas(droits.perimetre) if moment in parmi)


def suit(droits: Droits, objet: Objet, autre: Objet) -> bool:
    """Whether *objet* is readable on every line where *autre* is."""
    cas = [c for c in _cas(droits.perimetre) if lisible(*c, autre)]
    return all(lisible(*c, objet) for c in cas)
