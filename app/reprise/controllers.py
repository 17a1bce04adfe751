"""*Reprise d'un outil précédent*, from the screen: a file, its dry run, its import, its report."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Conflit, Introuvable, Rejet
from app.core.fichiers import ENTETES, nom_propre, ranger
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.core.templating import aujourdhui
from app.reprise.bilan import Bilan, en_fichier
from app.reprise.fichier import FichierRefuse, ouvrir
from app.reprise.mots import mots
from app.reprise.passage import ESSAI, IMPORT, constats
from app.reprise.permissions import exiger_reprendre, perimetre
from app.travaux.models import EtatTravail, Travail
from app.travaux.queries import derniers, travail_de

if TYPE_CHECKING:
    from app.reprise.fichier import Fichier

Req = Request[Any, Any, Any]
TAILLE_MAX = 32 * 1024 * 1024
ENVOI_MAX = TAILLE_MAX + 64 * 1024
SOURCE = "Outil précédent"


@get("/reprises")
async def reprises(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The form, and my last ones."""
    exiger_reprendre(droits)
    return await _page(request, session, droits, Saisie({}))


@post("/reprises", status_code=303, request_max_body_size=ENVOI_MAX)
async def essayer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Start the dry run of a file."""
    exiger_reprendre(droits)
    saisie = await lire(request)
    source = " ".join(saisie.texte("source", max_=60, requis="Nommez l'outil précédent.").split())
    annee = saisie.entier("annee", min_=1990, max_=aujourdhui().year, requis="Indiquez l'année des demandes.")
    fichier = await _deposer(saisie, request.app.state.settings.donnees)
    if saisie.erreurs or fichier is None:
        raise Rejet(await _page(request, session, droits, saisie))
    lu = saisie.fichier("fichier")
    nom = nom_propre(lu.filename if lu else "", "")[:80]
    entree = {"chemin": str(fichier.chemin), "nom": nom, "source": source, "annee": annee}
    travaux = request.app.state.travaux
    libelle = f"Essai de reprise : {nom}"
    travail = await travaux.creer(session, ESSAI, libelle=libelle, total=fichier.lignes, entree=entree, par=droits)
    return rediriger(request, f"/travaux/{travail.id}")


@get("/reprises/{travail_id:int}")
async def rapport(request: Req, session: AsyncSession, droits: Droits, travail_id: int) -> Template | Response[Any]:
    """What a dry run or an import has met."""
    travail = await _travail(session, droits, travail_id)
    if travail.etat is not EtatTravail.FINI:
        return rediriger(request, f"/travaux/{travail_id}")
    lu = await _relu(travail)
    page = {
        "t": travail,
        "essai": travail.genre == ESSAI,
        "b": Bilan.de(travail.resultat),
        "source": travail.entree["source"],
        "annee": travail.entree["annee"],
        "nom": travail.entree["nom"],
        "remarques": lu.remarques,
        "partout": perimetre(droits) is None,
    }
    return rendre(request, "reprise/rapport.html", droits=droits, **page)


@post("/reprises/{travail_id:int}/import", status_code=303)
async def importer(request: Req, session: AsyncSession, droits: Droits, travail_id: int) -> Response[Any]:
    """Import what the dry run read; twice is once."""
    exiger_reprendre(droits)
    essai = await _travail(session, droits, travail_id)
    if essai.genre != ESSAI or essai.etat is not EtatTravail.FINI:
        raise Conflit("Cet essai n'est pas terminé : rien n'est importé.")
    libelle = f"Reprise : {essai.entree['nom']}"
    travaux = request.app.state.travaux
    travail = await travaux.creer(session, IMPORT, libelle=libelle, total=essai.total, entree=essai.entree, par=droits)
    return rediriger(request, f"/travaux/{travail.id}")


@get("/reprises/{travail_id:int}/rapport.csv")
async def telecharger(session: AsyncSession, droits: Droits, travail_id: int) -> Response[bytes]:
    """Every remark on the file, line by line."""
    travail = await _travail(session, droits, travail_id)
    lu, connus = await _relu(travail), await mots(session)
    contenu = await asyncio.to_thread(lambda: en_fichier(constats(lu, connus)))
    entetes = ENTETES | {"Content-Disposition": f'attachment; filename="reprise-{travail_id}.csv"'}
    return Response(contenu, media_type="text/csv; charset=utf-8", headers=entetes)


async def _travail(session: AsyncSession, droits: Droits, travail_id: int) -> Travail:
    travail = await travail_de(session, droits, travail_id)
    if travail.genre not in {ESSAI, IMPORT}:
        raise Introuvable
    return travail


async def _relu(travail: Travail) -> Fichier:
    try:
        return await asyncio.to_thread(ouvrir, Path(travail.entree["chemin"]))
    except FileNotFoundError as erreur:
        raise Introuvable("Ce fichier n'est plus sur le serveur.") from erreur


async def _deposer(saisie: Saisie, donnees: Path) -> Fichier | None:
    envoye = saisie.fichier("fichier")
    if envoye is None:
        saisie.erreurs["fichier"] = "Choisissez le fichier CSV de l'outil précédent."
        return None
    contenu = await envoye.read(TAILLE_MAX + 1)
    if len(contenu) > TAILLE_MAX:
        saisie.erreurs["fichier"] = "Ce fichier dépasse 32 Mo."
        return None
    dossier = donnees / "reprises"
    try:
        return await asyncio.to_thread(lambda: ouvrir(dossier / ranger(dossier, contenu)))
    except FichierRefuse as refus:
        saisie.erreurs["fichier"] = refus.message
        return None


async def _page(request: Req, session: AsyncSession, droits: Droits, saisie: Saisie) -> Template:
    anciennes = [t for t in await derniers(session, droits) if t.genre in {ESSAI, IMPORT}]
    v = {"source": saisie.brut("source") or SOURCE, "annee": saisie.brut("annee") or str(aujourdhui().year - 1)}
    page = {"v": v, "erreurs": saisie.erreurs, "anciennes": anciennes, "partout": perimetre(droits) is None}
    return rendre(request, "reprise/page.html", droits=droits, **page)


routes_reprise = [reprises, essayer, rapport, importer, telecharger]
