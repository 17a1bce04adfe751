"""A batch: its preview, its start, its result, its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.avis.queries import motifs_defavorables
from app.core.access import Droits
from app.core.errors import Interdit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.liste.libelles import libelles
from app.liste.queries import ecran_de, seance_de
from app.lots import vue as v
from app.lots.annulation import annuler
from app.lots.forms import genres_de, lire_choix, lire_intention
from app.lots.plan import SEUIL, lignes_du_choix, lire_apercu, planifier
from app.lots.queries import concordantes
from app.lots.service import GENRE, lancer
from app.travaux.models import EtatTravail
from app.travaux.queries import travail_de

if TYPE_CHECKING:
    from app.lots.regles import Intention

Req = Request[Any, Any, Any]


async def _apercu(
    request: Req, session: AsyncSession, droits: Droits, saisie: Saisie, intention: Intention | None, *, tapes: bool = True
) -> Template:
    """The form, and the groups once an act is chosen."""
    choix, genres = await lire_choix(session, saisie, droits), genres_de(droits)
    lues = await lignes_du_choix(session, droits, choix, await seance_de(session, droits, choix.etat))
    f = v.formulaire(choix, saisie, genres, await motifs_defavorables(session), len(lues))
    apercu = None
    if intention and lues:
        plan = await planifier(session, droits, lues, intention, choix.portee)
        apercu = v.apercu(plan, intention, droits, await libelles(session))
    if not tapes:
        f["erreurs"] = {}
    return rendre(request, "lots/nouveau.html", "lots/_apercu.html", droits=droits, f=f, a=apercu)


async def _lire(session: AsyncSession, droits: Droits, saisie: Saisie) -> Intention | None:
    genres = genres_de(droits)
    if not genres:
        raise Interdit("Vous ne donnez ni avis ni décision : il n'y a pas de lot à préparer.")
    motifs = {c: exige for c, (_, exige) in (await motifs_defavorables(session)).items()}
    return lire_intention(saisie, genres, motifs)


@get("/lots/nouveau")
async def nouveau(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """Which lines, and what to do of them."""
    champs: dict[str, list[Any]] = {}
    for nom, valeur in request.query_params.multi_items():
        champs.setdefault(nom, []).append(valeur)
    saisie = Saisie(champs)
    intention = await _lire(session, droits, saisie)
    return await _apercu(request, session, droits, saisie, intention, tapes=False)


@post("/lots/nouveau", status_code=200)
async def apercu(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The preview of what is chosen; it writes nothing."""
    saisie = await lire(request)
    intention = await _lire(session, droits, saisie)
    if intention is None and not saisie.erreurs:
        saisie.erreurs["acte"] = "Choisissez ce qu'il faut faire de ces lignes."
    page = await _apercu(request, session, droits, saisie, intention)
    if saisie.erreurs:
        raise Rejet(page)
    return page


@post("/lots", status_code=200)
async def creer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """Do what was previewed, and nothing else."""
    saisie = await lire(request)
    intention = await _lire(session, droits, saisie)
    releves = lire_apercu(saisie.brut("apercu"))
    if intention is None:
        saisie.erreurs = saisie.erreurs or {"acte": "Choisissez ce qu'il faut faire de ces lignes."}
    elif saisie.brut("choix") != intention.cle():
        saisie.erreurs["acte"] = "Vos choix ont changé depuis l'aperçu : le voici à jour, relisez-le puis confirmez."
    elif not releves:
        saisie.erreurs["acte"] = "Aucune ligne ne serait modifiée."
    elif len(releves) > SEUIL and saisie.brut("nombre") != str(len(releves)):
        saisie.erreurs["nombre"] = f"Tapez {len(releves)}, le nombre de lignes modifiées, pour confirmer."
    if intention is None or saisie.erreurs:
        raise Rejet(await _apercu(request, session, droits, saisie, intention))
    retour = (await lire_choix(session, saisie, droits)).retour
    travail = await lancer(request.app.state.travaux, session, intention, releves, retour=retour, par=droits)
    return rediriger(request, f"/travaux/{travail.id}")


@get("/lots/{lot_id:int}")
async def lot(request: Req, session: AsyncSession, droits: Droits, lot_id: int) -> Template | Response[Any]:
    """What was done, what was not and why."""
    travail = await travail_de(session, droits, lot_id, GENRE)
    if travail.etat is not EtatTravail.FINI:
        return rediriger(request, f"/travaux/{lot_id}")
    return rendre(request, "lots/page.html", droits=droits, r=await v.resultat(session, droits, travail))


@post("/lots/{lot_id:int}/annulation", status_code=200)
async def annulation(request: Req, session: AsyncSession, droits: Droits, lot_id: int) -> Response[Any]:
    """*Annuler ce lot*."""
    await annuler(session, await travail_de(session, droits, lot_id, GENRE), par=droits)
    return rediriger(request, f"/lots/{lot_id}")


@get("/lots/concordants")
async def compte_concordants(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """How many lines of the séance *Confirmer les avis concordants* would decide."""
    _, seance = await ecran_de(session, droits, [("seance", request.query_params.get("seance", ""))])
    if seance is None:
        raise Introuvable
    return rendre(request, "lots/_concordants.html", n=await concordantes(session, droits, seance), seance_id=seance.id)
