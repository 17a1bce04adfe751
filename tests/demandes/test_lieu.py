"""Where the terrain is: found in the register, one's own surgery, or absent from the register; a terrain picked or named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.demandes.models import Choix
from app.demandes.statuts import Validation
from tests.demandes.outils import arbre, lire, saisie_de, site, terrain, textes

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene

HAUTEPIERRE, SAINTE_ODILE = "670783273", "670780386"


async def test_an_establishment_is_found_by_name_town_finess_or_siret(scene: Scene) -> None:
    nadia = await scene.monde.connecter(scene.nadia)
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")

    async def trouver(q: str) -> list[str]:
        reponse = await nadia.http.get(
            f"/demandes/{numero}/etablissements", params={"q": q}, headers={"hx-request": "true", "hx-request-type": "partial"}
        )
        assert (reponse.status_code, arbre(reponse).get("id")) == (200, "resultats")
        return textes(reponse, "//label//strong")

    assert await trouver("hôpital de HAUTEPIERRE") == ["HOPITAL DE HAUTEPIERRE"]
    assert await trouver("hautepierre strasbourg molière") == []  # the address is not searched
    assert "CLINIQUE SAINTE-ODILE" in await trouver("haguenau")
    assert await trouver("sainte odile haguenau") == ["CLINIQUE SAINTE-ODILE"]
    assert await trouver(HAUTEPIERRE) == ["HOPITAL DE HAUTEPIERRE"]
    assert await trouver("26670057400095") == ["HOPITAL DE HAUTEPIERRE"]
    assert await trouver("%") == []
    assert await trouver("   ") == []
    vide = await nadia.ouvrir(f"/demandes/{numero}/etablissements?q=zzz")  # without JavaScript: the whole page
    assert "Aucun établissement ne répond à « zzz »" in vide.text
    assert arbre(vide).xpath("//input[@id='q']/@value") == ["zzz"]


async def test_without_javascript_the_search_keeps_the_draft_and_comes_back_to_its_field(scene: Scene) -> None:
    nadia = await scene.monde.connecter(scene.nadia)
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    saisie = await saisie_de(nadia, numero)
    reponse = await nadia.poster(
        f"/demandes/{numero}/saisie", **saisie | {"projet": "Tapé avant de chercher", "q": "sainte odile", "chercher": "1"}
    )
    assert reponse.headers["location"].split("?q=")[0] == f"/demandes/{numero}/etablissements"
    assert (await lire(scene.monde, numero)).projet == "Tapé avant de chercher"


async def test_a_place_of_the_register_and_its_terrain_are_validated_by_themselves(scene: Scene) -> None:
    """AUTO (domain §4.3): picked, so equal; RPPS, name and first name equal to the register."""
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    lieu = await site(monde, HAUTEPIERRE)
    unite = await terrain(monde, 41, "Unité d'allergologie", lieu.id, scene.nadia.rpps)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="")
    saisie = await saisie_de(nadia, numero)
    choisi = await nadia.poster(
        f"/demandes/{numero}/saisie", htmx=True, **saisie | {"choix": "REGISTRE", "etablissement_id": str(lieu.id)}
    )
    assert "n° 41 — Unité d'allergologie (le vôtre)" in textes(choisi, "//select[@id='terrain']/option")
    saisie = await saisie_de(nadia, numero)
    fait = await nadia.poster(f"/demandes/{numero}/soumission", **saisie | {"terrain": str(unite)})
    assert fait.status_code == 303
    demande = await lire(monde, numero)
    assert (demande.etablissement_id, demande.terrain_id, demande.saisie_raison_sociale) == (lieu.id, unite, "")
    assert [demande.validation_rts, demande.validation_etablissement, demande.validation_terrain] == [Validation.AUTO] * 3
    ligne = await monde.ligne(numero)
    assert (ligne.etablissement, ligne.ville, ligne.type_etablissement, ligne.terrain) == (
        "HOPITAL DE HAUTEPIERRE", "Strasbourg", "CHU", "Unité d'allergologie",
    )  # fmt: skip


ABSENT: dict[str, Any] = {
    "choix": Choix.ABSENT, "saisie_siret": "", "saisie_raison_sociale": "", "saisie_adresse": "", "saisie_code_postal": "",
    "saisie_ville": "",
}  # fmt: skip
ENDOSAV = {
    "saisie_siret": "43012923900017", "saisie_raison_sociale": "Endosav.", "saisie_adresse": "4 quai du Canal",
    "saisie_code_postal": "67700",
    "saisie_ville": "saverne",
}  # fmt: skip


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_an_establishment_absent_from_the_register_is_named_by_siret_or_by_name_and_address(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    cas: list[tuple[dict[str, Any], list[str] | Validation]] = [
        ({}, [
            "Indiquez le nom de l'établissement (ou son SIRET).", "Indiquez l'adresse.", "Indiquez le code postal.",
            "Indiquez la ville.",
        ]),
        ({"saisie_siret": "43012923900018"}, ["Ce SIRET n'est pas valide : vérifiez ses 14 chiffres, ou effacez-le."]),
        ({"saisie_siret": "4301292390"}, ["Ce SIRET n'est pas valide : vérifiez ses 14 chiffres, ou effacez-le."]),
        ({"saisie_siret": "430 129 239 00017"}, Validation.NON_VALIDE),  # known, but nothing else compares
        ({"saisie_raison_sociale": "Hameau", "saisie_adresse": "1 rue Neuve", "saisie_code_postal": "6700", "saisie_ville": "X"},
         ["Un code postal compte cinq chiffres."]),
        ({"saisie_raison_sociale": "Hameau", "saisie_adresse": "1 rue Neuve", "saisie_code_postal": "67000", "saisie_ville": "X"},
         Validation.NON_VALIDE),
        (ENDOSAV, Validation.AUTO),
        (ENDOSAV | {"saisie_raison_sociale": "Endosav Plus"}, Validation.NON_VALIDE),
        (ENDOSAV | {"saisie_ville": "Saint-Jean-Saverne"}, Validation.NON_VALIDE),
    ]  # fmt: skip
    for n, (lieu, attendu) in enumerate(cas):
        numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", **ABSENT, saisie_terrain=f"Terrain {n}")
        saisie = await saisie_de(nadia, numero)
        reponse = await nadia.poster(f"/demandes/{numero}/soumission", **saisie | lieu)
        if isinstance(attendu, Validation):
            assert (lieu, reponse.status_code) == (lieu, 303)
            assert (lieu, (await lire(monde, numero)).validation_etablissement) == (lieu, attendu)
        else:
            assert (lieu, reponse.status_code) == (lieu, 422)
            assert textes(reponse, "//section[@role='alert']//li") == attendu


async def test_one_s_own_surgery_has_an_address_and_is_looked_at_by_people(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", **ABSENT)
    # A SIRET typed before the choice, which the form no longer shows, neither blocks nor is submitted.
    saisie = await saisie_de(nadia, numero) | {"choix": "CABINET", "saisie_siret": "123", "justification": "Ancienne"}
    sans = await nadia.poster(f"/demandes/{numero}/soumission", **saisie)
    assert textes(sans, "//section[@role='alert']//li") == [
        "Indiquez l'adresse.", "Indiquez le code postal.", "Indiquez la ville.",
    ]  # fmt: skip
    saisie = await saisie_de(nadia, numero)
    assert (saisie["choix"], saisie["saisie_raison_sociale"]) == ("CABINET", "Cabinet Turckheim")
    adresse = {"saisie_adresse": "3 quai des Bateliers", "saisie_code_postal": "67000", "saisie_ville": "Strasbourg"}
    assert (await nadia.poster(f"/demandes/{numero}/soumission", **saisie | adresse)).status_code == 303
    demande, ligne = await lire(monde, numero), await monde.ligne(numero)
    assert (demande.saisie_siret, demande.justification) == ("", "")
    assert (demande.validation_rts, demande.validation_etablissement, demande.validation_terrain) == (
        Validation.AUTO, Validation.NON_VALIDE, Validation.NON_VALIDE,
    )  # fmt: skip
    assert (ligne.type_etablissement, ligne.etablissement, ligne.ville) == ("PRATICIEN", "Cabinet Turckheim", "Strasbourg")


async def test_only_the_terrains_that_are_proposed_may_be_picked(scene: Scene) -> None:
    """Neither another establishment's, nor another practitioner's surgery, nor one that is closed."""
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    hautepierre, odile = await site(monde, HAUTEPIERRE), await site(monde, SAINTE_ODILE)
    la_bas, sien = await terrain(monde, 41, "Là-bas", odile.id), await terrain(monde, 42, "Mon cabinet", None, scene.nadia.rpps)
    d_omar = await terrain(monde, 43, "Cabinet d'Omar", None, scene.omar.rpps)
    numero = await monde.brouillon(
        scene.nadia, scene.campagne, "ALLERGO", choix=Choix.REGISTRE, etablissement_id=hautepierre.id
    )
    for choix, etablissement, picked, attendu in (
        ("REGISTRE", hautepierre.id, la_bas, (422, None)),
        ("REGISTRE", hautepierre.id, sien, (422, None)),
        ("CABINET", "", la_bas, (422, None)),
        ("CABINET", "", d_omar, (422, None)),
        ("CABINET", "", sien, (200, sien)),
        ("REGISTRE", odile.id, la_bas, (200, la_bas)),
        ("REGISTRE", hautepierre.id, la_bas, (200, None)),  # the place changes under its terrain, which goes with it
    ):
        saisie = await saisie_de(nadia, numero) | {
            "choix": choix,
            "etablissement_id": str(etablissement),
            "terrain": str(picked),
        }
        reponse = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **saisie)
        cas = (choix, etablissement, picked)
        assert (cas, reponse.status_code, (await lire(monde, numero)).terrain_id) == (cas, *attendu)
