"""*Traitement de la demande d'agrément*: one dossier, for whoever may open it, with the acts of the reader's role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes.queries import motifs_de
from app.core.access import Droits
from app.core.errors import Conflit, Interdit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre, suite_sure
from app.demandes import traitement_service as service
from app.demandes.mouvements import exiger_version
from app.demandes.parcours import parcours
from app.demandes.permissions import impossible, peut
from app.demandes.queries import dossier_visible
from app.demandes.rapprochement.candidats import LONGUEUR, ARegarder
from app.demandes.retours.forms import COMMENTEZ, lire_echeance, lire_refus
from app.demandes.retours.queries import en_attente
from app.demandes.retours.vue import Voulu
from app.demandes.saisie.comparaison import comparer
from app.demandes.statuts import MOUVEMENTS, Action, Bloc
from app.demandes.traitement_vue import contexte

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.demandes.models import Demande, Ligne

Req = Request[Any, Any, Any]
PAGE = "demandes/traitement.html"
CHANGE = (
    "Ce dossier a changé entre-temps : rien n'est enregistré. Voici son état actuel ; ce que vous aviez saisi est conservé."
)


@get("/demandes/{demande_id:int}")
async def traitement(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Template:
    """The dossier."""
    chemin = await parcours(request, session, droits, demande_id)
    demande, lignes = await dossier_visible(session, droits, demande_id)
    await service.noter_assistance(session, lignes[0], par=droits)
    lus = request.query_params
    voulu = Voulu(lus.get("remarque", "")[:64], lus.get("texte", "").replace("\x00", "")[:2000], lus.get("motif", "")[:16])
    recherches = {str(bloc): lus.get(f"chercher_{bloc}", "").replace("\x00", "")[:LONGUEUR].strip() for bloc in Bloc}
    page = await contexte(session, droits, demande, lignes, chemin, voulu=voulu, recherches=recherches)
    return rendre(request, PAGE, **page)


async def agir(
    request: Req,
    session: AsyncSession,
    droits: Droits,
    demande_id: int,
    acte: str,
    action: Action,
    faire: Callable[[Demande, list[Ligne], Saisie], Awaitable[None]],
    *,
    versionne: bool = True,
    ancre: str = "",
) -> Response[Any]:
    """One act: what is wrong, or overtaken, hands the page back with everything that was typed.

    Where the act adds and changes nothing that was read (*versionne* false), the dossier may have moved meanwhile.
    """
    demande, lignes = await dossier_visible(session, droits, demande_id)
    if not droits.roles_sur(lignes[0]) & MOUVEMENTS[action].roles:
        raise Interdit("Cet acte ne vous est pas ouvert sur ce dossier.")
    saisie = await lire(request)
    # Before the act: what it changes may take the dossier elsewhere in the list, or out of it.
    suivante = (await parcours(request, session, droits, demande_id)).suivante if saisie.brut("ensuite") == "suivante" else ""
    try:
        if versionne:
            exiger_version(demande, saisie.version())
        if not peut(droits, action, lignes[0]):
            raise Interdit(impossible(action, lignes[0]))
        await faire(demande, lignes, saisie)
    except Conflit as conflit:
        dit = conflit.message if isinstance(conflit, ARegarder) else CHANGE
        await session.rollback()  # what the act had begun to write, and what was read before somebody else wrote
        chemin = await parcours(request, session, droits, demande_id)
        demande, lignes = await dossier_visible(session, droits, demande_id)
        page = await contexte(session, droits, demande, lignes, chemin, saisie=saisie, acte=acte, message=dit)
        raise Rejet(rendre(request, PAGE, **page), 409) from conflit
    chemin = await parcours(request, session, droits, demande_id)
    if saisie.erreurs:
        page = await contexte(session, droits, demande, lignes, chemin, saisie=saisie, acte=acte)
        raise Rejet(rendre(request, PAGE, **page), 422)
    ici = f"/demandes/{demande_id}{chemin.suite}{ancre}"
    return rediriger(request, suivante or suite_sure(saisie.brut("vers"), defaut=ici))


@post("/demandes/{demande_id:int}/validations/{bloc:str}", status_code=200)
async def valider_bloc(request: Req, session: AsyncSession, droits: Droits, demande_id: int, bloc: str) -> Response[Any]:
    """*Valider manuellement* or *Invalider* one of the three blocks."""
    if bloc not in set(Bloc):
        raise Introuvable

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        valide = saisie.choix("acte", ("valider", "invalider"), requis="Validez ou invalidez.") == "valider"
        motif = saisie.texte("motif", max_=1000)
        if not valide and not motif:
            saisie.erreurs["motif"] = "Une invalidation est motivée."
        elif valide and not motif and (await comparer(session, demande))[Bloc(bloc)].motif_exige:
            saisie.erreurs["motif"] = "Une donnée diffère du Cockpit : dites pourquoi vous validez."
        if not saisie.erreurs:
            await service.valider_bloc(
                session, demande, Bloc(bloc), valide=valide, motif=motif, version=saisie.version(), par=droits
            )

    return await agir(request, session, droits, demande_id, bloc, Action.VALIDER_BLOC, faire, ancre=f"#bloc-{bloc}")


@post("/demandes/{demande_id:int}/retour", status_code=200)
async def retourner(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Retourner incomplet*, with what was prepared."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        connus = {m.code: m for m in await motifs_de(session, demande.campagne_id, "INCOMPLET")}
        motifs = [connus[c] for c in saisie.liste("motifs", connus)]
        commentaire, echeance = saisie.texte("commentaire", max_=4000), lire_echeance(saisie)
        if not motifs and not await en_attente(session, demande.id):
            saisie.erreurs["motifs"] = "Choisissez au moins un motif."
        if any(m.commentaire_obligatoire for m in motifs) and not commentaire:
            saisie.erreurs["commentaire"] = COMMENTEZ
        if echeance and not saisie.erreurs:
            lue = saisie.entier("preparation") if "preparation" in saisie.champs else None
            await service.retourner_incomplet(
                session, demande, motifs=motifs, commentaire=commentaire, echeance=echeance, preparation=lue,
                version=saisie.version(), par=droits,
            )  # fmt: skip

    return await agir(request, session, droits, demande_id, "retour", Action.RETOURNER_INCOMPLET, faire)


@post("/demandes/{demande_id:int}/refus", status_code=200)
async def refuser(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Refuser*, with the words that were previewed."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        motif, precision = await lire_refus(session, saisie, demande)
        if motif and "apercu" in saisie.champs and saisie.brut("apercu") != service.texte_du_refus(motif, precision):
            saisie.erreurs["apercu"] = "Le texte a changé depuis son aperçu : relisez-le, puis confirmez."
        if motif and not saisie.erreurs:
            await service.refuser(session, demande, motif=motif, precision=precision, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, "refus", Action.REFUSER, faire)


@post("/demandes/{demande_id:int}/validation-administrative", status_code=200)
async def valider(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Valider administrativement*."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        raison = saisie.texte("passer_outre", max_=2000)
        if not raison and await en_attente(session, demande.id):
            saisie.erreurs["passer_outre"] = service.EN_SUSPENS
        if not saisie.erreurs:
            await service.valider(session, demande, version=saisie.version(), par=droits, passer_outre=raison)

    return await agir(request, session, droits, demande_id, "validation", Action.VALIDER, faire)


@post("/demandes/{demande_id:int}/reouverture", status_code=200)
async def rouvrir(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Rouvrir* a validated dossier."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        motif = saisie.texte("motif_reouverture", max_=2000, requis="Dites pourquoi le dossier est rouvert.")
        if not saisie.erreurs:
            await service.rouvrir(session, demande, motif=motif, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, "reouverture", Action.ROUVRIR, faire)


routes_traitement = [traitement, valider_bloc, retourner, refuser, valider, rouvrir]
