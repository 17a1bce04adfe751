"""What the screens of a séance show above its table and on its page: discussion, attendance, déports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.commission import deports, queries
from app.commission.discussion import etat_de, montrer
from app.commission.models import StatutSeance
from app.commission.permissions import JUGES, conduit
from app.commission.presences import membres

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits


async def bandeau(session: AsyncSession, droits: Droits, seance: Seance, *, projection: bool = False) -> dict[str, Any]:
    """The bar above the table: what is in discussion, what comes, who is there."""
    return montrer(droits, await etat_de(session, seance.id), conduit=conduit(droits, seance), projection=projection)


async def salle(session: AsyncSession, droits: Droits, seance: Seance) -> dict[str, Any]:
    """Attendance and déports, for the page of the séance."""
    etat, mene = await etat_de(session, seance.id), conduit(droits, seance)
    en_cours = seance.statut in {StatutSeance.PLANIFIEE, StatutSeance.OUVERTE}
    tous = await membres(session, seance) if seance.quorum is not None else []
    return {
        "etat": etat,
        "conduit": mene,
        "notable": mene and seance.statut is StatutSeance.OUVERTE,
        "membres": tous,
        "absents": [m for m in tous if not m.present],
        "mandants": [m for m in tous if not m.present and not m.par],
        "mandataires": [m for m in tous if m.present and not m.pour],
        "deports": await deports.deports_de(session, droits, seance),
        "suggestions": await deports.suggestions(session, droits, seance) if en_cours else [],
        "deportable": en_cours and (mene or droits.a(*JUGES)),
        "votants": await queries.votants(session, seance) if mene and en_cours else [],
    }
