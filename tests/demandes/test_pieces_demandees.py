"""The pièces that a campaign asks for: each in its place, those of one's profile, exacted at the submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from app.campagnes.models import CampagnePiece
from app.demandes.models import Choix
from app.demandes.statuts import Statut
from tests.demandes.outils import PDF, actes, arbre, lire, saisie_de, textes
from tests.support.fichiers import image, pdf

if TYPE_CHECKING:
    import httpx

    from tests.demandes.conftest import Scene

CODES = {"PROJET_PED": True, "VISA_ETAB": False, "ATT_RCP": True, "RAPPORT_VISITE": True}


async def demander(scene: Scene, **codes: bool) -> None:
    """The campaign asks for these; True: compulsory."""
    rangees = [{"campagne_id": scene.campagne.id, "piece": c, "obligatoire": o} for c, o in codes.items()]
    async with scene.monde.base() as session:
        await session.execute(insert(CampagnePiece), rangees)


async def envoyer(scene: Scene, numero: int, fichiers: list[tuple[str, tuple[str, bytes]]], **autres: Any) -> httpx.Response:
    nadia = await scene.monde.connecter(scene.nadia)
    saisie = await saisie_de(nadia, numero) | autres
    return await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, fichiers=fichiers, **saisie)


def places(reponse: httpx.Response) -> dict[str, list[str]]:
    """Place → names of what is there."""
    noeuds = arbre(reponse).xpath("//div[@class='place']")
    return {n.get("id"): [a.text_content() for a in n.xpath(".//p[@class='piece']/a")] for n in noeuds}


async def test_the_draft_has_a_place_for_each_piece_of_its_profile(scene: Scene) -> None:
    await demander(scene, **CODES)
    hopital = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    cabinet = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", choix=Choix.CABINET)
    nadia = await scene.monde.connecter(scene.nadia)
    # The report of the visit is the scolarité's.
    assert places(await nadia.ouvrir(f"/demandes/{hopital}/saisie")) == {
        "piece-PROJET_PED": [],
        "piece-VISA_ETAB": [],
        "piece": [],
    }
    assert places(await nadia.ouvrir(f"/demandes/{cabinet}/saisie")) == {
        "piece-ATT_RCP": [],
        "piece-PROJET_PED": [],
        "piece": [],
    }


async def test_each_piece_goes_to_its_place_and_is_replaced_there(scene: Scene) -> None:
    await demander(scene, **CODES)
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    autres = [("piece", ("plan.png", image("PNG"))), ("piece", ("photo.jpeg", image("JPEG")))]
    rendue = await envoyer(scene, numero, [("piece-PROJET_PED", ("projet.pdf", PDF)), *autres])
    assert rendue.status_code == 200
    assert places(rendue) == {"piece-PROJET_PED": ["projet.pdf"], "piece-VISA_ETAB": [], "piece": ["plan.png", "photo.jpg"]}
    rendue = await envoyer(scene, numero, [("piece-PROJET_PED", ("projet-2.pdf", PDF + b"\n")), ("piece", ("cv.pdf", PDF))])
    assert places(rendue)["piece-PROJET_PED"] == ["projet-2.pdf"]
    assert places(rendue)["piece"] == ["plan.png", "photo.jpg", "cv.pdf"]
    # A pièce that is not asked for has no place: nothing of it is taken.
    rendue = await envoyer(scene, numero, [("piece-RAPPORT_VISITE", ("rapport.pdf", PDF)), ("piece-ATT_RCP", ("x.pdf", PDF))])
    assert sum(map(len, places(rendue).values())) == 4


async def test_what_is_refused_is_told_in_its_place_and_loses_nothing(scene: Scene) -> None:
    await demander(scene, **CODES)
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    fichiers = [("piece-PROJET_PED", ("projet.pdf", pdf(b"/S/JavaScript"))), ("piece-VISA_ETAB", ("visa.pdf", PDF))]
    rendue = await envoyer(scene, numero, fichiers, projet="Un texte tapé en même temps")
    assert rendue.status_code == 422
    assert places(rendue) == {"piece-PROJET_PED": [], "piece-VISA_ETAB": ["visa.pdf"], "piece": []}
    (erreur,) = textes(rendue, "//*[@id='piece-PROJET_PED-aide']")
    assert (
        erreur == "Ce PDF contient un programme, une action ou un fichier joint : imprimez-le au format PDF, puis joignez-le."
    )
    assert (await lire(scene.monde, numero)).projet == "Un texte tapé en même temps"


async def test_a_compulsory_piece_is_exacted_at_the_submission(scene: Scene) -> None:
    await demander(scene, **CODES)
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    nadia = await scene.monde.connecter(scene.nadia)
    manque = await nadia.poster(f"/demandes/{numero}/soumission", **await saisie_de(nadia, numero))
    assert manque.status_code == 422
    (lien,) = arbre(manque).xpath("//section[@role='alert']//a")
    assert lien.text_content() == "Joignez la pièce obligatoire : Projet pédagogique (un par phase demandée)."
    assert arbre(manque).xpath(f"//*[@id='{lien.get('href').removeprefix('#')}']")
    assert (await lire(scene.monde, numero)).statut is Statut.EN_SAISIE
    await envoyer(scene, numero, [("piece-PROJET_PED", ("projet.pdf", PDF))])
    assert (await nadia.poster(f"/demandes/{numero}/soumission", **await saisie_de(nadia, numero))).status_code == 303
    traces = [a.apres for a in await actes(scene.monde, numero) if a.action == "joindre_piece"]
    assert [(t["nom"], t["type"]) for t in traces if t] == [("projet.pdf", "PROJET_PED")]
    claire = await scene.monde.connecter(scene.claire)
    lues = textes(await claire.ouvrir(f"/demandes/{numero}"), "//ul[@class='pieces-lues']/li")
    assert lues[0].startswith("Projet pédagogique (un par phase demandée) : projet.pdf (1 Ko, ")
    assert lues[1] == "Visa du directeur d'établissement : absente"


async def test_a_body_that_is_too_big_is_told_and_changes_nothing(scene: Scene) -> None:
    numero = await scene.monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    avant = (await lire(scene.monde, numero)).version
    enorme = [("piece", (f"{n}.pdf", b"0" * (11 * 1024 * 1024))) for n in range(6)]
    nadia = await scene.monde.connecter(scene.nadia)
    refuse = await nadia.poster(f"/demandes/{numero}/saisie", fichiers=enorme, **await saisie_de(nadia, numero))
    assert refuse.status_code == 413
    assert "10 Mo par fichier" in refuse.text
    assert "Ce qui était enregistré l'est toujours" in " ".join(textes(refuse, "//main"))
    assert (await lire(scene.monde, numero)).version == avant
