"""The panels of the page *Traitement*: features above add theirs, in the order of the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Demande, Ligne
    from app.demandes.parcours import Parcours


@dataclass(frozen=True, slots=True)
class Panneau:
    """A fragment of the page: its template and the view-model, under the name `p`.

    `suivre` puts into its forms where they lead once saved.
    """

    gabarit: str
    p: dict[str, Any]
    place: str = "actes"  # or "dossier": with what the demande says
    suivre: Callable[[Parcours], None] | None = None


FABRIQUES: list[Callable[[AsyncSession, Droits, Demande, list[Ligne]], Awaitable[Panneau | None]]] = []


async def panneaux(
    session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne], chemin: Parcours
) -> dict[str, list[Panneau]]:
    """Those that this person's rights give on this dossier, by place."""
    faits: dict[str, list[Panneau]] = {"actes": [], "dossier": []}
    for fabrique in FABRIQUES:
        fait = await fabrique(session, droits, demande, lignes)
        if fait is not None:
            faits[fait.place].append(fait)
            if fait.suivre:
                fait.suivre(chemin)
    return faits
