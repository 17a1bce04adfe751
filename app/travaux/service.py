"""Starting a piece of work, taking it up again, and the tasks of this process that carry them."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from app.core.db import COUPURES, INJOIGNABLE
from app.core.errors import Conflit
from app.core.journal import maintenant
from app.travaux.avance import Abandon, Avance
from app.travaux.genres import GENRES
from app.travaux.models import EtatTravail, Travail

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.core.access import Droits

journal = structlog.get_logger("agrement")
MUET: Final = timedelta(seconds=30)
GRACE: Final = 5.0  # seconds that an application which stops leaves to the steps in hand


def interrompu(travail: Travail) -> bool:
    """Whether nobody carries it any more, although it is not over."""
    return travail.etat is EtatTravail.ECHOUE or (travail.etat is EtatTravail.EN_COURS and maintenant() - travail.vu_le > MUET)


class Travaux:
    """The tasks of this process; what they have done is in the database alone."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions
        self._taches: set[asyncio.Task[None]] = set()
        self._arret = False

    @asynccontextmanager
    async def ouvert(self) -> AsyncGenerator[None, None]:
        """For as long as the application lives; at its end the steps in hand are finished, and the rest is left."""
        try:
            yield
        finally:
            self._arret = True
            if self._taches:
                _, reste = await asyncio.wait(self._taches, timeout=GRACE)
                for tache in reste:
                    tache.cancel()
                await asyncio.gather(*reste, return_exceptions=True)

    async def creer(
        self, session: AsyncSession, genre: str, *, libelle: str, total: int, entree: dict[str, Any], par: Droits
    ) -> Travail:
        """A piece of work by *par*, carried as soon as the transaction of *session* is committed."""
        quand = maintenant()
        travail = Travail(
            personne_id=par.personne_id, genre=genre, libelle=libelle, etat=EtatTravail.EN_COURS, total=total,
            entree=entree, cree_le=quand, vu_le=quand,
        )  # fmt: skip
        session.add(travail)
        await session.flush()
        self._apres_commit(session, travail.id, quand)
        return travail

    async def reprendre(self, session: AsyncSession, travail: Travail) -> None:
        """Go on where an interrupted one stopped.

        Raises:
            Conflit: it runs, it is over, or somebody has just taken it up.
        """
        quand = maintenant()
        await tenir(session, travail, quand, etat=EtatTravail.EN_COURS)
        self._apres_commit(session, travail.id, quand)

    def _apres_commit(self, session: AsyncSession, ident: int, vu_le: datetime) -> None:
        def lancer(_: Any) -> None:
            if not self._arret:
                tache = asyncio.get_running_loop().create_task(self._porter(ident, vu_le))
                self._taches.add(tache)
                tache.add_done_callback(self._taches.discard)

        event.listen(session.sync_session, "after_commit", lancer, once=True)

    async def _porter(self, ident: int, vu_le: datetime) -> None:
        avance = Avance(self.sessions, ident, vu_le, lambda: self._arret)
        try:
            await avance.lire()
            await GENRES[avance.genre].faire(avance)
            await avance.finir(EtatTravail.FINI)
        except Abandon:
            with contextlib.suppress(Abandon, *INJOIGNABLE):
                await avance.lacher()
        except (OperationalError, *COUPURES) as erreur:  # silent from now on: its author may take it up again
            journal.warning("travail", travail=ident, erreur=type(erreur).__name__)
        except Exception as erreur:  # noqa: BLE001 (a defect of ours: told to its author, logged whole)
            journal.error("travail", travail=ident, exc_info=erreur)
            with contextlib.suppress(Abandon, *INJOIGNABLE):
                await avance.finir(EtatTravail.ECHOUE)


async def tenir(session: AsyncSession, travail: Travail, quand: datetime, **valeurs: Any) -> None:
    """Take an interrupted piece of work from whoever carried it.

    Raises:
        Conflit: it runs, it is over, or somebody has just taken it.
    """
    if not interrompu(travail):
        raise Conflit("Ce travail n'est pas interrompu.")
    tenu = (Travail.id == travail.id, Travail.vu_le == travail.vu_le, Travail.etat == travail.etat)
    pris = await session.execute(update(Travail).where(*tenu).values(vu_le=quand, **valeurs))
    if pris.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit("Ce travail vient d'être repris ailleurs.")
