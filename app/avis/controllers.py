"""Opinions and decisions: the same form in the table's cell, on its own page, and on the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.response import Template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.avis.complementaires import ajouter_complementaire
from app.avis.conflits import fusion_dite
from app.avis.forms import lire_jugement
from app.avis.fusion import lire_origine
from app.avis.genres import GENRES, PAR_COLONNE, Genre
from app.avis.queries import motifs_defavorables
from app.avis.regles import LETTRES, normaliser, verifier
from app.avis.service import ConflitJugement, exiger, juger, reprendre_avis
from app.avis.vue import cellule_de, editeur
from app.core.access import Droits
from app.core.errors import Conflit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import est_fragment, est_htmx, rediriger, rendre, suite_sure
from app.core.presence import PRESENCES, signe
from app.demandes.queries import ligne_visible
from app.demandes.statuts import Action
from app.referentiel.models import Formation

if TYPE_CHECKING:
    from app.demandes.models import Ligne

Req = Request[Any, Any, Any]
ADRESSES = [f"/lignes/{{ligne_id:int}}/{a}" for a in GENRES]


def _genre(request: Req) -> Genre:
    return GENRES[request.url.path.rstrip("/").rpartition("/")[2]]


def _retour(request: Req) -> str:
    lu = request.query_params.get("retour") or request.headers.get("referer") or ""
    parts = urlsplit(lu)
    return suite_sure(parts.path + (f"?{parts.query}" if parts.query else ""), defaut="/demandes")


@get(ADRESSES)
async def formulaire(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template:
    """The editor: in the cell for htmx, else a page of its own."""
    genre, ligne = _genre(request), await ligne_visible(session, droits, ligne_id)
    exiger(droits, genre.action, ligne)
    e = await editeur(session, droits, ligne, genre, en_cellule=est_fragment(request), retour=_retour(request))
    PRESENCES.declarer(droits.personne_id, "", droits.nom_complet, (signe(droits, ligne, genre.objet),))
    return _page(request, droits, ligne, e)


def _page(request: Req, droits: Droits, ligne: Ligne, e: dict[str, Any]) -> Template:
    return rendre(request, "avis/page.html", "avis/_editeur.html", e=e, droits=droits, ligne=ligne)


@post(ADRESSES, status_code=200)
async def enregistrer(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template | Response[Any]:
    """Save; a rule or a conflict hands the form back in place with everything that was typed."""
    genre, ligne = _genre(request), await ligne_visible(session, droits, ligne_id)
    saisie = await lire(request)
    exiger(droits, genre.action, ligne)
    jugement = lire_jugement(saisie)
    if jugement is not None:
        jugement = normaliser(jugement, ligne)
        motifs = {c: obligatoire for c, (_, obligatoire) in (await motifs_defavorables(session)).items()}
        saisie.erreurs |= verifier(jugement, ligne, motifs)
    if jugement is None or saisie.erreurs:
        raise Rejet(await _rendu(request, session, droits, ligne, genre, saisie, erreurs=saisie.erreurs), 422)
    origine, avis = lire_origine(saisie.brut("origine"), ligne), _avis_lu(saisie)
    try:
        ecrit = await juger(
            session, ligne, genre, jugement=jugement, version=saisie.version(), avis_lu=avis, origine=origine, par=droits
        )
    except Conflit as conflit:
        raise Rejet(await _perime(request, session, droits, ligne, genre, saisie, conflit), 409) from conflit
    return await _apres(request, session, droits, ligne, genre, saisie, fondue=ecrit.fondue)


def _avis_lu(saisie: Saisie) -> int | None:
    lu = saisie.brut("avis")
    return int(lu) if lu.isascii() and lu.isdecimal() and len(lu) < 10 else None


async def _perime(
    request: Req, session: AsyncSession, droits: Droits, ligne: Ligne, genre: Genre, saisie: Saisie, conflit: Conflit
) -> Template:
    """The form again, whoever came first: somebody's judgement (both are shown), or a séance that opened or closed."""
    if isinstance(conflit, ConflitJugement):
        return await _rendu(request, session, droits, ligne, genre, saisie, actuel=conflit.actuel, conflit=True)
    return await _rendu(request, session, droits, ligne, genre, saisie, erreurs={"ligne": conflit.message})


