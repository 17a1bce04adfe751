"""The dossier as a form of the same worth as the table: saved, then on to the next line, of the dossier, then of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lxml import html

from app.avis.models import AvisCoordonnateur, Decision, Sens

if TYPE_CHECKING:
    from tests.support.application import Poste
    from tests.support.commission import Scene

OUI = {"sens": "ACCEPTE", "duree": "1", "phases": ["S", "A"], "version": "0"}
TETE = "#panneau-avis-titre"


async def formulaires(poste: Poste, adresse: str) -> list[Any]:
    reponse = await poste.ouvrir(adresse)
    assert reponse.status_code == 200, adresse
    return html.fromstring(reponse.text).xpath('//form[@class="editeur"]')  # type: ignore[no-any-return]


def cache(formulaire: Any, nom: str) -> str:
    return str(formulaire.xpath(f'string(.//input[@name="{nom}"]/@value)'))


async def test_the_next_line_is_of_this_dossier_then_of_the_list(scene: Scene) -> None:
    premiere, derniere = await scene.demande(), await scene.demande()
    suite = "?" + urlencode({"liste": "statut=VALIDE_ADMIN"})
    poste = await scene.poste("coord")
    (f,) = await formulaires(poste, f"/demandes/{premiere.demande_id}{suite}")
    ici, apres = f"/demandes/{premiere.demande_id}{suite}", f"/demandes/{derniere.demande_id}{suite}{TETE}"
    assert (cache(f, "retour"), cache(f, "suivante")) == (ici, apres)
    champs = {**OUI, "retour": ici, "suivante": apres}
    reste = await poste.poster(f.get("action"), **champs)
    assert (reste.status_code, reste.headers["location"]) == (303, ici)
    part = await poste.poster(f.get("action"), **{**champs, "version": "1", "puis": "suivante"})
    assert (part.status_code, part.headers["location"]) == (303, apres)
    assert (await scene.ecrit(AvisCoordonnateur, premiere)).version == 2
    (f,) = await formulaires(poste, f"/demandes/{derniere.demande_id}{suite}")
    assert (cache(f, "suivante"), f.xpath('.//button[@name="puis"]')) == ("", [])  # the last of the list
    (f,) = await formulaires(poste, f"/demandes/{premiere.demande_id}")
    assert f.xpath('.//button[@name="puis"]') == []  # opened from no list


async def test_in_a_seance_the_list_is_its_table(scene: Scene) -> None:
    lignes = [await scene.demande() for _ in range(3)]
    for ligne in lignes:
        await scene.coord(ligne)
    seance = await scene.seance()
    suite = "?" + urlencode({"liste": f"seance={seance}"})
    poste = await scene.poste("membre")
    adresse, vus = f"/demandes/{lignes[0].demande_id}{suite}", []
    while adresse:
        (f,) = await formulaires(poste, adresse.partition("#")[0])
        vus.append(adresse)
        champs = {**OUI, "retour": cache(f, "retour"), "suivante": cache(f, "suivante"), "avis": cache(f, "avis")}
        reponse = await poste.poster(f.get("action"), puis="suivante", **champs)
        adresse = reponse.headers["location"] if cache(f, "suivante") else ""
    assert [x.partition("?")[0] for x in vus] == [f"/demandes/{x.demande_id}" for x in lignes]
    assert [(await scene.ecrit(Decision, x)).sens for x in lignes] == [Sens.ACCEPTE] * 3


async def test_what_is_refused_keeps_the_way_and_no_form_leads_out_of_the_site(scene: Scene) -> None:
    ligne = await scene.demande()
    poste, adresse = await scene.poste("coord"), f"/lignes/{ligne.id}/avis-coordonnateur"
    faux = await poste.poster(
        adresse, sens="REFUSE", version="0", retour="/demandes", suivante="/demandes/7?liste=x", puis="suivante"
    )
    assert faux.status_code == 422
    (f,) = html.fromstring(faux.text).xpath('//form[@class="editeur"]')
    assert (cache(f, "retour"), cache(f, "suivante")) == ("/demandes", "/demandes/7?liste=x")
    for dehors in ("https://mal.exemple/", "//mal.exemple", "/\\mal.exemple"):
        version = "0" if await scene.ecrit(AvisCoordonnateur, ligne) is None else "9"
        champs = {**OUI, "version": version, "retour": dehors, "suivante": dehors, "puis": "suivante"}
        reponse = await poste.poster(adresse, **champs)
        if reponse.status_code == 303:
            assert reponse.headers["location"] == "/demandes"
        else:
            assert dehors not in reponse.text


async def test_whoever_judges_meets_the_decision_before_the_dossier(scene: Scene) -> None:
    ligne = await scene.demande()
    for qui, premier in (("coord", "Avis et décisions"), ("scol", "Responsable terrain de stage")):
        racine = html.fromstring(await scene.page(qui, f"/demandes/{ligne.demande_id}"))
        titres = [x.text_content().strip() for x in racine.xpath("//main//h1 | //main//h2")]
        assert titres[:2] == ["Traitement de la demande d'agrément", premier]
