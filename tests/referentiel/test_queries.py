"""Searches and lists of the reference."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.core.texte import replier
from app.referentiel.chargement import charger
from app.referentiel.models import Etablissement, Nature, Praticien, Terrain
from app.referentiel.normalisation import cle_rpps
from app.referentiel.queries import (
    chercher_etablissements,
    chercher_terrains,
    commune_de,
    communes_par_code_postal,
    etablissement_de_finess,
    etablissements_de_siret,
    formations,
    motifs,
    praticien_actif,
    subdivisions,
    terrain_de_numero,
    terrains_de,
    types_etablissement,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

HAUTEPIERRE = "670783273"
MARTEL = cle_rpps("9970000001")
ETUDIANTE = cle_rpps("9970000002")
RETRAITEE = cle_rpps("9970000003")


@pytest.mark.parametrize(
    "texte",
    [
        "hautepierre strasbourg",
        "STRASBOURG Hautepierre",
        "Hôpital de Hautepierre, Strasbourg",
        "strasb hautepier hopital",
        "670783273",
        "67 078 327 3",
        "266 700 574 00095",
        "l'hôpital d'Hautepierre",
    ],
)
async def test_search_finds_words_in_any_order(session: AsyncSession, texte: str) -> None:
    await charger(session)
    trouves = await chercher_etablissements(session, texte)
    assert HAUTEPIERRE in [e.finess for e in trouves]


async def test_search_finds_nothing_else(session: AsyncSession) -> None:
    await charger(session)
    trouves = await chercher_etablissements(session, "hautepierre strasbourg")
    assert [e.raison_sociale for e in trouves] == ["CENTRE D'HEMODIALYSE HAUTEPIERRE AURAL", "HOPITAL DE HAUTEPIERRE"]
    assert await chercher_etablissements(session, "hautepierre nancy") == []


@pytest.mark.parametrize("texte", [None, "", "   ", "-'", "%", "_", "100%", "h_pital", "hopital%strasbourg", "\\", "/"])
async def test_search_takes_wildcards_as_data(session: AsyncSession, texte: str | None) -> None:
    await charger(session)
    assert await chercher_etablissements(session, "hopital strasbourg") != []
    assert await chercher_etablissements(session, texte) == []


async def test_search_finds_a_wildcard_that_is_there(session: AsyncSession) -> None:
    await charger(session)
    await session.execute(update(Etablissement).where(Etablissement.finess == HAUTEPIERRE).values(recherche="sos_100% main"))
    assert [e.finess for e in await chercher_etablissements(session, "s_1 100%")] == [HAUTEPIERRE]


async def test_search_is_limited_and_leaves_closed_sites_out(session: AsyncSession) -> None:
    await charger(session)
    assert len(await chercher_etablissements(session, "ch")) == 20
    assert len(await chercher_etablissements(session, "ch", limite=3)) == 3
    await session.execute(update(Etablissement).where(Etablissement.finess == HAUTEPIERRE).values(actif=False))
    assert await chercher_etablissements(session, HAUTEPIERRE) == []


async def test_sites_are_found_by_their_numbers(session: AsyncSession) -> None:
    await charger(session)
    trouve = await etablissement_de_finess(session, " 67 0783273")
    assert trouve is not None
    assert trouve.raison_sociale == "HOPITAL DE HAUTEPIERRE"
    assert [e.finess for e in await etablissements_de_siret(session, "266 700 574 00095")] == [HAUTEPIERRE]
    assert await etablissements_de_siret(session, None) == []


async def _terrain(session: AsyncSession, numero: int, libelle: str, *, rpps: str | None, actif: bool = True) -> None:
    site = await session.scalar(select(Etablissement.id).where(Etablissement.finess == HAUTEPIERRE))
    session.add(
        Terrain(
            numero=numero,
            libelle=libelle,
            etablissement_id=site,
            titulaire_rpps=rpps,
            actif=actif,
            recherche=replier(f"{numero} {libelle}"),
        )
    )
    await session.flush()


async def test_terrains_are_those_of_the_site(session: AsyncSession) -> None:
    await charger(session)
    await _terrain(session, 7, "Pédiatrie générale", rpps=MARTEL)
    await _terrain(session, 8, "Hématologie", rpps=None)
    await _terrain(session, 9, "Hématologie fermée", rpps=MARTEL, actif=False)
    site = (await chercher_etablissements(session, HAUTEPIERRE))[0].id
    assert [t.numero for t in await chercher_terrains(session, site)] == [7, 8]
    assert [t.numero for t in await chercher_terrains(session, site, "hemato")] == [8]
    assert [t.numero for t in await chercher_terrains(session, site, "générale PEDIATRIE")] == [7]
    assert [t.numero for t in await chercher_terrains(session, site, "%")] == []
    assert [t.numero for t in await chercher_terrains(session, site + 1)] == []
    assert [t.numero for t in await terrains_de(session, site, MARTEL)] == [7]
    assert await terrains_de(session, site + 1, MARTEL) == []


async def test_terrain_is_found_by_its_number(session: AsyncSession) -> None:
    await charger(session)
    await _terrain(session, 7, "Pédiatrie", rpps=None)
    trouve = await terrain_de_numero(session, 7)
    assert trouve is not None
    assert trouve.libelle == "Pédiatrie"
    assert await terrain_de_numero(session, 8) is None


def _praticien(rpps: str, *, categorie: str = "C", actif: bool = True) -> Praticien:
    return Praticien(
        rpps=rpps,
        nom="MARTEL",
        prenom="ZOE",
        profession="10",
        categorie=categorie,
        actif=actif,
        registre_date=date(2026, 11, 23),
        recherche="martel zoe",
    )


async def test_praticien_actif_is_no_student(session: AsyncSession) -> None:
    session.add_all([_praticien(MARTEL), _praticien(ETUDIANTE, categorie="E"), _praticien(RETRAITEE, actif=False)])
    await session.flush()
    trouve = await praticien_actif(session, f"8 {MARTEL}")
    assert trouve is not None
    assert trouve.rpps == MARTEL
    assert [await praticien_actif(session, r) for r in (ETUDIANTE, RETRAITEE, None, "", "%")] == [None] * 5


async def test_formations_come_in_reading_order(session: AsyncSession) -> None:
    await charger(session)
    toutes = await formations(session)
    assert len(toutes) == 113
    assert [f.code for f in toutes[:3]] == ["ALLERGO", "ACP", "AR"]
    natures = [f.nature for f in toutes]
    assert natures == [Nature.DES] * 49 + [Nature.OPTION] * 37 + [Nature.FST] * 27
    assert toutes[49].code == "OPT_DSM69"
    assert len(await formations(session, actives=False)) == 120


async def test_lists_ignore_accents_in_their_order(session: AsyncSession) -> None:
    await charger(session)
    noms = [s.libelle for s in await subdivisions(session)]
    assert len(noms) == 28
    assert noms[11:13] == ["Île-de-France", "Lille"]
    assert len(await types_etablissement(session)) == 32


async def test_motifs_are_those_of_the_context(session: AsyncSession) -> None:
    await charger(session)
    refus = await motifs(session, "REFUS_SCOLARITE")
    assert (len(refus), refus[0].libelle) == (8, "Agrément en cours")
    assert [m.libelle for m in await motifs(session, "RETRAIT")] == ["Retrait au titre d'une ou plusieurs phases"]
    assert await motifs(session, "INCONNU") == []


async def test_communes_are_those_of_the_postcode(session: AsyncSession) -> None:
    await charger(session)
    assert [c.nom for c in await communes_par_code_postal(session, " 67200 ")] == ["Strasbourg"]
    premieres = [c.nom for c in await communes_par_code_postal(session, "08090")][:6]
    assert premieres == ["Aiglemont", "Arreux", "Belval", "Cliron", "Damouzy", "Évigny"]
    assert [await communes_par_code_postal(session, cp) for cp in ("6720", "67", "%", "", None)] == [[]] * 5


async def test_commune_is_the_one_of_postcode_and_name(session: AsyncSession) -> None:
    await charger(session)
    trouvee = await commune_de(session, "88100", "ST DIE DES VOSGES CEDEX")
    assert trouvee is not None
    assert trouvee.nom == "Saint-Dié-des-Vosges"
    assert await commune_de(session, "88100", "Strasbourg") is None
