"""Reads of returns and remarks. A prepared remark leaves this module for the scolarité alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from app.core.access import lisible_sql
from app.core.journal import Journal
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.models import Demande, Ligne, Retour
from app.demandes.queries import RETOUR_OUVERT
from app.demandes.retours.models import EN_ATTENTE, EtatRemarque, PreparationRetour, Remarque
from app.demandes.statuts import Action, Statut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

# What the RTS writes on a dossier that came back to him.
DU_RTS = ("enregistrer", "joindre_piece", "retirer_piece", "repondre_remarque", Action.SOUMETTRE)


async def remarques(session: AsyncSession, demande_id: int) -> list[Remarque]:
    """Everything ever remarked on a dossier, prepared included: for the scolarité."""
    return list(await session.scalars(select(Remarque).where(Remarque.demande_id == demande_id).order_by(Remarque.id)))


async def en_attente(session: AsyncSession, demande_id: int) -> list[Remarque]:
    """Those that are neither lifted, nor raised again, nor cancelled: what holds the validation back."""
    return [r for r in await remarques(session, demande_id) if r.etat in EN_ATTENTE]


async def remarques_envoyees(session: AsyncSession, retour_ids: Iterable[int]) -> dict[int, list[Remarque]]:
    """What the RTS reads of each return: never what is only prepared."""
    requete = (
        select(Remarque)
        .where(Remarque.retour_id.in_(list(retour_ids)), Remarque.etat != EtatRemarque.PREPAREE)
        .order_by(Remarque.id)
    )
    par_retour: dict[int, list[Remarque]] = {}
    for remarque in await session.scalars(requete):
        par_retour.setdefault(remarque.retour_id or 0, []).append(remarque)
    return par_retour


async def preparation(session: AsyncSession, demande_id: int) -> PreparationRetour | None:
    """The draft of a return."""
    requete = select(PreparationRetour).where(PreparationRetour.demande_id == demande_id)
    return (await session.execute(requete.execution_options(populate_existing=True))).scalar_one_or_none()


async def dernier_retour(session: AsyncSession, demande_id: int) -> Retour | None:
    """The last one that was sent, whatever became of it."""
    requete = select(Retour).where(Retour.demande_id == demande_id).order_by(Retour.id.desc()).limit(1)
    return (await session.scalars(requete)).first()


async def retours_annules(session: AsyncSession, demande_ids: list[int]) -> set[int]:
    """The demandes whose last return was cancelled: that much the RTS is told once it asks him nothing any more."""
    requete = select(Retour.demande_id, Retour.annule_le, Retour.depot, Demande.depots).join(
        Demande, Demande.id == Retour.demande_id
    )
    lus = (await session.execute(requete.where(Retour.demande_id.in_(demande_ids)).order_by(Retour.id))).all()
    derniers = {demande: annule is not None and depot == depots for demande, annule, depot, depots in lus}
    return {demande for demande, annule in derniers.items() if annule}


async def rts_a_ecrit(session: AsyncSession, demande_id: int) -> bool:
    """Whether the RTS has changed anything since the dossier was returned to him."""
    envoi = select(func.max(Journal.id)).where(Journal.demande_id == demande_id, Journal.action == Action.RETOURNER_INCOMPLET)
    depuis = (await session.execute(envoi)).scalar() or 0
    ecrits = select(Journal.id).where(Journal.demande_id == demande_id, Journal.id > depuis, Journal.action.in_(DU_RTS))
    return (await session.execute(ecrits.limit(1))).first() is not None


@dataclass(frozen=True, slots=True)
class Retard:
    """A return past its deadline, with the dossier that waits."""

    demande: Demande
    tete: Ligne
    retour: Retour


def en_retard(retour: Retour | None) -> bool:
    """Whether its deadline is past: the day itself still counts."""
    return retour is not None and retour.echeance < aujourdhui()


def _retards(droits: Droits) -> Select[Demande, Ligne, Retour]:
    # Those that this person may extend or refuse: the scolarité's, his own demandes aside.
    siennes = or_(*(p.sql(Ligne) for p in droits.portees_de(Role.SCOL)))
    if droits.propre is not None:
        siennes &= Ligne.rpps != droits.propre
    return (
        select(Demande, Ligne, Retour)
        .join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0))
        .join(Retour, Retour.demande_id == Demande.id)
        .where(siennes, lisible_sql(droits, Objet.RETOUR, Ligne), Demande.supprimee_le.is_(None))
        .where(Demande.statut == Statut.EN_SAISIE, RETOUR_OUVERT, Retour.echeance < aujourdhui())
    )


async def retours_en_retard(session: AsyncSession, droits: Droits, *, limite: int = 200) -> list[Retard]:
    """What waits for the scolarité since a deadline was missed, the oldest first."""
    if not droits.a(Role.SCOL):
        return []
    requete = _retards(droits).order_by(Retour.echeance, Demande.id).limit(limite)
    return [Retard(d, tete, retour) for d, tete, retour in (await session.execute(requete)).all()]


async def compte_en_retard(session: AsyncSession, droits: Droits) -> int:
    """How many."""
    if not droits.a(Role.SCOL):
        return 0
    requete = _retards(droits).with_only_columns(func.count(Demande.id), maintain_column_froms=True)
    return (await session.execute(requete)).scalar_one()
