"""The agenda of a séance: its dossiers in an order, kept on their lines as texts that sort; a line follows its tête."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, exists, or_, select

from app.avis.models import AvisCoordonnateur, AvisRepresentant
from app.avis.regles import Divergence, comparer
from app.commission.models import Deport
from app.comptes.models import Fonction, Personne
from app.core.texte import replier
from app.demandes.models import Ligne
from app.referentiel.models import Formation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

CHIFFRES: Final = 5


class Groupe(enum.StrEnum):
    """What the agenda may be arranged by; inside a group, the order stays as it was."""

    FORMATION = "formation"
    ETABLISSEMENT = "etablissement"
    DIVERGENTES = "divergentes"
    A_DISCUTER = "a_discuter"
    NOM = "nom"

    @property
    def libelle(self) -> str:
        """The button."""
        return {
            "formation": "Par spécialité", "etablissement": "Par établissement", "divergentes": "Divergentes d'abord",
            "a_discuter": "A discuter d'abord", "nom": "Par nom",
        }[self.value]  # fmt: skip


class Geste(enum.StrEnum):
    """How one or several dossiers move."""

    MONTER = "monter"
    DESCENDRE = "descendre"
    PLACER = "placer"


@dataclass(frozen=True, slots=True)
class Inscrite:
    """A line on the agenda; `neutre` where somebody has a déport: its place then tells nothing of its opinions."""

    id: int
    demande_id: int
    rang: int
    ordre: int
    agenda: str
    nom: str
    etablissement: str
    formation: str
    a_discuter: int
    divergence: Divergence
    neutre: bool


Bloc = list[Inscrite]
_RANGS: Final = {Divergence.DECISION: 0, Divergence.DUREE: 1, Divergence.PHASES: 1, Divergence.AUCUNE: 3}
_CLES: Final[dict[Groupe, Callable[[Bloc], Any]]] = {
    Groupe.FORMATION: lambda b: replier(b[0].formation),
    Groupe.ETABLISSEMENT: lambda b: b[0].etablissement,
    Groupe.NOM: lambda b: b[0].nom,
    Groupe.DIVERGENTES: lambda b: min(3 if x.neutre else _RANGS.get(x.divergence, 2) for x in b),
    Groupe.A_DISCUTER: lambda b: -max(0 if x.neutre else x.a_discuter for x in b),
}


def blocs(lignes: Sequence[Inscrite]) -> list[Bloc]:
    """The dossiers in their order; those that have no place yet come last."""
    par_dossier: dict[int, Bloc] = {}
    for x in sorted(lignes, key=lambda x: (x.agenda == "", x.agenda, x.ordre)):
        par_dossier.setdefault(x.demande_id, []).append(x)
    return [sorted(b, key=lambda x: x.rang) for b in par_dossier.values()]


def grouper(lignes: Sequence[Inscrite], groupe: Groupe) -> list[Bloc]:
    """Arranged by *groupe*."""
    return sorted(blocs(lignes), key=_CLES[groupe])


def deplacer(lignes: Sequence[Inscrite], choisies: Collection[int], geste: Geste, place: int = 1) -> list[Bloc]:
    """The dossiers of these lines one step up or down, or put together at *place* (from 1)."""
    tous = blocs(lignes)
    if geste is Geste.PLACER:
        eux = [b for b in tous if _choisi(b, choisies)]
        autres = [b for b in tous if not _choisi(b, choisies)]
        debut = min(max(place, 1), len(autres) + 1) - 1
        return autres[:debut] + eux + autres[debut:]
    pas = 1 if geste is Geste.MONTER else -1
    tous = tous[::pas]
    for i in range(1, len(tous)):
        if _choisi(tous[i], choisies) and not _choisi(tous[i - 1], choisies):
            tous[i - 1], tous[i] = tous[i], tous[i - 1]
    return tous[::pas]


def _choisi(bloc: Bloc, choisies: Collection[int]) -> bool:
    return any(x.id in choisies for x in bloc)


def places(ranges: Sequence[Bloc]) -> dict[int, str]:
    """The text of each line: « 00012 » for the first of its dossier, « 00012.01 » for what is attached to it."""
    return {
        x.id: f"{n:0{CHIFFRES}}" + (f".{rang:02}" if rang else "")
        for n, bloc in enumerate(ranges, 1)
        for rang, x in enumerate(bloc)
    }


def changees(lignes: Sequence[Inscrite], ranges: Sequence[Bloc]) -> dict[int, str]:
    """The lines whose place changes."""
    actuelles: Mapping[int, str] = {x.id: x.agenda for x in lignes}
    return {i: texte for i, texte in places(ranges).items() if actuelles[i] != texte}


def numero(agenda: str) -> str:
    """As people say it: « 12 », « 12.1 »."""
    if not agenda:
        return ""
    tete, _, suite = agenda.partition(".")
    return f"{int(tete)}.{int(suite)}" if suite else str(int(tete))


async def inscrites(session: AsyncSession, siennes: ColumnElement[bool]) -> list[Inscrite]:
    """Every line of a séance (*siennes*), whoever asks: the order is the same for everybody."""
    en_cause = or_(
        exists().where(Deport.ligne_id == Ligne.id),
        exists().where(Personne.rpps == Ligne.rpps, Fonction.personne_id == Personne.id),
    )
    requete = (
        select(Ligne, AvisCoordonnateur, AvisRepresentant, Formation.libelle, case((en_cause, 1), else_=0))
        .join(Formation, Formation.code == Ligne.formation)
        .outerjoin(AvisCoordonnateur, AvisCoordonnateur.ligne_id == Ligne.id)
        .outerjoin(AvisRepresentant, AvisRepresentant.ligne_id == Ligne.id)
        .where(siennes)
        .order_by(Ligne.ordre)
        .execution_options(populate_existing=True)
    )
    return [
        Inscrite(
            x.id, x.demande_id, x.rang, x.ordre, x.agenda, x.tri_personne, x.tri_etablissement, formation, x.a_discuter,
            comparer(coord, rep), bool(neutre),
        )
        for x, coord, rep, formation, neutre in (await session.execute(requete)).all()
    ]  # fmt: skip
