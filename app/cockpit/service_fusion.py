"""Merging terrains in one transaction, and undoing a merge as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.agrements.models import Agrement
from app.cockpit.fusion import Plan, planifier
from app.cockpit.models import FusionTerrain
from app.cockpit.perimetre import terrains_visibles
from app.cockpit.permissions import exiger_scolarite
from app.core.errors import Conflit, Introuvable
from app.core.journal import consigner, maintenant, prendre_la_main
from app.core.roles import Role
from app.core.texte import replier
from app.demandes.models import Demande
from app.demandes.mouvements import reprojeter
from app.referentiel.models import Terrain
from app.referentiel.service import recherche_terrain

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

CHANGE = "Ce que la fusion déplacerait a changé depuis l'aperçu : rien n'est fait. Voici ce qu'il en est maintenant."
RATTRAPE = "La fusion ne s'annule plus : depuis, {quoi}."


async def fusionner(
    session: AsyncSession, ids: Sequence[int], *, garde: int, empreinte: str, motif: str, par: Droits
) -> FusionTerrain:
    """One terrain takes in others, which keep their numbers and answer through it.

    Raises:
        Interdit, Introuvable: no scolarité; not one's terrains.
        Conflit: something changed since the preview, or forbids it.
    """
    exiger_scolarite(par)
    await prendre_la_main(session)
    await _prendre_terrains(session, ids)
    plan = await planifier(session, par, ids, garde)
    if plan.garde.id != garde or plan.conflits or _empreinte_lue(plan) != empreinte:
        raise Conflit(plan.conflits[0] if plan.conflits else CHANGE)
    faite = await _ecrire(session, plan, par)
    await _consigner(session, plan, faite, motif, par)
    return faite


async def _prendre_terrains(session: AsyncSession, ids: Sequence[int]) -> None:
    """A write before the first read: whoever else writes on them, or on SQLite at all, waits from here on."""
    ecrit = update(Terrain).where(Terrain.id.in_(ids)).values(version=Terrain.version + 1)
    await session.execute(ecrit.execution_options(synchronize_session=False))


def _empreinte_lue(plan: Plan) -> str:
    """As the preview gave it, before `_prendre_terrains`."""
    for terrain in plan.tous:
        terrain.version -= 1
    lue = plan.empreinte
    for terrain in plan.tous:
        terrain.version += 1
    return lue


async def _ecrire(session: AsyncSession, plan: Plan, par: Droits) -> FusionTerrain:
    garde, repris = plan.garde, [t.id for t in plan.repris]
    avant = {"anciens": garde.anciens, "etablissement_id": garde.etablissement_id, "actif": garde.actif,
             "a_rapprocher": garde.a_rapprocher}  # fmt: skip
    garde.anciens = " ".join(filter(None, [garde.anciens, *(f"{t.numero} {t.anciens}".strip() for t in plan.repris)]))
    garde.recherche = recherche_terrain(garde.numero, garde.libelle, garde.ville, garde.anciens)
    garde.actif = garde.actif or any(t.actif for t in plan.repris)
    garde.a_rapprocher = garde.a_rapprocher and not garde.actif
    garde.etablissement_id = garde.etablissement_id or next(
        (t.etablissement_id for t in plan.repris if t.etablissement_id), None
    )
    etats = {str(t.id): t.actif for t in plan.repris}
    for terrain in plan.repris:
        terrain.fusionne_dans_id, terrain.actif = garde.id, False
    await session.flush()
    await deplacer(session, garde, par=par, demandes=plan.demandes, agrements=plan.agrements)
    contenu = {
        "avant": avant,
        "repris": etats,
        "demandes": {str(i): t for i, t in plan.demandes.items()},
        "agrements": {str(i): t for i, t in plan.agrements.items()},
        "apres": await _etat(session, [garde.id, *repris], plan.demandes),
    }
    faite = FusionTerrain(garde_id=garde.id, contenu=contenu, par_id=par.personne_id, quand=maintenant())
    session.add(faite)
    await session.flush()
    return faite


async def deplacer(
    session: AsyncSession, vers: Terrain, *, par: Droits, demandes: Collection[int] = (), agrements: Collection[int] = ()
) -> None:
    """These are of that terrain now; the rows of the list say so."""
    for table, ids, autres in ((Agrement, agrements, {}), (Demande, demandes, {"version": Demande.version + 1})):
        classe: Any = table
        if ids:
            ecrit = update(classe).where(classe.id.in_(list(ids))).values(terrain_id=vers.id, **autres)
            await session.execute(ecrit.execution_options(synchronize_session=False))
    if demandes:
        dit = {"terrain": vers.libelle, "tri_terrain": replier(vers.libelle)}
        await reprojeter(session, Demande.id.in_(list(demandes)), par=par, **dit)


async def _etat(session: AsyncSession, terrains: list[int], demandes: Collection[int]) -> dict[str, Any]:
    """What an undo compares: the versions of the terrains and of what moved, and what is on them."""
    t, d, a = Terrain, Demande, Agrement
    lus = (await session.execute(select(t.id, t.version).where(t.id.in_(terrains)))).all()
    vues = (await session.execute(select(d.id, d.version).where(d.id.in_(list(demandes))))).all()
    ici = await session.scalars(select(d.id).where(d.terrain_id.in_(terrains)).order_by(d.id))
    siens = await session.scalars(select(a.id).where(a.terrain_id.in_(terrains)).order_by(a.id))
    return {
        "terrains": {str(i): v for i, v in lus},
        "versions": {str(i): v for i, v in vues},
        "demandes": list(ici),
        "agrements": list(siens),
    }


async def _consigner(session: AsyncSession, plan: Plan, faite: FusionTerrain, motif: str, par: Droits) -> None:
    garde = plan.garde
    dit: dict[str, Any] = {"sujet": "terrain", "par": par, "motif": motif or None}
    for terrain in plan.repris:
        agrements, demandes = plan.de(terrain.id)
        quoi = {"fusion": faite.id, "agrements": agrements, "demandes": demandes}
        await consigner(session, "fusionner_terrain", sujet_id=terrain.id, apres={**quoi, "vers": garde.numero}, **dit)
    numeros = [t.numero for t in plan.repris]
    apres = {"fusion": faite.id, "terrains": ", ".join(f"n° {n}" for n in numeros)}
    await consigner(session, "fusionner_terrain", sujet_id=garde.id, apres=apres, version=garde.version, **dit)


async def fusion_visible(session: AsyncSession, droits: Droits, fusion_id: int) -> FusionTerrain:
    """A merge of one's own terrains.

    Raises:
        Introuvable: no such merge, or not in one's subdivisions.
    """
    requete = select(FusionTerrain).join(Terrain, Terrain.id == FusionTerrain.garde_id)
    requete = requete.where(FusionTerrain.id == fusion_id, terrains_visibles(droits, Role.SCOL))
    trouvee = (await session.scalars(requete.execution_options(populate_existing=True))).one_or_none()
    if trouvee is None:
        raise Introuvable
    return trouvee


async def empechement(session: AsyncSession, fusion: FusionTerrain) -> str:
    """Why a merge that stands can no longer be undone, or nothing."""
    dit = fusion.contenu
    ids = [fusion.garde_id, *(int(i) for i in dit["repris"])]
    vu, voulu = await _etat(session, ids, [int(i) for i in dit["demandes"]]), dit["apres"]
    if vu["terrains"] != voulu["terrains"]:
        return "un de ces terrains a été modifié"
    if vu["versions"] != voulu["versions"]:
        return "une des demandes déplacées a été modifiée"
    if (vu["demandes"], vu["agrements"]) != (voulu["demandes"], voulu["agrements"]):
        return "une demande ou un agrément est venu sur ce terrain, ou l'a quitté"
    return ""


async def defaire(session: AsyncSession, fusion_id: int, *, par: Droits) -> Terrain:
    """Everything back where it was, as one.

    Raises:
        Interdit, Introuvable: no scolarité; not one's terrains.
        Conflit: something was written on them since.
    """
    exiger_scolarite(par)
    await fusion_visible(session, par, fusion_id)
    await prendre_la_main(session)
    prise = update(FusionTerrain).where(FusionTerrain.id == fusion_id, FusionTerrain.annulee_le.is_(None))
    faite: Any = await session.execute(prise.values(annulee_le=maintenant()).execution_options(synchronize_session=False))
    if faite.rowcount != 1:
        raise Conflit(RATTRAPE.format(quoi="elle a été annulée"))
    fusion = (await session.scalars(select(FusionTerrain).where(FusionTerrain.id == fusion_id))).one()
    if quoi := await empechement(session, fusion):
        raise Conflit(RATTRAPE.format(quoi=quoi))
    return await _remettre(session, fusion, par)


async def _remettre(session: AsyncSession, fusion: FusionTerrain, par: Droits) -> Terrain:
    dit = fusion.contenu
    ids = [fusion.garde_id, *(int(i) for i in dit["repris"])]
    lus = select(Terrain).where(Terrain.id.in_(ids)).execution_options(populate_existing=True)
    terrains = {t.id: t for t in await session.scalars(lus)}
    garde = terrains[fusion.garde_id]
    for nom, valeur in dit["avant"].items():
        setattr(garde, nom, valeur)
    garde.recherche = recherche_terrain(garde.numero, garde.libelle, garde.ville, garde.anciens)
    for terrain_id, actif in dit["repris"].items():
        terrain = terrains[int(terrain_id)]
        terrain.fusionne_dans_id, terrain.actif = None, actif
    for terrain in terrains.values():
        terrain.version += 1
    await session.flush()
    for terrain in terrains.values():
        parties = ({int(i) for i, de in dit[quoi].items() if de == terrain.id} for quoi in ("demandes", "agrements"))
        demandes, agrements = parties
        await deplacer(session, terrain, par=par, demandes=demandes, agrements=agrements)
        apres = {"fusion": fusion.id, "numero": terrain.numero}
        await consigner(session, "defaire_fusion_terrain", par=par, sujet="terrain", sujet_id=terrain.id, apres=apres,
                        version=terrain.version)  # fmt: skip
    return garde