async def _rendu(
    request: Req, session: AsyncSession, droits: Droits, ligne: Ligne, genre: Genre, saisie: Saisie, **autres: Any
) -> Template:
    saisi: dict[str, Any] = {c: saisie.brut(c) for c in ("sens", "duree", "motif", "motif_texte", "commentaire")}
    saisi["phases"] = "".join(x for x in LETTRES if x in saisie.liste("phases", LETTRES))
    saisi["sens"] = saisi["sens"] if saisi["sens"] in {"ACCEPTE", "A_L_ETUDE", "REFUSE"} else ""
    saisi["duree"] = saisi["duree"] if saisi["duree"] in {"1", "5"} else ""
    retour = suite_sure(saisie.brut("retour"), defaut="/demandes")
    suivante = suite_sure(saisie.brut("suivante"), defaut="")
    saisi |= {"version": saisie.version(), "avis": _avis_lu(saisie), "origine": saisie.brut("origine")}
    vers: dict[str, Any] = {"en_cellule": est_fragment(request), "retour": retour, "suivante": suivante}
    e = await editeur(session, droits, ligne, genre, saisi=saisi, **vers, **autres)
    return _page(request, droits, ligne, e)


async def _apres(
    request: Req, session: AsyncSession, droits: Droits, ligne: Ligne, genre: Genre, saisie: Saisie, *, fondue: Any = None
) -> Template | Response[Any]:
    PRESENCES.quitter(droits.personne_id, droits.nom_complet)
    if not est_fragment(request):
        retour = suite_sure(saisie.brut("retour"), defaut="/demandes")
        return rediriger(request, suite_sure(saisie.brut("suivante"), defaut=retour) if saisie.brut("puis") else retour)
    fusion = await fusion_dite(session, fondue) if fondue else ""
    return await _cellule(request, session, droits, ligne, genre, enregistre=True, fusion=fusion)


async def _cellule(request: Req, session: AsyncSession, droits: Droits, ligne: Ligne, genre: Genre, **dits: Any) -> Template:
    contenu = Markup(await cellule_de(session, droits, ligne, genre))  # noqa: S704 (cells escape)
    return rendre(request, "avis/_cellule.html", contenu=contenu, **dits)


@get("/lignes/{ligne_id:int}/cellules/{colonne:str}")
async def cellule(request: Req, session: AsyncSession, droits: Droits, ligne_id: int, colonne: str) -> Template | Response[Any]:
    """The cell as it reads now: *Annuler*, *Prendre la leur*."""
    genre, ligne = PAR_COLONNE.get(colonne), await ligne_visible(session, droits, ligne_id)
    if genre is None:
        raise Introuvable
    if not est_htmx(request):
        return rediriger(request, "/demandes")
    return await _cellule(request, session, droits, ligne, genre, enregistre=False, fusion="")


@post("/lignes/{ligne_id:int}/decision/reprise", status_code=200)
async def reprendre(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template | Response[Any]:
    """Follow the coordonnateur's opinion again."""
    genre, ligne = GENRES["decision"], await ligne_visible(session, droits, ligne_id)
    saisie = await lire(request)
    try:
        await reprendre_avis(session, ligne, version=saisie.version(), par=droits)
    except Conflit as conflit:
        raise Rejet(await _perime(request, session, droits, ligne, genre, saisie, conflit), 409) from conflit
    return await _apres(request, session, droits, ligne, genre, saisie)


@post("/lignes/{ligne_id:int}/complementaires", status_code=200)
async def complementaire(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Response[Any]:
    """*Agréments complémentaires*: a line more under the demande."""
    tete = await ligne_visible(session, droits, ligne_id)
    saisie = await lire(request)
    exiger(droits, Action.AJOUTER_COMPLEMENTAIRE, tete)
    code = saisie.brut("formation")[:32]
    requete = select(Formation).where(Formation.code == code, Formation.actif.is_(True))
    formation = (await session.execute(requete)).scalar_one_or_none()
    if formation is None:
        erreurs = {"formation": "Choisissez la spécialité, l'option ou la FST à ajouter."}
        contexte = {"droits": droits, "ligne": tete, "erreurs": erreurs, "formations": await _formations(session)}
        raise Rejet(rendre(request, "avis/complementaire.html", **contexte), 422)
    phases = "".join(x for x in LETTRES if x in saisie.liste("phases", LETTRES))
    await ajouter_complementaire(session, tete, formation=formation, phases=phases, par=droits)
    return rediriger(request, suite_sure(saisie.brut("retour"), defaut=f"/demandes/{tete.demande_id}"))


async def _formations(session: AsyncSession) -> list[Formation]:
    requete = select(Formation).where(Formation.actif.is_(True)).order_by(Formation.nature, Formation.libelle)
    return list((await session.execute(requete)).scalars())
