"""Beside the row: the dossier opened without leaving the line, the way through the list and back, what changes meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.parcours.gestes import REPRIS, Reseau, au_tableau, cellules, juger, ouvrir_editeur

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

LISTE = "/demandes?statut=VALIDE_ADMIN&tri=personne"


def nom(page: Page, rang: int) -> str:
    return page.locator("#corps tr").nth(rang).locator("td[data-c=personne]").inner_text().strip()


def en_vue(page: Page, ligne: str) -> bool:
    """Whether the row can be seen in its frame."""
    return bool(page.evaluate(
        "id => { const r = document.getElementById(id).getBoundingClientRect(),"
        " v = document.querySelector('.defilement').getBoundingClientRect();"
        " return r.top >= v.top && r.bottom <= Math.min(v.bottom, innerHeight) }", ligne
    ))  # fmt: skip


def test_space_opens_the_panel_beside_a_row_that_keeps_the_focus(gens: Gens) -> None:
    page = gens.connecter("Claire Rosheim")
    gens.aller(page, LISTE)
    lien = page.locator("#corps tr").nth(3).locator("a").first
    lien.focus()
    page.keyboard.press("Space")
    panneau, titre = page.locator("#panneau"), page.locator("#panneau-titre")
    expect(titre).to_have_text(nom(page, 3))
    expect(lien).to_be_focused()
    largeur = panneau.bounding_box()["width"]  # type: ignore[index]
    expect(page.locator("#panneau-annonce")).to_contain_text("F6 pour y aller")
    page.keyboard.press("F6")
    expect(titre).to_be_focused()
    page.keyboard.press("j")
    expect(titre).to_have_text(nom(page, 4))
    expect(panneau.locator(".voisines")).to_contain_text("5/")
    assert panneau.bounding_box()["width"] == largeur  # type: ignore[index]
    # Whatever moves the active line takes the panel along.
    ligne = int(page.locator("#corps tr").nth(6).get_attribute("id").removeprefix("ligne-"))  # type: ignore[union-attr]
    page.evaluate("id => document.dispatchEvent(new CustomEvent('ligne:choisie', { detail: { id } }))", ligne)
    expect(titre).to_have_text(nom(page, 6))
    page.keyboard.press("Escape")
    expect(panneau).to_be_hidden()
    expect(lien).to_be_focused()


def test_through_the_list_and_back_to_the_same_row(gens: Gens) -> None:
    page = gens.connecter("Claire Rosheim")
    gens.aller(page, LISTE)
    rangee = page.locator("#corps tr:not(.attachee)").nth(30)
    ligne = str(rangee.get_attribute("id"))
    rangee.locator("a").first.click()
    page.wait_for_url("**/demandes/*liste=*")
    place = page.locator(".parcours .chiffres").inner_text()
    haut = page.evaluate("JSON.parse(sessionStorage.getItem('liste:/demandes?statut=VALIDE_ADMIN&tri=personne')).haut")
    assert haut > 300
    page.keyboard.press("j")
    expect(page.locator(".parcours .chiffres")).not_to_have_text(place)
    page.keyboard.press("k")
    expect(page.locator(".parcours .chiffres")).to_have_text(place)
    page.locator(".parcours").get_by_role("link", name="Liste des demandes").click()
    page.wait_for_url(f"**#{ligne}")
    expect(page.locator(f"#{ligne} a").first).to_be_focused()
    assert page.locator(".defilement").evaluate("e => e.scrollTop") == haut
    assert en_vue(page, ligne)
    page.locator(f"#{ligne} a").first.click()
    page.wait_for_url("**/demandes/*liste=*")
    page.go_back()
    expect(page.locator(f"#{ligne} a").first).to_be_focused()
    assert page.locator(".defilement").evaluate("e => e.scrollTop") == haut


def test_the_panel_and_the_dossier_tell_what_others_change(gens: Gens, seance: int) -> None:
    presidente, membre, autre = (gens.connecter(x) for x in ("Hélène Marmoutier", "Paul Guebwiller", "Anne Thann"))
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    cellule = str(cellules(presidente).filter(has_text=REPRIS).first.get_attribute("id"))
    ligne = cellule.rpartition("-")[2]
    rangee = membre.locator(f"#ligne-{ligne}")
    rangee.locator(".apercu").click()
    panneau = membre.locator("#panneau")
    expect(panneau).to_contain_text("repris du coordonnateur")
    expect(panneau.locator(".marque")).to_be_empty()
    with autre.expect_request(lambda r: "/direct/demandes" in r.url):
        gens.aller(autre, str(rangee.locator("a").first.get_attribute("href")))
    autre.get_by_label("Commentaire").first.fill("En cours de frappe.")
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(panneau.locator(".marque")).to_contain_text("modifié à")
    expect(panneau.locator(".jugement-lu .sens").last).to_have_text("A l'étude")
    marque = autre.locator(f"#ligne-{ligne} .editeur .marque")
    expect(marque).to_contain_text("modifié par Hélène Marmoutier à")
    expect(autre.get_by_label("Commentaire").first).to_have_value("En cours de frappe.")  # nothing was replaced


def test_who_only_reads_the_dossier_is_told_that_it_changed(gens: Gens, seance: int) -> None:
    presidente, admin = gens.connecter("Hélène Marmoutier"), gens.connecter("Odile Brunstatt")
    au_tableau(gens, presidente, seance)
    cellule = str(cellules(presidente).filter(has_text=REPRIS).first.get_attribute("id"))
    ligne = cellule.rpartition("-")[2]
    with admin.expect_request(lambda r: "/direct/demandes" in r.url):
        gens.aller(admin, str(presidente.locator(f"#ligne-{ligne} a").first.get_attribute("href")))
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(admin.locator("#changement")).to_contain_text("Ce dossier a été modifié à")
    admin.locator("#changement").get_by_role("link", name="voir").click()
    expect(admin.locator(".panneau-avis")).to_contain_text("A l'étude")
    expect(admin.locator("#changement")).to_be_empty()


def test_without_javascript_the_same_by_links(gens: Gens) -> None:
    page = gens.connecter("Claire Rosheim", java_script_enabled=False)
    gens.aller(page, LISTE)
    page.locator("#corps .apercu").nth(2).click()
    expect(page.locator(".voisines")).to_contain_text("3/")
    page.locator(".voisines").get_by_role("link", name="Suivante").click()
    expect(page.locator(".voisines")).to_contain_text("4/")
    expect(page.get_by_role("heading", name="Mémoire d")).to_be_visible()
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.locator(".voisines").get_by_role("link", name="Suivante").click()
    expect(page.locator(".voisines")).to_contain_text("/")
    page.locator(".parcours").get_by_role("link", name="Liste des demandes").click()
    page.wait_for_url("**/demandes?statut=VALIDE_ADMIN&tri=personne#ligne-*")


def test_the_note_for_oneself_is_written_in_the_panel_and_found_there_again(gens: Gens, seance: int) -> None:
    membre = gens.connecter("Paul Guebwiller")
    au_tableau(gens, membre, seance)
    apercu = membre.locator("#corps .apercu").first
    apercu.click()
    note = membre.locator("#panneau .note")
    note.get_by_label("Note pour soi").fill("Relire le projet avec Anne.")
    expect(note.get_by_role("status")).to_have_text("Note enregistrée")
    membre.locator("#panneau .fermer").click()
    apercu.click()
    expect(note.get_by_label("Note pour soi")).to_have_value("Relire le projet avec Anne.")


def test_what_is_added_to_a_note_while_it_is_being_saved_is_kept(gens: Gens, seance: int) -> None:
    membre = gens.connecter("Paul Guebwiller")
    au_tableau(gens, membre, seance)
    membre.locator("#corps .apercu").nth(1).click()
    note = membre.locator("#panneau .note")
    texte = note.get_by_label("Note pour soi")
    reseau = Reseau(membre, "**/note")
    texte.press_sequentially("Relire")
    reseau.attendre(1)
    texte.press_sequentially(" avec Anne")
    texte.blur()  # asks for a second save, that waits for the first
    with membre.expect_response(lambda r: "Relire avec Anne" in (r.request.post_data or "").replace("+", " ")):
        reseau.lacher()
    expect(texte).to_have_value("Relire avec Anne")
    expect(note.get_by_role("alert")).to_have_count(0)
    membre.reload()
    membre.locator("#corps .apercu").nth(1).click()
    expect(membre.locator("#panneau .note").get_by_label("Note pour soi")).to_have_value("Relire avec Anne")


def test_a_note_in_conflict_waits_for_its_author(gens: Gens, seance: int) -> None:
    ici, la = [gens.connecter("Paul Guebwiller") for _ in range(2)]
    notes = []
    for page in (ici, la):
        au_tableau(gens, page, seance)
        page.locator("#corps .apercu").nth(2).click()
        notes.append(page.locator("#panneau .note"))
    reseau = Reseau(ici, "**/note")
    texte = notes[0].get_by_label("Note pour soi")
    texte.press_sequentially("un")
    reseau.attendre(1)
    notes[1].get_by_label("Note pour soi").fill("deux")
    expect(notes[1].get_by_role("status")).to_have_text("Note enregistrée")
    texte.press_sequentially(" suite")
    texte.blur()
    reseau.lacher()
    expect(notes[0].get_by_role("alert")).to_contain_text("deux")
    expect(texte).to_have_value("un suite")
    ici.wait_for_timeout(2_000)  # longer than a note waits before it is saved by itself
    expect(notes[0].get_by_role("alert")).to_contain_text("deux")
