"""The scolarité's acts of the loop: remarks while reading, what becomes of them and of a return, the preview of a refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Conflit, Interdit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rendre
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes.mouvements import PERIME
from app.demandes.parcours import parcours
from app.demandes.permissions import impossible, peut
from app.demandes.queries import dossier_visible
from app.demandes.retours import forms, queries, service
from app.demandes.retours.models import EtatRemarque
from app.demandes.retours.vue import DELAI_JOURS
from app.demandes.statuts import MOUVEMENTS, Action, Statut
from app.demandes.traitement import PAGE, agir
from app.demandes.traitement_vue import contexte
from app.referentiel import queries as referentiel

if TYPE_CHECKING:
    from app.demandes.models import Demande, Ligne
    from app.demandes.retours.models import Remarque

Req = Request[Any, Any, Any]
PREPARER, SUITES = "#retourner", "#suites"
REPRISE, ANNULATION = "reprise-", "annulation-"  # the form of one remark, by its number


@get("/demandes/{demande_id:int}/traitement")
async def vers_traitement(request: Req, demande_id: int) -> Redirect:
    """The dossier under the name of its screen: what the address asks for (`remarque`, `texte`, `motif`) comes along."""
    suite = f"?{request.url.query}" if request.url.query else ""
    return Redirect(
        path=f"/demandes/{demande_id}{suite}{PREPARER if 'remarque' in request.query_params else ''}", status_code=303
    )


@post("/demandes/{demande_id:int}/remarques", status_code=200)
async def remarquer(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Ajouter une remarque*."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        ancre = await forms.lire_ancre(session, saisie, demande)
        motif, texte = await forms.lire_motif(session, saisie, demande)
        if motif and not saisie.erreurs:
            await service.preparer(session, demande, ancre=ancre, motif=motif, texte=texte, par=droits)

    return await agir(request, session, droits, demande_id, "remarque", Action.RETOURNER_INCOMPLET, faire, versionne=False,
                      ancre=PREPARER)  # fmt: skip


@post("/demandes/{demande_id:int}/remarques/{remarque_id:int}/retrait", status_code=200)
async def retirer(request: Req, session: AsyncSession, droits: Droits, demande_id: int, remarque_id: int) -> Response[Any]:
    """Take back a remark that is only prepared."""

    async def faire(demande: Demande, _: list[Ligne], __: Saisie) -> None:
        remarque = await _une(session, demande, remarque_id, EtatRemarque.PREPAREE)
        await service.retirer(session, demande, remarque, par=droits)

    return await agir(request, session, droits, demande_id, "suite", Action.RETOURNER_INCOMPLET, faire, versionne=False,
                      ancre=PREPARER)  # fmt: skip


@post("/demandes/{demande_id:int}/preparation", status_code=200)
async def garder(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Enregistrer sans envoyer*."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        commentaire, echeance = saisie.texte("commentaire", max_=4000), saisie.jour("echeance")
        if not saisie.erreurs:
            lue = saisie.entier("preparation") or 0
            await service.garder(session, demande, echeance=echeance, commentaire=commentaire, version=lue, par=droits)

    return await agir(request, session, droits, demande_id, "retour", Action.RETOURNER_INCOMPLET, faire, versionne=False,
                      ancre=PREPARER)  # fmt: skip


@post("/demandes/{demande_id:int}/remarques/levee", status_code=200)
async def lever(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Lever les remarques cochées*."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        envoyees = {str(r.id): r for r in await queries.remarques(session, demande.id) if r.etat is EtatRemarque.ENVOYEE}
        cochees = [envoyees[i] for i in saisie.liste("remarques", envoyees)]
        if not cochees:
            saisie.erreurs["remarques"] = "Cochez au moins une remarque à lever."
        else:
            await service.lever(session, demande, cochees, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, "suite", Action.RETOURNER_INCOMPLET, faire, ancre=SUITES)


@post("/demandes/{demande_id:int}/remarques/{remarque_id:int}/reprise", status_code=200)
async def relever(request: Req, session: AsyncSession, droits: Droits, demande_id: int, remarque_id: int) -> Response[Any]:
    """*Formuler de nouveau*: another remark is prepared, which follows the one that was answered."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        remarque = await _une(session, demande, remarque_id, EtatRemarque.ENVOYEE)
        motif, texte = await forms.lire_reprise(session, saisie, demande, remarque)
        if not saisie.erreurs:
            await service.relever(session, demande, remarque, motif=motif, texte=texte, par=droits)

    return await agir(request, session, droits, demande_id, f"{REPRISE}{remarque_id}", Action.RETOURNER_INCOMPLET, faire,
                      versionne=False, ancre=PREPARER)  # fmt: skip


