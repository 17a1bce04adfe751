"""Three journeys again: without JavaScript, on a slow network, at twice the size. The same words, the same gestures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.parcours.gestes import REPRIS, cellules

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

CONDITIONS: dict[str, dict[str, Any]] = {
    "sans_javascript": {"java_script_enabled": False},
    "latence": {},
    "double": {"largeur": 640, "hauteur": 450, "device_scale_factor": 2},  # 1280 × 900 at 200 %
}
LENT = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TENUES = """() => { const cadre = document.querySelector('.defilement');
  const collees = [...cadre.querySelectorAll('tr.titres > th')].filter((th) => getComputedStyle(th).left !== 'auto');
  return [collees.map((th) => th.dataset.c), collees.reduce((n, th) => n + th.offsetWidth, 0) / cadre.clientWidth]; }"""


@pytest.fixture(params=CONDITIONS)
def condition(request: pytest.FixtureRequest) -> str:
    """How the person works."""
    return str(request.param)


def installer(gens: Gens, nom: str, condition: str) -> Page:
    """Somebody, in these conditions."""
    page = gens.connecter(nom, **CONDITIONS[condition])
    if condition == "latence":
        reseau = page.context.new_cdp_session(page)
        reseau.send("Network.enable")
        reseau.send("Network.emulateNetworkConditions", LENT)
    return page


def tient(page: Page, condition: str) -> None:
    """Nothing is lost at twice the size: the page scrolls one way only, its table has a frame of its own."""
    if condition == "double":
        assert page.evaluate(DEBORDE) <= 0, page.url


def test_a_line_is_decided(gens: Gens, seance: int, condition: str) -> None:
    page = installer(gens, "Hélène Marmoutier", condition)
    gens.aller(page, f"/demandes?seance={seance}&verrou=personne")
    tient(page, condition)
    if condition == "double":
        collees, part = page.evaluate(TENUES)
        assert (collees[-1:], part <= 0.4) == (["personne"], True)
    cellule = str(cellules(page).filter(has_text=REPRIS).first.get_attribute("id"))
    ligne = cellule.rpartition("-")[2]
    page.get_by_role("link", name=f"Modifier la décision de la commission, ligne {ligne}", exact=True).click()
    editeur = page.get_by_role("form", name=f"Décision commission, ligne {ligne}")
    editeur.get_by_label("Refusé").check()
    editeur.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(editeur.get_by_role("alert")).to_contain_text("Un refus est motivé")
    tient(page, condition)
    expect(editeur.get_by_label("Refusé")).to_be_checked()
    editeur.get_by_label("Motif").select_option(label="Activité insuffisante")
    editeur.get_by_label("Précision").fill("Peu de patients.")
    editeur.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(f"#{cellule}")).to_contain_text("Activité insuffisante : Peu de patients.")
    expect(page.locator(f"#{cellule} .sens")).to_have_text("Refusé")
    expect(page.locator(f"#{cellule}")).not_to_contain_text("repris du coordonnateur")


def test_the_list_is_filtered_a_dossier_read_and_the_row_found_again(gens: Gens, condition: str) -> None:
    page = installer(gens, "Claire Rosheim", condition)
    gens.aller(page, "/demandes?tri=personne")
    tous = page.locator("#compte").inner_text()
    champ = page.get_by_label("Filtrer Ville")
    champ.fill("colmar")
    champ.press("Enter")
    expect(page.get_by_label("Filtres actifs")).to_contain_text("Ville : « colmar »")
    assert {x.casefold() for x in page.locator("#corps td[data-c=ville]").all_inner_texts()} == {"colmar"}
    tient(page, condition)
    rangee = page.locator("#corps tr:not(.attachee)").nth(2)
    ligne = str(rangee.get_attribute("id"))
    rangee.get_by_role("link", name="Aperçu").click()
    page.get_by_role("button", name="Ouvrir le dossier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Traitement de la demande d'agrément")
    tient(page, condition)
    page.locator(".parcours").get_by_role("link", name="Liste des demandes").click()
    expect(page.locator(f"#{ligne}")).to_be_visible()
    page.get_by_role("link", name="Réinitialiser").click()
    expect(page.locator("#compte")).to_have_text(tous)


def test_ticked_rows_are_decided_together(gens: Gens, seance: int, condition: str) -> None:
    page = installer(gens, "Hélène Marmoutier", condition)
    gens.aller(page, f"/demandes?seance={seance}")
    boites = page.locator("#corps tr:has(.heritee) td.coche input")
    numeros = [str(boites.nth(n).get_attribute("value")) for n in (2, 3)]
    for numero in numeros:
        page.get_by_role("checkbox", name=f"Cocher la ligne {numero},").check()
    page.get_by_role("button", name="Agir sur les lignes cochées").click()
    expect(page.get_by_role("heading", name="Agir sur 2 lignes cochées")).to_be_visible()
    page.get_by_label("A l'étude").check()
    tient(page, condition)
    if condition == "sans_javascript":
        page.get_by_role("button", name="Prévisualiser").click()
    page.get_by_role("button", name="A l'étude : modifier 2 lignes").click()
    for _ in range(40):
        if condition != "sans_javascript" or "/lots/" in page.url:
            break
        page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_role("heading", name="Lot n°")).to_be_visible()
    expect(page.locator(".bilan")).to_contain_text("2 modifiées")
    tient(page, condition)
    page.get_by_role("link", name="Retour à la liste").click()
    for numero in numeros:
        expect(page.locator(f"#c-decision_commission-{numero} .sens")).to_have_text("A l'étude")
