"""*Agréments à renouveler*: what ends, by RTS; the wave of expiries. For whoever manages campaigns, in his subdivisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Request, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.agrements.regles import TYPES
from app.campagnes import queries as campagnes
from app.campagnes.permissions import editables, exiger_configurer, peut_configurer
from app.core.access import Droits
from app.core.errors import Introuvable
from app.core.forms import Saisie
from app.core.pages import rendre
from app.core.templating import aujourdhui
from app.referentiel import queries as referentiel
from app.renouvellements.queries import MARGE, Reponse, finissants, repondre, vague
from app.renouvellements.vague import vague as dessiner

if TYPE_CHECKING:
    from datetime import date

    from app.campagnes.models import Campagne
    from app.renouvellements.queries import Titulaire

Req = Request[Any, Any, Any]
PAR_PAGE: Final = 50
HORIZON: Final = 365


@get("/renouvellements")
async def renouvellements(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The list: of a subdivision, before a day, of a formation; with the answers in a campaign, if one is chosen."""
    exiger_configurer(droits)
    saisie = lire_adresse(request)
    campagne, choix = await _campagne(session, droits, saisie)
    subdivisions = await subdivisions_de(session, droits)
    subdivision = campagne.subdivision if campagne else saisie.brut("subdivision") or next(iter(subdivisions), "")
    if subdivision not in subdivisions:
        raise Introuvable
    formations = await libelles(session)
    formation = saisie.brut("formation") if saisie.brut("formation") in formations else ""
    avant = saisie.jour("avant") or _par_defaut(campagne)
    trouves = await finissants(
        session, droits, le=aujourdhui(), avant=avant, subdivision=subdivision, formations=_codes(campagne, formation)
    )
    if campagne:
        await repondre(session, campagne, trouves)
    contexte = {
        "droits": droits,
        "campagne": campagne,
        "campagnes": choix,
        "subdivision": subdivision,
        "subdivisions": subdivisions,
        "formation": formation,
        "formations": formations,
        "avant": avant,
        "erreurs": saisie.erreurs,
        "types": TYPES,
        **page_de(trouves, saisie),
    }
    return rendre(request, "renouvellements/page.html", "renouvellements/_liste.html", **contexte)


@get("/renouvellements/echeancier")
async def echeancier(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The wave of expiries of a subdivision."""
    exiger_configurer(droits)
    subdivisions = await subdivisions_de(session, droits)
    subdivision = request.query_params.get("subdivision", "") or next(iter(subdivisions), "")
    if subdivision not in subdivisions:
        raise Introuvable
    fins = await vague(session, droits, le=aujourdhui(), subdivision=subdivision)
    contexte = {"subdivision": subdivision, "subdivisions": subdivisions, "v": dessiner(fins, await libelles(session))}
    return rendre(request, "renouvellements/echeancier.html", droits=droits, **contexte)


def lire_adresse(request: Req) -> Saisie:
    """The query of the address as a form."""
    champs: dict[str, list[Any]] = {}
    for nom, valeur in request.query_params.multi_items():
        champs.setdefault(nom, []).append(valeur[:200])
    return Saisie(champs)


async def _campagne(session: AsyncSession, droits: Droits, saisie: Saisie) -> tuple[Campagne | None, list[Campagne]]:
    """The campaign that is chosen (the first that still takes demandes, unless the address says none), and the choice."""
    le = aujourdhui()
    siennes = [c for c in await campagnes.liste(session, droits) if peut_configurer(droits, c.subdivision)]
    ouvertes = [c for c in siennes if c.cloture_depot >= le]
    if "campagne" not in saisie.champs:
        return (None if saisie.brut("subdivision") else next(iter(ouvertes), None)), ouvertes
    voulue = saisie.brut("campagne")
    if not voulue:
        return None, ouvertes
    trouvee = next((c for c in siennes if str(c.id) == voulue), None)
    if trouvee is None:
        raise Introuvable
    return trouvee, ouvertes if trouvee in ouvertes else [trouvee, *ouvertes]


def _par_defaut(campagne: Campagne | None) -> date:
    le = aujourdhui()
    return campagne.debut_agrements + MARGE if campagne else le.replace(day=1).fromordinal(le.toordinal() + HORIZON)


def _codes(campagne: Campagne | None, formation: str) -> set[str] | None:
    if campagne:
        return {f.formation for f in campagne.formations if formation in {"", f.formation}}
    return {formation} if formation else None


def page_de(trouves: list[Titulaire], saisie: Saisie) -> dict[str, Any]:
    """The page that is asked for, of those who answered so, with the counts of all."""
    comptes = {r: sum(1 for t in trouves if t.reponse is r) for r in Reponse}
    reponse = next((r for r in Reponse if r.name == saisie.brut("reponse")), None)
    montres = [t for t in trouves if reponse is None or t.reponse is reponse]
    lue, pages = saisie.brut("page"), max(1, -(-len(montres) // PAR_PAGE))
    page = min(max(int(lue) if lue.isascii() and lue.isdecimal() and len(lue) < 8 else 1, 1), pages)
    return {
        "titulaires": montres[(page - 1) * PAR_PAGE : page * PAR_PAGE],
        "total": len(montres),
        "agrements": sum(len(t.finis) for t in montres),
        "invites": sum(t.invitation is not None for t in trouves),
        "comptes": comptes,
        "reponse": reponse,
        "reponses": list(Reponse),
        "page": page,
        "pages": pages,
    }


async def libelles(session: AsyncSession) -> dict[str, str]:
    """Formations by code, in the order of the lists."""
    return {f.code: f.libelle for f in await referentiel.formations(session, actives=False)}


async def subdivisions_de(session: AsyncSession, droits: Droits) -> dict[str, str]:
    """Those whose campaigns this person configures."""
    siennes = editables(droits)
    return {s.code: s.libelle for s in await referentiel.subdivisions(session) if siennes is None or s.code in siennes}
