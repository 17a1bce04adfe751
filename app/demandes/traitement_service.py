"""The scolarité's acts on a dossier in validation: each one a guarded, versioned, journalled move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.core.errors import Interdit
from app.core.journal import Journal, consigner, maintenant, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Cause, Demande, Ligne, Retour
from app.demandes.mouvements import mouvoir
from app.demandes.permissions import est_auteur
from app.demandes.rapprochement.traces import noter
from app.demandes.saisie.comparaison import comparer
from app.demandes.statuts import Action, Bloc, OrigineRefus, Statut, Validation

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.referentiel.models import Motif


JOURNEE = timedelta(hours=12)


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
    session: AsyncSession, demande: Demande, *, motifs: list[Motif], commentaire: str, echeance: date, version: int, par: Droits
) -> None:
    """*Dossier incomplet*: back to the RTS with reasons and a deadline."""
    await mouvoir(
        session,
        demande,
        Action.RETOURNER_INCOMPLET,
        par=par,
        version=version,
        vers=Statut.EN_SAISIE,
        motif=" ; ".join(m.libelle for m in motifs) + (f" — {commentaire}" if commentaire else ""),
        apres={"motifs": [m.code for m in motifs], "echeance": echeance.isoformat()},
    )
    session.add(
        Retour(
            demande_id=demande.id,
            motifs=[m.code for m in motifs],
            commentaire=commentaire,
            echeance=echeance,
            par_id=par.personne_id,
            quand=maintenant(),
        )
    )


async def refuser(session: AsyncSession, demande: Demande, *, motif: Motif, precision: str, version: int, par: Droits) -> None:
    """Refused by the scolarité, with the words that the RTS reads."""
    texte = f"{motif.libelle} : {precision}" if precision else motif.libelle
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


async def valider(session: AsyncSession, demande: Demande, *, version: int, par: Droits) -> None:
    """Open the dossier to opinions.

    Raises:
        Interdit: one of the three blocks is not validated.
    """
    manquants = [bloc.libelle for bloc, etat in etats(demande).items() if not etat.acquise]
    if manquants:
        raise Interdit(f"À valider d'abord : {', '.join(manquants)}.")
    await mouvoir(session, demande, Action.VALIDER, par=par, version=version, vers=Statut.VALIDE_ADMIN, validee_le=maintenant())


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
