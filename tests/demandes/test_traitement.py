"""The scolarité's page: three blocks compared, each validated or not, the dossier returned, refused, validated, reopened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.core.roles import Role
from app.core.templating import aujourdhui, jour
from app.demandes.models import Choix, Retour
from app.demandes.statuts import Bloc, OrigineRefus, Statut, Validation
from tests.demandes.outils import actes, arbre, champs, etat, lire, saisie_de, site, terrain, textes
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene

BLOCS = ("rts", "etablissement", "terrain")
BOUTON = "//form[contains(@action,'/validation-administrative')]/button"


async def poster(scene: Scene, numero: int, verbe: str, **valeurs: Any) -> Any:
    """An act of Claire, up to date."""
    claire, version = await scene.monde.connecter(scene.claire), (await lire(scene.monde, numero)).version
    return await claire.poster(f"/demandes/{numero}/{verbe}", version=version, **valeurs)


async def page(scene: Scene, numero: int) -> Any:
    """The dossier, as Claire reads it."""
    return await (await scene.monde.connecter(scene.claire)).ouvrir(f"/demandes/{numero}")


async def test_three_blocks_show_what_the_rts_typed_beside_the_cockpit(scene: Scene) -> None:
    monde = scene.monde
    lieu = await site(monde, "670783273")
    unite = await terrain(monde, 41, "Unité d'allergologie", lieu.id, scene.nadia.rpps)
    choisi = await monde.soumise(
        scene.nadia,
        scene.campagne,
        "ALLERGO",
        choix=Choix.REGISTRE,
        etablissement_id=lieu.id,
        terrain_id=unite,
        saisie_terrain="",
    )
    vue = await page(scene, choisi)
    assert textes(vue, "//article[contains(@class,'bloc')]/header") == [
        "Responsable terrain de stage Validé automatiquement", "Etablissement Validé automatiquement",
        "Terrain Validé automatiquement",
    ]  # fmt: skip
    du_jour = f"Open Data ({aujourdhui():%d/%m/%Y})"
    identiques = "//article[@id='bloc-etablissement']/details[@class='egaux']"
    assert textes(vue, f"{identiques}//thead//th") == ["Champ", "Demande", "Cockpit", du_jour, "Verdict"]
    assert [x.split(" ✓")[0] for x in textes(vue, f"{identiques}//tr[@class='egale']")] == [
        "FINESS 670783273 670783273 670783273",
        "Raison sociale HOPITAL DE HAUTEPIERRE HOPITAL DE HAUTEPIERRE HOPITAL DE HAUTEPIERRE",
        "Commune Strasbourg (67482) Strasbourg (67482) Strasbourg (67482)",
        "Adresse 1 AV MOLIERE 1 AV MOLIERE 1 AV MOLIERE",
    ]  # fmt: skip
    assert textes(vue, f"{identiques}/summary") == ["7 champs identiques"]
    assert textes(vue, BOUTON + "[@disabled]") == []
    absent = await monde.soumise(
        scene.nadia, scene.campagne, "HGE", saisie_siret="43012923900017", saisie_raison_sociale="Clinique du Canal"
    )
    vue = await page(scene, absent)
    assert textes(vue, "//article[@id='bloc-etablissement']//p[@class='pourquoi']") == [
        "Pourquoi pas automatique : raison sociale différente, commune différente, adresse différente."
    ]
    assert textes(vue, "//article[@id='bloc-terrain']//span[contains(@class,'validation-')]") == ["Non validé"]
    assert textes(vue, BOUTON + "[@disabled]") == ["Valider administrativement"]
    (aide,) = arbre(vue).xpath(BOUTON + "/@aria-describedby")
    assert textes(vue, f"//*[@id='{aide}']") == ["À valider d'abord : Etablissement, Terrain."]


async def test_each_block_is_validated_or_invalidated_with_its_reason(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.soumise(
        scene.nadia, scene.campagne, "ALLERGO", saisie_siret="43012923900017", saisie_raison_sociale="Autre chose"
    )
    avant = await etat(monde, numero)
    for verbe, champs_, dit in (
        ("validations/rts", {"acte": "invalider", "motif": " "}, "Une invalidation est motivée."),
        ("validations/etablissement", {"acte": "valider"}, "Une donnée diffère du Cockpit : dites pourquoi vous validez."),
        ("validations/etablissement", {"acte": "autre", "motif": "m"}, "Validez ou invalidez."),
    ):
        refus = await poster(scene, numero, verbe, **champs_)
        assert (refus.status_code, dit in textes(refus, "//p[@role='alert']")[0]) == (422, True)
    assert (await poster(scene, numero, "validations/autre", acte="valider")).status_code == 404
    assert await etat(monde, numero) == avant
    garde = await poster(scene, numero, "validations/etablissement", acte="autre", motif="Tapé <ici>")
    assert champs(garde, f"/demandes/{numero}/validations/etablissement")["motif"] == "Tapé <ici>"
    assert champs(garde, f"/demandes/{numero}/validations/terrain")["motif"] == ""
    assert (await poster(scene, numero, "validations/terrain", acte="valider", motif="Vu.")).status_code == 303
    assert (await poster(scene, numero, "validations/etablissement", acte="invalider", motif="Inconnu")).status_code == 303
    demande = await lire(monde, numero)
    assert [getattr(demande, f"validation_{b}") for b in BLOCS] == [Validation.AUTO, Validation.INVALIDE, Validation.MANUEL]
    faits = [(a.action, a.auteur, a.avant, a.apres, a.motif) for a in await actes(monde, numero)][-2:]
    statut = {"statut": "EN_VALIDATION"}
    assert faits == [
        ("valider_bloc", "Claire Rosheim", statut | {"validation_terrain": "NON_VALIDE"},
         statut | {"validation_terrain": "MANUEL"}, "Vu."),
        ("invalider_bloc", "Claire Rosheim", statut | {"validation_etablissement": "NON_VALIDE"},
         statut | {"validation_etablissement": "INVALIDE"}, "Inconnu"),
    ]  # fmt: skip


async def test_a_dossier_is_validated_only_when_its_three_blocks_are(scene: Scene) -> None:
    """R5: whatever the two others are, each of them can block."""
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    for bloc in BLOCS:
        await poster(scene, numero, f"validations/{bloc}", acte="valider", motif="Vu.")
    for bloc in BLOCS:
        await poster(scene, numero, f"validations/{bloc}", acte="invalider", motif="Non.")
        avant = await etat(monde, numero)
        refus = await poster(scene, numero, "validation-administrative")
        assert (refus.status_code, textes(refus, "//p[@role='alert']")) == (403, [f"À valider d'abord : {Bloc(bloc).libelle}."])
        assert await etat(monde, numero) == avant
        assert textes(await page(scene, numero), BOUTON + "[@disabled]") == ["Valider administrativement"]
        await poster(scene, numero, f"validations/{bloc}", acte="valider", motif="Vu.")
    assert (await poster(scene, numero, "validation-administrative")).status_code == 303
    demande = await lire(monde, numero)
    assert (demande.statut, demande.validee_le is not None) == (Statut.VALIDE_ADMIN, True)


async def test_a_return_has_a_reason_and_a_deadline_to_come(scene: Scene) -> None:
    """R3."""
    monde, demain = scene.monde, (aujourdhui() + timedelta(days=1)).isoformat()
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    avant = await etat(monde, numero)
    for valeurs, dit in (
        ({"echeance": demain}, "Choisissez au moins un motif."),
        ({"echeance": demain, "motifs": ["REF_S_01", "INC_99"]}, "Choisissez au moins un motif."),
        ({"motifs": ["INC_02"]}, "Fixez la date limite de complément."),
        ({"motifs": ["INC_02"], "echeance": aujourdhui().isoformat()}, "La date limite est dans le futur."),
        ({"motifs": ["INC_02"], "echeance": "demain"}, "Attendu une date, par exemple 23/11/2026."),
        ({"motifs": ["INC_01"], "echeance": demain}, "Ce motif demande un commentaire : dites ce qui manque."),
    ):
        refus = await poster(scene, numero, "retour", **valeurs, precision="autre formulaire")
        assert (valeurs, refus.status_code, textes(refus, "//form//small[@class='erreur-champ']")) == (valeurs, 422, [dit])
    assert await etat(monde, numero) == avant
    garde = await poster(scene, numero, "retour", motifs=["INC_02", "INC_06"], commentaire="Le CV.", echeance="2000-01-01")
    rendu = champs(garde, f"/demandes/{numero}/retour")
    assert (rendu["motifs"], rendu["commentaire"], rendu["echeance"]) == (["INC_02", "INC_06"], "Le CV.", "2000-01-01")
    assert (
        await poster(scene, numero, "retour", motifs=["INC_02", "INC_06"], commentaire="Le CV.", echeance=demain)
    ).status_code == 303
    async with monde.sessions() as session:
        (retour,) = list(await session.scalars(select(Retour)))
    assert (retour.motifs, retour.commentaire, retour.echeance.isoformat(), retour.clos_le) == (
        ["INC_02", "INC_06"], "Le CV.", demain, None,
    )  # fmt: skip
    assert (await lire(monde, numero)).statut is Statut.EN_SAISIE
    nadia = await monde.connecter(scene.nadia)
    lu = textes(await nadia.ouvrir(f"/demandes/{numero}/saisie"), "//section[@aria-labelledby='titre-retour']")[0]
    libelles = ("Projet pédagogique absent ou non actualisé", "CV du responsable ou des encadrants manquant")
    assert lu == (
        f"Retour de la scolarité : Dossier incomplet {' '.join(libelles)} Le CV. "
        f"À compléter et à soumettre de nouveau avant le {jour(retour.echeance)} ."
    )
    assert f"{' ; '.join(libelles)}, à compléter avant le" in textes(await page(scene, numero), "//p[@class='message-info']")[0]


async def test_a_refusal_has_a_reason_that_the_rts_reads_at_once(scene: Scene) -> None:
    """R4."""
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    avant = await etat(monde, numero)
    for valeurs, dit in (
        ({}, "Un refus est motivé : choisissez un motif."),
        ({"motif_refus": "INC_02"}, "Un refus est motivé : choisissez un motif."),
        ({"motif_refus": "REF_C_01"}, "Un refus est motivé : choisissez un motif."),
        ({"motif_refus": "REF_S_04"}, "Ce motif demande une précision."),
    ):
        refus = await poster(scene, numero, "refus", **valeurs)
        assert (valeurs, refus.status_code, textes(refus, "//form//small[@class='erreur-champ']")) == (valeurs, 422, [dit])
    assert await etat(monde, numero) == avant
    fait = await poster(scene, numero, "refus", motif_refus="REF_S_04", precision="Dépend de Nancy.")
    demande = await lire(monde, numero)
    assert (fait.status_code, demande.statut, demande.origine_refus) == (303, Statut.REFUSE, OrigineRefus.SCOLARITE)
    nadia = await monde.connecter(scene.nadia)
    for adresse in ("/tableau-de-bord", f"/demandes/{numero}"):
        lus = " ".join(textes(await nadia.ouvrir(adresse), "//main"))
        assert "Motif du refus : Subdivision non compétente pour ce terrain : Dépend de Nancy." in lus


async def test_the_rts_takes_back_what_nobody_has_begun_to_check(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    bouton = "//form[contains(@action,'/reprise')]/button"
    for acte in ("valider", "invalider"):
        numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain=acte)
        ouverte = await nadia.ouvrir(f"/demandes/{numero}")
        assert textes(ouverte, bouton) == ["Reprendre la demande"]
        await poster(scene, numero, "validations/terrain", acte=acte, motif="Vu.")
        assert textes(await nadia.ouvrir(f"/demandes/{numero}"), bouton) == []
        avant = await etat(monde, numero)
        refus = await nadia.poster(f"/demandes/{numero}/reprise", version=avant["demande"]["version"])
        assert (refus.status_code, "la scolarité a commencé à la vérifier" in refus.text) == (403, True)
        assert await etat(monde, numero) == avant
    libre = await monde.soumise(scene.nadia, scene.campagne, "HGE")
    assert (await nadia.poster(f"/demandes/{libre}/reprise", version=1)).status_code == 409
    repris = await nadia.poster(f"/demandes/{libre}/reprise", version=(await lire(monde, libre)).version)
    assert (repris.status_code, repris.headers["location"]) == (303, f"/demandes/{libre}/saisie")
    assert (await nadia.poster(f"/demandes/{libre}/soumission", **await saisie_de(nadia, libre))).status_code == 303


async def test_a_reopened_dossier_keeps_its_opinions_marked_as_older(scene: Scene) -> None:
    monde = scene.monde
    lea = await monde.connecter(await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO")))
    numero = await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    avis = f"/lignes/{(await monde.ligne(numero)).id}/avis-coordonnateur"
    donne = {"sens": "ACCEPTE", "duree": "1", "phases": ["S"], "version": 0, "retour": f"/demandes/{numero}"}
    assert (await lea.poster(avis, **donne)).status_code == 303
    marque = "//div[@class='jugement-lu']//small[contains(text(),'antérieur à la réouverture du dossier')]"
    assert textes(await page(scene, numero), marque) == []
    sans_motif = await poster(scene, numero, "reouverture")
    assert (sans_motif.status_code, (await lire(monde, numero)).statut) == (422, Statut.VALIDE_ADMIN)
    assert "Dites pourquoi le dossier est rouvert." in textes(sans_motif, "//p[@role='alert']")[0]
    assert (await poster(scene, numero, "reouverture", motif_reouverture="Erreur de terrain.")).status_code == 303
    assert (await lire(monde, numero)).statut is Statut.EN_VALIDATION
    assert (await lea.ouvrir(f"/demandes/{numero}")).status_code == 403
    assert (await lea.poster(avis, **donne | {"version": 1})).status_code == 403
    assert (await poster(scene, numero, "validation-administrative")).status_code == 303
    for lecteur in (await page(scene, numero), await lea.ouvrir(f"/demandes/{numero}")):
        assert len(textes(lecteur, marque)) == 1
        assert "Accepté" in textes(lecteur, "//div[@class='jugement-lu']")[0]
    assert (await lea.poster(avis, **donne | {"version": 1, "duree": "5"})).status_code == 303
    assert textes(await page(scene, numero), marque) == []


async def test_a_dossier_in_a_seance_is_not_reopened(scene: Scene) -> None:
    monde = scene.monde
    pres = await monde.personne("Hélène Marmoutier", fonction(Role.PRES))
    numero = await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    seance = await monde.seance("ALLERGO", scol=scene.claire)
    await monde.ouvrir(seance, pres=pres)
    avant = await etat(monde, numero)
    refus = await poster(scene, numero, "reouverture", motif_reouverture="Trop tard.")
    assert (refus.status_code, "Une séance ouverte ou close porte sur ce dossier" in refus.text) == (403, True)
    assert await etat(monde, numero) == avant


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_a_dossier_that_is_not_open_yet_says_so_in_plain_words(scene: Scene) -> None:
    monde = scene.monde
    lea = await monde.connecter(await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO")))
    jean = await monde.connecter(await monde.personne("Jean Wisches", fonction(Role.COORD, "HGE")))
    brouillon = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Brouillon")
    soumise = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Soumise")
    refusee = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Refusée")
    await poster(scene, refusee, "refus", motif_refus="REF_S_01", precision="")
    pas_encore = "Ce dossier s'ouvrira quand la scolarité l'aura validé administrativement."
    for numero, dit in (
        (brouillon, pas_encore),
        (soumise, pas_encore),
        (refusee, "La scolarité a refusé cette demande : son dossier ne s'ouvre qu'à elle et au demandeur."),
    ):
        reponse = await lea.ouvrir(f"/demandes/{numero}")
        assert (reponse.status_code, textes(reponse, "//p[@role='alert']")) == (403, [dit])
        assert (await jean.ouvrir(f"/demandes/{numero}")).status_code == 404  # R7
