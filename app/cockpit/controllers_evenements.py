"""What the registers changed, as tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.cockpit.evenements import TITRES, evenement, evenements_a_traiter, evenements_traites
from app.cockpit.permissions import exiger_lecteur, exiger_scolarite
from app.cockpit.queries import CHAMPS
from app.cockpit.service_evenements import LIBELLES, agrements_de_l_evenement, offerts, terrains_de_l_evenement, traiter
from app.core.access import Droits
from app.core.errors import Introuvable, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.core.roles import Role

if TYPE_CHECKING:
    from app.registres.models import EvenementRegistre

Req = Request[Any, Any, Any]


@get("/evenements")
async def evenements(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """Those that wait, then those that somebody dealt with."""
    exiger_lecteur(droits)
    en_attente = [_dit(*x) for x in await evenements_a_traiter(session, droits)]
    traites = [_dit(*x) for x in await evenements_traites(session, droits)]
    contexte = {"en_attente": en_attente, "traites": traites, "ecrit": droits.a(Role.SCOL)}
    return rendre(request, "cockpit/evenements.html", droits=droits, **contexte)


def _dit(e: EvenementRegistre, prenom: str | None, nom: str | None, raison: str | None, ville: str | None) -> dict[str, Any]:
    qui = f"{prenom} {nom}" if nom else e.rpps
    ou = f"{raison} ({ville})" if raison else "Etablissement"
    ecarts = [
        (CHAMPS.get(c, c), e.avant.get(c), v) for c, v in e.apres.items() if isinstance(v, str) and v != e.avant.get(c)
    ]  # fmt: skip
    return {
        "id": e.id,
        "titre": TITRES[e.genre],
        "sujet": qui or ou,
        "lien": f"/praticiens/{e.rpps}" if e.rpps else f"/etablissements/{e.etablissement_id}",
        "quand": e.quand,
        "ecarts": ecarts,
        "actes": [(a, LIBELLES[a]) for a in offerts(e)],
        "traite_le": e.traite_le,
        "suite": e.suite,
    }


@get("/evenements/{evenement_id:int}")
async def un_evenement(request: Req, session: AsyncSession, droits: Droits, evenement_id: int) -> Template:
    """One of them, with what its acts would touch."""
    exiger_scolarite(droits)
    return await _page(request, session, droits, evenement_id)


async def _page(request: Req, session: AsyncSession, droits: Droits, evenement_id: int, **saisi: Any) -> Template:
    trouve = await evenement(session, droits, evenement_id)
    if trouve is None:
        raise Introuvable
    terrains = await terrains_de_l_evenement(session, droits, trouve[0])
    agrements = await agrements_de_l_evenement(session, droits, trouve[0])
    contexte = {"e": _dit(*trouve), "terrains": terrains, "agrements": len(agrements)}
    return rendre(
        request, "cockpit/evenement.html", droits=droits, **contexte, **{"erreurs": {}, "motif": "", "coches": [], **saisi}
    )


@post("/evenements/{evenement_id:int}/traitement", status_code=200)
async def traiter_(request: Req, session: AsyncSession, droits: Droits, evenement_id: int) -> Response[Any]:
    """Do what is ticked, or *Sans suite* with a reason."""
    exiger_scolarite(droits)
    saisie = await lire(request)
    actes, motif = saisie.liste("actes", LIBELLES), saisie.texte("motif", max_=500)
    if not actes and not motif:
        saisie.erreurs["motif"] = "Choisissez au moins un acte, ou dites pourquoi l'événement est sans suite."
    if saisie.erreurs:
        saisi = {"erreurs": saisie.erreurs, "motif": motif, "coches": actes}
        raise Rejet(await _page(request, session, droits, evenement_id, **saisi))
    await traiter(session, evenement_id, actes=actes, motif=motif, par=droits)
    return rediriger(request, "/evenements")


routes_evenements = [evenements, un_evenement, traiter_]
