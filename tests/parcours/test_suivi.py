"""The list under the eyes of its reader: rows stay where they are until he asks, whatever others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.parcours.gestes import au_tableau, cellules, juger, ouvrir_editeur

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

SECONDE = 1000


def rangs(page: Page) -> list[str]:
    """The rows in the order of the screen."""
    return [str(x.get_attribute("id")) for x in page.locator("#corps > tr").all()]


def dont(page: Page, texte: str, rang: int = 0) -> str:
    """The id of a cell of the commission's decision."""
    return str(cellules(page).filter(has_text=texte).nth(rang).get_attribute("id"))


def rangee(page: Page, cellule: str) -> Locator:
    return page.locator(f"#ligne-{cellule.rpartition('-')[2]}")


def test_a_row_out_of_the_filter_stays_until_asked(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    au_tableau(gens, presidente, seance)
    au_tableau(gens, membre, seance, "&decision_commission=ACCEPTE")
    avant, sortante = rangs(membre), dont(membre, "Accepté", 1)
    place = rangee(membre, sortante).bounding_box()
    membre.locator(f"#{sortante} a.modifier").focus()
    juger(ouvrir_editeur(presidente, sortante), "A l'étude")
    expect(membre.locator(f"#{sortante} .sens")).to_have_text("A l'étude", timeout=SECONDE)
    expect(rangee(membre, sortante)).to_contain_class("hors-filtre")
    expect(rangee(membre, sortante).locator(".hors")).to_have_text("hors filtre")
    expect(membre.locator("#nouveautes")).to_have_text("La liste a changé — Actualiser (1)")
    assert (rangs(membre), rangee(membre, sortante).bounding_box()) == (avant, place)
    expect(membre.locator(f"#{sortante} a.modifier")).to_be_focused()
    # One comes in: it is counted, and not shown.
    entrante = dont(presidente, "—")
    assert f"ligne-{entrante.rpartition('-')[2]}" not in avant
    juger(ouvrir_editeur(presidente, entrante), "Accepté")
    expect(membre.locator("#nouveautes")).to_have_text("La liste a changé — Actualiser (2)", timeout=SECONDE)
    assert rangs(membre) == avant
    expect(presidente.locator("#nouveautes")).to_be_empty()  # nothing left or came for her, who filters nothing
    membre.get_by_role("link", name="Actualiser (2)").click()
    expect(rangee(membre, entrante)).to_be_visible()
    expect(rangee(membre, sortante)).to_have_count(0)
    expect(membre.locator("#nouveautes")).to_be_empty()
    assert set(rangs(membre)) == {*avant, f"ligne-{entrante.rpartition('-')[2]}"} - {f"ligne-{sortante.rpartition('-')[2]}"}
