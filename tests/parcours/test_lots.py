"""Ticked rows in a real browser: ticks that outlive a live swap, one gesture for many lines, the same without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.parcours.gestes import au_tableau, juger, ouvrir_editeur

if TYPE_CHECKING:
    from tests.support.navigateur import Gens


def boites(page: Page) -> Locator:
    """The boxes of the rows."""
    return page.locator("tbody td.coche input")


def compte(page: Page) -> Locator:
    """How many are ticked, in words."""
    return page.locator("#lot-compte")


def test_a_tick_outlives_the_swap_of_its_row_and_leaves_with_it(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    numeros = [str(boites(membre).nth(n).get_attribute("value")) for n in range(3)]
    for n in (0, 1):
        boites(membre).nth(n).focus()
        membre.keyboard.press("Space")
    expect(compte(membre)).to_have_text("2 lignes cochées")
    expect(membre.get_by_label("Cocher les lignes de cette page")).to_be_checked(indeterminate=True)
    cellule = f"c-decision_commission-{numeros[0]}"
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")  # swapped under the tick
    expect(boites(membre).nth(0)).to_be_checked()
    expect(compte(membre)).to_have_text("2 lignes cochées")
    membre.get_by_label("Filtrer Prénom Nom").fill(membre.locator(f"#ligne-{numeros[1]} [data-c=personne]").inner_text())
    expect(membre.locator(f"#ligne-{numeros[0]}")).to_have_count(0)
    expect(compte(membre)).to_have_text("1 ligne cochée")  # out of the filter, out of the batch
    membre.get_by_label("Filtrer Prénom Nom").fill("")
    expect(membre.locator(f"#ligne-{numeros[0]}")).to_have_count(1)
    expect(membre.locator(f"#ligne-{numeros[0]} td.coche input")).not_to_be_checked()


def test_the_box_of_the_header_ticks_this_page_and_filters_nothing(gens: Gens, seance: int) -> None:
    page = gens.connecter("Paul Guebwiller")
    au_tableau(gens, page, seance)
    demandees: list[str] = []
    page.on("request", lambda r: demandees.append(r.url) if "/demandes" in r.url else None)
    tout = page.get_by_label("Cocher les lignes de cette page")
    tout.check()
    n = boites(page).count()
    assert n > 10
    expect(compte(page)).to_have_text(f"{n} lignes cochées")
    boites(page).nth(2).uncheck()
    expect(compte(page)).to_have_text(f"{n - 1} lignes cochées")
    tout.check()
    tout.uncheck()
    expect(compte(page)).to_have_text("")
    assert demandees == []


def test_many_lines_are_decided_from_their_preview_and_followed_live(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    heritees = membre.locator("tbody tr:has(.heritee) td.coche input")
    numeros = [str(heritees.nth(n).get_attribute("value")) for n in range(2)]
    for numero in numeros:
        membre.locator(f"#ligne-{numero} td.coche input").check()
    membre.get_by_role("button", name="Agir sur les lignes cochées").click()
    membre.get_by_label("Refuser").check()
    expect(membre.locator("#apercu [role=alert]")).to_have_text("Un refus est motivé : choisissez un motif.")
    membre.get_by_label("A l'étude").check()
    expect(membre.locator(".bilan")).to_contain_text("2 modifiées")
    membre.get_by_role("button", name="A l'étude : modifier 2 lignes").click()
    expect(membre.get_by_role("heading", name="Lot n°")).to_be_visible()
    expect(membre.locator(".bilan")).to_contain_text("2 modifiées")
    for numero in numeros:
        cellule = presidente.locator(f"#c-decision_commission-{numero}")
        expect(cellule.locator(".sens")).to_have_text("A l'étude")
        expect(cellule.locator(".heritee")).to_have_count(0)
    membre.get_by_role("link", name="Retour à la liste").click()
    membre.wait_for_url(f"**/demandes?seance={seance}")


def test_the_same_without_javascript(gens: Gens, seance: int) -> None:
    page = gens.connecter("Hélène Marmoutier", java_script_enabled=False)
    gens.aller(page, f"/demandes?seance={seance}")
    for n in (3, 4):
        boites(page).nth(n).check()
    page.get_by_role("button", name="Agir sur les lignes cochées").click()
    expect(page.get_by_role("heading", name="Agir sur 2 lignes cochées")).to_be_visible()
    page.get_by_label("Accepter").check()
    page.get_by_role("button", name="Prévisualiser").click()
    page.locator(".confirmer button").click()
    for _ in range(20):
        if "/lots/" in page.url:
            break
        page.get_by_role("link", name="Actualiser").click()
    expect(page.locator(".bilan")).to_contain_text("2 modifiées")
    gens.aller(page, f"/demandes?seance={seance}")
    page.get_by_role("button", name="Confirmer les avis concordants").click()
    expect(page.locator(".bilan")).to_contain_text("Confirmer les avis concordants")
    expect(page.locator("#apercu")).to_contain_text("n'ont pas deux avis concordants : elles ne sont pas touchées.")
