"""One decision on dossiers whose difference is the same: previewed one by one, written in steps, undone as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.comptes.acces import droits_de_personne
from app.core.access import Droits, lisible_sql
from app.core.errors import Conflit
from app.core.journal import Journal, consigner, maintenant, prendre_la_main
from app.core.visibilite import Objet
from app.demandes.models import Demande, Ligne
from app.demandes.mouvements import modifier
from app.demandes.permissions import peut
from app.demandes.rapprochement.models import Cause, Verification
from app.demandes.rapprochement.semblables import signature
from app.demandes.rapprochement.traces import noter
from app.demandes.saisie.comparaison import comparer
from app.demandes.statuts import Action, Bloc, Statut, Validation
from app.travaux.genres import Genre, inscrire
from app.travaux.models import EtatTravail, Travail
from app.travaux.service import interrompu, tenir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.referentiel.table_iso import Comparaison
    from app.travaux.avance import Avance

GENRE: Final = "validations"
LIMITE: Final = 100
PAS: Final = 10
DEFAIRE: Final = "defaire_validation"
CHANGE: Final = "Modifié depuis l'aperçu : laissé tel quel."
AUTRE: Final = "Sa différence n'est plus la même."
FERME: Final = "Il n'est plus en cours de validation, ou ne vous est pas ouvert."
DECIDE: Final = "Ce bloc est déjà décidé."


@dataclass(frozen=True, slots=True)
class Semblable:
    """A dossier of the preview; *pourquoi* is why it is left out."""

    demande: Demande
    comparaison: Comparaison
    pourquoi: str = ""


def _memes(droits: Droits, bloc: Bloc, marque: str) -> Select[int]:
    autre = aliased(Verification)
    derniere = select(func.max(autre.id)).where(autre.demande_id == Ligne.demande_id, autre.bloc == bloc).scalar_subquery()
    return (
        select(Ligne.demande_id)
        .join(Verification, Verification.demande_id == Ligne.demande_id)
        .where(Verification.signature == marque, Verification.bloc == bloc, Verification.id == derniere, Ligne.rang == 0)
        .where(Ligne.statut == Statut.EN_VALIDATION, getattr(Ligne, f"validation_{bloc}") == Validation.NON_VALIDE)
        .where(lisible_sql(droits, Objet.VALIDATIONS, Ligne))
    )


async def combien_de_semblables(session: AsyncSession, droits: Droits, demande_id: int, bloc: Bloc, marque: str) -> int:
    """How many other dossiers have the same difference, as far as it is known."""
    memes = _memes(droits, bloc, marque).where(Ligne.demande_id != demande_id).subquery()
    return (await session.execute(select(func.count()).select_from(memes))).scalar_one()


async def semblables(session: AsyncSession, droits: Droits, demande: Demande, bloc: Bloc) -> tuple[str, list[Semblable]]:
    """The mark of this dossier's difference, and every dossier that was known to have it, compared again."""
    marque = signature(bloc, (await comparer(session, demande))[bloc])
    if not marque:
        return "", []
    ids = await session.scalars(_memes(droits, bloc, marque).order_by(Ligne.ordre).limit(LIMITE))
    trouves = []
    for ident in dict.fromkeys([demande.id, *ids]):
        autre = await session.get_one(Demande, ident)
        trouves.append(await _juger(session, droits, autre, bloc, marque))
    return marque, trouves


async def _juger(session: AsyncSession, droits: Droits, demande: Demande, bloc: Bloc, marque: str) -> Semblable:
    tete = (await session.scalars(select(Ligne).where(Ligne.demande_id == demande.id, Ligne.rang == 0))).one()
    c = (await comparer(session, demande))[bloc]
    if not peut(droits, Action.VALIDER_BLOC, tete):
        return Semblable(demande, c, FERME)
    if getattr(demande, f"validation_{bloc}") is not Validation.NON_VALIDE:
        return Semblable(demande, c, DECIDE)
    return Semblable(demande, c, "" if signature(bloc, c) == marque else AUTRE)


