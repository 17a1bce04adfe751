"""Closing a séance: one transaction, a fixed number of statements whatever the number of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, Text, bindparam, insert, select, update

from app.agrements.service import Proposition, proposer
from app.avis.models import Decision, Source
from app.commission.actes import acte
from app.commission.cloture import Issue, Plan, Sort
from app.commission.lecture import plan_de
from app.commission.models import StatutSeance
from app.commission.permissions import exiger_president
from app.commission.seances import passer
from app.core.errors import Conflit
from app.core.journal import consigner, consigner_en_lot, maintenant
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Action, OrigineRefus, Statut
from app.referentiel.queries import libelles_motifs
from app.referentiel.service import creer_terrains

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits

REFUSER_AVEC_TETE: Final = "refuser_avec_principal"


class ListeChangee(Conflit):
    """The lines are not those that the président read; `plan` is what closing would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("La liste a changé depuis que vous l'avez lue : rien n'est clos. Relisez-la, puis confirmez.")
        self.plan = plan


async def clore(
    session: AsyncSession, seance: Seance, *, version: int, reprises: int | None, empreinte: str, par: Droits
) -> Plan:
    """Close: *reprises* is the number of inherited decisions that the président confirms, *empreinte* the list he read.

    Raises:
        Interdit: he does not preside here.
        Conflit: the séance has changed since it was read (closed already).
        ListeChangee: its lines have.
    """
    exiger_president(par, seance)
    quand = maintenant()
    await passer(session, seance, version=version, de=[StatutSeance.OUVERTE], statut=StatutSeance.CLOSE, close_le=quand)
    plan = await plan_de(session, seance.id, par)
    if plan.empreinte != empreinte or reprises != len(plan.reprises):
        raise ListeChangee(plan)
    await _ecrire_decisions(session, plan, par, quand)
    await _ajourner(session, plan, seance.id)
    await _arreter(session, plan)
    await _clore_lignes(session, plan, seance.id)
    await _proposer(session, plan, par)
    await _consigner(session, plan, seance, par, quand)
    return plan


async def _ecrire_decisions(session: AsyncSession, plan: Plan, par: Droits, quand: datetime) -> None:
    """The inherited become decisions; the others of a refused principal are refused with it."""
    commun = {"auteur_id": par.personne_id, "quand": quand, "source": Source.CONFIRMEE}
    suivies = plan.de(Issue.REFUSEE_AVEC_TETE)
    neuves = plan.reprises + [s for s in suivies if not s.ligne.decidee]
    if neuves:
        rangees = [
            {
                **s.jugement.valeurs(),
                **commun,
                "ligne_id": s.ligne.id,
                "version": s.ligne.premiere_version,
                "avis_version": s.ligne.avis_version,
            }
            for s in neuves
            if s.jugement
        ]
        # One statement, whichever columns are null.
        await session.execute(insert(Decision), rangees, execution_options={"render_nulls": True})
    ecrasees = [s for s in suivies if s.ligne.decidee]
    if ecrasees and ecrasees[0].jugement:
        refus = {c: v for c, v in ecrasees[0].jugement.valeurs().items() if c != "commentaire"}
        requete = update(Decision).where(Decision.ligne_id.in_([s.ligne.id for s in ecrasees]))
        await _en_lot(session, requete.values(**refus, **commun, version=Decision.version + 1))


async def _en_lot(session: AsyncSession, requete: Any) -> None:
    await session.execute(requete.execution_options(synchronize_session=False))


async def _ajourner(session: AsyncSession, plan: Plan, seance_id: int) -> None:
    """Back to before a séance; they stay validated, whatever becomes of their demande."""
    ids = [s.ligne.id for s in plan.ajournees]
    if ids:
        valeurs = {"seance_id": None, "moment": Moment.AVANT_SEANCE, "ajournee_par": seance_id, "agenda": ""}
        await _en_lot(session, update(Ligne).where(Ligne.id.in_(ids)).values(**valeurs, stamp=Ligne.stamp + 1))


def tetes_arretees(plan: Plan) -> list[Sort]:
    """The têtes that decide their demande."""
    return [s for s in plan.closes if s.ligne.rang == 0]


async def _arreter(session: AsyncSession, plan: Plan) -> None:
    """The demande's final statut is the decision on its tête."""
    acceptees = [s.ligne.demande_id for s in tetes_arretees(plan) if s.acceptee]
    refusees = [s for s in tetes_arretees(plan) if not s.acceptee]
    libelles = await libelles_motifs(session)
    if acceptees:
        moves = update(Demande).where(Demande.id.in_(acceptees), Demande.statut == Statut.VALIDE_ADMIN)
        await _en_lot(session, moves.values(statut=Statut.ACCEPTE, version=Demande.version + 1))
    if refusees:
        table: Any = Demande.__table__
        refus = (
            update(table)
            .where(table.c.id == bindparam("sa_demande", type_=Integer), table.c.statut == Statut.VALIDE_ADMIN)
            .values(
                statut=Statut.REFUSE,
                origine_refus=OrigineRefus.COMMISSION,
                version=table.c.version + 1,
                motif_refus=bindparam("son_motif", type_=Text),
            )
        )
        motifs = [{"sa_demande": s.ligne.demande_id, "son_motif": motif_public(s, libelles)} for s in refusees]
        await (await session.connection()).execute(refus, motifs)


