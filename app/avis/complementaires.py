"""Complementary and functional lines: another formation asked for under the same demande."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.agrements.models import TypeAgrement
from app.avis.service import exiger, retenir
from app.core.errors import Interdit
from app.core.journal import consigner, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.mouvements import nouvelle_ligne, projeter
from app.demandes.statuts import Action
from app.referentiel.models import Formation, Nature

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


async def ajouter_complementaire(
    session: AsyncSession, tete: Ligne, *, formation: Formation, phases: str, par: Droits
) -> Ligne:
    """A complementary (DES) or functional (option, FST) line under *tete*; its own coordonnateur is asked.

    Even under a tête whose séance is open, it waits for the next one: an open séance's lines are frozen.

    Raises:
        Interdit: not this person, not now, or the demande already has this formation.
    """
    exiger(par, Action.AJOUTER_COMPLEMENTAIRE, tete)
    if tete.rang:
        raise Interdit("Un agrément complémentaire s'ajoute à la ligne de tête du dossier.")
    await prendre_la_main(session)
    await retenir(session, tete, par)
    rangs = select(func.max(Ligne.rang)).where(Ligne.demande_id == tete.demande_id)
    rang = (await session.execute(rangs)).scalar_one() + 1
    doublon = select(Ligne.id).where(Ligne.demande_id == tete.demande_id, Ligne.formation == formation.code)
    if (await session.execute(doublon)).first() or rang > 99:
        raise Interdit(f"« {formation.libelle} » est déjà demandée dans ce dossier.")
    demande = (await session.execute(select(Demande).where(Demande.id == tete.demande_id))).scalar_one()
    type_ = TypeAgrement.COMPLEMENTAIRE if formation.nature is Nature.DES else TypeAgrement.FONCTIONNEL
    ligne = nouvelle_ligne(
        demande.id, rang, formation=formation.code, type=type_, phases=phases or _phases(type_, tete),
        moment=Moment.AVANT_SEANCE, statut=tete.statut, rpps=tete.rpps, prenom=tete.prenom, nom=tete.nom,
        subdivision=tete.subdivision, type_demande=tete.type_demande,
    )  # fmt: skip
    session.add(ligne)
    await session.flush()
    await projeter(session, demande)
    apres = {"formation": formation.code, "type": type_, "phases": ligne.phases}
    await consigner(
        session, Action.AJOUTER_COMPLEMENTAIRE, par=par, sujet="ligne", sujet_id=ligne.id, demande_id=ligne.demande_id,
        ligne_id=ligne.id, apres=apres,
    )  # fmt: skip
    return ligne


def _phases(type_: TypeAgrement, tete: Ligne) -> str:
    return "A" if type_ is TypeAgrement.FONCTIONNEL else tete.phases or "A"
