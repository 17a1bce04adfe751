"""Planning, opening and publication of a séance. Every act carries the version of the séance that was read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from app.agrements.models import Agrement
from app.commission.actes import acte
from app.commission.models import Mandat, Presence, Seance, SeanceFormation, StatutSeance
from app.commission.permissions import exiger_planifier, exiger_president
from app.commission.queries import attendues, chevauchement
from app.commission.seances import passer
from app.commission.service_agenda import inscrire
from app.commission.service_presences import donner
from app.core.errors import Erreur, Interdit
from app.core.journal import consigner, consigner_en_lot, maintenant, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Ligne
from app.referentiel.models import Terrain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.forms import SeanceSaisie
    from app.commission.queries import Votant
    from app.core.access import Droits


class Chevauchement(Erreur):
    """Formations already on the agenda of another séance."""

    statut = 422

    def __init__(self, communes: Sequence[tuple[str, str]]) -> None:
        noms = [f"« {f} » ({s})" for f, s in communes[:5]]
        reste = f" et {len(communes) - 5} autres" if len(communes) > 5 else ""
        super().__init__(f"Déjà à l'ordre du jour d'une séance qui n'est pas publiée : {', '.join(noms)}{reste}.")


class QuorumManquant(Erreur):
    """Not enough voting members are there."""

    statut = 422

    def __init__(self, presents: int, quorum: int) -> None:
        s = "s" if presents > 1 else ""
        super().__init__(
            f"Le quorum n'est pas atteint : {presents} présent{s} ou représenté{s}, {quorum} nécessaires. "
            "La séance ne s'ouvre que sur seconde convocation, sans condition de quorum."
        )


def quorum_de(nombre: int) -> int:
    """Half of the voting members, rounded up."""
    return -(-nombre // 2)


async def planifier(session: AsyncSession, saisie: SeanceSaisie, *, par: Droits) -> Seance:
    """A séance to come.

    Raises:
        Interdit: the subdivision is not his.
        Chevauchement: another séance already has one of its formations.
    """
    exiger_planifier(par, saisie.subdivision)
    await prendre_la_main(session)
    seance = Seance(**saisie.valeurs(), subdivision=saisie.subdivision, statut=StatutSeance.PLANIFIEE)
    session.add(seance)
    await session.flush()
    await _inscrire(session, seance.id, saisie.formations)
    apres = {"libelle": saisie.libelle, "quand": saisie.quand.isoformat(), "formations": len(saisie.formations)}
    await consigner(session, "planifier_seance", par=par, sujet="seance", sujet_id=seance.id, apres=apres)
    return seance


async def modifier(session: AsyncSession, seance: Seance, saisie: SeanceSaisie, *, version: int, par: Droits) -> None:
    """Change a séance while it is planned; its subdivision stays.

    Raises:
        Interdit, Conflit, Chevauchement: see `planifier` and `passer`.
    """
    exiger_planifier(par, seance.subdivision)
    if seance.statut is not StatutSeance.PLANIFIEE:
        raise Interdit("Une séance ne se modifie plus une fois ouverte.")
    await passer(session, seance, version=version, de=[StatutSeance.PLANIFIEE], **saisie.valeurs())
    await session.execute(delete(SeanceFormation).where(SeanceFormation.seance_id == seance.id))
    await _inscrire(session, seance.id, saisie.formations)
    avant = {"libelle": seance.libelle, "quand": seance.quand.isoformat(), "formations": len(seance.formations)}
    apres = {"libelle": saisie.libelle, "quand": saisie.quand.isoformat(), "formations": len(saisie.formations)}
    await consigner(session, "modifier_seance", par=par, sujet="seance", sujet_id=seance.id, avant=avant, apres=apres)


async def _inscrire(session: AsyncSession, seance_id: int, formations: Collection[str]) -> None:
    await session.execute(insert(SeanceFormation), [{"seance_id": seance_id, "formation": f} for f in formations])
    # Looked at once written, so that of two people planning at once the second is refused.
    communes = await chevauchement(session, seance_id)
    if communes:
        raise Chevauchement(communes)


async def ouvrir(
    session: AsyncSession,
    seance: Seance,
    *,
    version: int,
    presents: Sequence[Votant],
    votants: Sequence[Votant],
    sans_quorum: bool,
    par: Droits,
    mandats: Mapping[int, int] = MappingProxyType({}),
) -> int:
    """Open: who is there or gave a mandate (*mandats*, giver → holder), the quorum, and the lines frozen as they stand.

    Returns how many lines.

    Raises:
        Interdit: he does not preside here.
        QuorumManquant: less than half of the voting members are there or represented, and no second convocation.
        MandatRefuse: a mandate that the rules do not allow.
        Conflit: the séance has changed since it was read.
    """
    exiger_president(par, seance)
    quorum, voix = quorum_de(len(votants)), len(presents) + len(mandats)
    if not presents or (voix < quorum and not sans_quorum):
        raise QuorumManquant(voix, quorum)
    await passer(
        session, seance, version=version, de=[StatutSeance.PLANIFIEE], statut=StatutSeance.OUVERTE, quorum=quorum,
        votants=len(presents), sans_quorum=voix < quorum, president_id=par.personne_id, ouverte_le=maintenant(),
    )  # fmt: skip
    siegent = [{"seance_id": seance.id, "personne_id": v.personne_id, "role": v.role.value} for v in presents]
    await session.execute(insert(Presence), siegent)
    await session.execute(delete(Mandat).where(Mandat.seance_id == seance.id))  # announced: those of the opening stand
    await donner(session, seance.id, mandats, votants=votants, presents={v.personne_id for v in presents})
    gelees = (
        update(Ligne)
        # Read whole before the first write: SQLite would look for the têtes among lines that it has just moved.
        .where(Ligne.id.in_(select(Ligne.id).where(attendues(seance.id, seance.subdivision))))
        .values(seance_id=seance.id, moment=Moment.SEANCE_OUVERTE, stamp=Ligne.stamp + 1)
        .execution_options(synchronize_session=False)
    )
    nombre = int((await session.execute(gelees)).rowcount)  # type: ignore[attr-defined]
    await inscrire(session, seance.id)
    apres = {"statut": StatutSeance.OUVERTE, "presents": len(presents), "quorum": quorum, "lignes": nombre}
    apres |= {"mandats": {str(de): a for de, a in mandats.items()}} if mandats else {}
    await consigner(session, "ouvrir_seance", par=par, sujet="seance", sujet_id=seance.id, apres=apres)
    return nombre


async def publier(session: AsyncSession, seance: Seance, *, version: int, par: Droits) -> None:
    """From now on each RTS reads what was decided of his demande.

    Raises:
        Interdit: he does not preside here.
        Conflit: the séance is not closed any more, or not yet.
    """
    exiger_president(par, seance)
    quand = maintenant()
    await passer(session, seance, version=version, de=[StatutSeance.CLOSE], statut=StatutSeance.PUBLIEE, publiee_le=quand)
    siennes = Ligne.seance_id == seance.id
    publiees = update(Ligne).where(siennes).values(moment=Moment.PUBLIEE, stamp=Ligne.stamp + 1)
    nombre = (await session.execute(publiees.execution_options(synchronize_session=False))).rowcount  # type: ignore[attr-defined]
    agrees = select(Agrement.terrain_id).join(Ligne, Ligne.id == Agrement.ligne_id).where(siennes)
    ouverts = update(Terrain).where(Terrain.id.in_(agrees)).values(actif=True)
    await session.execute(ouverts.execution_options(synchronize_session=False))
    demandes = (await session.scalars(select(Ligne.demande_id).where(siennes).distinct().order_by(Ligne.demande_id))).all()
    apres = {"statut": StatutSeance.PUBLIEE, "lignes": nombre, "demandes": len(demandes)}
    await consigner(session, "publier_seance", par=par, sujet="seance", sujet_id=seance.id, apres=apres)
    await consigner_en_lot(session, [acte(par, quand, "publier", demande_id=d) for d in demandes])
