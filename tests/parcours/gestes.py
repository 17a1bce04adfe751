"""What several journeys do in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from tests.support.navigateur import Gens


def ouvrir_la_seance(gens: Gens) -> int:
    """The séance of the day at Strasbourg, everybody present, opened by its présidente; its number."""
    page = gens.connecter("Hélène Marmoutier")
    gens.aller(page, "/seances")
    page.locator("table.seances tbody tr").filter(has_text="Planifiée").first.get_by_role("link").click()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.wait_for_url("**/ouverture")
    for case in page.locator("input[name=presents]").all():
        case.check()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.wait_for_url("**/demandes?seance=*")
    return int(page.url.rpartition("=")[2])


def au_tableau(gens: Gens, page: Page, seance: int, filtre: str = "") -> None:
    """The commission's table, its stream open."""
    with page.expect_request(lambda r: "/direct/demandes" in r.url):
        gens.aller(page, f"/demandes?seance={seance}{filtre}")


def cellules(page: Page) -> Locator:
    """The cells of the commission's decision, in the order of the table."""
    return page.locator("tbody td.jugement[data-c=decision_commission]")


def ouvrir_editeur(page: Page, cellule: str) -> Locator:
    """Open the editor of a cell."""
    page.locator(f"#{cellule} a.modifier").click()
    editeur = page.locator(f"#{cellule} form.editeur")
    expect(editeur).to_be_visible()
    return editeur


def juger(editeur: Locator, sens: str) -> None:
    """Choose, complete what an agreement needs, save."""
    editeur.get_by_label(sens).check()
    if sens == "Accepté":
        editeur.get_by_label("1 an").check()
        editeur.get_by_label("SOCLE").check()
    editeur.get_by_role("button").first.click()
