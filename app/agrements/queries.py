"""Reads of agréments: those in force, those that bound or renew others, and the list in a person's perimeter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select

from app.agrements.models import Agrement, StatutAgrement
from app.agrements.regles import VIVANTS, Repere, Reperes
from app.core.texte import replier
from app.referentiel.models import Formation, Praticien, Terrain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

PAR_PAGE: Final = 50
# Which proposed agréments a person may read: the features that decide add their condition, and without any, none.
PROPOSES_LISIBLES: list[Callable[[Droits], ColumnElement[bool]]] = []


async def agrement_en_cours(session: AsyncSession, rpps: str, terrain_id: int, formation: str, le: date) -> Agrement | None:
    """The agrément in force on the day *le* for this holder, terrain and formation."""
    requete = (
        select(Agrement)
        .where(Agrement.rpps == rpps, Agrement.terrain_id == terrain_id, Agrement.formation == formation)
        .where(Agrement.statut == StatutAgrement.ACTIF, Agrement.debut <= le, Agrement.fin >= le)
        .order_by(Agrement.fin.desc(), Agrement.id)
    )
    return (await session.scalars(requete)).first()


async def reperes(session: AsyncSession, rpps: Collection[str], terrains: Collection[int]) -> Reperes:
    """The living agréments of these holders on these terrains, in one query."""
    a = Agrement
    colonnes = (a.rpps, a.terrain_id, a.formation, a.type, a.debut, a.fin, a.statut, a.ligne_id)
    requete = select(*colonnes).where(a.rpps.in_(rpps), a.terrain_id.in_(terrains), a.statut.in_(sorted(VIVANTS)))
    return Reperes([Repere(*rangee) for rangee in (await session.execute(requete.order_by(a.id))).all()])


def statut_au(le: date) -> ColumnElement[Any]:
    """The statut as it stands on the day *le*: what is past its last day has expired, whoever notes it."""
    expire = and_(Agrement.statut == StatutAgrement.ACTIF, Agrement.fin < le)
    return case((expire, literal(StatutAgrement.ECHU, Agrement.statut.type)), else_=Agrement.statut)


def portee(droits: Droits) -> ColumnElement[bool]:
    """The agréments that this person may read: his own, those of his functions; proposed ones once decided for him."""
    siens = [p.sql(Agrement) for p in droits.portees]
    if droits.rpps is not None:
        siens.append(Agrement.rpps == droits.rpps)
    lisibles = [condition(droits) for condition in PROPOSES_LISIBLES]
    return and_(
        or_(*siens) if siens else false(),
        or_(Agrement.statut != StatutAgrement.PROPOSE, *(lisibles or [false()])),
    )


@dataclass(frozen=True, slots=True)
class Liste:
    """One page of agréments."""

    agrements: list[Any]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAR_PAGE))


async def liste(session: AsyncSession, droits: Droits, *, q: str, statut: StatutAgrement | None, page: int, le: date) -> Liste:
    """Agréments by holder, whose holder, terrain or formation holds every word of *q*."""
    filtres = [portee(droits), *await _mots(session, q)]
    if statut is not None:
        filtres.append(statut_au(le) == statut)
    source = (
        select(func.count())
        .select_from(Agrement)
        .join(Terrain, Terrain.id == Agrement.terrain_id)
        .outerjoin(Praticien, Praticien.rpps == Agrement.rpps)
        .where(*filtres)
    )
    total = (await session.execute(source)).scalar_one()
    page = min(max(page, 1), max(1, -(-total // PAR_PAGE)))
    colonnes = (
        Agrement.id, Agrement.rpps, Agrement.formation, Agrement.type, Agrement.phases, Agrement.debut, Agrement.fin,
        statut_au(le).label("statut"), Agrement.arrete, Agrement.subdivision, Terrain.numero,
        Terrain.libelle.label("terrain"), Terrain.ville, Praticien.nom, Praticien.prenom,
    )  # fmt: skip
    requete = source.with_only_columns(*colonnes).order_by(Praticien.recherche, Agrement.fin.desc(), Agrement.id)
    lues = (await session.execute(requete.offset((page - 1) * PAR_PAGE).limit(PAR_PAGE))).all()
    return Liste(list(lues), total, page)


async def _mots(session: AsyncSession, q: str) -> list[ColumnElement[bool]]:
    mots = replier(q)[:100].split()
    if not mots:
        return []
    libelles = {c: replier(x) for c, x in (await session.execute(select(Formation.code, Formation.libelle))).all()}
    return [
        or_(
            Praticien.recherche.contains(mot, autoescape=True),
            Terrain.recherche.contains(mot, autoescape=True),
            Agrement.rpps.contains(mot, autoescape=True),
            Agrement.formation.in_([c for c, x in libelles.items() if mot in x]),
        )
        for mot in mots
    ]
