"""*Liste des demandes*: the page, its fragments, the columns kept per person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.commission.conduite import bandeau
from app.core.access import Droits
from app.core.forms import lire as lire_saisie
from app.core.pages import cible, est_fragment, rediriger, rendre, suite_sure
from app.core.roles import Role
from app.liste import vue as v
from app.liste.clavier import TOUCHES, clavier
from app.liste.colonnes import colonnes
from app.liste.colonnes_seance import offertes
from app.liste.ecran import adresse
from app.liste.libelles import libelles
from app.liste.queries import FIXES, SEANCE, ecran_de, est_projete, requete_de, tableau_de
from app.liste.totaux import AUSSITOT, comptables, progression, totaux, totaux_gardes
from app.liste.touches import JUGEMENTS
from app.tableau.comptes import compte
from app.tableau.etat import Etat, lire
from app.tableau.preferences import garder, lien, preference
from app.tableau.vue import gain, habiller, lire_page, phrase_de_compte

if TYPE_CHECKING:
    from app.commission.models import Seance

# Those who only give opinions start on what they can work on (tutorial: they open validated dossiers).
SUR_VALIDES = frozenset({Role.COORD, Role.REP, Role.MEMBRE, Role.PRES})
TOUT_VOIR = frozenset({Role.SCOL, Role.ADMIN, Role.ARS})


@get("/demandes")
async def liste(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template | Response[Any]:
    """The table; the URL holds its whole state."""
    parametres = list(request.query_params.multi_items())
    if not parametres and droits.roles & SUR_VALIDES and not droits.roles & TOUT_VOIR:
        return rediriger(request, "/demandes?statut=VALIDE_ADMIN")
    etat, seance = await ecran_de(session, droits, parametres)
    filtre = est_fragment(request) and cible(request) == "corps"  # the headers stay where they are
    tableau = await vue_du_tableau(request, session, droits, etat, seance, en_tetes=not filtre)
    if est_fragment(request):
        reponse = rendre(request, "tableau/_filtre.html" if filtre else "tableau/_tableau.html", t=tableau)
        reponse.headers["HX-Push-Url"] = tableau["url"]  # as short as the state, without the empty fields
        return reponse
    d = await bandeau(session, droits, seance, projection=tableau["projection"]) if seance else None
    requete = await requete_de(session, droits, etat, seance)
    avance = await progression(session, requete, etat, request.app.state.direct.connu, seance)
    autour = {"d": d, "progression": avance, "clavier": clavier(droits, seance), "touches": TOUCHES}
    return rendre(request, "liste/page.html", t=tableau, droits=droits, seance=seance, message="", **autour)


async def vue_du_tableau(
    request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, etat: Etat, seance: Seance | None, *, en_tetes: bool
) -> dict[str, Any]:
    """Everything that the fragments of the table show."""
    direct = request.app.state.direct
    # Before the rows: an act that comes meanwhile is told by the stream.
    depuis, connu = direct.dernier, (direct.connu, direct.hors(JUGEMENTS))
    lib = await libelles(session)
    pref = await preference(session, droits.personne_id, tableau_de(etat))
    requete = await requete_de(session, droits, etat, seance)
    projection = seance is not None and est_projete(etat)
    codes = v.montrees(requete.colonnes, etat, pref)
    page, etat = await lire_page(session, requete, (), etat)
    tous = await compte(session, requete, Etat(contexte=etat.contexte), *connu)
    retenues = await compte(session, requete, etat, *connu) if etat.filtres else tous
    comptees = None
    if comptables(droits, requete, seance):
        aussitot = en_tetes and not est_fragment(request) and retenues.lignes <= AUSSITOT
        gardees = totaux_gardes(session, requete, etat, connu[0])
        comptees = await totaux(session, requete, etat, connu[0]) if aussitot else gardees
    coche = v.cochable(droits) and not projection
    lignes = await v.rendre_page(session, requete, etat, page, codes, lib, projection=projection, coche=coche)
    return habiller(v.TABLEAU, requete, etat, page, codes, pref, lib, en_tetes_aussi=en_tetes) | {
        "lignes": lignes,
        "compte": phrase_de_compte(retenues, tous, v.TABLEAU.sujet),
        "gain": await gain(session, requete, etat, v.BASE) if not lignes else None,
        "largeur": len(codes) + coche,
        "coche": coche,
        "decide": v.decide(droits),
        "filtrees": retenues.lignes,
        "ouvrir": request.query_params.get("ouvrir", ""),
        "totaux": comptees,
        "totaux_url": etat.debut().url(f"{v.BASE}/totaux") if comptables(droits, requete, seance) else "",
        "suite": etat.debut().url(""),
        "lien": request.app.state.settings.public_url + lien(etat, codes, pref, v.BASE),
        "suite_complete": lien(etat, codes, pref, v.BASE).removeprefix(v.BASE),
        "direct": adresse(etat, codes, page, depuis),
        "projection": projection,
    }


def _ecran(seance: Seance | None, *, projection: bool) -> str:
    return "" if seance is None else f"&seance={seance.id}" + ("&projection=1" if projection else "")


@post("/demandes/colonnes", status_code=200)
async def garder_colonnes(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Response[Any]:
    """*Filtrer les colonnes* and *Verrouillage de la colonne*, kept per person."""
    saisie = await lire_saisie(request)
    retour, toutes = urlsplit(suite_sure(saisie.brut("retour"), defaut=v.BASE)), colonnes(droits)
    etat = lire(parse_qsl(retour.query), toutes, fixes=FIXES)
    if tableau_de(etat) == SEANCE:
        toutes = offertes(droits)
        etat = lire(parse_qsl(retour.query), toutes, fixes=FIXES)
    vers = await garder(session, droits.personne_id, saisie, toutes, etat, base=v.BASE, tableau=tableau_de(etat))
    return rediriger(request, vers)