async def executer(avance: Avance) -> None:
    """Step by step, from where it stands."""
    lus = avance.entree["demandes"]
    while avance.fait < len(lus):
        morceau = lus[avance.fait : avance.fait + PAS]
        async with avance.pas(len(morceau), ecrit=True) as session:
            par = await droits_de_personne(session, avance.personne_id)
            await _morceau(session, avance, morceau, par)


async def _morceau(session: AsyncSession, avance: Avance, morceau: Sequence[Any], par: Droits) -> None:
    bloc, entree = Bloc(avance.entree["bloc"]), avance.entree
    faits, refuses = list(avance.resultat.get("faits", [])), list(avance.resultat.get("refuses", []))
    for ident, version in morceau:
        demande = await session.get_one(Demande, ident, populate_existing=True)
        s = await _juger(session, par, demande, bloc, entree["marque"])
        pourquoi = s.pourquoi or ("" if demande.version == version else CHANGE)
        if pourquoi:
            refuses.append([ident, pourquoi])
        else:
            await _valider(session, s, bloc, motif=entree["motif"], lot=avance.ident, par=par)
            faits.append(ident)
    avance.resultat = {"faits": faits, "refuses": refuses}


async def _valider(session: AsyncSession, s: Semblable, bloc: Bloc, *, motif: str, lot: int, par: Droits) -> None:
    demande, champ = s.demande, f"validation_{bloc}"
    statut, avant = {"statut": demande.statut}, {champ: getattr(demande, champ)}
    await modifier(session, demande, version=demande.version, **{champ: Validation.MANUEL})
    noter(session, demande, {bloc: s.comparaison}, cause=Cause.DECISION, auteur=par.nom_complet)
    await consigner(
        session, Action.VALIDER_BLOC, par=par, sujet="demande", sujet_id=demande.id, demande_id=demande.id, lot=lot,
        avant=statut | avant, apres=statut | {champ: Validation.MANUEL}, motif=motif or None, version=demande.version,
    )  # fmt: skip


async def annuler(session: AsyncSession, travail: Travail, *, par: Droits) -> None:
    """Undo what the batch validated, but for what somebody has touched since.

    Raises:
        Conflit: it still runs, or was undone already.
    """
    await prendre_la_main(session)
    await session.refresh(travail)  # a second press waited here
    resultat = dict(travail.resultat or {})
    if "annulation" in resultat:
        raise Conflit("Ce lot est déjà annulé.")
    if interrompu(travail):
        await tenir(session, travail, maintenant(), etat=EtatTravail.FINI)
    elif travail.etat is not EtatTravail.FINI:
        raise Conflit("Ce lot est encore en cours : attendez qu'il se termine pour l'annuler.")
    actes = list(await session.scalars(select(Journal).where(Journal.lot == travail.id).order_by(Journal.id)))
    faits: list[Any] = []
    refuses: list[Any] = []
    for acte in actes:
        garde = await _defaire(session, acte, Bloc(travail.entree["bloc"]), lot=-actes[-1].id, par=par)
        (faits if garde else refuses).append(acte.demande_id)
    travail.resultat = resultat | {"annulation": {"faits": faits, "refuses": refuses}}


async def _defaire(session: AsyncSession, acte: Journal, bloc: Bloc, *, lot: int, par: Droits) -> bool:
    demande, champ = await session.get_one(Demande, acte.demande_id, populate_existing=True), f"validation_{bloc}"
    tete = (await session.scalars(select(Ligne).where(Ligne.demande_id == demande.id, Ligne.rang == 0))).one()
    if demande.version != acte.version or not peut(par, Action.VALIDER_BLOC, tete):
        return False
    await modifier(session, demande, version=demande.version, **{champ: Validation.NON_VALIDE})
    await consigner(
        session, DEFAIRE, par=par, sujet="demande", sujet_id=demande.id, demande_id=demande.id, lot=lot, annule=acte.id,
        avant={champ: Validation.MANUEL}, apres={champ: Validation.NON_VALIDE}, version=demande.version,
    )  # fmt: skip
    blocs = await comparer(session, demande)
    noter(session, demande, {bloc: blocs[bloc]}, cause=Cause.VERIFICATION, auteur=par.nom_complet)
    return True


inscrire(GENRE, Genre(executer, suite="/verifications/lots/{}", annulation="/verifications/lots/{}/annulation"))
