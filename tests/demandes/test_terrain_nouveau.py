"""A terrain that the RTS named and the Cockpit does not know: created from the dossier, once the others were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.demandes.models import Choix
from app.demandes.statuts import Validation
from app.referentiel.models import Terrain
from tests.demandes.outils import actes, arbre, lire, site, terrain, textes
from tests.demandes.test_rapprochement import HAUTEPIERRE, POURQUOI, blocs, page, poster

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene


def vus(vue: Any) -> str:
    """The terrains that the page has shown before it offers to create another."""
    return str(arbre(vue).xpath("//article[@id='bloc-terrain']//input[@name='vus']")[0].get("value"))


async def nouvelle(scene: Scene, **valeurs: Any) -> int:
    """Nadia names a unit that the Cockpit does not know, in a place that it knows."""
    lieu = await site(scene.monde, HAUTEPIERRE)
    valeurs = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id, "saisie_raison_sociale": ""} | valeurs
    return await scene.monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Unité d'allergologie", **valeurs)


async def test_a_terrain_that_is_new_takes_its_number_from_the_dossier(scene: Scene) -> None:
    numero, lieu = await nouvelle(scene), await site(scene.monde, HAUTEPIERRE)
    dit = textes(await page(scene, numero), "//small[@id='creer-terrain']")
    assert dit == ["« Unité d'allergologie » prend un numéro, et la demande lui est rattachée."]
    assert (await poster(scene, numero, "terrain", vus="")).status_code == 303
    d = await lire(scene.monde, numero)
    async with scene.monde.base() as session:
        cree = await session.get_one(Terrain, d.terrain_id)
    assert (cree.libelle, cree.etablissement_id, cree.titulaire_rpps, cree.actif) == (
        "Unité d'allergologie", lieu.id, scene.nadia.rpps, True,
    )  # fmt: skip
    assert (await blocs(scene, numero))[2] is Validation.NON_VALIDE  # what the Cockpit says comes from the demande itself
    assert textes(await page(scene, numero), POURQUOI.format("terrain")) == [
        "Pourquoi pas automatique : terrain rattaché par la scolarité."
    ]
    assert (await poster(scene, numero, "validations/terrain", acte="valider")).status_code == 303  # no reason is asked for
    assert (await poster(scene, numero, "terrain", vus="")).status_code == 403  # it has one
    assert [a.action for a in await actes(scene.monde, numero)][-2:] == ["rattacher", "valider_bloc"]


async def test_a_terrain_is_not_created_beside_one_that_nobody_has_looked_at(scene: Scene) -> None:
    numero, lieu = await nouvelle(scene), await site(scene.monde, HAUTEPIERRE)
    assert vus(await page(scene, numero)) == ""
    voisin = await terrain(scene.monde, 41, "Allergologie", lieu.id)  # by a colleague, meanwhile
    refusee = await poster(scene, numero, "terrain", vus="")
    assert refusee.status_code == 422
    assert textes(refusee, "//article[@id='bloc-terrain']//small[@class='erreur-champ']") == [
        "Un terrain que vous n'avez pas encore vu est ici : regardez-le avant d'en créer un autre."
    ]
    assert vus(refusee) == str(voisin)
    assert (await lire(scene.monde, numero)).terrain_id is None
    assert (await poster(scene, numero, "terrain", vus="9" * 5000)).status_code == 422
    assert (await poster(scene, numero, "terrain", vus=str(voisin))).status_code == 303
    assert (await lire(scene.monde, numero)).terrain_id not in {None, voisin}


async def test_a_surgery_is_a_terrain_of_its_own_and_elsewhere_the_establishment_comes_first(scene: Scene) -> None:
    adresse = {"saisie_adresse": "3 rue du Puits", "saisie_code_postal": "67000", "saisie_ville": "Strasbourg"}
    typee = await nouvelle(scene, choix=Choix.ABSENT, etablissement_id=None, saisie_raison_sociale="Clinique neuve", **adresse)
    assert "Créer ce terrain" not in (await page(scene, typee)).text
    assert (await poster(scene, typee, "terrain", vus="")).status_code == 403
    paul = await scene.monde.soumise(
        scene.nadia, scene.campagne, "GERIATRIE", choix=Choix.CABINET, etablissement_id=None, saisie_terrain="",
        saisie_raison_sociale="Cabinet Turckheim", **adresse,
    )  # fmt: skip
    assert (await poster(scene, paul, "terrain", vus="")).status_code == 303
    async with scene.monde.base() as session:
        cree = await session.get_one(Terrain, (await lire(scene.monde, paul)).terrain_id)
    assert (cree.libelle, cree.etablissement_id, cree.adresse, cree.ville) == (
        "Cabinet Turckheim", None, "3 rue du Puits", "Strasbourg",
    )  # fmt: skip
