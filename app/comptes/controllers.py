"""« Personnes et fonctions »: an administrator's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes import forms, queries, service, sessions
from app.comptes.models import Fonction, Personne
from app.comptes.permissions import exiger_admin
from app.core.access import Droits
from app.core.errors import Conflit, Introuvable, Rejet
from app.core.forms import lire
from app.core.pages import rediriger, rendre
from app.core.roles import FONCTIONS, Role

if TYPE_CHECKING:
    from app.comptes.forms import Formulaire

Req = Request[Any, Any, Any]


@get("/personnes")
async def liste(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """People and their functions, searched by name, RPPS or e-mail, and by function."""
    exiger_admin(droits)
    q, demande = request.query_params.get("q", "").replace("\x00", ""), request.query_params.get("role", "")
    page = request.query_params.get("page", "1")
    numero = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
    role = Role(demande) if demande in FONCTIONS else None
    trouve = await queries.annuaire(session, q=q, role=role, page=numero)
    contexte: dict[str, Any] = {"droits": droits, "annuaire": trouve, "q": q, "role": role or "", "roles": FONCTIONS}
    return rendre(request, "comptes/personnes.html", "comptes/_personnes.html", **contexte)


@get("/personnes/nouvelle")
async def nouvelle(request: Req, droits: Droits) -> Template:
    """The form of a new person."""
    exiger_admin(droits)
    return rendre(request, "comptes/nouvelle.html", droits=droits, f=forms.formulaire_personne())


@post("/personnes/nouvelle", status_code=303)
async def creer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """A new person."""
    exiger_admin(droits)
    saisie = await lire(request)
    lue = forms.lire_personne(saisie)
    if lue and await service.rpps_pris(session, lue.rpps):
        saisie.erreurs["rpps"] = "Une personne a déjà ce numéro RPPS : cherchez-la dans la liste."
    if lue is None or saisie.erreurs:
        f = forms.formulaire_personne(saisie)
        raise Rejet(rendre(request, "comptes/nouvelle.html", droits=droits, f=f))
    personne = await service.creer_personne(session, lue, par=droits)
    return rediriger(request, f"/personnes/{personne.id}")


@get("/personnes/{personne_id:int}")
async def fiche(request: Req, session: AsyncSession, droits: Droits, personne_id: FromPath[int]) -> Template:
    """One person: functions, sessions, invitation."""
    exiger_admin(droits)
    return await _fiche(request, session, droits, personne_id)


@post("/personnes/{personne_id:int}/fonctions", status_code=303)
async def ajouter(request: Req, session: AsyncSession, droits: Droits, personne_id: FromPath[int]) -> Response[Any]:
    """A new function."""
    exiger_admin(droits)
    await _personne(session, personne_id)
    saisie = await lire(request)
    lue = forms.lire_fonction(saisie, await queries.perimetres(session))
    if lue is None:
        raise Rejet(await _fiche(request, session, droits, personne_id, f=forms.formulaire_fonction(saisie)))
    await service.ajouter_fonction(session, personne_id, lue, par=droits)
    return rediriger(request, f"/personnes/{personne_id}")


@get("/fonctions/{fonction_id:int}")
async def fonction_(request: Req, session: AsyncSession, droits: Droits, fonction_id: FromPath[int]) -> Template:
    """The form of a function."""
    exiger_admin(droits)
    fonction = await _fonction(session, fonction_id)
    return await _modification(request, session, droits, fonction, forms.formulaire_fonction(fonction=fonction))


@post("/fonctions/{fonction_id:int}", status_code=303)
async def modifier(request: Req, session: AsyncSession, droits: Droits, fonction_id: FromPath[int]) -> Response[Any]:
    """Change a function; what was typed is kept when it cannot be saved."""
    exiger_admin(droits)
    fonction, saisie = await _fonction(session, fonction_id), await lire(request)
    lue = forms.lire_fonction(saisie, await queries.perimetres(session))
    f = forms.formulaire_fonction(saisie)
    if lue is None:
        raise Rejet(await _modification(request, session, droits, fonction, f, version=saisie.version()))
    try:
        await service.modifier_fonction(session, fonction, lue, version=saisie.version(), par=droits)
    except Conflit as conflit:
        await session.refresh(fonction)
        page = await _modification(request, session, droits, fonction, f, conflit=conflit.message)
        raise Rejet(page, 409) from conflit
    return rediriger(request, f"/personnes/{fonction.personne_id}")


@post("/fonctions/{fonction_id:int}/fin", status_code=303)
async def terminer(request: Req, session: AsyncSession, droits: Droits, fonction_id: FromPath[int]) -> Response[Any]:
    """Today is its last day."""
    exiger_admin(droits)
    fonction, saisie = await _fonction(session, fonction_id), await lire(request)
    await service.terminer_fonction(session, fonction, version=saisie.version(), par=droits)
    return rediriger(request, f"/personnes/{fonction.personne_id}")


@post("/personnes/{personne_id:int}/invitation", status_code=200)
async def inviter(request: Req, session: AsyncSession, droits: Droits, personne_id: FromPath[int]) -> Template:
    """A one-time link, shown once: the database keeps only its fingerprint."""
    exiger_admin(droits)
    personne = await _personne(session, personne_id)
    jeton = await service.inviter(session, personne, par_id=droits.personne_id, par=droits)
    lien = f"{request.app.state.settings.public_url}/invitation/{jeton}"
    return await _fiche(request, session, droits, personne_id, lien=lien)


@post("/personnes/{personne_id:int}/sessions/revocation", status_code=303)
async def revoquer(request: Req, session: AsyncSession, droits: Droits, personne_id: FromPath[int]) -> Response[Any]:
    """Sign a person out everywhere."""
    exiger_admin(droits)
    await _personne(session, personne_id)
    await sessions.revoquer(session, personne_id, par=droits)
    return rediriger(request, f"/personnes/{personne_id}")


def _cle(valeur: int) -> int:
    # A number that no column can hold is an error of the driver, not an empty answer.
    if valeur >= 2**63:
        raise Introuvable
    return valeur


async def _personne(session: AsyncSession, personne_id: int) -> Personne:
    personne = await session.scalar(select(Personne).where(Personne.id == _cle(personne_id)))
    if personne is None:
        raise Introuvable
    return personne


async def _fonction(session: AsyncSession, fonction_id: int) -> Fonction:
    fonction = await session.scalar(select(Fonction).where(Fonction.id == _cle(fonction_id)))
    if fonction is None:
        raise Introuvable
    return fonction


async def _fiche(
    request: Req,
    session: AsyncSession,
    droits: Droits,
    personne_id: int,
    *,
    f: Formulaire | None = None,
    lien: str = "",
) -> Template:
    personne = await queries.personne(session, _cle(personne_id))
    if personne is None:
        raise Introuvable
    contexte: dict[str, Any] = {
        "droits": droits,
        "personne": personne,
        "ouvertes": await sessions.ouvertes(session, personne_id),
        "f": f or forms.formulaire_fonction(),
        "choix": await queries.choix(session),
        "action": f"/personnes/{personne_id}/fonctions",
        "lien": lien,
    }
    return rendre(request, "comptes/personne.html", **contexte)


async def _modification(
    request: Req,
    session: AsyncSession,
    droits: Droits,
    fonction: Fonction,
    f: Formulaire,
    *,
    version: int | None = None,
    conflit: str = "",
) -> Template:
    # After a conflict the form carries the new version: sending it again is a choice made knowingly.
    personne = await queries.personne(session, fonction.personne_id)
    contexte: dict[str, Any] = {
        "droits": droits,
        "personne": personne,
        "actuelle": next(v for v in personne.fonctions if v.id == fonction.id) if personne else None,
        "f": f,
        "choix": await queries.choix(session),
        "action": f"/fonctions/{fonction.id}",
        "version": fonction.version if version is None else version,
        "conflit": conflit,
    }
    return rendre(request, "comptes/fonction.html", **contexte)
