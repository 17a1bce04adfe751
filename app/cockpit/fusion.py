"""What merging some terrains would do: which number stays, what moves, what forbids it. Read, then shown, then read again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.agrements.models import Agrement, StatutAgrement
from app.agrements.queries import statut_au
from app.cockpit.perimetre import terrains_visibles
from app.cockpit.permissions import hors_de
from app.core.errors import Introuvable
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes.models import Demande, Retour
from app.referentiel.models import Etablissement, Formation, Terrain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

AU_PLUS = 20
ANCIENS_MAX = 200  # characters of the numbers that one terrain took in


@dataclass
class Plan:
    """A merge into `garde`; `conflits` is why not."""

    garde: Any
    repris: Sequence[Any]
    agrements: dict[int, int] = field(default_factory=dict)  # number → terrain that it leaves
    demandes: dict[int, int] = field(default_factory=dict)
    retours: int = 0
    conflits: list[str] = field(default_factory=list)
    versions: tuple[int, ...] = ()

    @property
    def tous(self) -> list[Any]:
        """The one that stays, then the others."""
        return [self.garde, *self.repris]

    @property
    def empreinte(self) -> str:
        """Of everything that the preview says."""
        dit = [
            [(t.id, t.version) for t in self.tous],
            sorted(self.agrements.items()),
            sorted(self.demandes.items()),
            self.versions,
            self.conflits,
        ]
        return hashlib.sha256(repr(dit).encode()).hexdigest()[:20]

    def de(self, terrain_id: int) -> tuple[int, int]:
        """How many agréments and demandes leave a terrain."""
        return (list(self.agrements.values()).count(terrain_id), list(self.demandes.values()).count(terrain_id))


async def planifier(session: AsyncSession, droits: Droits, ids: Sequence[int], garde: int | None) -> Plan:
    """The plan for these terrains; *garde* stays, the lowest number if none is said.

    Raises:
        Introuvable: one of them is not in this person's subdivisions, or there are not two.
    """
    requete = select(Terrain).where(Terrain.id.in_(ids), terrains_visibles(droits, Role.SCOL)).order_by(Terrain.numero)
    terrains = list(await session.scalars(requete.execution_options(populate_existing=True)))
    if len(terrains) != len(set(ids)) or not 2 <= len(terrains) <= AU_PLUS:
        raise Introuvable("Cochez de deux à vingt terrains de vos subdivisions.")
    reste = next((t for t in terrains if t.id == garde), terrains[0])
    plan = Plan(reste, [t for t in terrains if t is not reste])
    agrements = await _agrements(session, [t.id for t in terrains])
    demandes = await _demandes(session, [t.id for t in terrains])
    plan.agrements = {a.id: a.terrain_id for a in agrements if a.terrain_id != reste.id}
    plan.demandes = {d.id: d.terrain_id for d in demandes if d.terrain_id != reste.id}
    plan.versions = tuple(d.version for d in demandes)
    ouverts = select(Retour.id).where(Retour.demande_id.in_(plan.demandes), Retour.clos_le.is_(None))
    plan.retours = len((await session.scalars(ouverts)).all())
    plan.conflits = await _conflits(session, droits, plan, agrements, demandes)
    return plan


async def _agrements(session: AsyncSession, ids: list[int]) -> Sequence[Any]:
    a = Agrement
    colonnes = (a.id, a.terrain_id, a.rpps, a.formation, a.subdivision, a.debut, statut_au(aujourdhui()).label("statut"))
    return (await session.execute(select(*colonnes).where(a.terrain_id.in_(ids)).order_by(a.id))).all()


async def _demandes(session: AsyncSession, ids: list[int]) -> Sequence[Any]:
    d = Demande
    colonnes = (d.id, d.terrain_id, d.subdivision, d.version, d.supprimee_le)
    return (await session.execute(select(*colonnes).where(d.terrain_id.in_(ids)).order_by(d.id))).all()


async def _conflits(
    session: AsyncSession, droits: Droits, plan: Plan, agrements: Sequence[Any], demandes: Sequence[Any]
) -> list[str]:
    dits = [f"Le terrain n° {t.numero} a déjà été fusionné." for t in plan.tous if t.fusionne_dans_id is not None]
    sites = {t.etablissement_id for t in plan.tous if t.etablissement_id is not None}
    if len(sites) > 1:
        requete = select(Etablissement.raison_sociale).where(Etablissement.id.in_(sites)).order_by(Etablissement.id)
        noms = " ; ".join(await session.scalars(requete))
        dits.append(f"Ces terrains ne sont pas du même établissement ({noms}) : rapprochez d'abord les établissements.")
    ailleurs = hors_de(droits, {x.subdivision for x in (*agrements, *demandes)})
    if ailleurs:
        dits.append("Des agréments ou des demandes d'une autre subdivision que les vôtres sont sur ces terrains.")
    dits += [
        f"Deux agréments en vigueur du praticien {rpps} en {formation} se trouveraient au même endroit."
        for rpps, formation in await _doubles(session, agrements)
    ]
    if len(" ".join([plan.garde.anciens, *(f"{t.numero} {t.anciens}" for t in plan.repris)])) > ANCIENS_MAX:
        dits.append("Ce terrain a déjà repris trop de numéros : fusionnez en gardant un autre.")
    return dits


async def _doubles(session: AsyncSession, agrements: Sequence[Any]) -> list[tuple[str, str]]:
    """Who would have two agréments in force for one formation: on two of the terrains, not on one of them already."""
    ou: dict[tuple[str, str], set[int]] = {}
    for a in agrements:
        if a.statut is StatutAgrement.ACTIF and a.debut <= aujourdhui():
            ou.setdefault((a.rpps, a.formation), set()).add(a.terrain_id)
    doubles = [cle for cle, lieux in ou.items() if len(lieux) > 1]
    if not doubles:
        return []
    libelles = dict((await session.execute(select(Formation.code, Formation.libelle))).all())
    return [(rpps, libelles.get(formation, formation)) for rpps, formation in doubles]
