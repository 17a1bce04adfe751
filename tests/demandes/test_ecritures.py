"""Who may write: every POST of the dossier, for every role, at every statut; and every verb leaves the line true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.campagnes.routes import routes_campagnes
from app.core.roles import Role
from app.demandes.saisie.routes import routes_saisie
from app.demandes.statuts import Statut
from app.demandes.traitement import routes_traitement
from app.referentiel.normalisation import cle_rpps
from tests.demandes.outils import actes, champs, ecarts, etat, lire, saisie_de
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene

DU_RTS = ("saisie", "soumission", "suppression", "reprise")
DE_LA_SCOLARITE = (
    "validations/rts", "validations/etablissement", "validations/terrain",
    "retour", "refus", "validation-administrative", "reouverture",
)  # fmt: skip
PLEINS: dict[str, Any] = {
    "acte": "valider", "motif": "Vu.", "motifs": ["INC_02"], "commentaire": "Précisez.", "echeance": "2099-01-31",
    "motif_refus": "REF_S_01", "precision": "Vu.", "motif_reouverture": "Erreur.", "projet": "Détourné", "email": "x@exemple.fr",
}  # fmt: skip


async def _dossiers(scene: Scene) -> dict[Statut, int]:
    """One dossier of Nadia at each statut that the scolarité and the RTS bring it to."""
    monde, nadia, campagne = scene.monde, scene.nadia, scene.campagne
    numeros = {
        Statut.EN_SAISIE: await monde.brouillon(nadia, campagne, "ALLERGO", saisie_terrain="Brouillon"),
        Statut.EN_VALIDATION: await monde.soumise(nadia, campagne, "ALLERGO", saisie_terrain="Soumis"),
        Statut.VALIDE_ADMIN: await monde.validee(nadia, campagne, "ALLERGO", scol=scene.claire, saisie_terrain="Validé"),
        Statut.REFUSE: await monde.soumise(nadia, campagne, "ALLERGO", saisie_terrain="Refusé"),
    }
    claire, refusee = await monde.connecter(scene.claire), numeros[Statut.REFUSE]
    refus = await claire.poster(
        f"/demandes/{refusee}/refus", version=(await lire(monde, refusee)).version, motif_refus="REF_S_01", precision=""
    )
    assert refus.status_code == 303
    return numeros


async def test_a_write_is_refused_to_whoever_has_not_the_right_and_writes_nothing(scene: Scene) -> None:
    """404 where the row is not seen, 403 where it is: whatever the statut, with a form that is complete and up to date."""
    monde, numeros = scene.monde, await _dossiers(scene)
    tous = ("EN_SAISIE", "EN_VALIDATION", "VALIDE_ADMIN", "REFUSE")
    apres = ("VALIDE_ADMIN",)
    vus = {
        "Omar RTS": (scene.omar, ()),
        "Rose SCOL de Nancy": (scene.rose, ()),
        "Jean COORD d'une autre formation": (await monde.personne("Jean Wisches", fonction(Role.COORD, "HGE")), ()),
        "Léa COORD": (await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO")), tous),
        "Lucas REP": (await monde.personne("Lucas Obernai", fonction(Role.REP)), apres),
        "Inès MEMBRE": (await monde.personne("Inès Barr", fonction(Role.MEMBRE)), apres),
        "Hélène PRES": (await monde.personne("Hélène Marmoutier", fonction(Role.PRES)), tous),
        "Denis ARS": (await monde.personne("Denis Soultz", fonction(Role.ARS)), apres),
        "Odile ADMIN": (await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)), tous),
        "Paul sans droit": (await monde.personne("Paul Guebwiller"), ()),
    }
    avant = {s: await etat(monde, n) for s, n in numeros.items()}
    for nom, (qui, voit) in vus.items():
        poste = await monde.connecter(qui)
        for statut, numero in numeros.items():
            version = avant[statut]["demande"]["version"]
            for verbe in (*DU_RTS, "validations/rts", *DE_LA_SCOLARITE[3:]):
                reponse = await poste.poster(f"/demandes/{numero}/{verbe}", version=version, **PLEINS)
                attendu = 403 if statut.value in voit else 404
                assert (nom, statut, verbe, reponse.status_code) == (nom, statut, verbe, attendu)
    assert {s: await etat(monde, n) for s, n in numeros.items()} == avant


async def test_a_write_of_the_other_side_is_a_403(scene: Scene) -> None:
    """The scolarité sees the dossier and does not fill it in; its author sees it and does not judge it."""
    monde, numeros = scene.monde, await _dossiers(scene)
    avant = {s: await etat(monde, n) for s, n in numeros.items()}
    for qui, verbes in ((scene.claire, DU_RTS), (scene.nadia, DE_LA_SCOLARITE)):
        poste = await monde.connecter(qui)
        for statut, numero in numeros.items():
            for verbe in verbes:
                for version in (avant[statut]["demande"]["version"], 1, 0):  # a stale form is no way round
                    reponse = await poste.poster(f"/demandes/{numero}/{verbe}", version=version, **PLEINS)
                    assert (statut, verbe, version, reponse.status_code) == (statut, verbe, version, 403)
    assert {s: await etat(monde, n) for s, n in numeros.items()} == avant


async def test_nobody_judges_his_own_demande(scene: Scene) -> None:
    """The scolarité that is also the RTS is only the RTS there; the same person judges others'."""
    monde = scene.monde
    max_ = await monde.personne("Max Kehl", fonction(Role.SCOL), rpps=cle_rpps("9970036626"))
    poste = await monde.connecter(max_)
    sien = await monde.soumise(max_, scene.campagne, "ALLERGO")
    autre = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    avant = await etat(monde, sien)
    for verbe in DE_LA_SCOLARITE:
        reponse = await poste.poster(f"/demandes/{sien}/{verbe}", version=avant["demande"]["version"], **PLEINS)
        assert (verbe, reponse.status_code) == (verbe, 403)
    assert await etat(monde, sien) == avant
    version = (await lire(monde, autre)).version
    assert (await poste.poster(f"/demandes/{autre}/validations/rts", version=version, **PLEINS)).status_code == 303