@post("/demandes/{demande_id:int}/remarques/{remarque_id:int}/annulation", status_code=200)
async def annuler(request: Req, session: AsyncSession, droits: Droits, demande_id: int, remarque_id: int) -> Response[Any]:
    """*Annuler la remarque*, while the RTS has it or after."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        remarque = await _une(session, demande, remarque_id, EtatRemarque.ENVOYEE)
        motif = saisie.texte("motif_annulation", max_=1000, requis="Dites pourquoi la remarque est annulée.")
        if not saisie.erreurs:
            await service.annuler(session, demande, remarque, motif=motif, par=droits)

    demande, _ = await dossier_visible(session, droits, demande_id)
    action = Action.PROLONGER_RETOUR if demande.statut is Statut.EN_SAISIE else Action.RETOURNER_INCOMPLET
    return await agir(request, session, droits, demande_id, f"{ANNULATION}{remarque_id}", action, faire, versionne=False,
                      ancre=SUITES)  # fmt: skip


@post("/demandes/{demande_id:int}/retour/prolongation", status_code=200)
async def prolonger(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Prolonger* the deadline of the open return."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        retour = await service.retour_ouvert(session, demande)
        lue, echeance = saisie.brut("echeance_lue"), forms.lire_echeance(saisie, apres=retour.echeance)
        if lue and lue != retour.echeance.isoformat():
            raise Conflit(PERIME)
        motif = saisie.texte("motif_prolongation", max_=1000, requis="Dites pourquoi le délai est prolongé.")
        if echeance and not saisie.erreurs:
            await service.prolonger(session, demande, echeance=echeance, motif=motif, par=droits)

    # The RTS saves at each field: what this act read is the deadline, not the dossier.
    return await agir(request, session, droits, demande_id, "prolongation", Action.PROLONGER_RETOUR, faire, versionne=False)


@post("/demandes/{demande_id:int}/retour/annulation", status_code=200)
async def annuler_retour(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Annuler le retour* sent by mistake."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        motif = saisie.texte("motif_annulation", max_=1000, requis="Dites pourquoi le retour est annulé.")
        if not saisie.erreurs:
            await service.annuler_retour(session, demande, motif=motif, par=droits)

    return await agir(request, session, droits, demande_id, "annulation", Action.ANNULER_RETOUR, faire, versionne=False)


@post("/demandes/{demande_id:int}/refus/apercu", status_code=200)
async def apercu_du_refus(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Template:
    """What the RTS would read, before anything is written."""
    demande, lignes = await dossier_visible(session, droits, demande_id)
    if not droits.roles_sur(lignes[0]) & MOUVEMENTS[Action.REFUSER].roles:
        raise Interdit("Cet acte ne vous est pas ouvert sur ce dossier.")
    if not peut(droits, Action.REFUSER, lignes[0]):
        raise Interdit(impossible(Action.REFUSER, lignes[0]))
    saisie = await lire(request)
    await forms.lire_refus(session, saisie, demande)
    chemin = await parcours(request, session, droits, demande_id)
    page = await contexte(session, droits, demande, lignes, chemin, saisie=saisie, acte="refus")
    rendu = rendre(request, PAGE, "demandes/retours/_apercu.html", **page)
    if saisie.erreurs:
        raise Rejet(rendu, 422)
    return rendu


@get("/retours-en-retard")
async def en_retard(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """What waits for a decision of the scolarité since a deadline was missed."""
    if not droits.a(Role.SCOL):
        raise Interdit("Les retours en retard se traitent à la scolarité.")
    retards = await queries.retours_en_retard(session, droits)
    formations = {f.code: f.libelle for f in await referentiel.formations(session, actives=False)}
    vue = {
        "retards": retards,
        "formations": formations,
        "compte": await queries.compte_en_retard(session, droits),
        "propose": aujourdhui() + timedelta(days=DELAI_JOURS),
    }
    return rendre(request, "demandes/retours/page.html", droits=droits, **vue)


async def _une(session: AsyncSession, demande: Demande, remarque_id: int, etat: EtatRemarque) -> Remarque:
    """One remark of this dossier.

    Raises:
        Introuvable: no such remark here.
        Conflit: it is no longer where its form found it.
    """
    remarque = next((r for r in await queries.remarques(session, demande.id) if r.id == remarque_id), None)
    if remarque is None:
        raise Introuvable
    if remarque.etat is not etat:
        raise Conflit(PERIME)
    return remarque


routes_retours = [
    vers_traitement, remarquer, retirer, garder, lever, relever, annuler, prolonger, annuler_retour, apercu_du_refus, en_retard,
]  # fmt: skip
