"""The verbs of the loop: the only writer of remarks, of the draft of a return, of what becomes of a return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, update

from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.demandes.models import Demande, Retour
from app.demandes.mouvements import PERIME, ligne_de_tete, modifier, mouvoir
from app.demandes.permissions import impossible, peut
from app.demandes.queries import retours_ouverts
from app.demandes.retours import queries
from app.demandes.retours.models import EtatRemarque, PreparationRetour, Remarque
from app.demandes.statuts import Action, Statut

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.queries import MotifOffert
    from app.core.access import Droits

DEJA_MODIFIE = (
    "Le RTS a déjà modifié son dossier depuis ce retour : il ne s'annule plus. "
    "Annulez les remarques qui n'ont plus lieu d'être, prolongez le délai, ou attendez qu'il soumette."
)


async def preparer(
    session: AsyncSession,
    demande: Demande,
    *,
    ancre: str,
    motif: MotifOffert,
    texte: str,
    suite_de: int | None = None,
    par: Droits,
) -> None:
    """Write a remark down while reading; nothing of it reaches the RTS before the return.

    Raises:
        Interdit: the dossier is not in validation.
    """
    await _exiger(session, demande, Action.RETOURNER_INCOMPLET, par)
    remarque = Remarque(
        demande_id=demande.id, ancre=ancre, motif=motif.code, texte=texte, suite_de=suite_de, etat=EtatRemarque.PREPAREE,
        par_id=par.personne_id, quand=maintenant(),
    )  # fmt: skip
    session.add(remarque)
    await session.flush()
    await _monter(session, demande.id)
    await _consigner(session, "preparer_remarque", demande, par, apres=_dite(remarque))


async def retirer(session: AsyncSession, demande: Demande, remarque: Remarque, *, par: Droits) -> None:
    """Take back what was only prepared; the remark that it raised again stands as before.

    Raises:
        Conflit: it has been sent, or taken back, meanwhile.
    """
    await _exiger(session, demande, Action.RETOURNER_INCOMPLET, par)
    preparee = (Remarque.id == remarque.id) & (Remarque.etat == EtatRemarque.PREPAREE)
    if (await session.execute(delete(Remarque).where(preparee))).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
    if remarque.suite_de:
        reprise = (Remarque.id == remarque.suite_de) & (Remarque.etat == EtatRemarque.RELEVEE)
        await session.execute(
            update(Remarque).where(reprise).values(etat=EtatRemarque.ENVOYEE, close_par_id=None, close_le=None)
        )
    await _monter(session, demande.id)
    await _consigner(session, "retirer_remarque", demande, par, avant=_dite(remarque))


async def garder(
    session: AsyncSession, demande: Demande, *, echeance: date | None, commentaire: str, version: int, par: Droits
) -> None:
    """Keep what goes with the remarks, without sending anything.

    Raises:
        Conflit: a colleague has changed the draft since it was read.
    """
    await _exiger(session, demande, Action.RETOURNER_INCOMPLET, par)
    await _monter(session, demande.id, version=version, echeance=echeance, commentaire=commentaire)
    await _consigner(session, "preparer_retour", demande, par)


async def relever(
    session: AsyncSession, demande: Demande, remarque: Remarque, *, motif: MotifOffert, texte: str, par: Droits
) -> None:
    """Raise a remark again: another one is prepared in its place, which follows it."""
    await _clore(session, demande, [remarque], EtatRemarque.RELEVEE, par=par, action=Action.RETOURNER_INCOMPLET)
    await preparer(session, demande, ancre=remarque.ancre, motif=motif, texte=texte, suite_de=remarque.id, par=par)


async def lever(session: AsyncSession, demande: Demande, levees: list[Remarque], *, version: int, par: Droits) -> None:
    """Accept what the RTS did about these remarks."""
    await _clore(session, demande, levees, EtatRemarque.LEVEE, par=par, action=Action.RETOURNER_INCOMPLET)
    await modifier(session, demande, version=version)
    await _consigner(session, "lever_remarque", demande, par, apres={"remarques": [r.id for r in levees]})


async def annuler(session: AsyncSession, demande: Demande, remarque: Remarque, *, motif: str, par: Droits) -> None:
    """Cancel a remark that was sent: its text stays, the RTS reads that it asks nothing any more."""
    action = Action.PROLONGER_RETOUR if demande.statut is Statut.EN_SAISIE else Action.RETOURNER_INCOMPLET
    await _clore(session, demande, [remarque], EtatRemarque.ANNULEE, par=par, action=action, motif=motif)
    await modifier(session, demande, version=demande.version)
    await _consigner(session, "annuler_remarque", demande, par, avant=_dite(remarque), motif=motif)


async def envoyer(session: AsyncSession, demande: Demande, retour: Retour, *, preparation: int | None) -> None:
    """Send with *retour* what was prepared; *preparation* is the draft that its sender read (None: not asked).

    Raises:
        Conflit: a colleague has changed it since.
    """
    partie = delete(PreparationRetour).where(PreparationRetour.demande_id == demande.id)
    if preparation is None:
        await session.execute(partie)
    else:
        parties = (await session.execute(partie.where(PreparationRetour.version == preparation))).rowcount  # type: ignore[attr-defined]
        if parties != (preparation > 0) or await queries.preparation(session, demande.id) is not None:
            raise Conflit(PERIME)
    await session.execute(
        update(Remarque)
        .where(Remarque.demande_id == demande.id, Remarque.etat == EtatRemarque.PREPAREE)
        .values(etat=EtatRemarque.ENVOYEE, retour_id=retour.id)
    )


async def prolonger(session: AsyncSession, demande: Demande, *, echeance: date, motif: str, par: Droits) -> None:
    """Give a new deadline to the open return."""
    await prendre_la_main(session)
    retour = await retour_ouvert(session, demande)
    avant = retour.echeance
    lue = (Retour.id == retour.id) & (Retour.echeance == avant)
    if (await session.execute(update(Retour).where(lue).values(echeance=echeance))).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
    await mouvoir(
        session, demande, Action.PROLONGER_RETOUR, par=par, version=demande.version, vers=Statut.EN_SAISIE, motif=motif,
        avant={"echeance": avant.isoformat()}, apres={"echeance": echeance.isoformat()},
    )  # fmt: skip


async def annuler_retour(session: AsyncSession, demande: Demande, *, motif: str, par: Droits) -> None:
    """Take back a return sent by mistake: in validation again, as it was, everything that was written kept.

    Raises:
        Interdit: the RTS has begun to answer.
    """
    await prendre_la_main(session)
    retour, quand = await retour_ouvert(session, demande), maintenant()
    if await queries.rts_a_ecrit(session, demande.id):
        raise Interdit(DEJA_MODIFIE)
    fin = {"close_par_id": par.personne_id, "close_le": quand, "motif_cloture": motif}
    envoyees = (Remarque.retour_id == retour.id) & (Remarque.etat == EtatRemarque.ENVOYEE)
    await session.execute(update(Remarque).where(envoyees).values(etat=EtatRemarque.ANNULEE, **fin))
    annule = {"annule_le": quand, "annule_par_id": par.personne_id, "motif_annulation": motif}
    await session.execute(update(Retour).where(Retour.id == retour.id).values(**annule))
    await mouvoir(
        session, demande, Action.ANNULER_RETOUR, par=par, version=demande.version, vers=Statut.EN_VALIDATION, motif=motif
    )


async def retour_ouvert(session: AsyncSession, demande: Demande) -> Retour:
    """The open return of this dossier.

    Raises:
        Interdit: there is none.
    """
    retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
    if retour is None:
        raise Interdit("Ce dossier n'est pas retourné : il n'y a ni délai à prolonger, ni retour à annuler.")
    return retour


async def _exiger(session: AsyncSession, demande: Demande, action: Action, par: Droits) -> None:
    await prendre_la_main(session)
    tete = await ligne_de_tete(session, demande.id)
    await session.refresh(tete)  # where it stands now that nobody else writes
    if not peut(par, action, tete):
        raise Interdit(impossible(action, tete))


async def _clore(
    session: AsyncSession,
    demande: Demande,
    closes: list[Remarque],
    etat: EtatRemarque,
    *,
    par: Droits,
    action: Action,
    motif: str = "",
) -> None:
    await _exiger(session, demande, action, par)
    touche = await session.execute(
        update(Remarque)
        .where(Remarque.id.in_([r.id for r in closes]), Remarque.etat == EtatRemarque.ENVOYEE)
        .values(etat=etat, close_par_id=par.personne_id, close_le=maintenant(), motif_cloture=motif)
    )
    if touche.rowcount != len(closes):  # type: ignore[attr-defined]
        raise Conflit(PERIME)


async def _monter(session: AsyncSession, demande_id: int, *, version: int | None = None, **valeurs: Any) -> None:
    condition = [PreparationRetour.demande_id == demande_id]
    condition += [] if version is None else [PreparationRetour.version == version]
    monte = update(PreparationRetour).where(*condition).values(version=PreparationRetour.version + 1, **valeurs)
    if (await session.execute(monte)).rowcount == 1:  # type: ignore[attr-defined]
        return
    if version or await queries.preparation(session, demande_id) is not None:
        raise Conflit(PERIME)
    session.add(PreparationRetour(demande_id=demande_id, **valeurs))
    await session.flush()


def _dite(remarque: Remarque) -> dict[str, Any]:
    return {"ancre": remarque.ancre, "motif": remarque.motif, "commentaire": remarque.texte}


async def _consigner(session: AsyncSession, action: str, demande: Demande, par: Droits, **traces: Any) -> None:
    await consigner(session, action, par=par, sujet="demande", sujet_id=demande.id, demande_id=demande.id, **traces)
