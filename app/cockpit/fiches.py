"""The view-models of the pages: one terrain, one établissement, one practitioner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from app.agrements.models import Agrement
from app.agrements.queries import portee
from app.cockpit.colonnes import en_vigueur
from app.cockpit.listes import libelles_du_cockpit
from app.cockpit.models import FusionTerrain
from app.cockpit.perimetre import terrains_visibles
from app.cockpit.permissions import hors_de, lieux
from app.cockpit.queries import histoire, subdivisions_du_terrain
from app.cockpit.service_fusion import empechement
from app.core.access import lisible_sql
from app.core.forms import Saisie
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.models import Demande, Ligne
from app.liste.memoire import Sujet, souvenirs
from app.referentiel import queries as referentiel
from app.referentiel.models import Etablissement, Origine, Praticien, Terrain
from app.registres.queries import activites_de

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

CHAMPS: Final = {
    "libelle": "Nom du terrain", "adresse": "Adresse", "code_postal": "Code postal", "ville": "Ville",
    "titulaire_rpps": "RPPS du titulaire", "titulaire_depuis": "Titulaire depuis", "description": "Description",
}  # fmt: skip
VIERGE: Final = dict.fromkeys((*CHAMPS, "subdivision", "aucun"), "")


def champs_de(source: Saisie | Terrain) -> dict[str, str]:
    """What a form shows: as typed, or as it is."""
    if isinstance(source, Saisie):
        return {c: source.brut(c) for c in VIERGE}
    return VIERGE | {c: str(getattr(source, c) or "") for c in CHAMPS}


async def subdivisions_offertes(session: AsyncSession, droits: Droits) -> dict[str, str]:
    """Those where this person is scolarité."""
    siens = lieux(droits, Role.SCOL)
    return {s.code: s.libelle for s in await referentiel.subdivisions(session) if siens is None or s.code in siens}


async def formulaire_terrain(session: AsyncSession, droits: Droits, saisie: Saisie, champs: dict[str, str]) -> dict[str, Any]:
    """The form: values, errors, choices."""
    offertes = await subdivisions_offertes(session, droits)
    return {"champs": champs, "erreurs": saisie.erreurs, "subdivisions": offertes}


async def fiche_terrain(session: AsyncSession, droits: Droits, terrain: Terrain, *, ancien: str) -> dict[str, Any]:
    """A terrain with its memory, its merges and its acts."""
    site = await session.get(Etablissement, terrain.etablissement_id) if terrain.etablissement_id else None
    titulaire = await session.get(Praticien, terrain.titulaire_rpps) if terrain.titulaire_rpps else None
    siens = await subdivisions_du_terrain(session, terrain)
    ecrit = lieux(droits, Role.SCOL) is None or bool(siens - hors_de(droits, siens))
    lib = await libelles_du_cockpit(session)
    return {
        "terrain": terrain,
        "site": site,
        "titulaire": titulaire,
        "ancien": ancien if ancien in terrain.anciens.split() else "",
        "subdivisions": sorted(lib.de("subdivision", s) for s in siens),
        "agrements": await _en_vigueur(session, droits, Agrement.terrain_id == terrain.id),
        "memoire": await souvenirs(session, droits, Sujet(terrain=terrain.id)),
        "fusions": await _fusions(session, terrain, ecrit=ecrit),
        "histoire": await histoire(session, "terrain", terrain.id),
        "ecrit": ecrit,
    }


async def _en_vigueur(session: AsyncSession, droits: Droits, *lies: Any) -> int:
    requete = select(func.count()).select_from(Agrement).where(*lies, portee(droits), en_vigueur(aujourdhui()))
    return int((await session.execute(requete)).scalar_one())


async def _fusions(session: AsyncSession, terrain: Terrain, *, ecrit: bool) -> list[dict[str, Any]]:
    """The merges that stand, newest first; the last one may be undone as long as nothing was written since."""
    requete = select(FusionTerrain).where(FusionTerrain.garde_id == terrain.id, FusionTerrain.annulee_le.is_(None))
    lues = list(await session.scalars(requete.order_by(FusionTerrain.id.desc())))
    repris = {int(i) for f in lues for i in f.contenu["repris"]}
    numeros = dict((await session.execute(select(Terrain.id, Terrain.numero).where(Terrain.id.in_(repris)))).all())
    dits = []
    for n, f in enumerate(lues):
        empeche = await empechement(session, f) if ecrit and n == 0 else "une autre fusion l'a suivie"
        dits.append({
            "id": f.id, "quand": f.quand, "numeros": sorted(numeros[int(i)] for i in f.contenu["repris"]),
            "demandes": len(f.contenu["demandes"]), "agrements": len(f.contenu["agrements"]),
            "annulable": ecrit and not empeche, "empeche": empeche,
        })  # fmt: skip
    return dits


async def fiche_etablissement(session: AsyncSession, droits: Droits, site: Etablissement) -> dict[str, Any]:
    """A site with its terrains and its acts."""
    lib = await libelles_du_cockpit(session)
    vus = (Terrain.etablissement_id == site.id, terrains_visibles(droits), Terrain.fusionne_dans_id.is_(None))
    terrains = list(await session.scalars(select(Terrain).where(*vus).order_by(Terrain.numero).limit(200)))
    remplacant = await session.get(Etablissement, site.remplace_par_id) if site.remplace_par_id else None
    du_site = Agrement.terrain_id.in_(select(Terrain.id).where(Terrain.etablissement_id == site.id))
    return {
        "site": site,
        "local": site.origine is Origine.LOCAL,
        "type": lib.de("type_etablissement", site.type_effectif),
        "derive": lib.de("type_etablissement", site.type_code),
        "types": lib.listes["type_etablissement"],
        "terrains": terrains,
        "remplacant": remplacant,
        "agrements": await _en_vigueur(session, droits, du_site),
        "histoire": await histoire(session, "etablissement", site.id),
        "ecrit": droits.a(Role.SCOL),
    }


async def fiche_praticien(session: AsyncSession, droits: Droits, p: Praticien) -> dict[str, Any]:
    """A practitioner: what the register says, what he holds here."""
    lib = await libelles_du_cockpit(session)
    siens = (Terrain.titulaire_rpps == p.rpps, terrains_visibles(droits), Terrain.fusionne_dans_id.is_(None))
    lues = (Ligne.rpps == p.rpps, lisible_sql(droits, Objet.LIGNE, Ligne))
    demandes = select(Demande.id).where(Demande.id.in_(select(Ligne.demande_id).where(*lues)))
    return {
        "p": p,
        "qualifications": [lib.de("savoir_faire", code) for code in p.savoir_faire],
        "exercices": await activites_de(session, p.rpps),
        "terrains": list(await session.scalars(select(Terrain).where(*siens).order_by(Terrain.numero))),
        "demandes": len((await session.scalars(demandes)).all()),
        "agrements": await _en_vigueur(session, droits, Agrement.rpps == p.rpps),
        "memoire": await souvenirs(session, droits, Sujet(rpps=p.rpps)),
        "histoire": await histoire(session, "praticien", int(p.rpps)),
    }
