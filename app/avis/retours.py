"""*Annuler* and *Rétablir*: plain forms, answered in the table's cells when htmx asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, post
from litestar.response import Template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.avis.annulation import Annulation, annuler_dernier, annuler_lot, retablir_dernier
from app.avis.genres import GENRES
from app.avis.vue import cellules_de
from app.core.access import Droits
from app.core.errors import Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import est_fragment, rediriger, rendre, suite_sure
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from collections.abc import Sequence

Req = Request[Any, Any, Any]
RENDUES = 50  # cells in an answer: past that, the live stream brings the rows


@post("/annulation", status_code=200)
async def annuler(request: Req, session: AsyncSession, droits: Droits) -> Template | Response[Any]:
    """Undo my last act, or the whole batch named by `lot`."""
    saisie = await lire(request)
    lot = saisie.entier("lot")
    if lot is None and saisie.brut("lot"):
        raise Introuvable  # a batch that cannot be read is not « my last act »
    fait = await (annuler_dernier(session, par=droits) if lot is None else annuler_lot(session, lot, par=droits))
    return await _repondre(request, session, droits, saisie, fait, ("Annulé", "Rien à annuler depuis ce matin."))


@post("/retablissement", status_code=200)
async def retablir(request: Req, session: AsyncSession, droits: Droits) -> Template | Response[Any]:
    """Do again what I undid last."""
    saisie, fait = await lire(request), await retablir_dernier(session, par=droits)
    return await _repondre(request, session, droits, saisie, fait, ("Rétabli", "Rien à rétablir."))


async def _repondre(
    request: Req, session: AsyncSession, droits: Droits, saisie: Saisie, fait: Annulation, mots: tuple[str, str]
) -> Template | Response[Any]:
    retour = suite_sure(saisie.brut("retour"), defaut="/demandes")
    contexte = {"phrase": _phrase(fait, *mots), "refus": _refus(fait), "retour": retour, "droits": droits, "cellules": []}
    gabarit = ("avis/annulation.html", "avis/_annulation.html")
    if not fait.faits:
        raise Rejet(rendre(request, *gabarit, **contexte), 409)
    if not est_fragment(request):
        return rendre(request, *gabarit, **contexte) if fait.refuses else rediriger(request, retour)
    contexte["cellules"] = await _cellules(session, droits, fait.cellules) if len(fait.cellules) <= RENDUES else []
    return rendre(request, *gabarit, **contexte)


def _phrase(fait: Annulation, mot: str, rien: str) -> str:
    """« Annulé : Décision commission, ligne 12. »."""
    if not fait.faits:
        return "" if fait.refuses else rien
    if len(fait.cellules) > 1:
        return f"{mot} : {len(fait.cellules)} lignes."
    ligne, adresse = fait.cellules[0]
    return f"{mot} : {GENRES[adresse].titre}, ligne {ligne}."


def _refus(fait: Annulation) -> list[str]:
    return [f"Ligne {ligne} : {raison}" for ligne, raison in fait.refuses]


async def _cellules(session: AsyncSession, droits: Droits, ecrites: Sequence[tuple[int, str]]) -> list[tuple[str, Markup]]:
    """The cells written, and the commission's where it may follow the opinion."""
    ids = [ligne for ligne, _ in ecrites]
    lignes = list((await session.execute(select(Ligne).where(Ligne.id.in_(ids)))).scalars())
    html = await cellules_de(session, droits, lignes)
    return [(f"c-{colonne}-{ligne}", Markup(contenu)) for (ligne, colonne), contenu in html.items()]  # noqa: S704 (escaped)
