"""Arrivals, departures and mandates during a séance; each act carries the version of the séance that was read.

A member who is not there may give a mandate to another, who holds one at most (CRPA R. 133-9): the mandate of whoever
arrives ends. The quorum is assessed at the opening: departures are noted, and said, and take nothing back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, update

from app.commission.models import Mandat, Presence, StatutSeance
from app.commission.permissions import exiger_conduite
from app.commission.seances import passer
from app.core.errors import Erreur, Interdit
from app.core.journal import consigner, maintenant

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.commission.queries import Votant
    from app.core.access import Droits


class MandatRefuse(Erreur):
    """A mandate that the rules do not allow, and why."""

    statut = 422


async def arriver(session: AsyncSession, seance: Seance, *, qui: Votant, version: int, par: Droits) -> None:
    """*qui* is there from now on, or again; the mandate that he had given ends.

    Raises:
        Interdit: not his to say; the séance is not open; the other one is there already.
        Conflit: the séance has changed since it was read.
    """
    await _prendre(session, seance, version=version, par=par)
    quand, cle = maintenant(), {"seance_id": seance.id, "personne_id": qui.personne_id}
    venu = await session.get(Presence, tuple(cle.values()), populate_existing=True)
    if venu is not None and venu.depart is None:
        raise Interdit(f"{qui.nom} est déjà là.")
    if venu is None:
        await session.execute(insert(Presence).values(**cle, role=qui.role.value, arrivee=quand))
    else:
        venu.depart = None
    ote = await session.execute(delete(Mandat).where(Mandat.seance_id == seance.id, Mandat.mandant_id == qui.personne_id))
    fini = bool(ote.rowcount)  # type: ignore[attr-defined]
    await _consigner(session, "noter_arrivee", seance, par, qui, **({"mandat_fini": True} if fini else {}))


async def partir(session: AsyncSession, seance: Seance, *, qui: Votant, version: int, par: Droits) -> None:
    """*qui* leaves; the mandate that he holds counts no more.

    Raises:
        Interdit, Conflit: see `arriver`.
    """
    await _prendre(session, seance, version=version, par=par)
    sienne = (Presence.seance_id == seance.id, Presence.personne_id == qui.personne_id, Presence.depart.is_(None))
    note = update(Presence).where(*sienne).values(depart=maintenant()).execution_options(synchronize_session=False)
    if (await session.execute(note)).rowcount != 1:  # type: ignore[attr-defined]
        raise Interdit(f"{qui.nom} n'est pas là.")
    await _consigner(session, "noter_depart", seance, par, qui)


async def mandater(session: AsyncSession, seance: Seance, *, de: Votant, a: Votant, version: int, par: Droits) -> None:
    """*de*, who is not there, gives his voice to *a*, who is.

    Raises:
        MandatRefuse: the rules do not allow it.
        Interdit, Conflit: see `arriver`.
    """
    await _prendre(session, seance, version=version, par=par)
    la = set(await session.scalars(_presents(seance.id)))
    await donner(session, seance.id, {de.personne_id: a.personne_id}, votants=[de, a], presents=la)
    await _consigner(session, "donner_mandat", seance, par, de, a={"personne_id": a.personne_id, "qui": a.nom})


async def reprendre(session: AsyncSession, seance: Seance, *, de: Votant, version: int, par: Droits) -> None:
    """The mandate of *de* ends.

    Raises:
        Interdit, Conflit: see `arriver`.
    """
    await _prendre(session, seance, version=version, par=par)
    ote = await session.execute(delete(Mandat).where(Mandat.seance_id == seance.id, Mandat.mandant_id == de.personne_id))
    if not ote.rowcount:  # type: ignore[attr-defined]
        raise Interdit(f"{de.nom} n'a pas donné de mandat.")
    await _consigner(session, "retirer_mandat", seance, par, de)


async def donner(
    session: AsyncSession, seance_id: int, mandats: Mapping[int, int], *, votants: Sequence[Votant], presents: Collection[int]
) -> None:
    """Write *mandats*, giver → holder.

    Raises:
        MandatRefuse: a giver who is there, a holder who is not, or a second mandate for one holder.
    """
    noms = {v.personne_id: v.nom for v in votants}
    for de, a in mandats.items():
        if de not in noms or a not in noms or de == a:
            raise MandatRefuse("Un mandat se donne entre deux membres ayant voix délibérative.")
        if de in presents:
            raise MandatRefuse(f"{noms[de]} est là : son mandat n'a pas lieu d'être.")
        if a not in presents:
            raise MandatRefuse(f"{noms[a]} n'est pas là : un mandat se donne à un membre présent.")
    quand = maintenant()
    for de, a in mandats.items():
        pris = or_(Mandat.mandataire_id == a, Mandat.mandant_id == de)
        deja = await session.scalar(select(Mandat.mandataire_id).where(Mandat.seance_id == seance_id, pris).limit(1))
        if deja is not None:
            raise MandatRefuse(f"{noms[a]} a déjà un mandat." if deja == a else f"{noms[de]} a déjà donné son mandat.")
        await session.execute(insert(Mandat).values(seance_id=seance_id, mandant_id=de, mandataire_id=a, quand=quand))


def _presents(seance_id: int) -> Any:
    return select(Presence.personne_id).where(Presence.seance_id == seance_id, Presence.depart.is_(None))


async def _prendre(session: AsyncSession, seance: Seance, *, version: int, par: Droits) -> None:
    exiger_conduite(par, seance)
    if seance.statut is not StatutSeance.OUVERTE:
        raise Interdit("Les présences se notent pendant que la séance est ouverte.")
    await passer(session, seance, version=version, de=[StatutSeance.OUVERTE])


async def _consigner(session: AsyncSession, action: str, seance: Seance, par: Droits, qui: Votant, **autres: Any) -> None:
    apres = {"personne_id": qui.personne_id, "qui": qui.nom, **autres}
    await consigner(session, action, par=par, sujet="seance", sujet_id=seance.id, apres=apres)
