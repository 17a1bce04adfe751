"""What of the Cockpit a person sees, as conditions: by subdivision alone.

A terrain belongs to the subdivisions of its agréments, of its demandes, and of the scolarité that made it. The department
of its site does not count: a subdivision has no list of departments, and a place may train for a neighbour's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, exists, or_, true

from app.agrements.models import Agrement
from app.cockpit.permissions import lieux
from app.demandes.models import Demande
from app.referentiel.models import Etablissement, Origine, Praticien, Terrain

if TYPE_CHECKING:
    from app.core.access import Droits
    from app.core.roles import Role


def _des(droits: Droits, table: Any, siens: frozenset[str] | None) -> list[ColumnElement[bool]]:
    """The rows of *table* in these subdivisions; never one's own: whoever has a déport learns nothing of it here."""
    conditions = [] if siens is None else [table.subdivision.in_(sorted(siens))]
    return [*conditions, table.rpps != droits.propre] if droits.propre else conditions


def _lie(droits: Droits, siens: frozenset[str] | None, sur_agrement: Any, sur_demande: Any) -> list[ColumnElement[bool]]:
    return [
        exists().where(sur_agrement, *_des(droits, Agrement, siens)),
        exists().where(sur_demande, Demande.supprimee_le.is_(None), *_des(droits, Demande, siens)),
    ]


def terrains_visibles(droits: Droits, *roles: Role, table: Any = Terrain) -> ColumnElement[bool]:
    """The terrains of one's subdivisions."""
    siens = lieux(droits, *roles)
    if siens is None:
        return true()
    liens = _lie(droits, siens, Agrement.terrain_id == table.id, Demande.terrain_id == table.id)
    return or_(table.subdivision.in_(sorted(siens)), *liens)


def etablissements_visibles(droits: Droits, *roles: Role) -> ColumnElement[bool]:
    """What a register holds is public; a local record is seen where something leads to it."""
    siens = lieux(droits, *roles)
    if siens is None:
        return true()
    return or_(Etablissement.origine == Origine.REGISTRE, sites_lies(droits, siens))


def sites_lies(droits: Droits, siens: frozenset[str] | None) -> ColumnElement[bool]:
    """The sites with a terrain or a demande in these subdivisions."""
    du_site = Terrain.etablissement_id == Etablissement.id
    dans = Terrain.subdivision.is_not(None) if siens is None else Terrain.subdivision.in_(sorted(siens))
    return or_(
        exists().where(du_site, or_(dans, *_lie(droits, siens, Agrement.terrain_id == Terrain.id, _du_terrain()))),
        exists().where(
            Demande.etablissement_id == Etablissement.id, Demande.supprimee_le.is_(None), *_des(droits, Demande, siens)
        ),
    )


def _du_terrain() -> ColumnElement[bool]:
    return Demande.terrain_id == Terrain.id


def praticiens_visibles(droits: Droits, *roles: Role) -> ColumnElement[bool]:
    """Those with an agrément, a demande or a terrain in one's subdivisions."""
    siens = lieux(droits, *roles)
    if siens is None:
        return true()
    tenu = exists().where(Terrain.titulaire_rpps == Praticien.rpps, terrains_visibles(droits, *roles))
    return or_(tenu, *_lie(droits, siens, Agrement.rpps == Praticien.rpps, Demande.rpps == Praticien.rpps))
