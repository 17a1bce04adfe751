"""Conducting a séance: its agenda, the line in discussion, who is in the room. Plain forms, each with the version read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.commission import queries, service_agenda, service_discussion, service_presences, vue
from app.commission.agenda import Geste, Groupe, numero
from app.commission.conduite import bandeau
from app.commission.permissions import exiger_conduite
from app.commission.presences import votants_ou_presents
from app.commission.queries import lignes_de, lignes_montrees, ordre_du_jour
from app.commission.service_discussion import DiscussionPerimee, Pas
from app.commission.service_presences import MandatRefuse
from app.core.access import Droits, lisible_sql, peut_lire
from app.core.errors import Conflit, Interdit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import est_fragment, rediriger, rendre, suite_sure
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from app.commission.models import Seance

Req = Request[Any, Any, Any]
AGENDA = "commission/agenda.html"
COCHES = 50  # lines that an address keeps ticked


@get("/seances/{seance_id:int}/ordre-du-jour")
async def agenda(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template:
    """The agenda, to be arranged."""
    seance = await queries.seance_visible(session, droits, seance_id)
    exiger_conduite(droits, seance)
    coches = _numeros(request.query_params.get("cochees", "").split(",")[:COCHES])
    return rendre(request, AGENDA, **await _agenda(session, droits, seance) | {"coches": coches})


def _numeros(textes: list[str]) -> list[int]:
    return [int(n) for n in textes if n.isascii() and n.isdecimal() and len(n) < 16]


async def _agenda(session: AsyncSession, droits: Droits, seance: Seance) -> dict[str, Any]:
    """Where this person has a déport he sees no place: it could come from what opinions say."""
    montrees = and_(lignes_montrees(droits, seance), lisible_sql(droits, Objet.LIGNE, Ligne))
    requete = select(Ligne).where(montrees).order_by(*ordre_du_jour(droits))
    lignes = list(await session.scalars(requete.execution_options(populate_existing=True)))
    noms = await queries.libelles(session, {x.formation for x in lignes})
    rangees = [
        {"x": x, "numero": numero(x.agenda), "formation": noms.get(x.formation, x.formation), "marques": x.a_discuter}
        for x in lignes
        if peut_lire(droits, Objet.DECISION, x)
    ]
    ailleurs = [x for x in lignes if not peut_lire(droits, Objet.DECISION, x)]
    groupes = [(g.value, g.libelle) for g in Groupe]
    return {
        "droits": droits,
        "s": seance,
        "rangees": rangees,
        "ailleurs": ailleurs,
        "groupes": groupes,
        "coches": [],
        "erreur": "",
    }


@post("/seances/{seance_id:int}/ordre-du-jour", status_code=303)
async def ranger(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """Arrange it by a group, or move some of its dossiers."""
    seance, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    coches = _numeros([n for n in saisie.champs.get("lignes", []) if isinstance(n, str)])
    try:
        await _ranger(session, droits, seance, saisie, coches)
    except (Conflit, _RienDeCoche) as refus:
        await session.rollback()
        seance = await queries.seance_visible(session, droits, seance_id)
        page = await _agenda(session, droits, seance) | {"coches": coches, "erreur": refus.message}
        raise Rejet(rendre(request, AGENDA, **page), refus.statut) from refus
    # The same lines stay ticked, in view: they are often moved again.
    suite = f"?cochees={','.join(str(n) for n in coches[:COCHES])}#i-{coches[0]}" if coches else ""
    return rediriger(request, f"/seances/{seance_id}/ordre-du-jour{suite}")


class _RienDeCoche(Interdit):
    statut = 422

    def __init__(self) -> None:
        super().__init__("Cochez au moins une ligne à déplacer.")


async def _ranger(session: AsyncSession, droits: Droits, seance: Seance, saisie: Saisie, coches: list[int]) -> None:
    groupe, geste = saisie.choix("groupe", set(Groupe)), saisie.choix("geste", set(Geste))
    if groupe is not None:
        await service_agenda.ranger(session, seance, groupe=Groupe(groupe), version=saisie.version(), par=droits)
        return
    exiger_conduite(droits, seance)
    vues = select(Ligne.id).where(Ligne.id.in_(coches), lisible_sql(droits, Objet.DECISION, Ligne), lignes_de(seance))
    siennes = list(await session.scalars(vues))
    if geste is None or not siennes:
        raise _RienDeCoche
    place = saisie.entier("place", min_=1, max_=99_999) or 1
    await service_agenda.bouger(session, seance, siennes, geste=Geste(geste), place=place, version=saisie.version(), par=droits)


@post("/seances/{seance_id:int}/discussion", status_code=200)
async def discuter(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Template | Response[Any]:
    """Set the line in discussion: one that is named, or a neighbour of the current one."""
    seance, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    ligne, pas = saisie.entier("ligne"), saisie.choix("pas", set(Pas))
    try:
        if ligne is not None:
            await service_discussion.discuter(session, seance, ligne_id=ligne, version=saisie.version(), par=droits)
        elif pas is not None:
            await service_discussion.avancer(session, seance, pas=Pas(pas), version=saisie.version(), par=droits)
    except DiscussionPerimee as refus:
        await session.rollback()
        raise Rejet(await _discussion(request, session, droits, seance_id, message=refus.message), 409) from refus
    if not est_fragment(request):
        return rediriger(request, suite_sure(saisie.brut("retour"), defaut=f"/demandes?seance={seance_id}"))
    return await _discussion(request, session, droits, seance_id)


async def _discussion(request: Req, session: AsyncSession, droits: Droits, seance_id: int, *, message: str = "") -> Template:
    seance = await queries.seance_visible(session, droits, seance_id)
    d = await bandeau(session, droits, seance)
    contexte = {"d": d, "message": message, "droits": droits, "s": seance}
    return rendre(request, "commission/discussion.html", "commission/_discussion.html", **contexte)


@post("/seances/{seance_id:int}/presences", status_code=303)
async def noter(request: Req, session: AsyncSession, droits: Droits, seance_id: int) -> Response[Any]:
    """An arrival, a departure, a mandate given or taken back."""
    seance, saisie = await queries.seance_visible(session, droits, seance_id), await lire(request)
    exiger_conduite(droits, seance)
    try:
        await _noter(session, droits, seance, saisie)
    except (Conflit, MandatRefuse) as refus:
        await session.rollback()
        seance = await queries.seance_visible(session, droits, seance_id)
        page = await vue.page(session, droits, seance) | {"erreur": refus.message}
        raise Rejet(rendre(request, "commission/seance.html", **page), refus.statut) from refus
    return rediriger(request, f"/seances/{seance_id}#salle")


async def _noter(session: AsyncSession, droits: Droits, seance: Seance, saisie: Saisie) -> None:
    connus = await votants_ou_presents(session, seance)
    qui = connus.get(saisie.entier("qui") or 0)
    if qui is None:
        raise MandatRefuse("Choisissez un membre de la commission.")
    commun: dict[str, Any] = {"version": saisie.version(), "par": droits}
    match saisie.brut("acte"):
        case "arrivee":
            await service_presences.arriver(session, seance, qui=qui, **commun)
        case "depart":
            await service_presences.partir(session, seance, qui=qui, **commun)
        case "mandat":
            a = connus.get(saisie.entier("a") or 0)
            if a is None:
                raise MandatRefuse("Choisissez à qui le mandat est donné.")
            await service_presences.mandater(session, seance, de=qui, a=a, **commun)
        case "retrait":
            await service_presences.reprendre(session, seance, de=qui, **commun)
        case _:
            raise Introuvable


routes_conduite = [agenda, ranger, discuter, noter]
