"""The carried data and its loading."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from app.core.db import Base
from app.referentiel.chargement import SOURCES, charger, lire
from app.referentiel.models import Commune, Etablissement, Formation, Motif, Nature, Origine

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

NOMBRES = {
    "subdivision": 28,
    "formation": 120,
    "motif": 43,
    "type_etablissement": 32,
    "type_piece": 17,
    "commune": 5115,
    "etablissement": 338,
}
CONTEXTES = {
    "INCOMPLET": 13,
    "REFUS_SCOLARITE": 8,
    "DEFAVORABLE": 12,
    "RECOMMANDATION": 5,
    "SUSPENSION": 2,
    "RETRAIT": 1,
    "CADUCITE": 2,
}


async def _contenu(session: AsyncSession) -> dict[str, list[tuple[object, ...]]]:
    contenu = {}
    for modele, _, _, _ in SOURCES:
        table = Base.metadata.tables[modele.__tablename__]
        lignes = await session.execute(select(table).order_by(*table.primary_key.columns))
        contenu[table.name] = [tuple(ligne) for ligne in lignes]
    return contenu


async def test_charger_twice_changes_nothing(session: AsyncSession) -> None:
    assert await charger(session) == NOMBRES
    contenu = await _contenu(session)
    assert {table: len(lignes) for table, lignes in contenu.items()} == NOMBRES
    assert await charger(session) == NOMBRES
    assert await _contenu(session) == contenu


async def test_charger_repairs_and_keeps_the_rest(session: AsyncSession) -> None:
    await charger(session)
    local = Etablissement(
        raison_sociale="Cabinet Essai",
        type_code="PRATICIEN",
        adresse="1 rue Neuve",
        code_postal="67000",
        ville="Strasbourg",
        code_insee="67482",
        departement="67",
        origine=Origine.LOCAL,
        recherche="cabinet essai",
    )
    session.add(local)
    await session.flush()
    await session.execute(update(Formation).where(Formation.code == "HGE").values(libelle="Autre"))
    await charger(session)
    assert await session.scalar(select(Formation.libelle).where(Formation.code == "HGE")) == "Hépato-gastro-entérologie"
    assert await session.scalar(select(func.count()).select_from(Etablissement)) == 339


async def test_charger_leaves_the_commit_to_its_caller(session: AsyncSession) -> None:
    await session.execute(delete(Commune))
    await session.commit()
    await charger(session)
    await session.rollback()
    assert await session.scalar(select(func.count()).select_from(Commune)) == 0


async def test_formations_carry_their_qualifications(session: AsyncSession) -> None:
    await charger(session)
    par_code = {f.code: f for f in await session.scalars(select(Formation))}
    natures = {nature: sum(f.nature is nature for f in par_code.values()) for nature in Nature}
    assert natures == {Nature.DES: 53, Nature.OPTION: 40, Nature.FST: 27}
    assert par_code["ACP"].libelle == "Anatomie et cytologie pathologiques"
    assert par_code["MG"].savoir_faire == ["SM54", "SM53", "SM26"]
    assert par_code["CARDIO"].savoir_faire == ["SM73", "SM04", "SM79", "SM80", "SM81"]
    assert (par_code["OPT_DSM69"].des_code, par_code["OPT_DSM69"].savoir_faire) == ("AR", ["SM76"])
    assert par_code["FST27"].filiere == "pharmacie"
    inactives = {code for code, f in par_code.items() if not f.actif}
    assert inactives == {
        "PH_IPR",
        "PH_PHPR",
        "PH_PIBM",
        "PH_PHARMACIE",
        "OPT_PSY_PERINATALE",
        "OPT_HGE_ENDOSCOPIE",
        "OPT_HGE_PROCTOLOGIE",
    }


async def test_every_medical_des_has_a_qualification(session: AsyncSession) -> None:
    await charger(session)
    filtres = [Formation.nature == Nature.DES, Formation.filiere == "medecine"]
    des = list(await session.scalars(select(Formation).where(*filtres)))
    assert len(des) == 44
    assert [f.code for f in des if not f.savoir_faire] == []


async def test_motifs_are_sorted_by_context(session: AsyncSession) -> None:
    await charger(session)
    lignes = await session.execute(select(Motif.contexte, func.count()).group_by(Motif.contexte))
    assert dict([tuple(x) for x in lignes]) == CONTEXTES


async def test_a_site_that_was_read_in_a_newer_register_is_left_as_it_is(session: AsyncSession) -> None:
    recente = {"raison_sociale": "HAUTEPIERRE 2", "registre_date": date(2026, 11, 1)}
    la = Etablissement.finess == "670783273"
    await session.execute(update(Etablissement).where(la).values(**recente))
    await charger(session)
    assert (await session.execute(select(Etablissement.raison_sociale, Etablissement.registre_date).where(la))).one() == (
        "HAUTEPIERRE 2", date(2026, 11, 1),
    )  # fmt: skip


async def test_register_sites_say_where_they_come_from(session: AsyncSession) -> None:
    await session.execute(update(Etablissement).values(registre_date=date(2020, 1, 1)))
    await charger(session)
    hautepierre = (await session.scalars(select(Etablissement).where(Etablissement.finess == "670783273"))).one()
    assert hautepierre.registre_date is not None
    assert (hautepierre.raison_sociale, hautepierre.adresse, hautepierre.ville, hautepierre.type_code) == (
        "HOPITAL DE HAUTEPIERRE",
        "1 AV MOLIERE",
        "Strasbourg",
        "CHU",
    )
    assert (hautepierre.registre, hautepierre.registre_date.isoformat()) == ("FINESS (SAE 2023)", "2023-12-31")
    assert hautepierre.recherche == "hopital de hautepierre strasbourg 670783273 26670057400095"
    assert hautepierre.origine is Origine.REGISTRE


def test_files_point_to_each_other() -> None:
    types = {ligne["code"] for ligne in lire("types_etablissement.csv")}
    communes = {ligne["code"] for ligne in lire("communes.csv")}
    des = {ligne["code"] for ligne in lire("formations.csv") if ligne["nature"] == "DES"}
    sites = lire("etablissements.csv")
    assert {site["type_code"] for site in sites} <= types
    assert {site["code_insee"] for site in sites} <= communes
    assert {ligne["des_code"] for ligne in lire("formations.csv") if ligne["nature"] == "OPTION"} <= des


def test_files_fit_their_columns() -> None:
    for modele, fichier, cle, traduire in SOURCES:
        table = Base.metadata.tables[modele.__tablename__]
        lignes = [traduire(brute) for brute in lire(fichier)]
        assert len({ligne[cle] for ligne in lignes}) == len(lignes)
        for colonne in table.columns:
            longueur = getattr(colonne.type, "length", None)
            assert [ligne for ligne in lignes if longueur and len(str(ligne.get(colonne.name, ""))) > longueur] == []


def test_labels_of_types_are_distinct() -> None:
    types = [ligne["libelle"] for ligne in lire("types_etablissement.csv")]
    assert len(set(types)) == len(types)
