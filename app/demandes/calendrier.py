"""The calendar of campaigns: what a day holds, for one of them or for all that the reader sees; its panel on a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Request, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes import queries
from app.campagnes.frise import plan
from app.campagnes.permissions import peut_configurer
from app.comptes.permissions import exiger_un_droit
from app.core.access import Droits
from app.core.forms import Saisie
from app.core.pages import rendre
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes.calendrier_regles import journee
from app.demandes.panneaux import FABRIQUES, Panneau
from app.demandes.statuts import Statut

if TYPE_CHECKING:
    from datetime import date

    from app.campagnes.models import Campagne
    from app.demandes.models import Demande, Ligne

Req = Request[Any, Any, Any]
FRAGMENT: Final = "demandes/calendrier/_journee.html"
AU_PLUS: Final = 40  # campaigns of one plot, the newest
ETAPES: Final = tuple(e for e in queries.Etape if e not in {queries.Etape.A_VENIR, queries.Etape.TERMINEE})


@get("/campagnes/{campagne_id:int}/calendrier")
async def calendrier(request: Req, session: AsyncSession, droits: Droits, campagne_id: int) -> Template:
    """One campaign on a day."""
    exiger_un_droit(request, droits)
    c = await queries.campagne_visible(session, droits, campagne_id)
    le, erreur = _jour(request)
    prolonge = await queries.prolonge_jusqu_au(session, c.id, droits.rpps) if droits.rpps else None
    contexte = {
        "droits": droits,
        "c": c,
        "le": le,
        "erreur": erreur,
        "etape": queries.etape(c, le),
        "fenetres": queries.fenetres(c),
        "plan": plan([c], le),
        "prolonge": prolonge if prolonge and prolonge > c.cloture_depot else None,
        "journees": [journee(c, r, le, prolonge=prolonge if r is Role.RTS else None) for r in Role],
        "mienne": droits.roles,
    }
    return rendre(request, "demandes/calendrier/page.html", FRAGMENT, **contexte)


@get("/campagnes/calendrier")
async def calendriers(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """All the campaigns of the reader on a day."""
    exiger_un_droit(request, droits)
    le, erreur = _jour(request)
    siennes = (await queries.liste(session, droits))[:AU_PLUS]
    contexte = {
        "droits": droits,
        "le": le,
        "erreur": erreur,
        "etapes": ETAPES,
        "plan": plan(siennes, le),
        "rangees": [_rangee(c, le) for c in siennes],
    }
    return rendre(request, "demandes/calendrier/tous.html", "demandes/calendrier/_tous.html", **contexte)


def _rangee(c: Campagne, le: date) -> dict[str, Any]:
    """A campaign on the day: its stage, who is expected to act and by which moves, its windows."""
    attendus = [(r.libelle, [a.libelle for a in journee(c, r, le).de(attendu=True)]) for r in Role]
    return {
        "c": c,
        "etape": queries.etape(c, le),
        "attendus": [(qui, actes) for qui, actes in attendus if actes],
        "fenetres": {f.etape: f for f in queries.fenetres(c)},
    }


def _jour(request: Req) -> tuple[date, str]:
    saisie = Saisie({"le": [request.query_params.get("le", "")]})
    return saisie.jour("le") or aujourdhui(), saisie.erreurs.get("le", "")


async def panneau(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> Panneau | None:
    """Until when this RTS files in this campaign, and the way to extend it, for whoever configures it."""
    en_cours = demande.statut in {Statut.EN_SAISIE, Statut.EN_VALIDATION}
    if not en_cours or not peut_configurer(droits, demande.subdivision) or droits.deporte(lignes[0]):
        return None
    c = await queries.campagne(session, demande.campagne_id)
    prolonge = await queries.prolonge_jusqu_au(session, c.id, demande.rpps)
    dernier = queries.dernier_jour_de_depot(c, prolonge)
    p = {"c": c, "dernier": dernier, "prolonge": dernier > c.cloture_depot, "rpps": demande.rpps, "demande": demande.id}
    return Panneau("demandes/calendrier/_panneau.html", p, place="dossier")


FABRIQUES.append(panneau)
routes_calendrier = [calendrier, calendriers]
