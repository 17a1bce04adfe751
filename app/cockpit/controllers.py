"""The lists: their pages, their columns kept per person, their rows as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Request, Response, get, post
from litestar.response import Stream, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.cockpit.listes import LISTE_ETABLISSEMENTS, LISTE_PRATICIENS, LISTE_TERRAINS, Liste, en_fichier, etat_de, page_de
from app.cockpit.permissions import exiger_lecteur
from app.core.access import Droits
from app.core.forms import lire as lire_saisie
from app.core.journal import consigner
from app.core.pages import rediriger, suite_sure
from app.core.roles import Role
from app.tableau.preferences import garder

if TYPE_CHECKING:
    from collections.abc import Callable

Req = Request[Any, Any, Any]


def _routes(liste: Liste, coche: Callable[[Droits], str] = lambda _: "") -> list[Any]:
    base = liste.tableau.base

    @get(base, name=liste.nom)
    async def page(request: Req, session: AsyncSession, droits: Droits) -> Template:
        exiger_lecteur(droits)
        return await page_de(request, session, droits, liste, coche=coche(droits))

    @post(f"{base}/colonnes", status_code=200)
    async def colonnes(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
        exiger_lecteur(droits)
        saisie = await lire_saisie(request)
        retour = parse_qsl(urlsplit(suite_sure(saisie.brut("retour"), defaut=base)).query)
        etat, requete = etat_de(liste, droits, retour)
        vers = await garder(session, droits.personne_id, saisie, requete.colonnes, etat, base=base, tableau=liste.nom)
        return rediriger(request, vers)

    @get(f"{base}/export.csv")
    async def export(request: Req, session: AsyncSession, droits: Droits) -> Stream:
        exiger_lecteur(droits)
        etat, requete = etat_de(liste, droits, list(request.query_params.multi_items()))
        apres = {"liste": liste.nom, "format": "csv", "lignes": await requete.denombrer(session, etat), "etat": etat.url("")}
        await consigner(session, "exporter", par=droits, sujet="export", sujet_id=droits.personne_id, apres=apres)
        entetes = {"Content-Disposition": f'attachment; filename="{liste.nom}.csv"'}
        flux = en_fichier(request.app.state.sessions, liste, droits, etat)
        return Stream(flux, media_type="text/csv", headers=entetes)

    return [page, colonnes, export]


def _cocher(droits: Droits) -> str:
    return "terrain" if droits.a(Role.SCOL) else ""


routes_listes = [*_routes(LISTE_TERRAINS, _cocher), *_routes(LISTE_ETABLISSEMENTS), *_routes(LISTE_PRATICIENS)]
