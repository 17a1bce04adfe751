"""Undoing a batch as one; what each line has become since decides whether it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from app.avis.annulation import annuler_lot
from app.core.errors import Conflit
from app.core.journal import maintenant, prendre_la_main
from app.travaux.models import EtatTravail, Travail
from app.travaux.service import interrompu, tenir

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


async def annuler(session: AsyncSession, travail: Travail, *, par: Droits) -> None:
    """Undo what the batch wrote, and keep what came of it with its result.

    Raises:
        Conflit: it still runs, or was undone already.
    """
    resultat = dict(travail.resultat or {})
    if "annulation" in resultat:
        raise Conflit("Ce lot est déjà annulé.")
    await prendre_la_main(session)
    if interrompu(travail):
        await tenir(session, travail, maintenant(), etat=EtatTravail.FINI)
    elif travail.etat is not EtatTravail.FINI:
        raise Conflit("Ce lot est encore en cours : attendez qu'il se termine pour l'annuler.")
    fait = await annuler_lot(session, travail.id, par=par)
    if not fait.faits and not fait.refuses:
        raise Conflit("Il n'y a plus rien à annuler dans ce lot.")
    resultat["annulation"] = {"faits": fait.faits, "refuses": [list(r) for r in fait.refuses]}
    garde = update(Travail).where(Travail.id == travail.id).values(resultat=resultat)
    await session.execute(garde.execution_options(synchronize_session=False))
