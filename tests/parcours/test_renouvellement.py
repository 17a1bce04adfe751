"""A campaign's invitation to renew, from its preview to its answer, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.navigateur import axe

if TYPE_CHECKING:
    from tests.support.navigateur import Gens


def test_an_invitation_is_previewed_sent_and_listed(gens: Gens) -> None:
    claire = gens.connecter("Claire Rosheim", bypass_csp=True)
    gens.aller(claire, "/renouvellements")
    expect(claire.get_by_role("heading", name="Agréments à renouveler")).to_be_visible()
    assert axe(claire) == []
    claire.get_by_role("button", name="Inviter à renouveler").click()
    expect(claire.locator(".retenus blockquote").first).to_contain_text("prend fin le")
    expect(claire.locator(".ecartes")).to_contain_text("N'est plus au registre RPPS.")
    assert axe(claire) == []
    combien = claire.locator(".retenus input:checked").count()
    claire.locator(".retenus input").first.uncheck()
    claire.get_by_role("button", name="Inviter à renouveler").click()
    expect(claire.locator(".bilan")).to_have_text(f"{combien - 1} faits, 0 écarté.")
    claire.get_by_role("link", name="Invitations").click()
    expect(claire.get_by_role("link", name="Sans réponse :")).to_have_text(f"Sans réponse : {4 + combien - 1}")
    assert axe(claire) == []


def test_it_is_answered_by_a_draft_made_from_the_agrement(gens: Gens) -> None:
    simone = gens.connecter("Simone Wissembourg", bypass_csp=True, java_script_enabled=True)
    invitations = simone.locator("#renouvellements")
    expect(invitations).to_contain_text("Votre agrément Néphrologie")
    assert axe(simone) == []
    invitations.get_by_role("button", name="Renouveler").first.click()
    simone.wait_for_url("**/saisie")
    expect(simone.get_by_label("Type de demande")).to_have_value("RENOUVELLEMENT")
    expect(simone.get_by_label("SOCLE")).to_be_checked()
    simone.get_by_label("Capacité d'accueil").fill("2")
    simone.get_by_role("textbox", name="Projet pédagogique", exact=True).fill("Accueil, encadrement quotidien, staff du jeudi.")
    simone.get_by_role("button", name="Soumettre").click()
    simone.wait_for_url("**/tableau-de-bord")
    expect(invitations.locator(".statut").first).to_have_text("Déposée")
    invitations.get_by_role("link", name="Je ne renouvelle pas").click()
    simone.get_by_label("Motif, lu par la scolarité").fill("Je cède cette unité.")
    simone.get_by_role("button", name="Je ne renouvelle pas").click()
    simone.wait_for_url("**/tableau-de-bord*")
    expect(invitations).to_contain_text("Vous ne renouvelez pas : Je cède cette unité.")
    claire = gens.connecter("Claire Rosheim")
    gens.aller(claire, "/campagnes/2/invitations?reponse=DEPOSEE")
    expect(claire.locator("tbody")).to_contain_text("Simone Wissembourg")


def test_the_form_and_the_calendar_are_clean_and_follow_the_day(gens: Gens) -> None:
    claire = gens.connecter("Claire Rosheim", bypass_csp=True)
    gens.aller(claire, "/campagnes/2/modification")
    claire.get_by_label("Notice lue par les responsables (Markdown)").fill("Apportez **tout**.")
    claire.get_by_role("button", name="Aperçu de la notice").click()
    expect(claire.locator("#apercu-notice strong")).to_have_text("tout")
    expect(claire.get_by_label("Libellé")).to_have_value("Parcours")  # the form is still there
    assert axe(claire) == []
    gens.aller(claire, "/campagnes/2/calendrier")
    assert axe(claire) == []
    claire.get_by_label("Qui peut faire quoi le").fill("2099-01-01")
    expect(claire.locator(".jour-dit")).to_contain_text("Terminée")
    expect(claire.locator(".journee").first).to_contain_text("Fermé ce jour-là")
