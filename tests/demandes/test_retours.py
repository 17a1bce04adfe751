"""The incomplete loop: remarks prepared, sent together, answered, lifted or raised again, and what holds the validation back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.campagnes.models import CampagneMotif
from app.core.templating import aujourdhui, jour
from app.demandes.models import Retour
from app.demandes.retours.models import EtatRemarque, PreparationRetour, Remarque
from app.demandes.statuts import Statut
from tests.demandes.outils import actes, arbre, champs, etat, lire, saisie_de, textes

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene
    from tests.support.application import Poste

ECHEANCE = (aujourdhui() + timedelta(days=12)).isoformat()
ERREURS = "//form//small[@class='erreur-champ']"


async def agir(poste: Poste, scene: Scene, numero: int, verbe: str, **valeurs: Any) -> Any:
    """An act of the scolarité, up to date."""
    version = (await lire(scene.monde, numero)).version
    return await poste.poster(f"/demandes/{numero}/{verbe}", **{"version": version, **valeurs})


async def remarques(scene: Scene, numero: int) -> list[Remarque]:
    """As they are stored, in their order."""
    async with scene.monde.sessions() as session:
        return list(await session.scalars(select(Remarque).where(Remarque.demande_id == numero).order_by(Remarque.id)))


async def remarquer(poste: Poste, scene: Scene, numero: int, ancre: str, motif: str, texte: str = "") -> int:
    """Prepare one; its number."""
    fait = await agir(poste, scene, numero, "remarques", ancre=ancre, motif=motif, texte=texte)
    assert fait.status_code == 303
    return (await remarques(scene, numero))[-1].id


async def retourner(poste: Poste, scene: Scene, numero: int, **valeurs: Any) -> None:
    """Send what is prepared."""
    preparation = champs(await poste.ouvrir(f"/demandes/{numero}"), f"/demandes/{numero}/retour")["preparation"]
    fait = await agir(poste, scene, numero, "retour", **{"echeance": ECHEANCE, "preparation": preparation, **valeurs})
    assert fait.status_code == 303


async def repondre(scene: Scene, numero: int, **valeurs: Any) -> Any:
    """Nadia's form, as she sees it, with these fields changed; then submitted."""
    nadia = await scene.monde.connecter(scene.nadia)
    return await nadia.poster(f"/demandes/{numero}/soumission", **await saisie_de(nadia, numero) | valeurs)


async def valider_les_blocs(poste: Poste, scene: Scene, numero: int) -> None:
    """By hand."""
    for bloc in ("rts", "etablissement", "terrain"):
        assert (await agir(poste, scene, numero, f"validations/{bloc}", acte="valider", motif="Vu.")).status_code == 303


async def test_nothing_of_a_prepared_remark_reaches_the_rts_before_the_return(scene: Scene) -> None:
    monde, nadia, claire = scene.monde, await scene.monde.connecter(scene.nadia), await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    await remarquer(claire, scene, numero, "champ:projet", "INC_02", "Encadrement à préciser.")
    assert "Encadrement à préciser." in (await claire.ouvrir(f"/demandes/{numero}")).text
    for adresse in ("/tableau-de-bord", f"/demandes/{numero}"):
        lue = (await nadia.ouvrir(adresse)).text
        assert ("Encadrement" not in lue, "emarque" not in lue) == (True, True)
    await retourner(claire, scene, numero)
    page = await nadia.ouvrir(f"/demandes/{numero}/saisie")
    assert textes(page, "//ul[@class='remarques']/li") == [
        "Projet pédagogique : Projet pédagogique absent ou non actualisé — Encadrement à préciser. (à traiter)"
    ]
    (remarque,) = await remarques(scene, numero)
    assert arbre(page).xpath("//ul[@class='remarques']//a/@href") == [f"#remarque-{remarque.id}"]
    assert arbre(page).xpath(f"//textarea[@name='projet']/following::div[@id='remarque-{remarque.id}']")
    assert "1 remarque, 0 traitée" in " ".join(
        textes(await nadia.ouvrir("/tableau-de-bord"), f"//article[@id='demande-{numero}']")
    )
    async with monde.sessions() as session:
        (retour,) = list(await session.scalars(select(Retour)))
        assert list(await session.scalars(select(PreparationRetour))) == []
    assert (retour.motifs, retour.depot, remarque.retour_id, remarque.etat) == ([], 1, retour.id, EtatRemarque.ENVOYEE)
    assert (await actes(monde, numero))[-1].apres == {
        "statut": "EN_SAISIE", "motifs": ["INC_02"], "remarques": [remarque.id], "echeance": ECHEANCE
    }  # fmt: skip


