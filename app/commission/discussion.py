"""The line in discussion, which all screens of a séance follow, with those that come next and who is in the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.orm import aliased

from app.commission.agenda import numero
from app.commission.models import Mandat, Presence, Seance, StatutSeance
from app.core.access import peut_lire
from app.core.roles import Role
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.tableau.etat import Curseur

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

A_VENIR: Final = 4  # the current line, and how many after it are told to come
AVANT: Final = 3  # dossiers shown above the current one, on the page that its link opens


@dataclass(frozen=True, slots=True)
class Etat:
    """What a séance stands at: bare, each reader masks it."""

    seance_id: int
    statut: StatutSeance
    version: int
    quorum: int | None
    sans_quorum: bool
    presents: int
    representes: int
    lignes: Sequence[Any]  # the current line first, then the next ones

    @property
    def voix(self) -> int:
        """Present or represented."""
        return self.presents + self.representes

    @property
    def sous_le_quorum(self) -> bool:
        """Since departures: it was there at the opening, where it is assessed."""
        return self.quorum is not None and not self.sans_quorum and self.voix < self.quorum


def _presents() -> Any:
    return select(func.count()).where(Presence.seance_id == Seance.id, Presence.depart.is_(None)).scalar_subquery()


def _representes() -> Any:
    """Mandates held by somebody who is there."""
    tenu = and_(Presence.seance_id == Mandat.seance_id, Presence.personne_id == Mandat.mandataire_id)
    compte = select(func.count()).select_from(Mandat).join(Presence, tenu)
    return compte.where(Mandat.seance_id == Seance.id, Presence.depart.is_(None)).correlate(Seance).scalar_subquery()


async def etat_de(session: AsyncSession, seance_id: int) -> Etat:
    """One query, whatever there is."""
    x, actuelle = aliased(Ligne), aliased(Ligne)
    suivantes = and_(
        x.seance_id == Seance.id,
        or_(x.agenda > actuelle.agenda, and_(x.agenda == actuelle.agenda, x.ordre >= actuelle.ordre)),
    )
    fixes = {nom: getattr(x, nom) for nom in CHAMPS}
    requete = (
        select(
            Seance.statut, Seance.discussion, Seance.quorum, Seance.sans_quorum,
            _presents().label("presents"), _representes().label("rep"),
            *(c.label(f"x_{n}") for n, c in fixes.items()),
        )
        .outerjoin(actuelle, and_(actuelle.id == Seance.en_discussion, actuelle.seance_id == Seance.id))
        .outerjoin(x, suivantes)
        .where(Seance.id == seance_id, true())
        .order_by(x.agenda, x.ordre)
        .limit(A_VENIR)
    )  # fmt: skip
    lues = (await session.execute(requete)).mappings().all()
    tete = lues[0]
    lignes = [Suivante(**{n: r[f"x_{n}"] for n in CHAMPS}) for r in lues if r["x_id"] is not None]
    return Etat(
        seance_id,
        tete["statut"],
        tete["discussion"],
        tete["quorum"],
        tete["sans_quorum"],
        tete["presents"],
        tete["rep"],
        lignes,
    )


@dataclass(frozen=True, slots=True)
class Suivante:
    """A line of the agenda, with what rights depend on."""

    id: int
    demande_id: int
    agenda: str
    ordre: int
    moment: Any
    subdivision: str
    formation: str
    rpps: str
    prenom: str
    nom: str
    terrain: str
    etablissement: str


CHAMPS: Final = tuple(Suivante.__dataclass_fields__)


def montrer(droits: Droits, etat: Etat, *, conduit: bool, projection: bool = False) -> dict[str, Any]:
    """The bar above the table, for one reader; on the projected screen nobody is named but whose dossier it is."""
    actuelle = next(iter(etat.lignes), None)
    vue = actuelle is not None and peut_lire(droits, Objet.LIGNE, actuelle)
    return {
        "seance_id": etat.seance_id,
        "ouverte": etat.statut is StatutSeance.OUVERTE,
        "version": etat.version,
        "conduit": conduit and not projection,
        "actuelle": _ligne(droits, actuelle, projection=projection) if actuelle is not None and vue else None,
        "ailleurs": actuelle is not None and not vue,
        "dans": None if projection else _dans(droits, etat.lignes),
        "quorum": None if projection else etat,
        "projection": projection,
    }


def _ligne(droits: Droits, x: Suivante, *, projection: bool) -> dict[str, Any]:
    connue = peut_lire(droits, Objet.DECISION, x)  # its place; where it is not, the line is among the first
    page = f"apres={Curseur(f'{max(int(x.agenda[:5] or 0) - AVANT, 0):05}', 0).texte()}" if connue else "tout=1"
    suite = "&projection=1" if projection else ""
    return {
        "id": x.id,
        "numero": numero(x.agenda) if connue else "",
        "demande_id": x.demande_id,
        "qui": f"{x.prenom} {x.nom}",
        "terrain": x.terrain,
        "etablissement": x.etablissement,
        "deport": droits.deporte(x),
        "suite": f"{page}{suite}#ligne-{x.id}",
    }


def _dans(droits: Droits, lignes: Sequence[Suivante]) -> int | None:
    """How many dossiers before one of this coordonnateur's or représentant's; whoever has all formations needs no notice."""
    siennes = [p for p in droits.portees_de(Role.COORD, Role.REP) if p.formations is not None]
    vus: list[int] = []
    for x in lignes:
        if x.demande_id not in vus:
            vus.append(x.demande_id)
        if not droits.deporte(x) and any(p.couvre(x.subdivision, x.formation) for p in siennes):
            return len(vus) - 1
    return None