async def test_a_move_that_is_not_in_the_table_is_refused_to_its_own_role(scene: Scene) -> None:
    """R1: from each statut, every verb but those that the table opens from it."""
    monde, numeros = scene.monde, await _dossiers(scene)
    ouverts = {
        Statut.EN_SAISIE: {"saisie", "soumission", "suppression"},
        Statut.EN_VALIDATION: {"reprise", *DE_LA_SCOLARITE[:-1]},
        Statut.VALIDE_ADMIN: {"reouverture"},
        Statut.REFUSE: set(),
    }
    avant = {s: await etat(monde, n) for s, n in numeros.items()}
    for qui, verbes in ((scene.nadia, DU_RTS), (scene.claire, DE_LA_SCOLARITE)):
        poste = await monde.connecter(qui)
        for statut, numero in numeros.items():
            version = avant[statut]["demande"]["version"]
            for verbe in [v for v in verbes if v not in ouverts[statut]]:
                reponse = await poste.poster(f"/demandes/{numero}/{verbe}", version=version, **PLEINS)
                assert (statut, verbe, reponse.status_code) == (statut, verbe, 403)
    assert {s: await etat(monde, n) for s, n in numeros.items()} == avant


async def test_nobody_signed_in_is_sent_to_the_login(scene: Scene) -> None:
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    avant, personne = await etat(scene.monde, numero), await scene.monde.connecter()
    for verbe in DU_RTS + DE_LA_SCOLARITE:
        reponse = await personne.poster(f"/demandes/{numero}/{verbe}", version=3, **PLEINS)
        assert (reponse.status_code, reponse.headers["location"].split("?")[0]) == (302, "/connexion")
    assert await etat(scene.monde, numero) == avant


def test_the_loops_above_know_every_write_route() -> None:
    routes = {next(iter(r.paths)) for r in (*routes_saisie, *routes_traitement, *routes_campagnes) if "POST" in r.http_methods}
    verbes = {v.split("/")[0] + ("/{bloc:str}" if "/" in v else "") for v in DU_RTS + DE_LA_SCOLARITE}
    assert routes == {f"/demandes/{{demande_id:int}}/{v}" for v in verbes} | {
        "/demandes", "/campagnes/nouvelle", "/campagnes/{campagne_id:int}/modification",
        "/campagnes/{campagne_id:int}/prolongations",
        "/campagnes/{campagne_id:int}/prolongations/{prolongation_id:int}/revocation",
    }  # fmt: skip


async def test_a_demande_is_made_by_a_rts_only(scene: Scene) -> None:
    monde, champs_ = scene.monde, {"campagne": scene.campagne.id, "formation": "ALLERGO", "type": "NOUVEAU"}
    avant = await etat(monde, 0)
    for qui in (scene.claire, await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None))):
        poste = await monde.connecter(qui)
        assert (await poste.poster("/demandes", **champs_)).status_code == 403
        assert (await poste.ouvrir("/demandes/nouvelle")).status_code == 403
        assert (await poste.ouvrir("/tableau-de-bord")).status_code == 403
    assert await etat(monde, 0) == avant
    nadia = await monde.connecter(scene.nadia)
    assert (await nadia.poster("/demandes", **champs_)).status_code == 303


