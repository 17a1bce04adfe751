"""Terrains and local établissements: numbered once, journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.errors import Erreur
from app.core.journal import Journal
from app.referentiel.chargement import charger
from app.referentiel.models import Etablissement, Origine, Terrain
from app.referentiel.queries import chercher_etablissements, chercher_terrains
from app.referentiel.service import creer_etablissement_local, creer_terrain, departement_de

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

SNCF = "95407682400018"


async def _site(session: AsyncSession) -> int:
    await charger(session)
    return (await chercher_etablissements(session, "hopital de hautepierre"))[0].id


async def _actes(session: AsyncSession) -> list[Journal]:
    return list(await session.scalars(select(Journal).order_by(Journal.id)))


async def test_terrain_takes_the_next_number(session: AsyncSession) -> None:
    site = await _site(session)
    numeros = [(await creer_terrain(session, libelle=nom, etablissement_id=site, par=None)).numero for nom in ("A", "B")]
    assert numeros == [1, 2]
    session.add(Terrain(numero=41, libelle="Repris", recherche="repris"))
    assert (await creer_terrain(session, libelle="C", etablissement_id=None, par=None)).numero == 42


async def test_terrain_is_found_and_journalled(session: AsyncSession) -> None:
    site = await _site(session)
    terrain = await creer_terrain(session, libelle="Pédiatrie", etablissement_id=site, ville="Strasbourg", par=None)
    assert terrain.recherche == f"{terrain.numero} pediatrie strasbourg"
    assert await chercher_terrains(session, site, "pediatrie") == [terrain]
    (acte,) = await _actes(session)
    assert (acte.action, acte.sujet, acte.sujet_id) == ("creer_terrain", "terrain", terrain.id)
    assert acte.apres == {
        "numero": terrain.numero,
        "libelle": "Pédiatrie",
        "etablissement_id": site,
        "titulaire_rpps": None,
        "adresse": "",
        "code_postal": "",
        "ville": "Strasbourg",
    }


async def _creer_local(session: AsyncSession, *, siret: str | None, code_postal: str, ville: str) -> Etablissement:
    return await creer_etablissement_local(
        session,
        siret=siret,
        raison_sociale="SNCF Optim'Services",
        adresse="2 bis rue Kuhn",
        code_postal=code_postal,
        ville=ville,
        type_code="SPST",
        par=None,
    )


async def test_local_etablissement_gets_its_commune(session: AsyncSession) -> None:
    await charger(session)
    local = await _creer_local(session, siret="954 076 824 00018", code_postal="67000", ville="STRASBOURG")
    assert (local.siret, local.finess, local.origine) == (SNCF, None, Origine.LOCAL)
    assert (local.code_insee, local.departement) == ("67482", "67")
    assert await chercher_etablissements(session, "sncf strasbourg") == [local]
    (acte,) = await _actes(session)
    assert (acte.action, acte.sujet, acte.sujet_id) == ("creer_etablissement", "etablissement", local.id)
    assert acte.apres is not None
    assert (acte.apres["siret"], acte.apres["code_insee"]) == (SNCF, "67482")


async def test_local_etablissement_outside_the_commune_table_keeps_its_department(session: AsyncSession) -> None:
    await charger(session)
    local = await _creer_local(session, siret=None, code_postal="20090", ville="Ajaccio")
    assert (local.siret, local.code_insee, local.departement) == (None, "", "2A")


async def test_local_etablissement_with_a_wrong_siret_is_refused(session: AsyncSession) -> None:
    await charger(session)
    with pytest.raises(Erreur, match="SIRET"):
        await _creer_local(session, siret="95407682400019", code_postal="67000", ville="Strasbourg")
    assert await chercher_etablissements(session, "sncf") == []


@pytest.mark.parametrize(
    ("code_postal", "departement"),
    [("67000", "67"), ("01000", "01"), ("20167", "2A"), ("20200", "2B"), ("97400", "974"), ("98800", "988"), ("", "")],
)
def test_departement_is_read_from_the_postcode(code_postal: str, departement: str) -> None:
    assert departement_de(code_postal) == departement
