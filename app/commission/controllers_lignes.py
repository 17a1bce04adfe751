"""What a member says of a line beside its decision: a note for himself, *à discuter*, a déport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.commission import notes, queries, service_deports, service_discussion, service_notes, vue
from app.commission.conduite import bandeau
from app.commission.deports import OUVERTS, decidee, deports_sur, juges_de
from app.commission.permissions import constate, se_deporte
from app.commission.queries import Votant, lignes_montrees
from app.commission.service_deports import MotifRefuse
from app.commission.service_notes import NotePerimee
from app.core.access import RECUSE, Droits, lisible_sql
from app.core.errors import Conflit, Erreur, Interdit, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import est_fragment, rediriger, rendre, suite_sure
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.models import Ligne
from app.demandes.queries import ligne_visible

if TYPE_CHECKING:
    from app.commission.notes import MaNote

Req = Request[Any, Any, Any]
DEPORT = "commission/deport.html"
GESTES = "commission/_gestes.html"


@get("/lignes/{ligne_id:int}/note")
async def note(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template:
    """My note on a line: a page, or the fragment of the side panel."""
    ligne = await ligne_visible(session, droits, ligne_id)
    if droits.recuse(ligne):
        raise Interdit(RECUSE)
    if not notes.peut_noter(droits, ligne):
        raise Interdit("Les notes sont à ceux qui examinent ce dossier.")
    return await _note(request, session, droits, ligne, await notes.ma_note(session, droits, ligne.id))


async def _note(request: Req, session: AsyncSession, droits: Droits, ligne: Ligne, n: MaNote, **autres: Any) -> Template:
    retour = suite_sure(request.query_params.get("retour"), defaut=f"/lignes/{ligne.id}/note")
    gabarit = autres.pop("gabarit", "commission/_note.html")
    p = await vue.note(session, droits, ligne, n) | {"retour": retour, **autres}
    return rendre(request, "commission/note.html", gabarit, p=p, droits=droits)


@post("/lignes/{ligne_id:int}/note", status_code=200)
async def noter(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template | Response[Any]:
    """Keep it; written from another screen meanwhile, both texts come back."""
    ligne, saisie = await ligne_visible(session, droits, ligne_id), await lire(request)
    texte, retour = saisie.texte("texte", max_=10_000), suite_sure(saisie.brut("retour"), defaut=f"/lignes/{ligne_id}/note")
    if (trop := saisie.erreurs.get("texte")) and notes.peut_noter(droits, ligne):
        lue = notes.MaNote(a_discuter=(await notes.ma_note(session, droits, ligne.id)).a_discuter, version=saisie.version())
        suite = {"refus": trop, "typee": saisie.brut("texte"), "retour": retour}
        raise Rejet(await _note(request, session, droits, ligne, lue, **suite))
    try:
        await service_notes.noter(session, ligne, texte=texte, version=saisie.version(), par=droits)
    except NotePerimee as refus:
        suite = {"erreur": refus.message, "typee": texte, "retour": retour}
        raise Rejet(await _note(request, session, droits, ligne, refus.actuelle, **suite), 409) from refus
    if not est_fragment(request):
        return rediriger(request, retour)
    n = await notes.ma_note(session, droits, ligne.id)
    return await _note(request, session, droits, ligne, n, retour=retour, fait="Note enregistrée")


@post("/lignes/{ligne_id:int}/a-discuter", status_code=200)
async def marquer(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template | Response[Any]:
    """Ask that the line be discussed, or no longer."""
    ligne, saisie = await ligne_visible(session, droits, ligne_id), await lire(request)
    voulu, retour = saisie.brut("a_discuter") == "1", suite_sure(saisie.brut("retour"), defaut=f"/lignes/{ligne_id}/note")
    await service_notes.marquer(session, ligne, a_discuter=voulu, par=droits)
    if not est_fragment(request):
        return rediriger(request, retour)
    n = await notes.ma_note(session, droits, ligne.id)
    return await _note(request, session, droits, ligne, n, retour=retour, gabarit=GESTES)


@post("/lignes/{ligne_id:int}/discussion", status_code=200)
async def discuter(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template | Response[Any]:
    """Set the line in discussion, from its note or its panel: the stream tells every screen."""
    ligne, saisie = await ligne_visible(session, droits, ligne_id), await lire(request)
    retour, n = (
        suite_sure(saisie.brut("retour"), defaut=f"/lignes/{ligne_id}/note"),
        await notes.ma_note(session, droits, ligne.id),
    )
    seance = await queries.seance_visible(session, droits, ligne.seance_id or 0)
    try:
        await service_discussion.discuter(session, seance, ligne_id=ligne.id, version=saisie.version(), par=droits)
    except service_discussion.DiscussionPerimee as refus:
        await session.rollback()  # and everything is read again
        ligne = await ligne_visible(session, droits, ligne_id)
        seance = await queries.seance_visible(session, droits, ligne.seance_id or 0)
        actuelle = (await bandeau(session, droits, seance))["actuelle"]
        ou = f" En discussion : n° {actuelle['numero']}, {actuelle['qui']}." if actuelle else ""
        suite = {"refus": refus.message + ou, "retour": retour, "gabarit": GESTES}
        raise Rejet(await _note(request, session, droits, ligne, n, **suite), 409) from refus
    if not est_fragment(request):
        return rediriger(request, retour)
    return await _note(request, session, droits, ligne, n, retour=retour, gabarit=GESTES)


@get("/seances/{seance_id:int}/notes")
async def mes_notes(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template:
    """*Mes notes*: mine alone."""
    seance = await queries.seance_visible(session, droits, seance_id)
    lues = await notes.mes_notes(session, droits, seance)
    noms = await queries.libelles(session, {x["ligne"].formation for x in lues})
    return rendre(request, "commission/notes.html", droits=droits, s=seance, notes=lues, formations=noms)


@get("/lignes/{ligne_id:int}/deport")
async def deport(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template:
    """The déports of a dossier, to declare one, to record one, to take one back."""
    ligne = await ligne_visible(session, droits, ligne_id)
    return rendre(request, DEPORT, **await _deport(session, droits, ligne))


async def _deport(session: AsyncSession, droits: Droits, ligne: Ligne) -> dict[str, Any]:
    moi, autres = se_deporte(droits, ligne), constate(droits, ligne)
    if not moi and not autres:
        raise Interdit("Les déports sont à ceux qui se prononcent sur ce dossier, au président et à la scolarité.")
    dits = [d for d in await deports_sur(session, ligne.demande_id) if autres or d.personne_id == droits.personne_id]
    pris = {d.personne_id for d in dits}
    ouvert = ligne.moment in OUVERTS
    juges = [v for v in await juges_de(session, ligne) if v.personne_id not in pris | {droits.personne_id}]
    levable = ouvert and autres and not await decidee(session, ligne.demande_id)
    return {
        "droits": droits, "x": ligne, "deports": dits, "juges": juges if autres and ouvert else [],
        "declarable": moi and ouvert and droits.personne_id not in pris, "levable": levable,
        "retirable": ligne.moment is Moment.AVANT_SEANCE, "motif": "", "erreur": "",
    }  # fmt: skip


@post("/lignes/{ligne_id:int}/deports", status_code=303)
async def deporter(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Response[Any]:
    """One's own, or somebody else's."""
    ligne, saisie = await ligne_visible(session, droits, ligne_id), await lire(request)
    try:
        await _deporter(session, droits, ligne, saisie)
    except (Conflit, MotifRefuse) as refus:
        await _refuser(request, session, droits, ligne_id, refus, saisie.brut("motif"))
    return rediriger(request, suite_sure(saisie.brut("retour"), defaut=f"/lignes/{ligne_id}/deport"))


async def _deporter(session: AsyncSession, droits: Droits, ligne: Ligne, saisie: Saisie) -> None:
    numero, motif = saisie.entier("qui") or droits.personne_id, saisie.texte("motif", max_=500)
    if trop := saisie.erreurs.get("motif"):
        raise MotifRefuse(trop)
    soi = Votant(droits.personne_id, droits.nom_complet, Role.MEMBRE)
    qui = soi if numero == droits.personne_id else {v.personne_id: v for v in await juges_de(session, ligne)}.get(numero)
    if qui is None:
        raise Interdit("Choisissez quelqu'un qui se prononce sur ce dossier.")
    await service_deports.deporter(session, ligne, qui=qui, motif=motif, par=droits)


@post("/lignes/{ligne_id:int}/deports/{personne_id:int}/levee", status_code=303)
async def lever(request: Req, session: AsyncSession, droits: Droits, ligne_id: int, personne_id: int) -> Response[Any]:
    """Take one back."""
    ligne, saisie = await ligne_visible(session, droits, ligne_id), await lire(request)
    dits = {d.personne_id: d for d in await deports_sur(session, ligne.demande_id)}
    nom = dits[personne_id].nom if personne_id in dits else droits.nom_complet
    qui = Votant(personne_id, nom, Role.MEMBRE)
    try:
        await service_deports.lever(session, ligne, qui=qui, motif=saisie.texte("motif", max_=500), par=droits)
    except Conflit as refus:
        await _refuser(request, session, droits, ligne_id, refus, saisie.brut("motif"))
    return rediriger(request, f"/lignes/{ligne_id}/deport")


async def _refuser(request: Req, session: AsyncSession, droits: Droits, ligne_id: int, refus: Erreur, motif: str) -> None:
    await session.rollback()
    page = await _deport(session, droits, await ligne_visible(session, droits, ligne_id))
    raise Rejet(rendre(request, DEPORT, **page | {"erreur": refus.message, "motif": motif}), refus.statut) from refus


@post("/seances/{seance_id:int}/deports", status_code=303)
async def deport_de_seance(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """From the number of a demande, said aloud, to its page of déports."""
    seance, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    numero = saisie.entier("demande") or 0
    vue_ = (lignes_montrees(droits, seance), lisible_sql(droits, Objet.LIGNE, Ligne), Ligne.demande_id == numero)
    ligne_id = await session.scalar(select(Ligne.id).where(*vue_).order_by(Ligne.rang).limit(1))
    if ligne_id is None:
        page = await vue.page(session, droits, seance) | {"erreur": f"La demande n° {numero} n'est pas de cette séance."}
        raise Rejet(rendre(request, "commission/seance.html", **page))
    return rediriger(request, f"/lignes/{ligne_id}/deport")


routes_lignes = [note, noter, marquer, discuter, mes_notes, deport, deporter, lever, deport_de_seance]
