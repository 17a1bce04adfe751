"""The line in discussion on several screens: followed, never by force; the room's screen; a note that saves itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.parcours.gestes import au_tableau

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

HAUTEUR = "document.querySelector('.defilement').scrollTop"


def en_discussion(page: Page) -> str:
    return page.locator("#discussion").get_attribute("data-ligne") or ""


def avancer(page: Page, pas: int = 1) -> str:
    """*Suivante*, some times; the line where it ends."""
    for _ in range(pas):
        avant = en_discussion(page)
        page.locator("#discussion").get_by_role("button", name="Suivante" if avant else "Commencer").click()
        page.wait_for_function("a => (document.getElementById('discussion').dataset.ligne || '') !== a", arg=avant)
    return en_discussion(page)


def test_screens_follow_the_discussion_and_a_reader_who_moved_away_stays(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller", reduced_motion="reduce")
    au_tableau(gens, presidente, seance)
    au_tableau(gens, membre, seance)
    loin = avancer(presidente, 16)
    expect(membre.locator("tr[aria-current]")).to_have_id(f"ligne-{loin}")
    expect(membre.locator(f"#ligne-{loin}")).to_be_in_viewport()
    assert membre.evaluate(HAUTEUR) > 300
    assert membre.evaluate("document.activeElement === document.body")  # followed without the focus
    membre.evaluate("document.querySelector('.defilement').scrollTop = 0")
    suivante = avancer(presidente)
    expect(membre.locator("tr[aria-current]")).to_have_id(f"ligne-{suivante}")
    expect(membre.locator("#discussion")).to_contain_text("pour y aller")
    expect(membre.locator(".rappel")).to_be_visible()
    assert membre.evaluate(HAUTEUR) == 0
    membre.keyboard.press("g")
    expect(membre.locator(f"#ligne-{suivante}")).to_be_in_viewport()
    assert membre.evaluate("document.activeElement.closest('tr').id") == f"ligne-{suivante}"
    # Filtered out: the bar says where it is, and G leads there.
    au_tableau(gens, membre, seance, "&personne=introuvable")
    membre.keyboard.press("g")
    membre.wait_for_url("**#ligne-*")
    expect(membre.locator("tr[aria-current]")).to_have_id(f"ligne-{suivante}")


def test_the_room_s_screen_goes_to_the_page_of_the_line_by_itself(gens: Gens, seance: int) -> None:
    presidente, salle = gens.connecter("Hélène Marmoutier"), gens.connecter("Hélène Marmoutier", largeur=1920, hauteur=1080)
    au_tableau(gens, presidente, seance, "&tri=-agenda")
    au_tableau(gens, salle, seance, "&projection=1")
    expect(salle.get_by_role("navigation")).to_have_count(0)
    expect(salle.locator("a.modifier")).to_have_count(0)
    derniere = presidente.locator("tbody tr[id]").first.get_attribute("id") or ""
    numero = derniere.removeprefix("ligne-")
    presidente.goto(f"{gens.url}/lignes/{numero}/note")
    presidente.get_by_role("button", name="Mettre en discussion").click()
    expect(presidente.get_by_role("button", name="En discussion", exact=True)).to_be_visible()
    salle.wait_for_url("**&projection=1**#ligne-*")
    expect(salle.locator("tr[aria-current]")).to_have_id(derniere)
    expect(salle.locator("#discussion")).not_to_contain_text("présent")


def test_a_note_saves_itself_and_is_there_again(gens: Gens, seance: int) -> None:
    membre = gens.connecter("Anne Thann")
    au_tableau(gens, membre, seance)
    numero = (membre.locator("tbody tr[id]").nth(3).get_attribute("id") or "").removeprefix("ligne-")
    gens.aller(membre, f"/lignes/{numero}/note")
    champ = membre.get_by_label("Note pour soi")
    champ.press_sequentially("Demander l'effectif de nuit.", delay=5)
    expect(membre.get_by_text("Note enregistrée")).to_be_visible()
    expect(champ).to_be_focused()
    membre.get_by_role("button", name="A discuter").click()
    expect(membre.get_by_role("button", name="Ne plus discuter")).to_be_visible()
    gens.aller(membre, f"/seances/{seance}/notes")
    expect(membre.get_by_text("Demander l'effectif de nuit.")).to_be_visible()
    au_tableau(gens, membre, seance, "&a_discuter=MARQUEE")
    expect(membre.locator(f"#ligne-{numero} .a-discuter")).to_be_visible()
