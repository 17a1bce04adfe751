"""Reads: people, their functions and what these cover, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.comptes.models import Fonction, Personne
from app.core.roles import FONCTIONS, Role
from app.core.templating import aujourdhui
from app.core.texte import replier
from app.referentiel import queries as referentiel
from app.referentiel.models import Formation, Nature, Praticien, Subdivision

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

PAR_PAGE = 50
_NATURES = {Nature.DES: "DES", Nature.OPTION: "Options", Nature.FST: "FST"}


@dataclass(frozen=True, slots=True)
class Perimetres:
    """Labels of what a function may cover."""

    subdivisions: dict[str, str]
    formations: dict[str, str]

    def libelle(self, subdivisions: list[str], formations: list[str]) -> str:
        """« Pédiatrie ; Strasbourg », or what « all » means."""
        ou = ", ".join(self.subdivisions.get(c, c) for c in subdivisions) or "Toutes les subdivisions"
        quoi = ", ".join(self.formations.get(c, c) for c in formations) or "toutes les formations"
        return f"{ou} ; {quoi}"


@dataclass(frozen=True, slots=True)
class VueFonction:
    """A function as pages show it."""

    id: int
    version: int
    role: str
    perimetre: str
    debut: date
    fin: date | None
    etat: str  # « en vigueur », « expirée », « à venir »

    @property
    def terminable(self) -> bool:
        """Whether ending it today changes anything."""
        return self.etat == "en vigueur" and (self.fin is None or self.fin > aujourdhui())


@dataclass(frozen=True, slots=True)
class VuePersonne:
    """A person as pages show one."""

    id: int
    nom: str
    rpps: str | None
    email: str | None
    rts: bool
    fonctions: tuple[VueFonction, ...]


@dataclass(frozen=True, slots=True)
class Annuaire:
    """One page of people."""

    personnes: tuple[VuePersonne, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAR_PAGE))


@dataclass(frozen=True, slots=True)
class Choix:
    """What the form of a function offers: code and label, formations by nature."""

    roles: list[tuple[str, str]]
    subdivisions: list[tuple[str, str]]
    formations: list[tuple[str, list[tuple[str, str]]]]


async def perimetres(session: AsyncSession) -> Perimetres:
    """Every label, closed formations included."""
    subdivisions = await session.execute(select(Subdivision.code, Subdivision.libelle))
    formations = await session.execute(select(Formation.code, Formation.libelle))
    return Perimetres({c: x for c, x in subdivisions}, {c: x for c, x in formations})  # noqa: C416 (rows, not pairs)


async def choix(session: AsyncSession) -> Choix:
    """The lists of the form, in their French order."""
    par_nature: dict[Nature, list[tuple[str, str]]] = {n: [] for n in Nature}
    for formation in await referentiel.formations(session):
        par_nature[formation.nature].append((formation.code, formation.libelle))
    return Choix(
        [(r.value, r.libelle) for r in FONCTIONS],
        [(s.code, s.libelle) for s in await referentiel.subdivisions(session)],
        [(_NATURES[n], lues) for n, lues in par_nature.items() if lues],
    )


async def annuaire(session: AsyncSession, *, q: str = "", role: Role | None = None, page: int = 1) -> Annuaire:
    """People whose folded name, RPPS or e-mail holds every word of *q*, in their order of names."""
    conditions = [Personne.recherche.contains(mot, autoescape=True) for mot in replier(q)[:100].split()]
    if role is not None:
        conditions.append(Personne.id.in_(select(Fonction.personne_id).where(Fonction.role == role)))
    total = await session.scalar(select(func.count()).select_from(Personne).where(*conditions)) or 0
    page = min(max(page, 1), max(1, -(-total // PAR_PAGE)))
    requete = _personnes().where(*conditions).order_by(Personne.recherche, Personne.id)
    lignes = await session.execute(requete.offset((page - 1) * PAR_PAGE).limit(PAR_PAGE))
    mots = await perimetres(session)
    return Annuaire(tuple(vue(p, mots, rts=rts is not None) for p, rts in lignes), total, page)


async def personne(session: AsyncSession, personne_id: int) -> VuePersonne | None:
    """One person with her functions."""
    ligne = (await session.execute(_personnes().where(Personne.id == personne_id))).one_or_none()
    return vue(ligne[0], await perimetres(session), rts=ligne[1] is not None) if ligne else None


def _personnes() -> Select[Personne, str | None]:
    actif = (Praticien.rpps == Personne.rpps) & Praticien.actif & (Praticien.categorie != "E")
    return select(Personne, Praticien.rpps).outerjoin(Praticien, actif).options(selectinload(Personne.fonctions))


def vue(p: Personne, mots: Perimetres, *, rts: bool) -> VuePersonne:
    """The view of a loaded person."""
    fonctions = tuple(vue_fonction(f, mots) for f in p.fonctions)
    return VuePersonne(p.id, p.nom_complet, p.rpps, p.email, rts, fonctions)


def vue_fonction(f: Fonction, mots: Perimetres) -> VueFonction:
    """The view of a function, as it stands today."""
    perimetre = "National" if f.role is Role.ADMIN else mots.libelle(f.subdivisions, f.formations)
    return VueFonction(f.id, f.version, f.role.libelle, perimetre, f.debut, f.fin, etat(f.debut, f.fin, aujourdhui()))


def etat(debut: date, fin: date | None, le: date) -> str:
    """Where a function stands on the day *le*; both its days are included."""
    if le < debut:
        return "à venir"
    return "en vigueur" if fin is None or le <= fin else "expirée"
