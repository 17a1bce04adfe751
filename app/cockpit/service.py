"""The scolarité's acts on one terrain or one établissement: authorised, versioned, journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, update

from app.cockpit.perimetre import terrains_visibles
from app.cockpit.permissions import exiger_scolarite, hors_de
from app.cockpit.queries import etablissement_visible, terrain_visible
from app.core.errors import Conflit, Interdit, Introuvable
from app.core.journal import consigner, prendre_la_main
from app.core.roles import Role
from app.core.texte import replier
from app.demandes.models import Choix, Demande
from app.demandes.mouvements import reprojeter
from app.referentiel.models import Terrain
from app.referentiel.queries import terrains_proches
from app.referentiel.service import creer_terrain, recherche_terrain

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.cockpit.forms import TerrainSaisi
    from app.core.access import Droits
    from app.referentiel.models import Etablissement

REGARDEZ = "Un terrain que vous n'avez pas encore vu est ici : choisissez-le, ou cochez de nouveau « Aucun de ceux-ci »."
MONTRES = 20  # terrains shown before another is created, the nearest labels first
PERIME = "Cette fiche a changé entre-temps : rien n'est enregistré. Rechargez-la pour voir son état actuel."


async def ecrire(session: AsyncSession, fiche: Terrain | Etablissement, *, version: int, **valeurs: Any) -> None:
    """Write on a record that is still at *version*.

    Raises:
        Conflit: somebody wrote on it since it was read.
    """
    table: Any = type(fiche)
    condition = (table.id == fiche.id, table.version == version)
    ecrit = update(table).where(*condition).values(**valeurs, version=version + 1)
    faite: Any = await session.execute(ecrit.execution_options(synchronize_session=False))
    if faite.rowcount != 1:
        raise Conflit(PERIME)
    await session.refresh(fiche)


async def creer(
    session: AsyncSession,
    saisi: TerrainSaisi,
    *,
    etablissement: Etablissement | None,
    subdivision: str,
    vus: list[int],
    par: Droits,
) -> Terrain:
    """A new terrain of one's subdivision, which is none of those that were looked at (*vus*).

    Raises:
        Interdit: another's subdivision, or no scolarité.
        Conflit: one that nobody has looked at is there; a colleague may have created it this instant.
    """
    exiger_scolarite(par)
    if hors_de(par, [subdivision]):
        raise Interdit("Vous n'êtes pas la scolarité de cette subdivision.")
    ou = etablissement.id if etablissement else None
    cree = await creer_terrain(session, etablissement_id=ou, subdivision=subdivision, par=par, **saisi.valeurs())
    # Only now does nobody else write.
    autres = await terrains_proches(
        session, ou, saisi.libelle, offerts_a_la_creation(par, etablissement), Terrain.id != cree.id
    )
    if {t.id for t in autres[:MONTRES]} - set(vus):
        raise Conflit(REGARDEZ)
    return cree


def offerts_a_la_creation(par: Droits, etablissement: Etablissement | None) -> ColumnElement[bool]:
    """The terrains that one looks at before creating another: what anybody is offered at this site, and what is one's own."""
    siens = terrains_visibles(par)
    return or_(siens, Terrain.actif) if etablissement else siens


async def modifier(session: AsyncSession, terrain_id: int, saisi: TerrainSaisi, *, version: int, par: Droits) -> Terrain:
    """Label, address, holder.

    Raises:
        Introuvable, Interdit, Conflit: not one's terrain; no scolarité; changed since.
    """
    terrain = await a_ecrire(session, terrain_id, par)
    if terrain.fusionne_dans_id is not None:
        raise Conflit("Ce terrain vient d'être fusionné : c'est l'autre qui se modifie.")
    change = {c: v for c, v in saisi.valeurs().items() if v != getattr(terrain, c)}
    if not change:
        return terrain
    avant = {c: _dit(getattr(terrain, c)) for c in change}
    recherche = recherche_terrain(terrain.numero, saisi.libelle, saisi.ville, terrain.anciens)
    await ecrire(session, terrain, version=version, **change, recherche=recherche)
    if "libelle" in change:
        dit = {"terrain": saisi.libelle, "tri_terrain": replier(saisi.libelle)}
        await reprojeter(session, Demande.terrain_id == terrain.id, par=par, **dit)
    await consigner(session, "modifier_terrain", par=par, sujet="terrain", sujet_id=terrain.id, avant=avant,
                    apres={c: _dit(v) for c, v in change.items()}, version=terrain.version)  # fmt: skip
    return terrain


async def a_ecrire(session: AsyncSession, terrain_id: int, par: Droits) -> Terrain:
    """A terrain that this person may write on, read under the journal's lock."""
    exiger_scolarite(par)
    await terrain_visible(session, par, terrain_id)
    await prendre_la_main(session)
    return await _de_la_scolarite(session, par, terrain_id)


async def _de_la_scolarite(session: AsyncSession, par: Droits, terrain_id: int) -> Terrain:
    try:
        return await terrain_visible(session, par, terrain_id, Role.SCOL)
    except Introuvable as absent:
        raise Interdit("Ce terrain n'est pas d'une subdivision dont vous êtes la scolarité.") from absent


async def changer_etat(session: AsyncSession, terrain_id: int, *, actif: bool, motif: str, version: int, par: Droits) -> None:
    """Close a terrain, or open it again: a closed one is no longer offered to anybody; what it holds stays.

    Raises:
        Introuvable, Interdit, Conflit: see `modifier`.
    """
    terrain = await a_ecrire(session, terrain_id, par)
    if terrain.fusionne_dans_id is not None or terrain.actif is actif:
        raise Conflit(PERIME)
    await ecrire(session, terrain, version=version, actif=actif, a_rapprocher=False)
    acte = "rouvrir_terrain" if actif else "clore_terrain"
    await consigner(session, acte, par=par, sujet="terrain", sujet_id=terrain.id, motif=motif or None, version=terrain.version)


async def typer(
    session: AsyncSession, etablissement_id: int, *, type_: str | None, motif: str, version: int, par: Droits
) -> None:
    """Another type than the one derived, or the derived one again (None): it changes what the list of demandes shows.

    Raises:
        Introuvable, Interdit, Conflit: see `modifier`.
    """
    exiger_scolarite(par)
    await prendre_la_main(session)
    site = await etablissement_visible(session, par, etablissement_id)
    avant = site.type_effectif
    auteur = par.personne_id if type_ else None
    await ecrire(session, site, version=version, type_impose=type_, type_motif=motif if type_ else "", type_par_id=auteur)
    concernees = (Demande.etablissement_id == site.id) & (Demande.choix != Choix.CABINET)
    await reprojeter(session, concernees, par=par, type_etablissement=site.type_effectif)
    acte = "typer_etablissement" if type_ else "detyper_etablissement"
    await consigner(session, acte, par=par, sujet="etablissement", sujet_id=site.id, avant={"type": avant},
                    apres={"type": site.type_effectif}, motif=motif or None, version=site.version)  # fmt: skip


def _dit(valeur: str | date | None) -> str | None:
    """As the journal keeps it."""
    return valeur if valeur is None or isinstance(valeur, str) else valeur.isoformat()
