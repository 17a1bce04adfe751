"""What the register knows enters the Cockpit when somebody needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.comptes.identites import IdentiteProuvee
from app.comptes.premiere_connexion import reconnaitre
from app.core.journal import Journal
from app.demandes.models import Choix, Demande
from app.referentiel.models import Etablissement, Origine, Praticien
from app.registres.adoption import adopter_praticien, adopter_site
from app.registres.queries import cabinets_de, chercher_sites
from tests.registres.outils import ACTIVITES, EXTRAIT, importer

if TYPE_CHECKING:
    from tests.support.application import Monde

CONVERT, FERME = "010780195", "010787190"
AISSATA, ANNE_LAURE = "99700900014", "99700900030"


@pytest.fixture
async def registres(sessions: Any) -> None:
    """Both registers, as their samples have them."""
    await importer(sessions, ACTIVITES)
    await importer(sessions, EXTRAIT)


@pytest.mark.usefixtures("registres")
async def test_search_finds_open_sites_that_the_cockpit_lacks(sessions: Any) -> None:
    async with sessions() as session:
        for texte in ("clinique convert", "Docteur CONVERT Bourg", CONVERT, "772 201 489 00022"):
            assert [s.finess for s in await chercher_sites(session, texte)] == [CONVERT]
        for texte in ("smur amberieu", FERME, "", "%", None):
            assert await chercher_sites(session, texte) == []
        await adopter_site(session, CONVERT, par=None)
        await session.commit()
        assert await chercher_sites(session, "clinique convert") == []


@pytest.mark.usefixtures("registres")
async def test_site_is_adopted_once_and_read_only(sessions: Any) -> None:
    async with sessions() as session:
        adoptes = [await adopter_site(session, CONVERT, par=None) for _ in range(2)]
        assert await adopter_site(session, FERME, par=None) is None
        assert await adopter_site(session, "670783274", par=None) is None
        await session.commit()
        site = (await session.scalars(select(Etablissement).where(Etablissement.finess == CONVERT))).one()
        actes = (await session.execute(select(func.count()).where(Journal.action == "adopter_etablissement"))).scalar_one()
    assert adoptes[0] is adoptes[1]
    assert (site.origine, site.registre, str(site.registre_date), site.type_code, actes) == (
        Origine.REGISTRE, "FINESS", "2026-03-09", "PRIVE", 1,
    )  # fmt: skip


@pytest.mark.usefixtures("registres")
async def test_practitioner_of_the_register_becomes_a_rts_at_his_first_login(sessions: Any) -> None:
    async with sessions() as session:
        personne = await reconnaitre(session, IdentiteProuvee("https://exemple.fr", "1", rpps=AISSATA))
        await session.commit()
        praticien = await session.get(Praticien, AISSATA)
        assert personne is not None
        assert praticien is not None
        assert (personne.nom_complet, praticien.savoir_faire, praticien.actif) == ("AÏSSATA AGRÉMONT", ["SM54"], True)


@pytest.mark.usefixtures("registres")
async def test_student_and_unknown_are_not_adopted(sessions: Any) -> None:
    texte = ACTIVITES.read_text("utf-8").splitlines()
    etudiante = next(x.split("|")[1] for x in texte if "|E|" in x)
    async with sessions() as session:
        assert await adopter_praticien(session, etudiante, par=None) is None
        assert await adopter_praticien(session, "99700999999", par=None) is None
        assert await reconnaitre(session, IdentiteProuvee("https://exemple.fr", "2", rpps=etudiante)) is None


@pytest.mark.usefixtures("registres")
async def test_rts_picks_a_site_of_the_register(monde: Monde) -> None:
    rts = await monde.personne("Anne Essai", rpps=AISSATA)
    poste, campagne = await monde.connecter(rts), await monde.campagne("GERIATRIE")
    numero = await monde.brouillon(rts, campagne, "GERIATRIE")
    page = (await poste.ouvrir(f"/demandes/{numero}/etablissements?q=clinique+convert")).text
    assert f'value="FINESS-{CONVERT}"' in page
    async with monde.base() as session:
        version = (await session.get_one(Demande, numero)).version
    for choisi, statut in ((f"FINESS-{FERME}", 422), ("FINESS-670783274", 422), (f"FINESS-{CONVERT}", 303)):
        reponse = await poste.poster(f"/demandes/{numero}/saisie", version=version, choix="REGISTRE", etablissement_id=choisi)
        assert reponse.status_code == statut
        async with monde.base() as session:
            version = (await session.get_one(Demande, numero)).version
    async with monde.base() as session:
        demande = await session.get_one(Demande, numero)
        site = await session.get_one(Etablissement, demande.etablissement_id)
    assert (demande.choix, site.finess, site.origine) == (Choix.REGISTRE, CONVERT, Origine.REGISTRE)


@pytest.mark.usefixtures("registres")
async def test_rts_takes_his_surgery_from_the_register(monde: Monde) -> None:
    rts = await monde.personne("Anne-Laure Échantillon", rpps=ANNE_LAURE)
    poste, campagne = await monde.connecter(rts), await monde.campagne("MG")
    numero = await monde.brouillon(rts, campagne, "MG", choix=Choix.CABINET, saisie_adresse="ailleurs")
    page = (await poste.ouvrir(f"/demandes/{numero}/saisie")).text
    assert "CABINET MME ÉCHANTILLON, 173 Rue DES ESSAIS, 34000, Montpellier" in page
    cle = page.partition('name="cabinet" value="')[2].partition('"')[0]
    async with monde.base() as session:
        version = (await session.get_one(Demande, numero)).version
        assert len(await cabinets_de(session, ANNE_LAURE)) == 1
    for proposee in ("0000", cle):
        await poste.poster(f"/demandes/{numero}/saisie", version=version, cabinet=proposee)
    async with monde.base() as session:
        d = await session.get_one(Demande, numero)
    assert (d.saisie_raison_sociale, d.saisie_adresse, d.saisie_code_postal, d.saisie_ville) == (
        "CABINET MME ÉCHANTILLON", "173 Rue DES ESSAIS", "34000", "Montpellier",
    )  # fmt: skip
