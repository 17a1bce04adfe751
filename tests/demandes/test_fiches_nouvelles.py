"""A terrain or a place that the RTS named and no record is: created from the dossier, once those that are there were seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from app.core.roles import Role
from app.demandes.models import Choix
from app.demandes.statuts import Validation
from app.referentiel.models import Etablissement, Origine, Terrain
from tests.demandes.outils import actes, arbre, etat, lire, site, terrain, textes
from tests.demandes.test_rapprochement import HAUTEPIERRE, blocs, page, poster
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene


SIRET = "13001533200013"
ADRESSE = {"saisie_adresse": "3 rue du Puits", "saisie_code_postal": "67000", "saisie_ville": "Strasbourg"}
ALERTE = "//main//div[@role='alert']/p"
ERREUR = "//article[@id='bloc-{}']//small[@class='erreur-champ']"


def vus(vue: Any, bloc: str = "terrain") -> str:
    """The records that the page has shown before it offers to create another."""
    return str(arbre(vue).xpath(f"//article[@id='bloc-{bloc}']//input[@name='vus']")[0].get("value"))


async def nouvelle(scene: Scene, *, rts: Any = None, formation: str = "ALLERGO", **valeurs: Any) -> int:
    """Nadia, or *rts*, names a unit that the Cockpit does not know, in a place that it knows."""
    lieu = await site(scene.monde, HAUTEPIERRE)
    valeurs = {
        "choix": Choix.REGISTRE, "etablissement_id": lieu.id, "saisie_raison_sociale": "", "saisie_terrain": "Unité d'allergologie",
    } | valeurs  # fmt: skip
    return await scene.monde.soumise(rts or scene.nadia, scene.campagne, formation, **valeurs)


async def test_a_terrain_that_is_new_takes_its_number_from_the_dossier(scene: Scene) -> None:
    numero, lieu = await nouvelle(scene), await site(scene.monde, HAUTEPIERRE)
    dit = textes(await page(scene, numero), "//small[@id='creer-terrain']")
    assert dit == [
        "« Unité d'allergologie » prend un numéro ; la demande lui est rattachée et le terrain est validé manuellement."
    ]
    assert (await poster(scene, numero, "terrain", vus="")).status_code == 303
    d = await lire(scene.monde, numero)
    async with scene.monde.base() as session:
        cree = await session.get_one(Terrain, d.terrain_id)
    assert (cree.libelle, cree.etablissement_id, cree.titulaire_rpps, cree.actif) == (
        "Unité d'allergologie", lieu.id, scene.nadia.rpps, True,
    )  # fmt: skip
    assert (await blocs(scene, numero))[2] is Validation.MANUEL  # what the Cockpit says comes from the demande itself
    assert (await poster(scene, numero, "terrain", vus="")).status_code == 403  # it has one
    assert [a.action for a in await actes(scene.monde, numero)][-2:] == ["rattacher", "valider_bloc"]


async def test_a_terrain_is_not_created_beside_one_that_nobody_has_looked_at(scene: Scene) -> None:
    numero, lieu = await nouvelle(scene), await site(scene.monde, HAUTEPIERRE)
    assert vus(await page(scene, numero)) == ""
    voisin = await terrain(scene.monde, 41, "Allergologie", lieu.id)  # by a colleague, meanwhile
    refusee = await poster(scene, numero, "terrain", vus="")
    assert (refusee.status_code, textes(refusee, ALERTE)) == (
        409, ["Un terrain que vous n'avez pas encore vu est ici : regardez-le avant d'en créer un autre."],
    )  # fmt: skip
    assert vus(refusee) == str(voisin)
    assert (await lire(scene.monde, numero)).terrain_id is None
    assert (await poster(scene, numero, "terrain", vus="9" * 5000)).status_code == 409
    assert (await poster(scene, numero, "terrain", vus=str(voisin))).status_code == 303
    assert (await lire(scene.monde, numero)).terrain_id not in {None, voisin}


async def test_a_surgery_is_a_terrain_of_its_own_and_elsewhere_the_establishment_comes_first(scene: Scene) -> None:
    typee = await nouvelle(scene, choix=Choix.ABSENT, etablissement_id=None, saisie_raison_sociale="Clinique neuve", **ADRESSE)
    assert "Créer ce terrain" not in (await page(scene, typee)).text
    assert (await poster(scene, typee, "terrain", vus="")).status_code == 403
    paul = await scene.monde.soumise(
        scene.nadia, scene.campagne, "GERIATRIE", choix=Choix.CABINET, etablissement_id=None, saisie_terrain="",
        saisie_raison_sociale="Cabinet Turckheim", **ADRESSE,
    )  # fmt: skip
    assert (await poster(scene, paul, "terrain", vus="")).status_code == 303
    async with scene.monde.base() as session:
        cree = await session.get_one(Terrain, (await lire(scene.monde, paul)).terrain_id)
    assert (cree.libelle, cree.etablissement_id, cree.adresse, cree.ville) == (
        "Cabinet Turckheim", None, "3 rue du Puits", "Strasbourg",
    )  # fmt: skip


async def absente(scene: Scene, **valeurs: Any) -> int:
    """Nadia works in a company that no register of places has."""
    valeurs = {"saisie_siret": SIRET, "saisie_raison_sociale": "Brasserie du Puits", **ADRESSE} | valeurs
    return await nouvelle(scene, choix=Choix.ABSENT, etablissement_id=None, **valeurs)


async def test_a_place_that_no_register_has_becomes_a_local_record_and_its_terrain_follows(scene: Scene) -> None:
    numero = await absente(scene)
    vue = await page(scene, numero)
    assert textes(vue, "//small[@id='creer-etablissement']") == [
        "« Brasserie du Puits » devient une fiche locale ; la demande lui est rattachée et l'établissement est validé manuellement."
    ]
    sans_type = await poster(scene, numero, "etablissement", vus=vus(vue, "etablissement"))
    assert (sans_type.status_code, textes(sans_type, ERREUR.format("etablissement"))) == (
        422, ["Choisissez le type de cet établissement."],
    )  # fmt: skip
    code = str(arbre(vue).xpath("//select[@id='type-etablissement']/option")[1].get("value"))
    assert (await poster(scene, numero, "etablissement", type=code, vus=vus(vue, "etablissement"))).status_code == 303
    d = await lire(scene.monde, numero)
    async with scene.monde.base() as session:
        lieu = await session.get_one(Etablissement, d.etablissement_id)
    assert (lieu.raison_sociale, lieu.siret, lieu.finess, lieu.ville, lieu.type_code, lieu.origine, lieu.actif) == (
        "Brasserie du Puits", SIRET, None, "Strasbourg", code, Origine.LOCAL, True,
    )  # fmt: skip
    assert (await blocs(scene, numero))[1:] == [Validation.MANUEL, Validation.NON_VALIDE]
    assert (await poster(scene, numero, "etablissement", type=code, vus="")).status_code == 403  # it has one
    assert (await poster(scene, numero, "terrain", vus="")).status_code == 303
    async with scene.monde.base() as session:
        unite = await session.get_one(Terrain, (await lire(scene.monde, numero)).terrain_id)
    assert unite.etablissement_id == lieu.id


async def test_a_second_demande_of_the_same_place_meets_its_record(scene: Scene) -> None:
    numero, autre = await absente(scene), await absente(scene, saisie_siret="", saisie_raison_sociale="Brasserie du Puits SA")
    vue = await page(scene, numero)
    code = str(arbre(vue).xpath("//select[@id='type-etablissement']/option")[1].get("value"))
    avant = vus(await page(scene, autre), "etablissement")
    assert (await poster(scene, numero, "etablissement", type=code, vus=vus(vue, "etablissement"))).status_code == 303
    lieu = (await lire(scene.monde, numero)).etablissement_id
    refusee = await poster(scene, autre, "etablissement", type=code, vus=avant)
    assert (refusee.status_code, textes(refusee, ALERTE)) == (
        409, ["Un établissement que vous n'avez pas encore vu est ici : regardez-le avant d'en créer un autre."],
    )  # fmt: skip
    assert str(lieu) in vus(refusee, "etablissement").split()
    assert (await poster(scene, autre, "rattachements/etablissement", fiche=lieu)).status_code == 303


async def test_a_siret_that_is_none_makes_no_record(scene: Scene) -> None:
    numero = await absente(scene, saisie_siret="13001533200014")
    code = str(arbre(await page(scene, numero)).xpath("//select[@id='type-etablissement']/option")[1].get("value"))
    refusee = await poster(scene, numero, "etablissement", type=code, vus="")
    assert (refusee.status_code, textes(refusee, ERREUR.format("etablissement"))) == (
        422, ["Le SIRET de la demande n'est pas valide : demandez d'abord sa correction au RTS."],
    )  # fmt: skip
    connu = await absente(
        scene, saisie_siret="43012923900017", saisie_raison_sociale="Autre nom", saisie_ville="Colmar"
    )  # another place of the Cockpit has it
    deja = await poster(scene, connu, "etablissement", type=code, vus="")
    assert (deja.status_code, textes(deja, ALERTE)) == (
        409, ["Une fiche du Cockpit a déjà ce SIRET : rattachez-lui la demande."],
    )  # fmt: skip
    assert textes(deja, "//article[@id='bloc-etablissement']//form[contains(@action, 'rattachements')]//button") == [
        "Rattacher"
    ]
    assert textes(deja, "//button[.='Créer cet établissement au Cockpit']") == []


async def test_two_dossiers_of_one_new_place_make_one_record(scene: Scene) -> None:
    """Two desks at the same instant: what each has seen is checked once nobody else writes."""
    unites = [await nouvelle(scene), await nouvelle(scene, rts=scene.omar)]
    lieux = [await absente(scene, formation="GERIATRIE", saisie_terrain="Pharmacie", rts=r) for r in (scene.nadia, scene.omar)]
    vue = await page(scene, lieux[0])
    code = str(arbre(vue).xpath("//select[@id='type-etablissement']/option")[1].get("value"))
    for verbe, numeros, autres in (("terrain", unites, {}), ("etablissement", lieux, {"type": code})):
        recus = await asyncio.gather(*(poster(scene, n, verbe, vus="", **autres) for n in numeros))
        assert sorted(r.status_code for r in recus) == [303, 409]
    async with scene.monde.base() as session:
        assert await session.scalar(select(func.count()).where(Etablissement.siret == SIRET)) == 1
        assert await session.scalar(select(func.count()).where(Terrain.libelle == "Unité d'allergologie")) == 1


async def test_a_surgery_of_another_subdivision_is_neither_shown_nor_linked(scene: Scene) -> None:
    """It has no site: it is its maker's."""
    ailleurs = await terrain(scene.monde, 41, "Cabinet Turckheim", None)
    async with scene.monde.base() as session:
        await session.execute(update(Terrain).where(Terrain.id == ailleurs).values(subdivision="NANCY"))
    numero = await nouvelle(
        scene,
        choix=Choix.CABINET,
        etablissement_id=None,
        saisie_terrain="",
        saisie_raison_sociale="Cabinet Turckheim",
        **ADRESSE,
    )
    for suite in ("", "?chercher_terrain=turckheim"):
        assert "n° 41" not in (await page(scene, numero, suite)).text
    assert (await poster(scene, numero, "rattachements/terrain", fiche=ailleurs)).status_code == 403
    async with scene.monde.base() as session:
        await session.execute(update(Terrain).where(Terrain.id == ailleurs).values(subdivision="STRASBOURG"))
    assert "n° 41" in (await page(scene, numero)).text
    assert (await poster(scene, numero, "rattachements/terrain", fiche=ailleurs)).status_code == 303


