"""*Nouvelle demande*: a campaign that is open, a formation, a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes.queries import campagnes_ouvertes_au_depot, dernier_jour_de_depot, prolongations_de
from app.comptes.models import Personne
from app.core.access import Droits
from app.core.errors import Interdit, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.core.templating import aujourdhui
from app.demandes.saisie import forms, service
from app.demandes.saisie.contexte import intitule
from app.demandes.statuts import TypeDemande
from app.referentiel import queries as referentiel
from app.referentiel.models import Subdivision

if TYPE_CHECKING:
    from app.campagnes.models import Campagne
    from app.referentiel.models import Praticien

Req = Request[Any, Any, Any]


@get("/demandes/nouvelle")
async def nouvelle(request: Req, session: AsyncSession, droits: Droits) -> Template:
    """The form; `campagne` chooses among those that are open."""
    await _praticien(session, droits)
    return await _page(request, session, droits, Saisie({"campagne": [request.query_params.get("campagne", "")]}))


@post("/demandes", status_code=303)
async def creer(request: Req, session: AsyncSession, droits: Droits) -> Response[Any]:
    """A new draft."""
    praticien, saisie = await _praticien(session, droits), await lire(request)
    ouvertes = await campagnes_ouvertes_au_depot(session, aujourdhui(), praticien.rpps)
    campagne = _campagne(saisie, ouvertes)
    type_ = saisie.choix("type", set(TypeDemande), requis="Choisissez un type de demande.")
    ouvertes_ici = {f.formation for f in campagne.formations} if campagne else set()
    permises = {f.code: f for f in await referentiel.formations(session) if f.code in ouvertes_ici}
    code = saisie.choix("formation", permises, requis="Choisissez une formation ouverte dans cette campagne.")
    forms.controler(saisie, forms.PERSONNE, praticien)
    if campagne is None or type_ is None or code is None or saisie.erreurs:
        raise Rejet(await _page(request, session, droits, saisie))
    personne = (await session.scalars(select(Personne).where(Personne.id == droits.personne_id))).one()
    demande = await service.creer(
        session,
        campagne,
        formation=permises[code],
        type_=TypeDemande(type_),
        praticien=praticien,
        personne=personne,
        par=droits,
    )
    return rediriger(request, f"/demandes/{demande.id}/saisie")


async def _praticien(session: AsyncSession, droits: Droits) -> Praticien:
    praticien = await referentiel.praticien_actif(session, droits.rpps) if droits.rpps else None
    if praticien is None:
        raise Interdit("Une demande se fait par un responsable de terrain de stage, connu et actif au registre RPPS.")
    return praticien


def _campagne(saisie: Saisie, ouvertes: list[Campagne]) -> Campagne | None:
    """By its number, or by the subdivision and formation asked for."""
    lue, formation = saisie.brut("campagne"), saisie.brut("formation")
    if lue:
        trouvees = [c for c in ouvertes if str(c.id) == lue]
    else:
        code = saisie.brut("subdivision")
        trouvees = [c for c in ouvertes if c.subdivision == code and formation in {f.formation for f in c.formations}]
    if not trouvees:
        saisie.erreurs["campagne"] = "Cette campagne n'est pas ouverte au dépôt des demandes."
    return trouvees[0] if trouvees else None


async def _page(request: Req, session: AsyncSession, droits: Droits, saisie: Saisie) -> Template:
    ouvertes = await campagnes_ouvertes_au_depot(session, aujourdhui(), droits.rpps)
    toutes = await referentiel.formations(session)
    praticien = await _praticien(session, droits)
    subdivisions = {s.code: s.libelle for s in await session.scalars(select(Subdivision))}
    choisie = next((c for c in ouvertes if str(c.id) == saisie.brut("campagne")), ouvertes[0] if len(ouvertes) == 1 else None)
    codes = {f.formation for f in choisie.formations} if choisie else set()
    siennes = {f.code for f in toutes if set(f.savoir_faire) & set(praticien.savoir_faire)}
    prolongees = {c: p.jusqu_au for c, p in (await prolongations_de(session, praticien.rpps)).items()}
    contexte = {
        "droits": droits,
        "limites": {c.id: dernier_jour_de_depot(c, prolongees.get(c.id)) for c in ouvertes},
        "campagnes": [(c, subdivisions[c.subdivision]) for c in ouvertes],
        "choisie": choisie,
        "formations": [(f.code, intitule(f)) for f in toutes if f.code in codes],
        "formation": saisie.brut("formation") or next((f.code for f in toutes if f.code in codes & siennes), ""),
        "types": [(t.value, t.libelle) for t in TypeDemande],
        "type": saisie.brut("type") or TypeDemande.NOUVEAU.value,
        "erreurs": saisie.erreurs,
    }
    return rendre(request, "demandes/saisie/nouvelle.html", **contexte)
