"""Reopening a closed or published séance: its lines are discussed again, decisions stay, proposals are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.agrements.service import retirer_proposes
from app.avis.models import Decision, Source
from app.commission.actes import acte
from app.commission.cloture import TETE_REFUSEE
from app.commission.models import StatutSeance
from app.commission.permissions import exiger_president
from app.commission.queries import ajournees_par
from app.commission.seances import passer
from app.commission.service_agenda import inscrire
from app.commission.service_cloture import REFUSER_AVEC_TETE
from app.core.errors import Interdit
from app.core.journal import Journal, consigner, consigner_en_lot, maintenant
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Action, Statut

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits

CRPA_L242_1 = (
    "« L'administration ne peut abroger ou retirer une décision créatrice de droits de sa propre initiative ou sur la "
    "demande d'un tiers que si elle est illégale et si l'abrogation ou le retrait intervient dans le délai de quatre "
    "mois suivant la prise de cette décision. » (code des relations entre le public et l'administration, art. L. 242-1)"
)


class MotifManquant(Interdit):
    """A published séance is not reopened without saying why."""

    statut = 422

    def __init__(self) -> None:
        super().__init__("La séance est publiée : dites pourquoi elle est rouverte.")


async def rouvrir(session: AsyncSession, seance: Seance, *, version: int, motif: str, par: Droits) -> None:
    """Back to an open séance, with the lines that it had adjourned and that no other has taken.

    Raises:
        Interdit: he does not preside here; the ARS has signed; another séance decided on the strength of this one.
        MotifManquant: published, and no reason given.
        Conflit: the séance has changed since it was read.
    """
    exiger_president(par, seance)
    if seance.statut is StatutSeance.PUBLIEE and not motif:
        raise MotifManquant
    await passer(
        session, seance, version=version, de=[StatutSeance.CLOSE, StatutSeance.PUBLIEE],
        statut=StatutSeance.OUVERTE, close_le=None, publiee_le=None,
    )  # fmt: skip
    await _exiger_independante(session, seance.id)
    siennes = select(Ligne.id).where(Ligne.seance_id == seance.id)
    retires = await retirer_proposes(session, siennes)
    await _rendre_les_decisions(session, seance.id)
    demandes = await _demandes(session, seance.id)
    await _rouvrir_demandes(session, seance.id)
    reprises = list(await session.scalars(select(Ligne.id).where(ajournees_par(seance.id)).order_by(Ligne.id)))
    lignes = await _rouvrir_lignes(session, seance.id)
    await inscrire(session, seance.id)
    avant, apres = {"statut": seance.statut}, {"statut": StatutSeance.OUVERTE, "lignes": lignes, "agrements_retires": retires}
    apres |= {"ajournees_reprises": reprises}  # the live list tells them apart: nothing of them was published
    await consigner(
        session, "rouvrir_seance", par=par, sujet="seance", sujet_id=seance.id, avant=avant, apres=apres, motif=motif or None
    )
    await _consigner_demandes(session, demandes, par, motif)


async def _exiger_independante(session: AsyncSession, seance_id: int) -> None:
    tete = aliased(Ligne)
    suivantes = exists().where(
        tete.seance_id == seance_id,
        tete.rang == 0,
        Ligne.demande_id == tete.demande_id,
        Ligne.rang > 0,
        Ligne.seance_id != seance_id,
        Ligne.moment.in_([Moment.CLOSE, Moment.PUBLIEE]),
    )
    if (await session.execute(select(Ligne.id).where(suivantes).limit(1))).first():
        raise Interdit("Une autre séance a déjà décidé d'un agrément rattaché à l'un de ces dossiers : rouvrez-la d'abord.")


async def _rendre_les_decisions(session: AsyncSession, seance_id: int) -> None:
    """Refusals that only followed their principal's: what the commission had said of the line itself comes back."""
    suivies = select(Ligne.id).where(Ligne.seance_id == seance_id, Ligne.rang > 0)
    condition = and_(Decision.ligne_id.in_(suivies), Decision.source == Source.CONFIRMEE, Decision.motif == TETE_REFUSEE)
    ids = list(await session.scalars(select(Decision.ligne_id).where(condition)))
    if not ids:
        return
    requete = select(Journal.ligne_id, Journal.avant).where(Journal.ligne_id.in_(ids), Journal.action == REFUSER_AVEC_TETE)
    dites: dict[Any, Any] = dict((await session.execute(requete.order_by(Journal.id))).all())
    rendues = [{"sa_ligne": i, **dites[i]} for i in ids if dites.get(i)]
    if rendues:
        await _rendre(session, rendues)
    effacees = [i for i in ids if not dites.get(i)]
    await session.execute(delete(Decision).where(Decision.ligne_id.in_(effacees)))


async def _rendre(session: AsyncSession, rendues: list[dict[str, Any]]) -> None:
    table: Any = Decision.__table__
    champs = ("sens", "duree", "phases", "motif", "motif_texte")
    valeurs = {c: bindparam(f"v_{c}", type_=table.c[c].type) for c in champs}
    requete = update(table).where(table.c.ligne_id == bindparam("sa_ligne")).values(
        **valeurs, source=Source.SAISIE, version=table.c.version + 1
    )  # fmt: skip
    parametres = [{"sa_ligne": r["sa_ligne"], **{f"v_{c}": r[c] for c in champs}} for r in rendues]
    await (await session.connection()).execute(requete, parametres)


async def _demandes(session: AsyncSession, seance_id: int) -> list[tuple[int, Statut, Statut]]:
    """(demande, statut, statut to come): one whose tête another séance decided keeps what that one said."""
    requete = (
        select(Demande.id, Demande.statut, func.min(Ligne.rang))
        .join(Ligne, Ligne.demande_id == Demande.id)
        .where(Ligne.seance_id == seance_id)
        .group_by(Demande.id, Demande.statut)
        .order_by(Demande.id)
    )
    return [(d, s, s if rang else Statut.VALIDE_ADMIN) for d, s, rang in (await session.execute(requete)).all()]


async def _rouvrir_demandes(session: AsyncSession, seance_id: int) -> None:
    tetes = select(Ligne.demande_id).where(Ligne.seance_id == seance_id, Ligne.rang == 0)
    await session.execute(
        update(Demande)
        .where(Demande.id.in_(tetes), Demande.statut.in_([Statut.ACCEPTE, Statut.REFUSE]))
        .values(statut=Statut.VALIDE_ADMIN, origine_refus=None, motif_refus=None, version=Demande.version + 1)
        .execution_options(synchronize_session=False)
    )


async def _rouvrir_lignes(session: AsyncSession, seance_id: int) -> int:
    rouvertes = (
        update(Ligne)
        .where(or_(Ligne.seance_id == seance_id, ajournees_par(seance_id)))
        .values(
            seance_id=seance_id,
            moment=Moment.SEANCE_OUVERTE,
            statut=Statut.VALIDE_ADMIN,
            ajournee_par=None,
            stamp=Ligne.stamp + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return int((await session.execute(rouvertes)).rowcount)  # type: ignore[attr-defined]


async def _consigner_demandes(
    session: AsyncSession, demandes: list[tuple[int, Statut, Statut]], par: Droits, motif: str
) -> None:
    quand = maintenant()
    actes = [
        acte(par, quand, Action.ANNULER_DECISION, demande_id=d, avant={"statut": s}, apres={"statut": a}, motif=motif or None)
        for d, s, a in demandes
    ]
    await consigner_en_lot(session, actes)
