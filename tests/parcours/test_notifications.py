"""Told in the application as it happens; an address proved end to end; each step without a script too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.navigateur import axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.navigateur import Gens


def pose(page: Page) -> int:
    """The counter, once everything that the demonstration did has been told."""
    lus = [-1]
    while len(lus) < 3 or len(set(lus[-3:])) > 1:
        page.wait_for_timeout(700)
        lus.append(int(page.locator("#cloche").get_attribute("data-n") or 0))
    return lus[-1]


def test_the_counter_moves_on_open_pages_and_an_address_is_proved(gens: Gens) -> None:
    coord = gens.connecter("Élise Kochersberg", bypass_csp=True)
    gens.aller(coord, "/agrements")  # a page that follows nothing else
    cloche = coord.locator("#cloche")
    expect(cloche).to_contain_text("Notifications")
    liste = gens.connecter("Élise Kochersberg")
    gens.aller(liste, "/notifications?genre=avis_attendu")
    avant = pose(coord)
    liste.get_by_role("button", name="Marquer lue").first.click()
    expect(cloche).to_have_attribute("data-n", str(avant - 1))
    gens.aller(liste, "/demandes")  # a page that carries the counter on its own stream
    gens.aller(coord, "/notifications")
    coord.get_by_role("button", name="Tout marquer comme lu").click()
    expect(coord.locator("#cloche")).to_have_text("Notifications")
    expect(liste.locator("#cloche")).to_have_text("Notifications")
    assert axe(coord) == []
    # Her address, asked, sent (kept by the demonstration), opened, confirmed.
    gens.aller(coord, "/")
    coord.get_by_role("button", name="Donner mon adresse").click()
    coord.get_by_label("Adresse électronique", exact=True).fill("elise@exemple.fr")
    coord.get_by_role("button", name="Envoyer le lien de vérification").click()
    expect(coord.get_by_text("Un lien est envoyé à")).to_be_visible()
    assert axe(coord) == []
    coord.get_by_role("link", name="boîte d'envoi").click()
    coord.get_by_role("link", name="Vérifier cette adresse").click()
    coord.get_by_role("button", name="Confirmer cette adresse").click()
    expect(coord.get_by_text("Adresse vérifiée : elise@exemple.fr")).to_be_visible()


def test_without_a_script_each_step_is_a_form(gens: Gens) -> None:
    page = gens.connecter("Hugo Wantzenau", java_script_enabled=False)
    gens.aller(page, "/notifications")
    avant = int(page.locator("#cloche").get_attribute("data-n") or 0)
    page.get_by_role("button", name="Marquer lue").first.click()
    assert int(page.locator("#cloche").get_attribute("data-n") or 0) == avant - 1
    page.get_by_role("button", name="Voir la demande").first.click()
    expect(page.get_by_role("heading", name="Traitement de la demande d'agrément")).to_be_visible()


def test_the_outbox_and_its_templates_are_readable_by_all(gens: Gens) -> None:
    page = gens.connecter("Odile Brunstatt", bypass_csp=True)
    gens.aller(page, "/courriers")
    assert axe(page) == []
    page.get_by_role("link", name="Voir les modèles sur un dossier").click()
    page.get_by_role("combobox", name="Modèle").select_option("Dossiers incomplets")
    page.get_by_label("Numéro de la demande").fill("422")
    page.get_by_role("button", name="Voir", exact=True).click()
    expect(page.get_by_text("Objet : Agrément : dossier à compléter")).to_be_visible()
    assert axe(page) == []
