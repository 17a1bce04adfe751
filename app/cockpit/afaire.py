"""What the registers changed, among what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.afaire.queries import AU_PLUS, BLOCS, Bloc, Rangee, age
from app.cockpit.evenements import TITRES, compte_a_traiter, evenements_a_traiter
from app.core.roles import Role
from app.core.templating import aujourdhui

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


async def evenements(session: AsyncSession, droits: Droits) -> Bloc | None:
    """Each waits for somebody to say what becomes of it."""
    if not droits.a(Role.SCOL):
        return None
    lus = await evenements_a_traiter(session, droits)
    if not lus:
        return None
    rangees = [
        Rangee(
            f"/evenements/{e.id}",
            TITRES[e.genre],
            f"{prenom} {nom}" if nom else raison or "",
            ville or "",
            age((aujourdhui() - e.quand.date()).days),
        )
        for e, prenom, nom, raison, ville in lus[:AU_PLUS]
    ]
    nombre = str(await compte_a_traiter(session, droits))
    acte = "Un registre a changé ce que le Cockpit connaît : dites ce qu'il en devient."
    return Bloc("evenements", "événements des registres à traiter", nombre, acte, "/evenements", rangees)


BLOCS.append(evenements)
