"""The draft: made, left, resumed, saved field by field, on two screens at once; register fields are never taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.core.journal import Journal
from app.demandes.models import Choix, Demande
from app.demandes.saisie.forms import REFUS
from app.demandes.statuts import TYPES, Statut, TypeDemande
from app.referentiel.models import Formation
from tests.demandes.outils import actes, arbre, champs, etat, lire, saisie_de, site, textes

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene

HAUTEPIERRE = "670783273"


def test_types_of_demande_have_their_default_duration() -> None:
    """R10."""
    assert {t.value: d for t, (_, d) in TYPES.items()} == {
        "NOUVEAU": 1, "RENOUVELLEMENT": 5, "CHANGEMENT_RTS": 1, "EXTENSION_PHASE": None, "COMPLEMENT": None,
        "REEXAMEN": 1, "DEROGATION": 1,
    }  # fmt: skip
    assert TypeDemande.DEROGATION.libelle == "Dérogation - Pour terrain de stage sans agrément principal"


async def test_a_demande_is_begun_in_a_campaign_that_is_open_for_its_formation(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    fermee = await monde.campagne("ALLERGO", subdivision="NANCY", cloture_depot=-1)
    bonne = {"campagne": scene.campagne.id, "formation": "ALLERGO", "type": "NOUVEAU"}
    page = await nadia.ouvrir("/demandes/nouvelle")
    assert "Apportez le <em>projet</em>." in page.text  # the notice
    assert textes(page, "//select[@id='formation']/option") == [
        "Choisir une formation", "DES Allergologie", "DES Hépato-gastro-entérologie",
        "Option Cardiologie interventionnelle de l'adulte", "FST Sommeil",
    ]  # fmt: skip
    for faux, dit in (
        ({"campagne": fermee.id}, "Cette campagne n&#39;est pas ouverte au dépôt des demandes."),
        ({"campagne": 9_999_999}, "Cette campagne n&#39;est pas ouverte au dépôt des demandes."),
        ({"formation": "CARDIO"}, "Choisissez une formation ouverte dans cette campagne."),
        ({"type": "AUTRE"}, "Choisissez un type de demande."),
        ({"nom": "Autre"}, REFUS),
        ({"rpps": "99700900014"}, REFUS),
    ):
        reponse = await nadia.poster("/demandes", **bonne | faux)
        assert (faux, reponse.status_code, dit in reponse.text) == (faux, 422, True)
    assert (await etat(monde, 0))["demandes"] == 0
    creee = await nadia.poster("/demandes", **bonne | {"nom": "Turckheim"})
    numero = int(creee.headers["location"].split("/")[2])
    demande, (acte,) = await lire(monde, numero), await actes(monde, numero)
    assert (demande.statut, demande.rpps, demande.nom, demande.subdivision) == (
        Statut.EN_SAISIE, scene.nadia.rpps, "Turckheim", "STRASBOURG",
    )  # fmt: skip
    assert (acte.action, acte.auteur, acte.apres) == (
        "creer", "Nadia Turckheim", {"statut": "EN_SAISIE", "formation": "ALLERGO"},
    )  # fmt: skip


async def test_a_new_demande_repeats_how_to_reach_its_rts(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", email="nadia@exemple.fr", telephone="03 88")
    await monde.brouillon(scene.omar, scene.campagne, "ALLERGO", email="omar@exemple.fr")
    creee = await nadia.poster("/demandes", campagne=scene.campagne.id, formation="HGE", type="NOUVEAU")
    demande = await lire(monde, int(creee.headers["location"].split("/")[2]))
    assert (demande.email, demande.telephone, demande.projet) == ("nadia@exemple.fr", "03 88", "")


async def test_the_ligne_de_tete_is_what_type_and_formation_make_it(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    attendus = {
        ("ALLERGO", "NOUVEAU"): ("PRINCIPAL", ""),
        ("FST24", "NOUVEAU"): ("FONCTIONNEL", "A"),
        ("OPT_DSM79", "RENOUVELLEMENT"): ("FONCTIONNEL", "A"),
        ("ALLERGO", "DEROGATION"): ("COMPLEMENTAIRE", ""),
        ("FST24", "COMPLEMENT"): ("COMPLEMENTAIRE", "A"),
    }
    for (formation, type_), attendu in attendus.items():
        reponse = await nadia.poster("/demandes", campagne=scene.campagne.id, formation=formation, type=type_)
        ligne = await monde.ligne(int(reponse.headers["location"].split("/")[2]))
        assert (formation, type_, (ligne.type.value, ligne.phases)) == (formation, type_, attendu)


async def test_a_draft_is_left_and_resumed_and_each_save_gives_the_version_back(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    saisie = await saisie_de(nadia, numero)
    # Through htmx, field after field, with the version that the answer before gave.
    for nom, valeur in (("telephone", "03 88 00 00 00"), ("capacite", "4"), ("phases", ["", "S", "C"]), ("projet", "É ≠ <b>")):
        reponse = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **saisie | {nom: valeur})
        assert reponse.status_code == 200
        assert arbre(reponse).tag == "form"
        suivante = champs(reponse, "saisie")
        assert int(suivante["version"]) == int(saisie["version"]) + 1
        assert "Enregistré à" in textes(reponse, "//*[@id='etat']")[0]
        saisie = suivante
    relue = await saisie_de(await monde.connecter(scene.nadia), numero)
    assert {n: relue[n] for n in ("telephone", "capacite", "phases", "projet", "version")} == {
        "telephone": "03 88 00 00 00", "capacite": "4", "phases": ["", "S", "C"], "projet": "É ≠ <b>",
        "version": saisie["version"],
    }  # fmt: skip
    inchange = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **relue)
    assert champs(inchange, "saisie")["version"] == relue["version"]  # nothing to write, nothing written
    sans_js = await nadia.poster(f"/demandes/{numero}/saisie", **relue | {"capacite": "5"})
    assert (sans_js.status_code, sans_js.headers["location"]) == (303, f"/demandes/{numero}/saisie?enregistre=1")
    dernier = (await actes(monde, numero))[-1]
    assert (dernier.action, dernier.apres) == ("enregistrer", {"champs": ["capacite"]})


async def test_what_cannot_be_stored_is_told_beside_its_field_and_the_rest_is_saved(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    saisie = await saisie_de(nadia, numero)
    fautes = {
        "capacite": ("cent", "Attendu un nombre entier de 1 à 99."),
        "saisie_code_postal": ("67000 CEDEX", "11 caractères : 5 au plus."),
        "saisie_siret": ("123456789012345", "Un SIRET compte 14 chiffres."),
        "formation": ("CARDIO", "Cette formation n'est pas ouverte dans la campagne."),
        "type": ("RIEN", "Choisissez un type de demande."),
        "terrain": ("987654321", "Ce terrain n'est pas proposé à cet endroit."),
        "etablissement_id": ("987654321", "Cet établissement n'est pas, ou plus, dans le registre."),
    }
    for nom, (tape, dit) in fautes.items():
        projet = f"Avec {nom}"
        reponse = await nadia.poster(
            f"/demandes/{numero}/saisie",
            htmx=True,
            **saisie | {nom: tape, "projet": projet, "version": (await lire(monde, numero)).version},
        )
        assert (nom, reponse.status_code) == (nom, 422)
        assert dit in textes(reponse, "//section[@role='alert']//li")[0]
        if nom != "etablissement_id":
            assert (nom, textes(reponse, f"//small[@id='{nom}-aide']")) == (nom, [dit])
        if nom in {"capacite", "saisie_code_postal", "saisie_siret"}:
            assert champs(reponse, "saisie")[nom] == tape
        assert (await lire(monde, numero)).projet == projet


async def test_two_screens_lose_nothing_of_what_was_typed(scene: Scene) -> None:
    """R28: fields that only one screen touched merge; the same field is a conflict that keeps both."""
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", projet="Au départ")
    gauche = droite = await saisie_de(nadia, numero)
    fait = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **gauche | {"projet": "À gauche", "capacite": "7"})
    assert fait.status_code == 200
    # The right screen still shows what both had read.
    autre = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **droite | {"telephone": "06"})
    assert (autre.status_code, autre.headers["hx-reswap"]) == (200, "outerHTML")
    assert {n: champs(autre, "saisie")[n] for n in ("telephone", "projet", "capacite")} == {
        "telephone": "06", "projet": "À gauche", "capacite": "7",
    }  # fmt: skip
    conflit = await nadia.poster(
        f"/demandes/{numero}/saisie", htmx=True, **droite | {"projet": "À droite", "email": "n@exemple.fr"}
    )
    assert conflit.status_code == 409
    (dit,) = textes(conflit, "//p[contains(@class,'conflit')]")
    assert "La vôtre : À droite" in dit
    assert "Actuelle : À gauche" in dit
    rendue = champs(conflit, "saisie")
    demande = await lire(monde, numero)
    assert (rendue["projet"], demande.projet, demande.email) == ("À droite", "À gauche", "n@exemple.fr")
    garde = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **rendue)
    assert (garde.status_code, (await lire(monde, numero)).projet) == (200, "À droite")
    soumission = await nadia.poster(f"/demandes/{numero}/soumission", **droite | {"projet": "Encore à droite"})
    assert (soumission.status_code, champs(soumission, "saisie")["projet"]) == (409, "Encore à droite")
    assert (await lire(monde, numero)).statut is Statut.EN_SAISIE
    nue = await nadia.poster(f"/demandes/{numero}/soumission", version=1)
    assert (nue.status_code, (await lire(monde, numero)).statut) == (409, Statut.EN_SAISIE)


async def test_register_fields_are_shown_and_refused_when_posted_changed(scene: Scene) -> None:
    """R6: neither the practitioner's nor the establishment's; nothing else of such a form is taken."""
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    lieu = await site(monde, HAUTEPIERRE)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", choix=Choix.REGISTRE, etablissement_id=lieu.id)
    page = await nadia.ouvrir(f"/demandes/{numero}/saisie")
    montres = textes(page, "//dl[@class='registre']/dd")
    assert montres[:2] == ["Nadia Turckheim", scene.nadia.rpps]
    assert montres[2:5] == ["1 AV MOLIERE, 67200, Strasbourg", HAUTEPIERRE, "26670057400095"]
    registre = {
        "rpps": scene.nadia.rpps, "nom": "Turckheim", "prenom": "Nadia", "profession": "10", "categorie": "C",
        "finess": lieu.finess, "finess_ej": lieu.finess_ej, "siret": lieu.siret, "raison_sociale": lieu.raison_sociale,
        "type_code": lieu.type_code, "adresse": lieu.adresse, "code_postal": lieu.code_postal, "ville": lieu.ville,
        "code_insee": lieu.code_insee,
    }  # fmt: skip
    saisie = champs(page, "saisie")
    assert not saisie.keys() & registre.keys()
    avant = await etat(monde, numero)
    for nom, valeur in registre.items():
        for verbe in ("saisie", "soumission"):
            faux = saisie | {"projet": "Détourné", nom: f"{valeur}9"}
            reponse = await nadia.poster(
                f"/demandes/{numero}/{verbe}", fichiers={"piece": ("x.pdf", b"%PDF-1.4\n%%EOF\n")}, **faux
            )
            assert (nom, verbe, reponse.status_code) == (nom, verbe, 422)
            (dit,) = textes(reponse, "//section[@role='alert']//li")
            assert dit.endswith(REFUS)
    assert await etat(monde, numero) == avant
    assert (await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **saisie | registre)).status_code == 200


async def test_a_formation_closed_since_stays_that_of_its_dossier(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    async with monde.base() as session:
        await session.execute(update(Formation).where(Formation.code.in_(("ALLERGO", "HGE"))).values(actif=False))
    page = await nadia.ouvrir(f"/demandes/{numero}/saisie")
    assert [o for o in textes(page, "//select[@id='formation']/option") if o.startswith("DES")] == ["DES Allergologie"]


async def test_a_dossier_that_is_no_draft_opens_on_its_page(scene: Scene) -> None:
    numero, nadia = await scene.monde.soumise(scene.nadia, scene.campagne, "ALLERGO"), await scene.monde.connecter(scene.nadia)
    for verbe in ("saisie", "suppression", "etablissements"):
        reponse = await nadia.ouvrir(f"/demandes/{numero}/{verbe}")
        assert (verbe, reponse.status_code, reponse.headers["location"]) == (verbe, 303, f"/demandes/{numero}")


async def test_only_a_draft_never_submitted_or_returned_is_deleted(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)

    async def supprimable(numero: int) -> bool:
        lien = f"//a[@href='/demandes/{numero}/suppression']"
        tableau = bool(arbre(await nadia.ouvrir("/tableau-de-bord")).xpath(lien))
        assert bool(arbre(await nadia.ouvrir(f"/demandes/{numero}/saisie")).xpath(lien)) is tableau
        return tableau

    async def supprimer(numero: int, version: int | None = None) -> int:
        version = version or (await lire(monde, numero)).version
        return (await nadia.poster(f"/demandes/{numero}/suppression", version=version)).status_code

    neuf = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Neuf")
    repris = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Repris")
    assert (await nadia.poster(f"/demandes/{repris}/reprise", version=(await lire(monde, repris)).version)).status_code == 303
    assert (await supprimable(neuf), await supprimable(repris)) == (True, False)
    avant = await etat(monde, repris)
    assert (await supprimer(repris), await supprimer(neuf, version=1)) == (403, 409)
    assert (await etat(monde, repris), (await lire(monde, neuf)).supprimee_le) == (avant, None)
    assert "Une demande se supprime" in (await nadia.poster(f"/demandes/{repris}/suppression", version=9)).text
    assert await supprimer(neuf) == 303
    supprimee = await lire(monde, neuf)
    assert supprimee.supprimee_le is not None
    assert (await nadia.ouvrir(f"/demandes/{neuf}/saisie")).status_code == 404
    assert (await nadia.ouvrir(f"/demandes/{neuf}")).status_code == 404
    assert (await (await monde.connecter(scene.claire)).ouvrir(f"/demandes/{neuf}")).status_code == 404
    assert f"Demande n° {neuf} " not in (await nadia.ouvrir("/tableau-de-bord")).text
    async with monde.sessions() as session:  # logical: the row and its journal stay
        garde = list(await session.scalars(select(Journal.action).where(Journal.demande_id == neuf).order_by(Journal.id)))
        assert (garde, (await session.get(Demande, neuf)) is not None) == (["creer", "supprimer"], True)
