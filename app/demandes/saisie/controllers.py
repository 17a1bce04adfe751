"""*Demande* (RTS): the dossier, section by section, and its moves."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Conflit, Rejet
from app.core.fichiers import ENVOI_MAX
from app.core.forms import Saisie, lire
from app.core.journal import maintenant
from app.core.pages import est_fragment, rediriger, rendre
from app.core.templating import aujourdhui, heure
from app.demandes.mouvements import PERIME
from app.demandes.permissions import peut
from app.demandes.queries import retours_ouverts
from app.demandes.retours import reponses
from app.demandes.saisie import regles, service, vue
from app.demandes.saisie.contexte import Contexte, contexte, ma_demande
from app.demandes.saisie.etat import LIBELLES
from app.demandes.saisie.poste import ESSAIS, Resultat, appliquer
from app.demandes.statuts import Action

Req = Request[Any, Any, Any]
FORMULAIRE = "demandes/saisie/_formulaire.html"


@get("/demandes/{demande_id:int}/saisie")
async def saisie(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Template | Response[Any]:
    """The draft; a submitted dossier is read elsewhere."""
    demande, tete = await ma_demande(session, droits, demande_id)
    if not peut(droits, Action.SOUMETTRE, tete):
        return rediriger(request, f"/demandes/{demande_id}")
    etat = "Enregistré" if "enregistre" in request.query_params else ""
    return await _page(request, session, droits, await contexte(session, demande, tete), vue.Retours(etat=etat))


@get("/demandes/{demande_id:int}/etablissements")
async def etablissements(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Template | Response[Any]:
    """The register searched by name, town, FINESS or SIRET: a list under the field, or the whole page."""
    demande, tete = await ma_demande(session, droits, demande_id)
    if not peut(droits, Action.SOUMETTRE, tete):
        return rediriger(request, f"/demandes/{demande_id}")
    q = request.query_params.get("q", "").replace("\x00", "")[:100]
    s = await vue.formulaire(session, await contexte(session, demande, tete), q=q)
    direct = _direct(request, demande_id)
    return rendre(request, "demandes/saisie/page.html", "demandes/saisie/_resultats.html", s=s, droits=droits, direct=direct)


@post("/demandes/{demande_id:int}/saisie", status_code=200, request_max_body_size=ENVOI_MAX)
async def enregistrer(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Template | Response[Any]:
    """Save the draft, whole or in part."""
    lue = await lire(request)
    r = await appliquer(session, droits, demande_id, lue, donnees=request.app.state.settings.donnees)
    q = "" if "etablissement_id" in r.fusion.ecrire else lue.brut("q")[:100]
    if r.statut != 200:
        raise Rejet(await _rendu(request, session, droits, r, lue, q), r.statut)
    if est_fragment(request):
        return await _rendu(request, session, droits, r, lue, q)
    if lue.coche("chercher"):
        return rediriger(request, f"/demandes/{demande_id}/etablissements?q={q}#q")
    return rediriger(request, f"/demandes/{demande_id}/saisie?enregistre=1")


@post("/demandes/{demande_id:int}/soumission", status_code=303, request_max_body_size=ENVOI_MAX)
async def soumettre(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """Save what the form holds, then submit; or say what is missing."""
    lue = await lire(request)
    for _ in range(ESSAIS):
        try:
            await _soumettre(request, session, droits, demande_id, lue)
        except Perime:  # the form's own save was on its way when its author submitted: with it, then
            await session.rollback()
        else:
            return rediriger(request, "/tableau-de-bord")
    raise Conflit(PERIME)


class Perime(Exception):
    """The dossier was written between its last save and its submission."""


async def _soumettre(request: Req, session: AsyncSession, droits: Droits, demande_id: int, lue: Saisie) -> None:
    r = await appliquer(session, droits, demande_id, lue, donnees=request.app.state.settings.donnees)
    if r.statut != 200:
        raise Rejet(await _rendu(request, session, droits, r, lue, ""), r.statut)
    if r.fusion.decalee and not r.lus:
        raise Conflit(PERIME)
    manques = await regles.manques(session, r.c)
    if manques or regles.fermeture(r.c.campagne, r.c.retour, aujourdhui(), r.c.prolonge):
        raise Rejet(await _page(request, session, droits, r.c, vue.Retours(manques=manques)))
    try:
        await service.soumettre(session, r.c, version=r.c.demande.version, par=droits)
    except Conflit as conflit:
        raise Perime from conflit


@get("/demandes/{demande_id:int}/suppression")
async def confirmer_suppression(
    request: Req, session: AsyncSession, droits: Droits, demande_id: int
) -> Template | Response[Any]:
    """Ask once more."""
    demande, _ = await ma_demande(session, droits, demande_id)
    retour = (await retours_ouverts(session, [demande_id])).get(demande_id)
    if not regles.peut_supprimer(demande, retour):
        return rediriger(request, f"/demandes/{demande_id}")
    return rendre(request, "demandes/saisie/suppression.html", demande=demande, droits=droits)


@post("/demandes/{demande_id:int}/suppression", status_code=303)
async def supprimer(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """Delete a draft, or a returned dossier."""
    demande, tete = await ma_demande(session, droits, demande_id)
    await service.supprimer(session, demande, tete, version=(await lire(request)).version(), par=droits)
    return rediriger(request, "/tableau-de-bord")


@post("/demandes/{demande_id:int}/reprise", status_code=303)
async def reprendre(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """Take back what was submitted, before the scolarité begins."""
    demande, tete = await ma_demande(session, droits, demande_id)
    await service.reprendre(session, demande, tete, version=(await lire(request)).version(), par=droits)
    return rediriger(request, f"/demandes/{demande_id}/saisie")


async def _rendu(request: Req, session: AsyncSession, droits: Droits, r: Resultat, lue: Saisie, q: str) -> Template:
    montres = [*LIBELLES, *reponses.textes(r.c.remarques)]
    retours = vue.de_resultat(r, {nom: lue.brut(nom) for nom in montres if nom in lue.champs})
    retours.etat = f"Enregistré à {heure(maintenant())}"
    if lue.coche("verifiee"):
        retours.verifiee, retours.manques = True, await regles.manques(session, r.c)
    reponse = await _page(request, session, droits, r.c, retours, q=q)
    if r.fusion.decalee:  # another screen's values come in: a morph would leave boxes and lists as they are
        reponse.headers["HX-Reswap"] = "outerHTML"
    return reponse


async def _page(
    request: Req, session: AsyncSession, droits: Droits, c: Contexte, retours: vue.Retours, *, q: str = ""
) -> Template:
    s = await vue.formulaire(session, c, retours, q=q)
    return rendre(request, "demandes/saisie/page.html", FORMULAIRE, s=s, droits=droits, direct=_direct(request, c.demande.id))


def _direct(request: Req, demande_id: int) -> str:
    """The stream behind the draft."""
    return f"/direct/demandes/{demande_id}/saisie?depuis={request.app.state.direct.dernier}"
