"""Arranging the agenda, before and during the séance; every move carries the version of the séance that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, bindparam, update

from app.commission.agenda import blocs, changees, deplacer, grouper, inscrites
from app.commission.models import StatutSeance
from app.commission.permissions import exiger_conduite
from app.commission.queries import lignes_de
from app.commission.seances import passer
from app.core.errors import Interdit
from app.core.journal import consigner
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.agenda import Geste, Groupe
    from app.commission.models import Seance
    from app.core.access import Droits

DITES: Final = 150  # rows that a move tells the screens one by one; past that, they are told to read the list again
RANGEABLES: Final = (StatutSeance.PLANIFIEE, StatutSeance.OUVERTE)


async def ranger(session: AsyncSession, seance: Seance, *, groupe: Groupe, version: int, par: Droits) -> int:
    """Arrange the whole agenda by *groupe*; how many lines moved.

    Raises:
        Interdit: he does not conduct the séance, or it is over.
        Conflit: the séance has changed since it was read.
    """
    await _prendre(session, seance, version=version, par=par)
    lues = await inscrites(session, lignes_de(seance))
    return await _ecrire(session, seance, changees(lues, grouper(lues, groupe)), par, {"groupe": groupe})


async def bouger(
    session: AsyncSession, seance: Seance, choisies: Collection[int], *, geste: Geste, place: int, version: int, par: Droits
) -> int:
    """Move some dossiers; how many lines changed place.

    Raises:
        Interdit, Conflit: see `ranger`.
    """
    await _prendre(session, seance, version=version, par=par)
    lues = await inscrites(session, lignes_de(seance))
    dit = {"geste": geste, "choisies": sorted(choisies), "place": place}
    return await _ecrire(session, seance, changees(lues, deplacer(lues, choisies, geste, place)), par, dit)


async def inscrire(session: AsyncSession, seance_id: int) -> None:
    """Give a place to the lines of a séance that opens: those that have none, adjourned ones included, come last."""
    lues = await inscrites(session, Ligne.seance_id == seance_id)
    await _placer(session, changees(lues, blocs(lues)))


async def _prendre(session: AsyncSession, seance: Seance, *, version: int, par: Droits) -> None:
    exiger_conduite(par, seance)
    if seance.statut not in RANGEABLES:
        raise Interdit("La séance est close : son ordre du jour ne change plus.")
    await passer(session, seance, version=version, de=RANGEABLES)


async def _ecrire(session: AsyncSession, seance: Seance, places: Mapping[int, str], par: Droits, dit: dict[str, Any]) -> int:
    await _placer(session, places)
    apres = {**dit, "lignes": sorted(places) if len(places) <= DITES else [], "changees": len(places)}
    await consigner(session, "ordonner_agenda", par=par, sujet="seance", sujet_id=seance.id, apres=apres)
    return len(places)


async def _placer(session: AsyncSession, places: Mapping[int, str]) -> None:
    if not places:
        return
    table: Any = Ligne.__table__
    requete = (
        update(table)
        .where(table.c.id == bindparam("la_ligne"))
        .values(agenda=bindparam("sa_place", type_=String), stamp=table.c.stamp + 1)
    )
    parametres = [{"la_ligne": i, "sa_place": texte} for i, texte in places.items()]
    await (await session.connection()).execute(requete, parametres)
