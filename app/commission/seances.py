"""The guarded write that every act on a séance shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from app.commission.models import Seance, StatutSeance
from app.core.errors import Conflit
from app.core.journal import prendre_la_main

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncSession

PERIME = "Cette séance a changé entre-temps : rien n'est enregistré. Rechargez la page pour la voir telle qu'elle est."


async def passer(session: AsyncSession, seance: Seance, *, version: int, de: Collection[StatutSeance], **valeurs: Any) -> None:
    """Write on the séance if it is still at *version* and in one of these states; the journal's lock comes first.

    Raises:
        Conflit: somebody acted on it since it was read.
    """
    await prendre_la_main(session)
    condition = (Seance.id == seance.id, Seance.version == version, Seance.statut.in_(sorted(de)))
    ecrit = update(Seance).where(*condition).values(**valeurs, version=version + 1)
    if (await session.execute(ecrit.execution_options(synchronize_session=False))).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