async def test_a_remark_says_where_and_why(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    avant = await etat(monde, numero)
    for valeurs, dit in (
        ({"motif": "INC_02"}, "Dites sur quoi porte la remarque."),
        ({"ancre": "champ:inconnu", "motif": "INC_02"}, "Dites sur quoi porte la remarque."),
        ({"ancre": "fichier:1", "motif": "INC_02"}, "Dites sur quoi porte la remarque."),
        ({"ancre": "champ:projet"}, "Choisissez un motif."),
        ({"ancre": "champ:projet", "motif": "REF_S_01"}, "Choisissez un motif."),
        ({"ancre": "champ:projet", "motif": "INC_01"}, "Ce motif demande un commentaire : dites ce qui manque."),
    ):
        refus = await agir(claire, scene, numero, "remarques", **valeurs)
        assert (valeurs, refus.status_code, textes(refus, ERREURS)) == (valeurs, 422, [dit])
    assert (await etat(monde, numero), await remarques(scene, numero)) == (avant, [])
    garde = await agir(claire, scene, numero, "remarques", ancre="champ:projet", motif="INC_01", texte=" ")
    assert champs(garde, f"/demandes/{numero}/remarques")["ancre"] == "champ:projet"


async def test_the_address_of_a_dossier_prepares_a_remark(scene: Scene) -> None:
    """A field as the form, or the comparison, names it; with a text where there is one."""
    claire, numero = (
        await scene.monde.connecter(scene.claire),
        await scene.monde.soumise(scene.nadia, scene.campagne, "ALLERGO"),
    )
    vers = await claire.ouvrir(f"/demandes/{numero}/traitement?remarque=champ:projet&texte=Trop%20court")
    assert (vers.status_code, vers.headers["location"]) == (
        303, f"/demandes/{numero}?remarque=champ:projet&texte=Trop%20court#retourner"
    )  # fmt: skip
    for code, ancre in (("champ:projet", "champ:projet"), ("champ:raison_sociale", "champ:saisie_raison_sociale"),
                        ("champ:nom", "section:rts"), ("section:pieces", "section:pieces"), ("champ:<b>", "")):  # fmt: skip
        page = await claire.ouvrir(f"/demandes/{numero}?remarque={code}&texte=Trop court")
        formulaire = champs(page, f"/demandes/{numero}/remarques")
        assert (code, formulaire["ancre"], formulaire["texte"]) == (code, ancre, "Trop court")
        assert bool(arbre(page).xpath("//details[@id='retourner'][@open]")) == bool(ancre)


async def test_a_draft_of_a_return_is_shared_and_versioned(scene: Scene) -> None:
    """Hugo adds a remark while Claire reads: hers does not leave with what she has not seen."""
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    premiere = await remarquer(claire, scene, numero, "champ:projet", "INC_02")
    lue = champs(await claire.ouvrir(f"/demandes/{numero}"), f"/demandes/{numero}/retour")
    garde = await agir(
        claire, scene, numero, "preparation", commentaire="Merci.", echeance=ECHEANCE, preparation=lue["preparation"]
    )
    assert garde.status_code == 303
    relue = champs(await claire.ouvrir(f"/demandes/{numero}"), f"/demandes/{numero}/retour")
    assert (relue["commentaire"], relue["echeance"]) == ("Merci.", ECHEANCE)
    await remarquer(claire, scene, numero, "champ:capacite", "INC_09", "Trop.")  # as a colleague would
    trop_tot = await agir(claire, scene, numero, "retour", **relue)
    assert (trop_tot.status_code, (await lire(monde, numero)).statut) == (409, Statut.EN_VALIDATION)
    assert "Trop." in trop_tot.text
    retrait = await agir(claire, scene, numero, f"remarques/{premiere}/retrait")
    assert (retrait.status_code, [r.ancre for r in await remarques(scene, numero)]) == (303, ["champ:capacite"])
    assert (await agir(claire, scene, numero, f"remarques/{premiere}/retrait")).status_code == 404
    await retourner(claire, scene, numero, commentaire="Merci.")
    assert [r.etat for r in await remarques(scene, numero)] == [EtatRemarque.ENVOYEE]


async def test_a_dossier_is_submitted_again_once_every_remark_is_ticked_or_answered(scene: Scene) -> None:
    monde, nadia, claire = scene.monde, await scene.monde.connecter(scene.nadia), await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    un = await remarquer(claire, scene, numero, "champ:projet", "INC_02")
    deux = await remarquer(claire, scene, numero, "section:pieces", "INC_06")
    await retourner(claire, scene, numero)
    refus = await repondre(scene, numero)
    assert refus.status_code == 422
    assert textes(refus, "//section[@aria-labelledby='titre-manques']//li") == [
        f"{lieu} : une remarque de la scolarité attend, cochez « Fait » ou répondez."
        for lieu in ("Projet pédagogique", "Pièces")
    ]
    assert arbre(refus).xpath("//section[@aria-labelledby='titre-manques']//a/@href") == [
        f"#remarque-{un}",
        f"#remarque-{deux}",
    ]
    # Saved as any field is: by its own screen, without leaving the page.
    garde = await nadia.poster(
        f"/demandes/{numero}/saisie", htmx=True, **await saisie_de(nadia, numero) | {f"faite_{un}": ["", "1"]}
    )
    assert (garde.status_code, "2 remarques, 1 traitée" in garde.text) == (200, True)
    assert (await actes(monde, numero))[-1].apres == {"remarques": [un]}
    fait = await repondre(scene, numero, **{f"reponse_{deux}": "Le CV est joint."})
    assert (fait.status_code, (await lire(monde, numero)).statut) == (303, Statut.EN_VALIDATION)
    assert [(r.faite, r.reponse, r.etat) for r in await remarques(scene, numero)] == [
        (True, "", EtatRemarque.ENVOYEE), (False, "Le CV est joint.", EtatRemarque.ENVOYEE)
    ]  # fmt: skip


async def test_two_screens_that_answer_the_same_remark_choose(scene: Scene) -> None:
    nadia, claire = await scene.monde.connecter(scene.nadia), await scene.monde.connecter(scene.claire)
    numero = await scene.monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    un = await remarquer(claire, scene, numero, "champ:projet", "INC_02")
    deux = await remarquer(claire, scene, numero, "champ:email", "INC_06")
    await retourner(claire, scene, numero)
    ancien, adresse = await saisie_de(nadia, numero), f"/demandes/{numero}/saisie"
    assert (await nadia.poster(adresse, htmx=True, **ancien | {f"reponse_{un}": "Du premier"})).status_code == 200
    assert (await nadia.poster(adresse, htmx=True, **ancien | {f"reponse_{deux}": "Du second"})).status_code == 200  # merged
    conflit = await nadia.poster(adresse, htmx=True, **ancien | {f"reponse_{un}": "Du second"})
    assert (conflit.status_code, "Réponse à une remarque : modifié aussi sur un autre écran." in conflit.text) == (409, True)
    assert [r.reponse for r in await remarques(scene, numero)] == ["Du premier", "Du second"]


async def test_the_loop_twice_then_validated(scene: Scene) -> None:
    """The scolarité reads what changed, lifts, raises again; the second answer is lifted, and the dossier goes on."""
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    projet = await remarquer(claire, scene, numero, "champ:projet", "INC_02", "Trop court.")
    capacite = await remarquer(claire, scene, numero, "champ:capacite", "INC_09", "Deux ?")
    await retourner(claire, scene, numero)
    fait = await repondre(
        scene, numero, projet="Deux encadrants.", **{f"reponse_{projet}": "Revu.", f"reponse_{capacite}": "Oui."}
    )
    assert fait.status_code == 303
    page = await claire.ouvrir(f"/demandes/{numero}")
    assert textes(page, "//table[@class='changements']/tbody/tr") == [
        "Projet pédagogique Accueil et encadrement. Deux encadrants."
    ]
    assert textes(page, "//p[@class='reponse']") == ["« Revu. »", "« Oui. »"]
    await valider_les_blocs(claire, scene, numero)
    bloque = await agir(claire, scene, numero, "validation-administrative")
    assert (bloque.status_code, (await lire(monde, numero)).statut) == (422, Statut.EN_VALIDATION)
    assert textes(bloque, ERREURS) == ["Des remarques sont encore en attente : levez-les, ou dites pourquoi vous passez outre."]
    assert (await agir(claire, scene, numero, "remarques/levee", remarques=[projet])).status_code == 303
    reprise = await agir(claire, scene, numero, f"remarques/{capacite}/reprise", motif="INC_09", texte="Avec un encadrant ?")
    assert reprise.status_code == 303
    await retourner(claire, scene, numero)
    suite = (await remarques(scene, numero))[-1]
    assert (suite.suite_de, suite.ancre, suite.motif, suite.texte) == (
        capacite,
        "champ:capacite",
        "INC_09",
        "Avec un encadrant ?",
    )
    fait = await repondre(scene, numero, capacite="1", **{f"faite_{suite.id}": ["", "1"]})
    assert fait.status_code == 303
    page = await claire.ouvrir(f"/demandes/{numero}")
    assert textes(page, "//table[@class='changements']/tbody/tr") == ["Capacité d'accueil 2 1"]  # since the last return only
    assert (await agir(claire, scene, numero, "remarques/levee", remarques=[suite.id])).status_code == 303
    await valider_les_blocs(claire, scene, numero)
    assert (await agir(claire, scene, numero, "validation-administrative")).status_code == 303
    assert (await lire(monde, numero)).statut is Statut.VALIDE_ADMIN
    assert [r.etat for r in await remarques(scene, numero)] == [EtatRemarque.LEVEE, EtatRemarque.RELEVEE, EtatRemarque.LEVEE]


async def test_a_remark_is_raised_again_with_a_reason_that_the_campaign_offers_no_more(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    un = await remarquer(claire, scene, numero, "champ:capacite", "INC_09", "Deux ?")
    await retourner(claire, scene, numero)
    assert (await repondre(scene, numero, capacite="1", **{f"faite_{un}": ["", "1"]})).status_code == 303
    async with monde.base() as session:
        session.add(CampagneMotif(campagne_id=scene.campagne.id, contexte="INCOMPLET", motif="INC_02", libelle=""))
    adresse = f"remarques/{un}/reprise"
    trop = await agir(claire, scene, numero, adresse, motif="INC_09", texte="x" * 2001)
    assert trop.status_code == 422
    assert textes(trop, f"//details[@open]//textarea[@id='reprise-{un}']") == ["x" * 2001]  # beside its message
    assert textes(trop, f"//small[@id='erreur-reprise-{un}']") == ["2001 caractères : 2000 au plus."]
    ailleurs = await agir(claire, scene, numero, adresse, motif="INC_10", texte="Autre chose.")
    assert (ailleurs.status_code, textes(ailleurs, f"//small[@id='erreur-reprise-{un}']")) == (422, ["Choisissez un motif."])
    assert (await agir(claire, scene, numero, adresse, motif="INC_09", texte="Et le second ?")).status_code == 303
    suite = (await remarques(scene, numero))[-1]
    assert (suite.suite_de, suite.motif, suite.texte) == (un, "INC_09", "Et le second ?")


async def test_overriding_pending_remarks_says_why_and_is_kept(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    un = await remarquer(claire, scene, numero, "champ:projet", "INC_02")
    await valider_les_blocs(claire, scene, numero)
    assert (await agir(claire, scene, numero, "validation-administrative")).status_code == 422  # prepared: pending already
    fait = await agir(claire, scene, numero, "validation-administrative", passer_outre="Vu avec le doyen.")
    assert (fait.status_code, (await lire(monde, numero)).statut) == (303, Statut.VALIDE_ADMIN)
    acte = (await actes(monde, numero))[-1]
    assert (acte.action, acte.apres, acte.motif) == (
        "valider_administrativement", {"statut": "VALIDE_ADMIN", "remarques": [un]},
        "Passé outre aux remarques en attente : Vu avec le doyen.",
    )  # fmt: skip
    dit = textes(await claire.ouvrir(f"/demandes/{numero}"), "//details[@class='historique']//li")[0]
    assert "Motif : Passé outre aux remarques en attente : Vu avec le doyen." in dit
    assert "doyen" not in (await (await monde.connecter(scene.nadia)).ouvrir(f"/demandes/{numero}")).text


async def test_the_history_of_the_loop_names_its_acts(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    un = await remarquer(claire, scene, numero, "champ:projet", "INC_02")
    await retourner(claire, scene, numero)
    prolonge = (aujourdhui() + timedelta(days=30)).isoformat()
    fait = await agir(claire, scene, numero, "retour/prolongation", echeance=prolonge, motif_prolongation="Congés.")
    assert fait.status_code == 303
    await repondre(scene, numero, **{f"faite_{un}": ["", "1"]})
    await agir(claire, scene, numero, "remarques/levee", remarques=[un])
    dits = textes(await claire.ouvrir(f"/demandes/{numero}"), "//details[@class='historique']//li/strong")
    assert dits[:6] == [
        "Remarques levées", "Demande soumise", "Remarques répondues", "Délai de complément prolongé", "Retournée incomplète",
        "Demande soumise",
    ]  # fmt: skip
    assert f"à compléter avant le {jour(aujourdhui() + timedelta(days=30))}" in " ".join(
        textes(await claire.ouvrir(f"/demandes/{numero}"), "//details[@class='historique']//li")
    )
