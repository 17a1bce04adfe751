"""Registers that have moved since the demonstration's records were read: a few of them, told as tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from app.agrements.models import Agrement, StatutAgrement
from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.demandes.models import Demande
from app.demandes.statuts import Statut
from app.referentiel.models import Etablissement, Origine, Praticien, Terrain
from app.registres.models import (
    CodeRegistre,
    EtatImport,
    EvenementRegistre,
    GenreEvenement,
    ImportRegistre,
    Registre,
    RegistrePraticien,
    RegistreSite,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

SUBDIVISION: Final = "STRASBOURG"
_DU_SITE: Final = ("finess", "siret", "raison_sociale", "type_code", "adresse", "code_postal", "ville", "code_insee",
                   "departement", "recherche")  # fmt: skip
_DU_PRATICIEN: Final = ("rpps", "nom", "prenom", "profession", "categorie", "savoir_faire")


async def charger_evenements(session: AsyncSession) -> None:
    """One departure, one closure, one new name, one new address; nothing where a register was imported already."""
    if (await session.scalars(select(Registre).limit(1))).first() is not None:
        return
    sites = await _sites(session)
    parti = await _titulaire(session)
    if len(sites) < 3 or parti is None:
        return
    lu = await _import(session)
    renomme, demenage, ferme = sites[:3]
    ecarts: dict[int, dict[str, Any]] = {
        renomme.id: {"raison_sociale": f"{renomme.raison_sociale[:160]} - SITE RENOMME"},
        demenage.id: {"adresse": "12 RUE DES TROIS EPIS"},
        ferme.id: {"ouvert": False, "ferme_le": aujourdhui() - timedelta(days=40)},
    }
    await _generation(session, ecarts, parti)
    genres = (GenreEvenement.RENOMMAGE, GenreEvenement.DEMENAGEMENT, GenreEvenement.FERMETURE)
    for site, genre in zip((renomme, demenage, ferme), genres, strict=True):
        dits = {c: v for c, v in ecarts[site.id].items() if isinstance(v, str)}
        avant = {c: getattr(site, c) for c in dits}
        _evenement(session, lu, genre, etablissement_id=site.id, avant=avant, apres=dits)
    _evenement(session, lu, GenreEvenement.DEPART, rpps=parti, avant={}, apres={})


async def _sites(session: AsyncSession) -> list[Etablissement]:
    """The register's sites where most happens, the largest aside."""
    requete = (
        select(Etablissement)
        .join(Terrain, Terrain.etablissement_id == Etablissement.id)
        .join(Agrement, Agrement.terrain_id == Terrain.id)
        .where(Etablissement.origine == Origine.REGISTRE, Agrement.subdivision == SUBDIVISION)
        .where(Agrement.statut == StatutAgrement.ACTIF, Etablissement.type_code != "CHU")
        .group_by(Etablissement.id)
        .order_by(Etablissement.id)
    )
    return list(await session.scalars(requete))


async def _titulaire(session: AsyncSession) -> str | None:
    """A holder of an agrément in force who files nothing this year."""
    deposants = select(Demande.rpps).where(Demande.statut.in_((Statut.EN_SAISIE, Statut.EN_VALIDATION, Statut.VALIDE_ADMIN)))
    requete = select(Agrement.rpps).join(Praticien, Praticien.rpps == Agrement.rpps)
    requete = requete.where(Agrement.subdivision == SUBDIVISION, Agrement.statut == StatutAgrement.ACTIF)
    return (await session.scalars(requete.where(Agrement.rpps.not_in(deposants)).order_by(Agrement.id))).first()


async def _import(session: AsyncSession) -> ImportRegistre:
    lu = ImportRegistre(registre=CodeRegistre.FINESS, generation=1, fichier="demonstration", date_registre=aujourdhui(),
                        etat=EtatImport.FAIT, rapport={}, commence_le=maintenant(), fini_le=maintenant())  # fmt: skip
    session.add(lu)
    for code in CodeRegistre:
        session.add(Registre(code=code, generation=1, date_registre=aujourdhui(), lu_le=maintenant()))
    await session.flush()
    return lu


async def _generation(session: AsyncSession, ecarts: dict[int, dict[str, Any]], parti: str) -> None:
    """The registers as the Cockpit knows them, but for what changed."""
    sites = await session.scalars(select(Etablissement).where(Etablissement.origine == Origine.REGISTRE))
    rangees = [
        {c: getattr(s, c) for c in _DU_SITE}
        | {"finess_ej": s.finess_ej or "", "ouvert": s.actif, "ferme_le": None, "generation": 1, "empreinte": 0}
        | ecarts.get(s.id, {})
        for s in sites
    ]
    await session.execute(insert(RegistreSite), rangees)
    praticiens = await session.scalars(select(Praticien).where(Praticien.rpps != parti))
    lus = [{c: getattr(p, c) for c in _DU_PRATICIEN} | {"generation": 1, "empreinte": 0} for p in praticiens]
    await session.execute(insert(RegistrePraticien), lus)


def _evenement(session: AsyncSession, lu: ImportRegistre, genre: GenreEvenement, **valeurs: Any) -> None:
    session.add(EvenementRegistre(import_id=lu.id, genre=genre, quand=maintenant(), **valeurs))
