"""The scolarité's acts on a dossier in validation: each one a guarded, versioned, journalled move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.campagnes.queries import libelles_motifs
from app.core.errors import Interdit
from app.core.journal import Journal, consigner, maintenant, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne, Retour
from app.demandes.mouvements import mouvoir, projeter
from app.demandes.permissions import est_auteur
from app.demandes.queries import RETOUR_OUVERT, retours_ouverts
from app.demandes.rapprochement.models import Cause
from app.demandes.rapprochement.traces import noter
from app.demandes.retours import service as retours
from app.demandes.retours.models import EtatRemarque
from app.demandes.retours.queries import en_attente, en_retard, remarques
from app.demandes.saisie.comparaison import comparer
from app.demandes.statuts import Action, Bloc, OrigineRefus, Statut, Validation

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.queries import MotifOffert
    from app.core.access import Droits


JOURNEE = timedelta(hours=12)
EN_SUSPENS = "Des remarques sont encore en attente : levez-les, ou dites pourquoi vous passez outre."


def etats(demande: Demande) -> dict[Bloc, Validation]:
    """The state of the three blocks."""
    return {bloc: getattr(demande, f"validation_{bloc}") for bloc in Bloc}


async def noter_assistance(session: AsyncSession, tete: Ligne, *, par: Droits) -> None:
    """A draft is private to its author: the scolarité reads it to help, and the journal says so, once a day of work."""
    if tete.moment is not Moment.SAISIE or est_auteur(par, tete):
        return
    ident, acte = tete.demande_id, "consulter_brouillon"
    dit = select(Journal.id).where(Journal.demande_id == ident, Journal.action == acte, Journal.auteur_id == par.personne_id)
    if (await session.execute(dit.where(Journal.quand > maintenant() - JOURNEE).limit(1))).first() is None:
        await consigner(session, acte, par=par, sujet="demande", sujet_id=ident, demande_id=ident)


async def valider_bloc(
    session: AsyncSession, demande: Demande, bloc: Bloc, *, valide: bool, motif: str, version: int, par: Droits
) -> None:
    """*Validé manuellement* or *invalidé*, by a human: the machine never overwrites it; what he saw is kept."""
    vus = await comparer(session, demande)
    vers, champ = Validation.MANUEL if valide else Validation.INVALIDE, f"validation_{bloc}"
    await mouvoir(
        session,
        demande,
        Action.VALIDER_BLOC if valide else Action.INVALIDER_BLOC,
        par=par,
        version=version,
        vers=Statut.EN_VALIDATION,
        motif=motif or None,
        avant={champ: getattr(demande, champ)},
        apres={champ: vers},
        **{champ: vers},
    )
    noter(session, demande, {bloc: vus[bloc]}, cause=Cause.DECISION, auteur=par.nom_complet)


async def retourner_incomplet(
    session: AsyncSession,
    demande: Demande,
    *,
    motifs: list[MotifOffert],
    commentaire: str,
    echeance: date,
    version: int,
    par: Droits,
    preparation: int | None = None,
) -> None:
    """*Dossier incomplet*: back to the RTS with reasons, the remarks that are prepared, and a deadline.

    *preparation* is the version of the draft that its sender read; None sends it as it is.
    """
    await prendre_la_main(session)
    preparees = [r for r in await remarques(session, demande.id) if r.etat is EtatRemarque.PREPAREE]
    codes = list(dict.fromkeys([*(m.code for m in motifs), *(r.motif for r in preparees)]))
    noms = await libelles_motifs(session)
    await mouvoir(
        session,
        demande,
        Action.RETOURNER_INCOMPLET,
        par=par,
        version=version,
        vers=Statut.EN_SAISIE,
        motif=" ; ".join(noms[code] for code in codes) + (f" — {commentaire}" if commentaire else ""),
        apres={"motifs": codes, "remarques": [r.id for r in preparees], "echeance": echeance.isoformat()},
    )
    if not codes:  # asked once the move has found the dossier as it was read: a colleague may just have sent them
        raise Interdit("Un retour porte au moins un motif ou une remarque.")
    retour = Retour(
        demande_id=demande.id,
        motifs=[m.code for m in motifs],
        commentaire=commentaire,
        echeance=echeance,
        depot=demande.depots,
        par_id=par.personne_id,
        quand=maintenant(),
    )
    session.add(retour)
    await session.flush()
    await retours.envoyer(session, demande, retour, preparation=preparation)
    await projeter(session, demande)  # the row shows the deadline


def texte_du_refus(motif: MotifOffert, precision: str) -> str:
    """What the RTS reads of a refusal: the public reason, and what was added for him."""
    return f"{motif.libelle} : {precision}" if precision else motif.libelle


async def refuser(
    session: AsyncSession, demande: Demande, *, motif: MotifOffert, precision: str, version: int, par: Droits
) -> None:
    """Refused by the scolarité, with the words that the RTS reads; a returned dossier once its deadline is past.

    Raises:
        Interdit: the RTS is still writing it.
    """
    await prendre_la_main(session)
    if demande.statut is Statut.EN_SAISIE:
        retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
        if not en_retard(retour):
            raise Interdit("Le RTS complète encore ce dossier : il ne se refuse qu'une fois le délai passé.")
        await session.execute(update(Retour).where(RETOUR_OUVERT, Retour.demande_id == demande.id).values(clos_le=maintenant()))
    texte = texte_du_refus(motif, precision)
    await mouvoir(
        session,
        demande,
        Action.REFUSER,
        par=par,
        version=version,
        vers=Statut.REFUSE,
        motif=texte,
        origine_refus=OrigineRefus.SCOLARITE,
        motif_refus=texte,
    )


async def valider(session: AsyncSession, demande: Demande, *, version: int, par: Droits, passer_outre: str = "") -> None:
    """Open the dossier to opinions; *passer_outre* says why although remarks are still pending.

    Raises:
        Interdit: one of the three blocks is not validated, or remarks are pending and no reason is given.
    """
    await prendre_la_main(session)
    attente = await en_attente(session, demande.id)
    if attente and not passer_outre:
        raise Interdit(EN_SUSPENS)
    manquants = [bloc.libelle for bloc, etat in etats(demande).items() if not etat.acquise]
    if manquants:
        raise Interdit(f"À valider d'abord : {', '.join(manquants)}.")
    outre = {"remarques": [r.id for r in attente]} if attente else {}
    await mouvoir(
        session, demande, Action.VALIDER, par=par, version=version, vers=Statut.VALIDE_ADMIN, validee_le=maintenant(),
        motif=f"Passé outre aux remarques en attente : {passer_outre}" if attente else None, apres=outre,
    )  # fmt: skip


async def rouvrir(session: AsyncSession, demande: Demande, *, motif: str, version: int, par: Droits) -> None:
    """Back to the validation; opinions are kept.

    Raises:
        Interdit: a séance is deciding it.
    """
    await prendre_la_main(session)
    moments = (await session.execute(select(Ligne.moment).where(Ligne.demande_id == demande.id))).scalars()
    if any(m is not Moment.AVANT_SEANCE for m in moments):
        raise Interdit("Une séance ouverte ou close porte sur ce dossier : il ne se modifie plus ici.")
    await mouvoir(
        session, demande, Action.ROUVRIR, par=par, version=version, vers=Statut.EN_VALIDATION, motif=motif, validee_le=None
    )