async def test_the_line_repeats_its_demande_after_every_verb(scene: Scene) -> None:
    """From the creation to the deletion, by the road of the browser."""
    monde = scene.monde
    nadia, claire = await monde.connecter(scene.nadia), await monde.connecter(scene.claire)
    reponse = await nadia.poster("/demandes", campagne=scene.campagne.id, formation="ALLERGO", type="NOUVEAU")
    numero = int(reponse.headers["location"].split("/")[2])
    faits: list[str] = []

    async def faire(poste: Any, verbe: str, **valeurs: Any) -> None:
        version = (await lire(monde, numero)).version
        reponse = await poste.poster(f"/demandes/{numero}/{verbe}", **{"version": version, **valeurs})
        assert (verbe, reponse.status_code) == (verbe, 303)
        assert (verbe, await ecarts(monde, numero)) == (verbe, [])
        faits.append((await actes(monde, numero))[-1].action)

    complet = await saisie_de(nadia, numero) | {
        "choix": "ABSENT", "saisie_raison_sociale": "Maison de santé", "saisie_adresse": "1 rue des Écoles",
        "saisie_code_postal": "67000", "saisie_ville": "Strasbourg", "terrain": "nouveau", "saisie_terrain": "Consultation",
        "email": "nadia@exemple.fr", "phases": ["", "S", "C"], "capacite": "2", "projet": "Accueil.", "formation": "HGE",
    }  # fmt: skip
    assert await ecarts(monde, numero) == []
    await faire(nadia, "saisie", **complet)
    ligne = await monde.ligne(numero)
    assert (ligne.formation, ligne.phases, ligne.terrain, ligne.ville) == ("HGE", "SC", "Consultation", "Strasbourg")
    await faire(nadia, "soumission")
    await faire(nadia, "reprise")
    await faire(nadia, "soumission")
    await faire(claire, "validations/rts", acte="invalider", motif="Homonyme.")
    await faire(claire, "retour", motifs=["INC_02"], echeance="2099-01-31")
    await faire(nadia, "soumission")
    for bloc in ("rts", "etablissement", "terrain"):
        await faire(claire, f"validations/{bloc}", acte="valider", motif="Vu.")
    await faire(claire, "validation-administrative")
    await faire(claire, "reouverture", motif_reouverture="Erreur.")
    await faire(claire, "retour", motifs=["INC_02"], echeance="2099-01-31")
    await faire(nadia, "suppression")
    assert faits == [
        "enregistrer", "soumettre", "reprendre", "soumettre", "invalider_bloc", "retourner_incomplet", "soumettre",
        "valider_bloc", "valider_bloc", "valider_bloc", "valider_administrativement", "rouvrir", "retourner_incomplet",
        "supprimer",
    ]  # fmt: skip


async def test_a_form_read_before_another_act_is_a_conflict_that_keeps_what_was_typed(scene: Scene) -> None:
    """Every act of the scolarité, from a page opened before somebody else wrote."""
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    claire = await monde.connecter(scene.claire)
    ancienne = await claire.ouvrir(f"/demandes/{numero}")
    versions = {v: champs(ancienne, f"/demandes/{numero}/{v}")["version"] for v in DE_LA_SCOLARITE[:-1]}
    faite = await claire.poster(f"/demandes/{numero}/validations/rts", version=versions["retour"], acte="valider", motif="Vu.")
    assert faite.status_code == 303
    avant = await etat(monde, numero)
    for verbe, version in versions.items():
        reponse = await claire.poster(f"/demandes/{numero}/{verbe}", version=version, **PLEINS | {"motif": "Tapé ici"})
        assert (verbe, reponse.status_code) == (verbe, 409)
        assert "Ce dossier a changé entre-temps" in reponse.text
        garde = champs(reponse, f"/demandes/{numero}/{verbe}")
        assert garde["version"] == str(avant["demande"]["version"])
        tape = {"validations": ("motif", "Tapé ici"), "retour": ("commentaire", "Précisez."), "refus": ("precision", "Vu.")}
        nom, valeur = tape.get(verbe.split("/")[0], ("version", garde["version"]))
        assert (verbe, garde[nom]) == (verbe, valeur)
    assert await etat(monde, numero) == avant


async def test_what_was_typed_in_a_form_that_is_no_longer_offered_is_shown(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    claire, version = await monde.connecter(scene.claire), (await lire(monde, numero)).version
    retour = await claire.poster(f"/demandes/{numero}/retour", version=version, motifs=["INC_02"], echeance="2099-01-31")
    assert retour.status_code == 303
    refus = await claire.poster(
        f"/demandes/{numero}/refus", version=version, motif_refus="REF_S_04", precision="Dépend de <Nancy>."
    )
    assert (refus.status_code, "Dépend de &lt;Nancy&gt;." in refus.text) == (409, True)
    assert (await lire(monde, numero)).statut is Statut.EN_SAISIE
