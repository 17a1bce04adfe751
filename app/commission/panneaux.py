"""The page *Traitement*: my note on the dossier, *à discuter*, the way to a déport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commission import vue
from app.commission.notes import ma_note, peut_noter
from app.demandes.panneaux import FABRIQUES, Panneau

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Demande, Ligne


async def panneau(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> Panneau | None:
    """For whoever examines the dossier, once it is validated."""
    tete = lignes[0]
    if demande.validee_le is None or not peut_noter(droits, tete):
        return None
    p = await vue.note(session, droits, tete, await ma_note(session, droits, tete.id))
    return Panneau("commission/_note.html", p | {"retour": f"/demandes/{demande.id}"})


FABRIQUES.append(panneau)
