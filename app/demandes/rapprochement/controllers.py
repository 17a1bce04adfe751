"""The acts on a difference: check again, link a record, take the register's value, validate the dossiers that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Interdit, Introuvable, Rejet
from app.core.forms import Saisie, lire
from app.core.pages import rediriger, rendre
from app.demandes.models import Demande, Ligne
from app.demandes.parcours import parcours
from app.demandes.permissions import peut
from app.demandes.queries import dossier_visible, lignes_visibles
from app.demandes.rapprochement import lots, service
from app.demandes.statuts import Action, Bloc
from app.demandes.traitement import agir
from app.referentiel.normalisation import siret_valide
from app.referentiel.queries import types_etablissement
from app.travaux.models import EtatTravail
from app.travaux.queries import travail_de

if TYPE_CHECKING:
    from app.travaux.models import Travail

Req = Request[Any, Any, Any]


def _bloc(code: str) -> Bloc:
    if code not in set(Bloc):
        raise Introuvable
    return Bloc(code)


def _exiger(droits: Droits, tete: Ligne) -> None:
    if not peut(droits, Action.VALIDER_BLOC, tete):
        raise Interdit("Cet acte ne vous est pas ouvert sur ce dossier.")


@post("/demandes/{demande_id:int}/verification", status_code=200)
async def verifier(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Vérifier maintenant*."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        await service.verifier(session, demande, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, "verification", Action.VALIDER_BLOC, faire)


@post("/demandes/{demande_id:int}/rattachements/{bloc:str}", status_code=200)
async def rattacher(request: Req, session: AsyncSession, droits: Droits, demande_id: int, bloc: str) -> Response[Any]:
    """*Rattacher* the demande to a record of the Cockpit."""
    quoi = _bloc(bloc)

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        fiche = saisie.entier("fiche", min_=1, requis="Choisissez une fiche.")
        if fiche is not None and not saisie.erreurs:
            await service.rattacher(session, demande, quoi, fiche, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, bloc, Action.VALIDER_BLOC, faire, ancre=f"#bloc-{bloc}")


@post("/demandes/{demande_id:int}/terrain", status_code=200)
async def creer_terrain(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Créer ce terrain au Cockpit*, none of those that were shown being it."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        vus = set(saisie.brut("vus").split())
        await service.creer_terrain(session, demande, vus=vus, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, "terrain", Action.VALIDER_BLOC, faire, ancre="#bloc-terrain")


@post("/demandes/{demande_id:int}/etablissement", status_code=200)
async def creer_etablissement(request: Req, session: AsyncSession, droits: Droits, demande_id: int) -> Response[Any]:
    """*Créer cet établissement au Cockpit*: no register has it."""

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        codes = {t.code for t in await types_etablissement(session)}
        type_ = saisie.choix("type", codes, requis="Choisissez le type de cet établissement.")
        if demande.saisie_siret and not siret_valide(demande.saisie_siret):
            saisie.erreurs["fiche"] = "Le SIRET de la demande n'est pas valide : demandez d'abord sa correction au RTS."
        if not type_ or saisie.erreurs:
            return
        vus = set(saisie.brut("vus").split())
        await service.creer_etablissement(session, demande, type_=type_, vus=vus, version=saisie.version(), par=droits)

    return await agir(
        request, session, droits, demande_id, "etablissement", Action.VALIDER_BLOC, faire, ancre="#bloc-etablissement"
    )


@post("/demandes/{demande_id:int}/cockpit/{bloc:str}", status_code=200)
async def reprendre(request: Req, session: AsyncSession, droits: Droits, demande_id: int, bloc: str) -> Response[Any]:
    """*Reprendre la valeur Open Data dans le Cockpit*."""
    quoi = _bloc(bloc)

    async def faire(demande: Demande, _: list[Ligne], saisie: Saisie) -> None:
        champ = saisie.texte("champ", max_=32)
        if not saisie.erreurs:
            await service.reprendre_registre(session, demande, quoi, champ, version=saisie.version(), par=droits)

    return await agir(request, session, droits, demande_id, bloc, Action.VALIDER_BLOC, faire, ancre=f"#bloc-{bloc}")


async def _page_semblables(
    request: Req, session: AsyncSession, droits: Droits, demande_id: int, bloc: Bloc, saisie: Saisie | None = None
) -> Template:
    chemin = await parcours(request, session, droits, demande_id)
    demande, lignes = await dossier_visible(session, droits, demande_id)
    _exiger(droits, lignes[0])
    marque, trouves = await lots.semblables(session, droits, demande, bloc)
    rangees = [
        {
            "demande": s.demande,
            "ecarts": s.comparaison.ecarts,
            "pourquoi": s.pourquoi,
            "cle": f"{s.demande.id}.{s.demande.version}",
        }
        for s in trouves
    ]
    return rendre(
        request, "demandes/semblables.html", droits=droits, demande=demande, bloc=bloc, marque=marque, parcours=chemin,
        retenus=[r for r in rangees if not r["pourquoi"]], ecartes=[r for r in rangees if r["pourquoi"]],
        saisie=saisie, erreurs=saisie.erreurs if saisie else {},
    )  # fmt: skip


@get("/demandes/{demande_id:int}/semblables/{bloc:str}")
async def semblables(request: Req, session: AsyncSession, droits: Droits, demande_id: int, bloc: str) -> Template:
    """The dossiers where the same difference stands, one by one; it writes nothing."""
    return await _page_semblables(request, session, droits, demande_id, _bloc(bloc))


@post("/demandes/{demande_id:int}/semblables/{bloc:str}", status_code=200)
async def valider_semblables(request: Req, session: AsyncSession, droits: Droits, demande_id: int, bloc: str) -> Response[Any]:
    """Validate those that are ticked, and no other."""
    quoi, saisie = _bloc(bloc), await lire(request)
    demande, lignes = await dossier_visible(session, droits, demande_id)
    _exiger(droits, lignes[0])
    marque, trouves = await lots.semblables(session, droits, demande, quoi)
    permis = {f"{s.demande.id}.{s.demande.version}": [s.demande.id, s.demande.version] for s in trouves if not s.pourquoi}
    choisis, motif = saisie.liste("demandes", permis), saisie.texte("motif", max_=1000)
    if not choisis:
        saisie.erreurs["demandes"] = "Cochez au moins un dossier qui n'a pas changé depuis l'aperçu."
    if saisie.erreurs:
        raise Rejet(await _page_semblables(request, session, droits, demande_id, quoi, saisie))
    entree = {"bloc": quoi.value, "marque": marque, "motif": motif, "demandes": [permis[c] for c in choisis]}
    libelle = f"Valider manuellement : {quoi.libelle}, {len(choisis)} dossier{'s' if len(choisis) > 1 else ''}"
    travaux = request.app.state.travaux
    travail = await travaux.creer(session, lots.GENRE, libelle=libelle, total=len(choisis), entree=entree, par=droits)
    return rediriger(request, f"/travaux/{travail.id}")


@get("/verifications/lots/{lot_id:int}")
async def lot(request: Req, session: AsyncSession, droits: Droits, lot_id: int) -> Template | Response[Any]:
    """What was validated, what was not and why."""
    travail = await travail_de(session, droits, lot_id, lots.GENRE)
    if travail.etat is not EtatTravail.FINI:
        return rediriger(request, f"/travaux/{lot_id}")
    return rendre(request, "demandes/semblables_faits.html", droits=droits, r=await _resultat(session, droits, travail))


async def _resultat(session: AsyncSession, droits: Droits, travail: Travail) -> dict[str, Any]:
    resultat = travail.resultat or {}
    faits, refuses = resultat.get("faits", []), resultat.get("refuses", [])
    annulation = resultat.get("annulation")
    ids = [*faits, *(r[0] for r in refuses)]
    tetes = lignes_visibles(droits).where(Ligne.demande_id.in_(ids), Ligne.rang == 0)
    noms = {x.demande_id: f"{x.prenom} {x.nom}" for x in await session.scalars(tetes)}
    return {
        "id": travail.id,
        "libelle": travail.libelle,
        "faits": [(i, noms.get(i, "")) for i in faits],
        "refuses": [(i, noms.get(i, ""), pourquoi) for i, pourquoi in refuses],
        "annulation": annulation and {cle: [(i, noms.get(i, "")) for i in annulation[cle]] for cle in annulation},
    }


@post("/verifications/lots/{lot_id:int}/annulation", status_code=200)
async def annuler(request: Req, session: AsyncSession, droits: Droits, lot_id: int) -> Response[Any]:
    """*Annuler ce lot*."""
    await lots.annuler(session, await travail_de(session, droits, lot_id, lots.GENRE), par=droits)
    return rediriger(request, f"/verifications/lots/{lot_id}")


routes_rapprochement = [
    verifier,
    rattacher,
    creer_etablissement,
    creer_terrain,
    reprendre,
    semblables,
    valider_semblables,
    lot,
    annuler,
]
