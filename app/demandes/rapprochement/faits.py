"""What the three sides say of a dossier, read in a number of statements that depends on nothing but its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.agrements.models import TypeAgrement
from app.campagnes.models import Campagne
from app.comptes.models import Personne
from app.core.templating import aujourdhui
from app.demandes.models import Choix, Demande, Ligne
from app.referentiel import queries as referentiel
from app.referentiel.models import Etablissement, Formation, Praticien, Terrain, TypeEtablissement
from app.referentiel.normalisation import siret_valide
from app.registres import queries as au_registre
from app.registres.models import CodeRegistre, Registre

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(slots=True)
class Faits:
    """Rows of the tables, or what has their columns. `registres`: those that were imported; the Cockpit stands for others.

    `lieux` are the records of the Cockpit that match; `insee` is the commune of an address that was typed.
    """

    demande: Any
    principal: bool
    formation: Any
    voie_bloquante: bool
    jour: date
    tete: Any = None
    praticien: Any = None
    personne: Any = None
    registres: dict[CodeRegistre, Any] = field(default_factory=dict)
    au_rpps: Any = None
    activites: list[Any] = field(default_factory=list)
    lieux: list[Any] = field(default_factory=list)
    site: Any = None
    insee: str = ""
    terrain: Any = None
    titulaire: Any = None
    types: dict[str, str] = field(default_factory=dict)

    @property
    def choisi(self) -> bool:
        """Whether the RTS picked the site in the register."""
        return bool(self.demande.choix is Choix.REGISTRE)

    @property
    def rattache(self) -> bool:
        """Whether the scolarité linked a record to what the RTS typed."""
        return not self.choisi and self.demande.etablissement_id is not None

    @property
    def lieu(self) -> Any:
        """The one record that matches."""
        return self.lieux[0] if len(self.lieux) == 1 else None


async def lire_faits(session: AsyncSession, demande: Demande) -> Faits:
    """Everything that the comparison looks at."""
    tete = (await session.scalars(select(Ligne).where(Ligne.demande_id == demande.id, Ligne.rang == 0))).one()
    formation = await session.get_one(Formation, tete.formation)
    campagne = await session.get_one(Campagne, demande.campagne_id)
    f = Faits(demande, tete.type is TypeAgrement.PRINCIPAL, formation, campagne.voie_bloquante, aujourdhui(), tete)
    f.registres = {r.code: r for r in await session.scalars(select(Registre))}
    f.praticien = await session.get(Praticien, demande.rpps)
    f.personne = (await session.scalars(select(Personne).where(Personne.rpps == demande.rpps))).first()
    if CodeRegistre.RPPS in f.registres:
        f.au_rpps = await au_registre.praticien_du_registre(session, demande.rpps)
        if demande.choix is Choix.CABINET:
            f.activites = await au_registre.activites_de(session, demande.rpps)
    await _lieux(session, f)
    await _terrain(session, f)
    return f


async def _lieux(session: AsyncSession, f: Faits) -> None:
    demande: Demande = f.demande
    if demande.etablissement_id is not None:
        f.lieux = [await session.get_one(Etablissement, demande.etablissement_id)]
    elif siret_valide(demande.saisie_siret):
        f.lieux = list(await referentiel.etablissements_de_siret(session, demande.saisie_siret))
    if not f.choisi:
        commune = await referentiel.commune_de(session, demande.saisie_code_postal, demande.saisie_ville)
        f.insee = commune.code if commune else ""
    if f.lieu and f.lieu.finess and CodeRegistre.FINESS in f.registres:
        f.site = await au_registre.site_du_registre(session, f.lieu.finess)
    if f.lieux:
        f.types = {t.code: t.libelle for t in await session.scalars(select(TypeEtablissement))}


async def _terrain(session: AsyncSession, f: Faits) -> None:
    if f.demande.terrain_id is None:
        return
    f.terrain = await session.get_one(Terrain, f.demande.terrain_id)
    if f.terrain.titulaire_rpps and f.terrain.titulaire_rpps != f.demande.rpps:
        f.titulaire = await session.get(Praticien, f.terrain.titulaire_rpps)
