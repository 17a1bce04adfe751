"""The statut as its reader may know it: before the publication, others' ACCEPTE and REFUSE read VALIDE_ADMIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, literal, not_

from app.core.access import lisible_sql
from app.core.etendue import toujours_lisible
from app.core.visibilite import Moment, Objet
from app.demandes.models import Ligne
from app.demandes.statuts import Statut

if TYPE_CHECKING:
    from app.core.access import Droits, Vue

_APRES_CLOTURE: Final = frozenset({Moment.CLOSE, Moment.PUBLIEE})


def statut_dit(r: Any, vue: Vue) -> str:
    """Of a row that was read."""
    cache = r.moment in _APRES_CLOTURE and Objet.STATUT_COMMISSION not in vue.lit
    return Statut.VALIDE_ADMIN.value if cache else Statut(r.statut).value


def statut_lu(droits: Droits) -> Any:
    """In SQL."""
    if toujours_lisible(droits, Objet.STATUT_COMMISSION, _APRES_CLOTURE):
        return Ligne.statut
    cache = and_(Ligne.moment.in_(sorted(_APRES_CLOTURE)), not_(lisible_sql(droits, Objet.STATUT_COMMISSION, Ligne)))
    return case((cache, literal(Statut.VALIDE_ADMIN, Ligne.statut.type)), else_=Ligne.statut)
