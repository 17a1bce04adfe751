"""*Liste des demandes*: the page, its fragments, the columns kept per person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Request, Response, get, post
from litestar.response import Template
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.forms import lire as lire_saisie
from app.core.pages import cible, est_fragment, rediriger, rendre, suite_sure
from app.core.roles import Role
from app.liste import vue as v
from app.liste.colonnes import colonnes
from app.liste.ecran import adresse
from app.liste.libelles import libelles
from app.liste.queries import compte, preference, requete_de, seance_de, tableau_de
from app.tableau.etat import Etat, lire
from app.tableau.models import Preference

if TYPE_CHECKING:
    from app.commission.models import Seance
    from app.tableau.requete import Requete

FIXES = ("seance",)
# Those who only give opinions start on what they can work on (tutorial: they open validated dossiers).
SUR_VALIDES = frozenset({Role.COORD, Role.REP, Role.MEMBRE, Role.PRES})
TOUT_VOIR = frozenset({Role.SCOL, Role.ADMIN, Role.ARS})


@get("/demandes")
async def liste(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template | Response[Any]:
    """The table; the URL holds its whole state."""
    parametres = list(request.query_params.multi_items())
    if not parametres and droits.roles & SUR_VALIDES and not droits.roles & TOUT_VOIR:
        return rediriger(request, "/demandes?statut=VALIDE_ADMIN")
    registre = colonnes(droits)
    etat = lire(parametres, registre, fixes=FIXES)
    seance = await seance_de(session, droits, etat)
    filtre = est_fragment(request) and cible(request) == "corps"  # the headers stay where they are
    tableau = await vue_du_tableau(request, session, droits, etat, seance, en_tetes=not filtre)
    if est_fragment(request):
        reponse = rendre(request, "liste/_filtre.html" if filtre else "liste/_tableau.html", t=tableau)
        reponse.headers["HX-Push-Url"] = tableau["url"]  # as short as the state, without the empty fields
        return reponse
    return rendre(request, "liste/page.html", t=tableau, droits=droits, seance=seance)


async def vue_du_tableau(
    request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, etat: Etat, seance: Seance | None, *, en_tetes: bool
) -> dict[str, Any]:
    """Everything that the fragments of the table show."""
    direct = request.app.state.direct
    depuis, etat_du_journal = direct.dernier, direct.connu  # before the rows: an act that comes meanwhile is told by the stream
    lib = await libelles(session)
    pref = await preference(session, droits.personne_id, tableau_de(etat))
    requete = await requete_de(session, droits, etat, seance)
    codes = v.montrees(requete.colonnes, etat, pref)
    page = await requete.page(session, codes, etat)
    if not page.lignes and (etat.apres or etat.avant):  # the rows beyond the bookmark have gone
        etat = etat.debut()
        page = await requete.page(session, codes, etat)
    tous = await compte(session, requete, Etat(contexte=etat.contexte), etat_du_journal)
    retenues = await compte(session, requete, etat, etat_du_journal) if etat.filtres else tous
    vues = v.Vues(droits)
    lignes = [Markup(v.rendre_ligne(x, vues.de(x), codes, requete.colonnes, lib)) for x in page.lignes]  # noqa: S704
    return {
        "lignes": lignes,
        "compte": v.phrase_de_compte(retenues, tous),
        "jetons": v.jetons(requete.colonnes, etat, lib),
        "reinitialiser": replace(etat, filtres={}).debut().url(v.BASE),
        "gain": await _gain(session, requete, etat) if not lignes else None,
        "largeur": len(codes),
        "en_tetes": v.en_tetes(codes, requete.colonnes, etat, lib, droits) if en_tetes else [],
        "toutes": [(c.code, c.libelle, c.code in codes) for c in requete.colonnes.values()],
        "verrou": etat.verrou or pref.get("verrou", ""),
        "pages": v.pages(page, etat),
        "caches": v.champs_caches(codes, etat),
        "url": etat.url(v.BASE),
        "direct": adresse(etat, codes, page, depuis),
    }


async def _gain(session: AsyncSession, requete: Requete, etat: Etat) -> dict[str, Any] | None:
    """No result: which filter to drop, and what that would give."""
    sans = {code: await requete.compter(session, etat.sans(code)) for code in etat.filtres}
    mieux = max(sans, key=lambda code: sans[code].sujets, default=None)
    if mieux is None or not sans[mieux].sujets:
        return None
    nombre, libelle = v.nombre(sans[mieux]), requete.colonnes[mieux].libelle
    return {"libelle": libelle, "nombre": nombre, "url": etat.sans(mieux).url(v.BASE)}


@post("/demandes/colonnes", status_code=200)
async def garder_colonnes(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Response[Any]:
    """*Filtrer les colonnes* and *Verrouillage de la colonne*, kept per person."""
    saisie = await lire_saisie(request)
    registre = colonnes(droits)
    choisies = saisie.liste("cols", registre)
    valeur: dict[str, Any] = {"masquees": [c for c in registre if choisies and c not in choisies]}
    valeur["verrou"] = saisie.brut("verrou") if saisie.brut("verrou") in registre else ""
    if saisie.coche("defaut"):
        valeur = {}
    retour = urlsplit(suite_sure(saisie.brut("retour"), defaut=v.BASE))
    etat = replace(lire(parse_qsl(retour.query), registre, fixes=FIXES), colonnes=(), verrou="")
    await session.merge(Preference(personne_id=droits.personne_id, tableau=tableau_de(etat), valeur=valeur))
    return rediriger(request, etat.url(v.BASE))