async def test_only_the_scolarite_of_the_dossier_creates_a_record_and_only_while_it_checks(scene: Scene) -> None:
    monde = scene.monde
    numero, lieu = await nouvelle(scene), await absente(scene, rts=scene.omar)
    code = str(arbre(await page(scene, lieu)).xpath("//select[@id='type-etablissement']/option")[1].get("value"))
    valide = await monde.validee(scene.nadia, scene.campagne, "GERIATRIE", scol=scene.claire, saisie_terrain="Autre unité")
    avant = await etat(monde, numero), await etat(monde, lieu)
    autres = {
        "RTS": (scene.nadia, 403), "SCOL de Nancy": (scene.rose, 404),
        "COORD": (await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO")), 403),
        "PRES": (await monde.personne("Hélène Marmoutier", fonction(Role.PRES)), 403),
        "ADMIN": (await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)), 403),
    }  # fmt: skip
    for qui, (personne, attendu) in autres.items():
        poste, version = await monde.connecter(personne), (await lire(monde, numero)).version
        assert (qui, (await poster_par(poste, numero, "terrain", version)).status_code) == (qui, attendu)
        refuse = await poster_par(poste, lieu, "etablissement", version, type=code)
        assert (qui, refuse.status_code) in {(qui, attendu), (qui, 404)}  # Nadia does not see Omar's
    assert (await poster(scene, valide, "terrain", vus="")).status_code == 403
    assert (await etat(monde, numero), await etat(monde, lieu)) == avant


async def poster_par(poste: Any, numero: int, verbe: str, version: int, **valeurs: Any) -> Any:
    """The same act, by somebody else."""
    return await poste.poster(f"/demandes/{numero}/{verbe}", version=version, vus="", **valeurs)
