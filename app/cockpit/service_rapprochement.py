"""A local établissement gives way to the register's: previewed, then its terrains and demandes move."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from app.agrements.models import Agrement
from app.cockpit.permissions import exiger_scolarite, hors_de
from app.cockpit.queries import etablissement_visible
from app.cockpit.service import PERIME, ecrire
from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, prendre_la_main
from app.core.texte import replier
from app.demandes.models import Demande
from app.demandes.mouvements import reprojeter_site
from app.referentiel.models import Etablissement, Origine, Terrain
from app.referentiel.normalisation import normaliser_code
from app.registres.queries import site_du_registre, sites_de_siret
from app.registres.service_reprise import etablissement_de_registre

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Apercu:
    """What would move."""

    local: Etablissement
    terrains: tuple[int, ...]
    demandes: tuple[int, ...]
    ailleurs: bool

    @property
    def empreinte(self) -> str:
        """Of what was shown."""
        return hashlib.sha256(repr((self.local.id, self.local.version, self.terrains, self.demandes)).encode()).hexdigest()[:20]


async def apercu(session: AsyncSession, droits: Droits, local: Etablissement) -> Apercu:
    """Its terrains and demandes, and whether some are another subdivision's."""
    terrains = tuple(await session.scalars(select(Terrain.id).where(Terrain.etablissement_id == local.id).order_by(Terrain.id)))
    d = select(Demande.id, Demande.subdivision).where(Demande.etablissement_id == local.id).order_by(Demande.id)
    demandes = (await session.execute(d)).all()
    agrees = select(Agrement.subdivision).where(Agrement.terrain_id.in_(terrains))
    lieux = {x.subdivision for x in demandes} | set(await session.scalars(agrees))
    return Apercu(local, terrains, tuple(x.id for x in demandes), bool(hors_de(droits, lieux)))


async def candidats(session: AsyncSession, local: Etablissement) -> list[Any]:
    """Open sites of the register with its SIRET, then those of its town whose name shares a word."""
    par_siret = await sites_de_siret(session, local.siret) if local.siret else []
    mots = [m for m in replier(local.raison_sociale).split() if len(m) > 3]
    if not mots:
        return list(par_siret)
    e = Etablissement
    # A place that comes from another tool has a town and no department.
    la = (
        e.departement == local.departement if local.departement else e.recherche.contains(replier(local.ville), autoescape=True)
    )
    proches = select(e).where(e.origine == Origine.REGISTRE, e.actif, la,
                              or_(*(e.recherche.contains(m, autoescape=True) for m in mots)))  # fmt: skip
    connus = {s.finess for s in par_siret}
    trouves = list(await session.scalars(proches.order_by(e.ville != local.ville, e.recherche).limit(10)))
    return [*par_siret, *(s for s in trouves if s.finess not in connus)]


async def site_du_finess(session: AsyncSession, finess: str) -> Any:
    """The register site of a FINESS as typed: the Cockpit's record, else the register's row; None if there is none."""
    nu = normaliser_code(finess)
    connu = (await session.scalars(select(Etablissement).where(Etablissement.finess == nu))).one_or_none()
    return connu or await site_du_registre(session, nu)


async def rapprocher(
    session: AsyncSession, etablissement_id: int, *, finess: str, empreinte: str, version: int, par: Droits
) -> Etablissement:
    """The register's site takes the place of the local one.

    Raises:
        Interdit: no scolarité, no local record, or somebody else's dossiers would move.
        Introuvable, Conflit: not visible; changed since the preview.
    """
    exiger_scolarite(par)
    await prendre_la_main(session)
    local = await etablissement_visible(session, par, etablissement_id)
    if local.origine is not Origine.LOCAL or local.remplace_par_id is not None:
        raise Interdit("Seul un établissement local, qui n'est pas encore rapproché, se rapproche du registre.")
    lu = await apercu(session, par, local)
    if lu.ailleurs:
        raise Interdit("Des dossiers d'une autre subdivision que les vôtres sont dans cet établissement.")
    if lu.empreinte != empreinte:
        raise Conflit(PERIME)
    site = await etablissement_de_registre(session, normaliser_code(finess), par=par)
    await ecrire(session, local, version=version, actif=False, remplace_par_id=site.id)
    await _deplacer(session, lu, site, par)
    apres = {"vers": site.raison_sociale, "finess": site.finess, "terrains": list(lu.terrains), "demandes": list(lu.demandes)}
    await consigner(session, "rapprocher_etablissement", par=par, sujet="etablissement", sujet_id=local.id, apres=apres,
                    version=local.version)  # fmt: skip
    await consigner(session, "rapprocher_etablissement", par=par, sujet="etablissement", sujet_id=site.id,
                    apres={"vers": site.raison_sociale, "local": local.id})  # fmt: skip
    return site


async def _deplacer(session: AsyncSession, lu: Apercu, site: Etablissement, par: Droits) -> None:
    for table, ids in ((Terrain, lu.terrains), (Demande, lu.demandes)):
        classe: Any = table
        ecrit = update(classe).where(classe.id.in_(ids)).values(etablissement_id=site.id, version=classe.version + 1)
        await session.execute(ecrit.execution_options(synchronize_session=False))
    await reprojeter_site(session, site, par=par)
