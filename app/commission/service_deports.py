"""Declaring, recording and taking back a déport (CRPA R. 133-12): it holds for the whole dossier of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.commission.deports import OUVERTS, decidee
from app.commission.models import Deport, Note, OrigineDeport
from app.commission.permissions import constate, se_deporte
from app.core.errors import Conflit, Erreur, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.queries import Votant
    from app.core.access import Droits

PERIME = "Ce dossier a changé entre-temps : rien n'est enregistré. Rechargez la page pour le voir tel qu'il est."


SANS_MOTIF = "Dites pourquoi : le motif d'un déport constaté va au procès-verbal."


class MotifRefuse(Erreur):
    """Somebody else's déport is recorded with its reason; none is longer than the minutes take."""

    statut = 422


async def deporter(session: AsyncSession, ligne: Ligne, *, qui: Votant, motif: str, par: Droits) -> None:
    """From now on *qui* reads nothing of the dossier but that it is there, and judges none of its lines.

    Raises:
        Interdit: not his to say; or the séance of the line is over.
        MotifRefuse: somebody else's, without a reason.
        Conflit: it is there already, or the line has moved.
    """
    soi = qui.personne_id == par.personne_id
    if not (se_deporte(par, ligne) if soi else constate(par, ligne)):
        raise Interdit("Un déport se déclare par l'intéressé, ou se constate par le président ou la scolarité.")
    if ligne.moment not in OUVERTS:
        raise Interdit("Un déport se déclare avant la séance, ou tant qu'elle est ouverte.")
    if not soi and not motif:
        raise MotifRefuse(SANS_MOTIF)
    tete = await _retenir(session, ligne)
    insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
    neuf = {
        "ligne_id": tete, "personne_id": qui.personne_id, "par_id": par.personne_id, "quand": maintenant(), "motif": motif,
        "origine": OrigineDeport.DECLARE if soi else OrigineDeport.CONSTATE,
    }  # fmt: skip
    ecrit = await session.execute(insert(Deport).values(neuf).on_conflict_do_nothing())
    if ecrit.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(f"Le déport de {qui.nom} sur ce dossier est déjà enregistré.")
    await _demarquer(session, ligne.demande_id, qui.personne_id)
    await _consigner(session, "declarer_deport" if soi else "constater_deport", ligne, qui, par, motif)


async def lever(session: AsyncSession, ligne: Ligne, *, qui: Votant, motif: str, par: Droits) -> None:
    """Take a déport back, as long as the commission has said nothing of the dossier.

    Raises:
        Interdit: it has; or it is his own and the séance is open: a refusal would tell him what was decided.
        Conflit: it is not there any more.
    """
    if qui.personne_id == par.personne_id:
        if ligne.moment is not Moment.AVANT_SEANCE:
            raise Interdit("La séance est ouverte : seul le président, ou la scolarité, peut lever votre déport.")
    elif not constate(par, ligne):
        raise Interdit("Un déport se lève par l'intéressé avant la séance, par le président ou par la scolarité.")
    await _retenir(session, ligne)
    if ligne.moment not in OUVERTS or await decidee(session, ligne.demande_id):
        raise Interdit("La commission s'est prononcée sur ce dossier : le déport ne se lève plus.")
    siennes = select(Ligne.id).where(Ligne.demande_id == ligne.demande_id)
    ote = await session.execute(delete(Deport).where(Deport.ligne_id.in_(siennes), Deport.personne_id == qui.personne_id))
    if not ote.rowcount:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
    await _consigner(session, "lever_deport", ligne, qui, par, motif)


async def _retenir(session: AsyncSession, ligne: Ligne) -> int:
    """Written first, if the line is still where it was read: a séance that closes meanwhile wins. The number of its tête."""
    await prendre_la_main(session)
    touche = update(Ligne).where(Ligne.id == ligne.id, Ligne.moment == ligne.moment).values(stamp=Ligne.stamp + 1)
    if (await session.execute(touche.execution_options(synchronize_session=False))).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
    tete = select(Ligne.id).where(Ligne.demande_id == ligne.demande_id, Ligne.rang == 0)
    return int((await session.execute(tete)).scalar_one())


async def _demarquer(session: AsyncSession, demande_id: int, personne_id: int) -> None:
    """Whoever takes no part asks for no discussion: his marks are taken off."""
    siennes = select(Ligne.id).where(Ligne.demande_id == demande_id)
    sienne = update(Note).where(Note.ligne_id.in_(siennes), Note.personne_id == personne_id, Note.a_discuter.is_(True))
    options = {"synchronize_session": False}
    ote = await session.execute(sienne.values(a_discuter=False).execution_options(**options))
    if ote.rowcount:  # type: ignore[attr-defined]
        marques = select(func.count()).where(Note.ligne_id == Ligne.id, Note.a_discuter.is_(True)).scalar_subquery()
        compte = update(Ligne).where(Ligne.demande_id == demande_id).values(a_discuter=marques, stamp=Ligne.stamp + 1)
        await session.execute(compte.execution_options(**options))


async def _consigner(session: AsyncSession, action: str, ligne: Ligne, qui: Votant, par: Droits, motif: str) -> None:
    lignes = select(Ligne.id).where(Ligne.demande_id == ligne.demande_id).order_by(Ligne.id)
    apres = {"personne_id": qui.personne_id, "qui": qui.nom, "lignes": list(await session.scalars(lignes))}
    # On the demande: every row of it changes for that person.
    await consigner(
        session, action, par=par, sujet="demande", sujet_id=ligne.demande_id, demande_id=ligne.demande_id, apres=apres,
        motif=motif or None,
    )  # fmt: skip