def motif_public(sort: Sort, libelles: dict[str, str]) -> str:
    """What the RTS will read: the reason and its public text."""
    motif, texte = (sort.jugement.motif or "", sort.jugement.motif_texte) if sort.jugement else ("", "")
    libelle = libelles.get(motif, motif)
    return f"{libelle}. {texte}" if texte else libelle


async def _clore_lignes(session: AsyncSession, plan: Plan, seance_id: int) -> None:
    entrees = [s.ligne.id for s in plan.closes if not s.ligne.en_seance]
    if entrees:
        await _en_lot(session, update(Ligne).where(Ligne.id.in_(entrees)).values(seance_id=seance_id))
    statut = select(Demande.statut).where(Demande.id == Ligne.demande_id).scalar_subquery()
    closes = update(Ligne).where(Ligne.seance_id == seance_id)
    await _en_lot(session, closes.values(moment=Moment.CLOSE, statut=statut, stamp=Ligne.stamp + 1))


async def _proposer(session: AsyncSession, plan: Plan, par: Droits) -> None:
    acceptes = [s for s in plan.closes if s.acceptee]
    crees = await _terrains_manquants(session, acceptes, par)
    propositions = []
    for s in acceptes:
        x, phases = s.ligne, s.jugement.phases if s.jugement else ""
        terrain = x.terrain_id or crees[x.demande_id]
        if s.debut and s.fin:
            propositions.append(Proposition(x.id, x.rpps, terrain, x.subdivision, x.formation, x.type, phases, s.debut, s.fin))
    await proposer(session, propositions)


async def _terrains_manquants(session: AsyncSession, acceptes: Sequence[Sort], par: Droits) -> dict[int, int]:
    """A place that the RTS named and that nobody linked gets its number now: an agrément is for a terrain.

    Nobody is offered it before the publication: its holder would learn from it that he is accepted.
    """
    ids = {s.ligne.demande_id for s in acceptes if s.ligne.terrain_id is None}
    if not ids:
        return {}
    demandes = (await session.scalars(select(Demande).where(Demande.id.in_(ids)).order_by(Demande.id))).all()
    numeros = await creer_terrains(session, [d.terrain_nomme | {"actif": False} for d in demandes], par=par)
    crees = dict(zip([d.id for d in demandes], numeros, strict=True))
    table: Any = Demande.__table__
    lien = update(table).where(table.c.id == bindparam("sa_demande", type_=Integer)).values(
        terrain_id=bindparam("son_terrain", type_=Integer)
    )  # fmt: skip
    parametres = [{"sa_demande": d, "son_terrain": t} for d, t in crees.items()]
    await (await session.connection()).execute(lien, parametres)
    return crees


async def _consigner(session: AsyncSession, plan: Plan, seance: Seance, par: Droits, quand: datetime) -> None:
    apres = {"statut": StatutSeance.CLOSE, **plan.comptes()}
    await consigner(session, "clore_seance", par=par, sujet="seance", sujet_id=seance.id, apres=apres)
    actes = [_acte_de_ligne(s, par, quand) for s in plan.sorts if s.issue is not Issue.DECIDEE]
    statuts = {s.ligne.demande_id: s.ligne.statut_demande for s in plan.closes}
    statuts |= {s.ligne.demande_id: Statut.ACCEPTE if s.acceptee else Statut.REFUSE for s in tetes_arretees(plan)}
    avant_clair = {"statut": Statut.VALIDE_ADMIN}
    actes += [
        acte(
            par, quand, Action.ARRETER_DECISIONS, demande_id=d, avant=avant_clair, apres={"statut": statut, "seance": seance.id}
        )
        for d, statut in statuts.items()
    ]
    await consigner_en_lot(session, actes)


def _acte_de_ligne(sort: Sort, par: Droits, quand: datetime) -> dict[str, Any]:
    ligne = sort.ligne
    ou: dict[str, Any] = {"demande_id": ligne.demande_id, "ligne_id": ligne.id}
    dit = ligne.jugement.en_clair() if ligne.jugement else None
    if sort.issue is Issue.AJOURNEE:
        return acte(par, quand, "ajourner", motif=str(sort.raison), **ou)
    ecrit = sort.jugement.en_clair() if sort.jugement else None
    if sort.issue is Issue.REPRISE:
        return acte(par, quand, "confirmer_decision", apres=ecrit, version=ligne.premiere_version, **ou)
    avant, version = (dit, (ligne.decision_version or 0) + 1) if ligne.decidee else (None, ligne.premiere_version)
    motif = "Agrément principal refusé"
    return acte(par, quand, REFUSER_AVEC_TETE, avant=avant, apres=ecrit, motif=motif, version=version, **ou)
