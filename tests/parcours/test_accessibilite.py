"""Every screen as those see it who zoom, listen, or have no mouse: axe, structure, width, keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.parcours.gestes import REPRIS, au_tableau, cellules, juger, ouvrir_editeur
from tests.support.navigateur import Gens, axe

OPTIONS: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}
ECRANS = [((1280, "light"), (390, "dark")), ((1280, "dark"), (390, "light"))]
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = {
    "Claire Rosheim": [
        "/", "/demandes?personne=lutter", "/demandes?statut=EN_VALIDATION&ville=schil&tri=-ville&verrou=personne",
        "/demandes?personne=zzzz&statut=REFUSE",
        "/seances", "/seances/nouvelle", "/seances/1", "/agrements", "/agrements?q=zzzz", "/campagnes", "/campagnes/1",
    ],
    "Odile Brunstatt": [
        "/campagnes/nouvelle", "/personnes", "/personnes?q=zzzz", "/personnes/nouvelle", "/personnes/1", "/moi", "/nulle-part", "/courriers", "/courriers/modeles",
    ],
    "Jeanne Lutterbach": [
        "/tableau-de-bord", "/demandes/nouvelle", "/demandes/2/saisie", "/demandes/3/suppression", "/demandes/1", "/personnes",
    ],
    "Nadia Turckheim": ["/tableau-de-bord"],
    "Élise Kochersberg": ["/demandes?personne=ribeau"],
    "Yves Molsheim": ["/"],
    "": ["/connexion", "/aide", "/cgu", "/rgpd", "/accessibilite", "/deconnecte"],
}  # fmt: skip


def examiner(page: Page, rang: int = 0) -> list[str]:
    """What is wrong with the page as it is, on two of the four screens."""
    constats = []
    for largeur, couleurs in ECRANS[rang % 2]:
        page.set_viewport_size({"width": largeur, "height": 900})
        page.emulate_media(color_scheme=couleurs)
        ou = f"{page.url} {largeur} {couleurs}"
        constats += [f"{ou} : {x}" for x in axe(page)]
        if page.evaluate(DEBORDE) > 0:
            constats.append(f"{ou} : la page déborde")
    page.set_viewport_size({"width": 1280, "height": 900})
    return constats + [f"{page.url} : {x}" for x in structure(page)]


def structure(page: Page) -> list[str]:
    """One title, one way past the menu, the landmarks."""
    comptes = {"h1": 1, "main": 1, "header nav": 1, "footer nav": 1, "a.evitement[href='#contenu']": 1, "html[lang=fr]": 1}
    vus = {x: page.locator(x).count() for x in comptes}
    return [] if vus == comptes else [str(vus)]


@pytest.mark.parametrize("nom", PAGES)
def test_page_has_no_violation(gens: Gens, nom: str) -> None:
    page = gens.connecter(nom, **OPTIONS) if nom else gens.ouvrir(**OPTIONS)
    constats, titres = [], []
    for rang, chemin in enumerate(PAGES[nom]):
        gens.aller(page, chemin)
        constats += examiner(page, rang)
        titres.append((page.title(), page.url.partition("?")[0]))
    assert constats == []
    assert len({t for t, _ in set(titres)}) == len({u for _, u in titres})  # a title of its own


def test_states_of_the_table_have_no_violation(gens: Gens, seance: int) -> None:
    page, autre = gens.connecter("Hélène Marmoutier", **OPTIONS), gens.connecter("Paul Guebwiller")
    for qui in (page, autre):
        au_tableau(gens, qui, seance, "&personne=felsenmatt")
    page.locator("summary", has_text="Filtrer Formation").click()
    constats = examiner(page)
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Filtrer les colonnes").click()
    constats += examiner(page, 1)
    page.keyboard.press("Escape")
    cellule = str(cellules(page).filter(has_text=REPRIS).first.get_attribute("id"))
    saisie = ouvrir_editeur(page, cellule)
    constats += examiner(page)
    juger(saisie, "Refusé")
    expect(saisie.get_by_role("alert")).to_be_visible()
    constats += examiner(page, 1)
    juger(ouvrir_editeur(autre, cellule), "A l'étude")
    expect(saisie.locator(".marque")).to_contain_text("modifié par Paul Guebwiller")
    juger(saisie, "Accepté")
    expect(page.locator(f"#{cellule} .conflit")).to_be_visible()
    constats += examiner(page)
    assert constats == []


def test_keyboard_states_of_the_table_have_no_violation(gens: Gens, seance: int) -> None:
    page = gens.connecter("Hélène Marmoutier", **OPTIONS)
    au_tableau(gens, page, seance, "&personne=lutter")
    cellules(page).first.focus()
    page.keyboard.press("e")
    expect(page.locator(".editeur").get_by_label("A l'étude")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Reprendre la saisie")).to_be_visible()
    constats = examiner(page, 1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    constats += examiner(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+E")
    constats += examiner(page, 1)
    assert constats == []


def brouillon(gens: Gens) -> str:
    """The address of an empty dossier, in a campaign that is open."""
    page = gens.connecter("Nadia Turckheim")
    gens.aller(page, "/demandes/nouvelle")
    page.get_by_role("link", name="Parcours").click()
    page.get_by_label("Formation").select_option(label="DES Allergologie")
    page.get_by_role("button", name="Commencer la demande").click()
    page.wait_for_url("**/saisie")
    return page.url.removeprefix(gens.url)


def test_forms_with_errors_have_no_violation(gens: Gens, seance: int) -> None:
    constats = []
    for nom, chemin, bouton in (
        ("Nadia Turckheim", brouillon(gens), "Soumettre la demande"),
        ("Claire Rosheim", "/seances/nouvelle", "Planifier la séance"),
        ("Odile Brunstatt", "/campagnes/nouvelle", "Créer la campagne"),
        ("Hélène Marmoutier", f"/seances/{seance}/cloture", ""),
        ("Hélène Marmoutier", "/demandes/1", ""),
    ):
        page = gens.connecter(nom, **OPTIONS)
        gens.aller(page, chemin)
        if bouton:
            page.evaluate("document.querySelectorAll('main form').forEach(f => { f.noValidate = true; })")
            page.get_by_role("button", name=bouton).click()
            expect(page.locator("main [role=alert]").first).to_be_visible()
        constats += examiner(page, len(chemin))
    assert constats == []


def test_decision_is_given_with_the_keyboard_alone(gens: Gens, seance: int) -> None:
    page = gens.connecter("Anne Thann")
    au_tableau(gens, page, seance)
    cellule = str(cellules(page).filter(has_text=REPRIS).first.get_attribute("id"))
    td, editeur = page.locator(f"#{cellule}"), page.locator(f"#{cellule} form.editeur")
    td.focus()
    page.keyboard.press("Enter")
    expect(editeur.locator("input:focus")).to_have_attribute("name", "sens")
    page.keyboard.press("Escape")
    expect(editeur).to_have_count(0)
    expect(td).to_be_focused()
    page.keyboard.press("Enter")
    expect(editeur.locator("input:focus")).to_have_value("ACCEPTE")
    page.keyboard.press("ArrowRight")
    expect(editeur.get_by_label("A l'étude")).to_be_checked()
    while not page.locator(f"#{cellule} textarea:focus").count():
        page.keyboard.press("Tab")
    page.keyboard.type("Au clavier.")
    page.keyboard.press("Tab")
    expect(editeur.get_by_role("button", name="Enregistrer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(editeur).to_have_count(0)
    expect(page.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    expect(page.locator("td[data-c=decision_commission]:focus")).not_to_have_attribute("id", cellule)  # the next line's


def test_nothing_is_lost_at_twice_the_size(gens: Gens, seance: int) -> None:
    page = gens.connecter("Hélène Marmoutier", largeur=640, hauteur=450)  # 1280 × 900 at 200 %
    for chemin in (
        "/",
        "/demandes",
        f"/demandes?seance={seance}",
        f"/seances/{seance}",
        "/agrements",
        "/campagnes",
        "/demandes/1",
    ):
        gens.aller(page, chemin)
        assert page.evaluate(DEBORDE) <= 0, chemin
    au_tableau(gens, page, seance)
    cellule = str(cellules(page).last.get_attribute("id"))
    saisie = ouvrir_editeur(page, cellule)
    juger(saisie, "A l'étude")  # reached, filled and saved
    expect(page.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
