"""What is counted beside the rows, asked again as acts come: the footer, the phrase above, the progress of a séance."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.pages import rendre
from app.liste import vue as v
from app.liste.queries import ecran_de, requete_de
from app.liste.totaux import comptables, progression, totaux
from app.tableau.comptes import compte
from app.tableau.etat import Etat
from app.tableau.vue import phrase_de_compte


@get("/demandes/totaux")
async def totaux_filtres(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template:
    """The counts of everything that is filtered; on their own, or for the table that asks again when something changed."""
    lu, seance = await ecran_de(session, droits, request.query_params.multi_items())
    etat, a = lu.debut(), request.app.state.direct.connu
    requete = await requete_de(session, droits, etat, seance)
    tous = await compte(session, requete, Etat(contexte=etat.contexte), a)
    retenues = await compte(session, requete, etat, a) if etat.filtres else tous
    lus = await totaux(session, requete, etat, a) if comptables(droits, requete, seance) else None
    contexte = {
        "t": {"totaux": lus, "compte": phrase_de_compte(retenues, tous, v.TABLEAU.sujet), "url": etat.url(v.BASE)},
        "progression": await progression(session, requete, etat, a, seance),
    }
    return rendre(request, "liste/totaux.html", "liste/_compteurs.html", **contexte, droits=droits, seance=seance)
