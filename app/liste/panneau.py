"""The dossier beside the row: what decides a line at a glance, with the memory of its terrain; a page of its own as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from litestar import Request, get
from litestar.response import Template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.avis.genres import GENRES
from app.avis.queries import jugements, motifs_defavorables, noms_des_auteurs
from app.avis.vue import lecture
from app.commission.notes import peut_noter
from app.core.access import DEMANDEUR, RECUSE, Droits, peut_lire
from app.core.pages import rendre
from app.core.visibilite import Moment, Objet
from app.demandes.issue import cachee, motif_montre, statut_montre
from app.demandes.models import Demande, Ligne
from app.demandes.permissions import peut
from app.demandes.pieces import pieces_rangees
from app.demandes.queries import PAS_ENCORE, REFUSE, ligne_visible, lignes_visibles
from app.demandes.rapport.queries import rapport_lu
from app.demandes.statuts import Bloc
from app.demandes.traitement_service import noter_assistance
from app.demandes.traitement_vue import PHASES
from app.liste import vue as v
from app.liste.libelles import libelles
from app.liste.memoire import memoire
from app.liste.voisinage import liste_de, place, suite_de, voisins
from app.referentiel.models import Terrain

if TYPE_CHECKING:
    from app.liste.libelles import Libelles

Req = Request[Any, Any, Any]


@get("/lignes/{ligne_id:int}/panneau")
async def panneau(request: Req, session: AsyncSession, droits: Droits, ligne_id: int) -> Template:
    """One line: for htmx the content of the panel, else a page."""
    ligne = await ligne_visible(session, droits, ligne_id)
    demande = (await session.execute(select(Demande).where(Demande.id == ligne.demande_id))).scalar_one()
    soeurs = lignes_visibles(droits).where(Ligne.demande_id == demande.id).order_by(Ligne.rang)
    lignes = list((await session.execute(soeurs)).scalars())
    ouvert = peut_lire(droits, Objet.DOSSIER, ligne)
    if ouvert:
        await noter_assistance(session, lignes[0], par=droits)
    lib = await libelles(session)
    page = {
        **_identite(droits, demande, ligne, lignes, lib),
        **await _lien(request, session, droits, ligne),
        "numero": await _numero(session, droits, demande, lignes[0]) if ouvert else None,
        "ouvert": ouvert,
        "pourquoi": "" if droits.recuse(ligne) else REFUSE if ligne.moment is Moment.REFUS_SCOLARITE else PAS_ENCORE,
        "lus": await _jugements(session, droits, ligne),
        "pieces": await pieces_rangees(session, demande) if ouvert else [],
        "actes": [(f"/lignes/{ligne.id}/{g.adresse}", g) for g in GENRES.values() if peut(droits, g.action, ligne)],
        "notable": peut_noter(droits, ligne),
        "rapport": await rapport_lu(session, droits, demande, [ligne]) if ouvert else None,
        "m": await memoire(session, droits, demande, lignes[0]) if ouvert else None,
    }
    return rendre(request, "liste/panneau.html", "liste/_panneau.html", droits=droits, **page)


def _identite(droits: Droits, demande: Demande, ligne: Ligne, lignes: list[Ligne], lib: Libelles) -> dict[str, Any]:
    return {
        "ligne": ligne,
        "demande": demande,
        "autres": [(x, lib.de("formation", x.formation)) for x in lignes if x.id != ligne.id],
        "formation": lib.de("formation", ligne.formation),
        "subdivision": lib.de("subdivision", ligne.subdivision),
        "lieu": lib.de("type_etablissement", ligne.type_etablissement),
        "phases": [PHASES[x] for x in ligne.phases],
        "statut": statut_montre(droits, demande, ligne),
        "motif": motif_montre(droits, demande, ligne),
        "deport": _deport(droits, ligne),
        "notable": peut_noter(droits, ligne),
        "validations": [(b.libelle, getattr(ligne, f"validation_{b}")) for b in Bloc]
        if peut_lire(droits, Objet.VALIDATIONS, ligne)
        else [],
    }


def _deport(droits: Droits, ligne: Ligne) -> str:
    if droits.recuse(ligne):
        return RECUSE
    return DEMANDEUR if droits.demandeur(ligne) and droits.portees else ""


async def _numero(session: AsyncSession, droits: Droits, demande: Demande, tete: Ligne) -> int | None:
    """The terrain's, unless it would tell what is not published."""
    if demande.terrain_id is None or (cachee(droits, demande, tete) and demande.saisie_terrain):
        return None
    return (await session.execute(select(Terrain.numero).where(Terrain.id == demande.terrain_id))).scalar_one_or_none()


async def _jugements(session: AsyncSession, droits: Droits, ligne: Ligne) -> list[dict[str, Any]]:
    lus = await jugements(session, [ligne.id], pour=droits)
    motifs = {c: x for c, (x, _) in (await motifs_defavorables(session)).items()}
    faits = lecture(droits, ligne, lus[ligne.id], motifs, await noms_des_auteurs(session, lus.values()))
    return [{**f, "resume": Markup(f["resume"])} for f in faits]  # noqa: S704 (`resume` escapes)


async def _lien(request: Req, session: AsyncSession, droits: Droits, ligne: Ligne) -> dict[str, Any]:
    """Where the line stands in the list beside which it is shown, and the addresses that keep that list."""
    etat = await liste_de(request, session, droits)
    connu = request.app.state.direct.connu
    x = await voisins(session, droits, etat, a=connu, demande=ligne.demande_id, ligne=ligne.id) if etat else None
    if etat is None or x is None:
        return {"place": "", "precedente": "", "suivante": "", "suite": "", "dossier": f"/demandes/{ligne.demande_id}",
                "liste": v.BASE, "retour": urlencode({"retour": f"/lignes/{ligne.id}/panneau"})}  # fmt: skip
    suite = suite_de(etat)

    def adresse(autre: Any) -> str:
        return f"/lignes/{autre.id}/panneau{suite}" if autre is not None else ""

    return {
        "place": place(x, par_ligne=True),
        "precedente": adresse(x.precedente),
        "suivante": adresse(x.suivante),
        "suite": suite,
        "dossier": f"/demandes/{ligne.demande_id}{suite_de(etat, ligne=ligne.id)}",
        "liste": x.page.url(v.BASE) + ("" if x.rang is None else f"#ligne-{ligne.id}"),
        "retour": urlencode({"retour": f"/lignes/{ligne.id}/panneau{suite}"}),
    }
