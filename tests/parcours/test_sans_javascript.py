"""The main road again, JavaScript off: every action is a form or a link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from app.core.templating import aujourdhui

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TERRAIN = "Unité sans script"


@pytest.fixture(scope="module")
def numeros() -> dict[str, int]:
    """The demande and the séance of the road."""
    return {}


def entrer(gens: Gens, nom: str) -> Page:
    """Somebody whose browser runs no script."""
    return gens.connecter(nom, java_script_enabled=False)


def test_1_le_rts_cherche_enregistre_et_soumet(gens: Gens, numeros: dict[str, int]) -> None:
    rts = entrer(gens, "Nadia Turckheim")
    gens.aller(rts, "/tableau-de-bord")
    rts.get_by_role("button", name="Nouvelle demande").click()
    rts.get_by_role("link", name="Parcours").click()
    rts.get_by_label("Formation").select_option(label="DES Allergologie")
    rts.get_by_role("button", name="Commencer la demande").click()
    numeros["demande"] = int(rts.url.split("/")[-2])
    rts.get_by_label("SOCLE").check()
    rts.get_by_label("Un établissement du registre").check()
    rts.get_by_label("Chercher un établissement").fill("hautepierre")
    rts.get_by_role("button", name="Chercher").click()
    expect(rts.get_by_label("SOCLE")).to_be_checked()  # what was typed is there after the search
    rts.get_by_role("radio", name="HOPITAL DE HAUTEPIERRE").check()
    rts.get_by_role("button", name="Enregistrer").click()
    expect(rts.get_by_text("670783273").first).to_be_visible()
    rts.get_by_label("Terrain de stage").select_option("nouveau")
    rts.get_by_label("Nom du terrain").fill(TERRAIN)
    rts.get_by_role("button", name="Soumettre la demande").click()
    expect(rts.get_by_role("alert")).to_contain_text("Indiquez la capacité d'accueil")
    expect(rts.get_by_label("Nom du terrain")).to_have_value(TERRAIN)
    rts.get_by_label("Capacité d'accueil").fill("2")
    rts.get_by_role("textbox", name="Projet pédagogique", exact=True).fill("Consultations, encadrement quotidien.")
    rts.locator("input[type=file]").first.set_input_files({"name": "p.pdf", "mimeType": "application/pdf", "buffer": PDF})
    rts.get_by_role("button", name="Soumettre la demande").click()
    rts.wait_for_url("**/tableau-de-bord")
    expect(rts.locator(f"#demande-{numeros['demande']}")).to_contain_text(TERRAIN)


def test_2_la_scolarite_valide(gens: Gens, numeros: dict[str, int]) -> None:
    scolarite = entrer(gens, "Claire Rosheim")
    gens.aller(scolarite, f"/demandes/{numeros['demande']}")
    en_attente = scolarite.locator("article.bloc").filter(has=scolarite.locator(".validation-non_valide"))
    for reste in range(en_attente.count(), 0, -1):
        en_attente.first.get_by_label("Motif").fill("Vérifié au téléphone.")
        en_attente.first.get_by_role("button", name="Valider manuellement").click()
        expect(en_attente).to_have_count(reste - 1)
    scolarite.get_by_role("button", name="Valider administrativement").click()
    expect(scolarite.locator(".dossier-entete")).to_contain_text("Validé administrativement")


def test_3_la_coordonnatrice_donne_son_avis(gens: Gens, numeros: dict[str, int]) -> None:
    lea = entrer(gens, "Léa Haguenau")
    gens.aller(lea, "/demandes?personne=turckheim&statut=VALIDE_ADMIN")
    rangee = lea.locator("tbody tr").filter(has=lea.locator(f"a[href='/demandes/{numeros['demande']}']"))
    rangee.locator("a.modifier").click()
    expect(lea.get_by_role("heading", level=1)).to_have_text("Décision des coordonnateurs")
    lea.get_by_role("button", name="Enregistrer").click()
    expect(lea.get_by_role("alert")).to_be_visible()
    lea.get_by_label("Acceptée").check()
    lea.get_by_label("1 an").check()
    lea.get_by_label("SOCLE").check()
    lea.get_by_role("button", name="Enregistrer").click()
    expect(lea).to_have_url(f"{gens.url}/demandes?personne=turckheim&statut=VALIDE_ADMIN")
    expect(rangee.locator("td[data-c=decision_coord]")).to_contain_text("Accepté · 1 an")


def test_4_le_tableau_filtre_trie_tourne_et_cache(gens: Gens) -> None:
    scolarite = entrer(gens, "Claire Rosheim")
    gens.aller(scolarite, "/demandes")
    tous = scolarite.locator("#compte").inner_text()
    scolarite.get_by_label("Filtrer Ville").fill("colmar")
    scolarite.get_by_label("Filtrer Ville").press("Enter")
    expect(scolarite.get_by_label("Filtres actifs")).to_contain_text("Ville : « colmar »")
    scolarite.locator("summary", has_text="Filtrer Statut").click()
    scolarite.get_by_label("Validé administrativement", exact=True).check()
    scolarite.locator("details[open]").get_by_role("button", name="Filtrer").click()
    villes = scolarite.locator("tbody td[data-c=ville]").all_inner_texts()
    assert villes
    assert {x.casefold() for x in villes} == {"colmar"}
    assert set(scolarite.locator("tbody td[data-c=statut] .statut").all_inner_texts()) == {"Validé administrativement"}
    scolarite.get_by_role("link", name="Réinitialiser").click()
    expect(scolarite.locator("#compte")).to_have_text(tous)
    scolarite.locator("thead th[data-c=personne] a").click()
    expect(scolarite.locator("thead th[data-c=personne]")).to_have_attribute("aria-sort", "ascending")
    premiere = scolarite.locator("tbody tr").first.get_attribute("id")
    scolarite.get_by_role("link", name="Page suivante").click()
    expect(scolarite.locator(f"#{premiere}")).to_have_count(0)
    scolarite.get_by_role("link", name="Page précédente").click()
    expect(scolarite.locator("tbody tr").first).to_have_attribute("id", str(premiere))
    scolarite.locator("summary", has_text="Filtrer les colonnes").click()
    choix = scolarite.locator("#choix-colonnes")
    choix.get_by_role("checkbox", name="Ville", exact=True).uncheck()
    choix.get_by_label("Verrouillage de la colonne").select_option("rpps")
    choix.get_by_role("button", name="Enregistrer").click()
    expect(scolarite.locator("thead [data-c=ville]")).to_have_count(0)
    expect(scolarite.locator("thead [data-c=etablissement]")).to_have_count(2)
    scolarite.locator("summary", has_text="Filtrer les colonnes").click()
    choix.get_by_role("button", name="Rétablir les colonnes d'origine").click()
    expect(scolarite.locator("thead [data-c=ville]")).to_have_count(2)


def test_5_la_seance_s_ouvre_decide_se_clot_et_se_publie(gens: Gens, numeros: dict[str, int]) -> None:
    scolarite, presidente = entrer(gens, "Claire Rosheim"), entrer(gens, "Hélène Marmoutier")
    gens.aller(scolarite, "/seances/nouvelle")
    scolarite.get_by_label("Libellé").fill("Séance sans script")
    scolarite.get_by_label("Date").fill((aujourdhui() + timedelta(days=1)).isoformat())
    scolarite.get_by_role("checkbox", name="Allergologie", exact=True).check()
    scolarite.get_by_role("button", name="Planifier la séance").click()
    seance = int(scolarite.url.rpartition("/")[2])
    gens.aller(presidente, f"/seances/{seance}")
    presidente.get_by_role("button", name="Ouvrir la séance").click()
    presidente.get_by_label("Seconde convocation").check()
    presidente.get_by_role("button", name="Ouvrir la séance").click()
    presidente.wait_for_url(f"**/demandes?seance={seance}")
    rangee = presidente.locator("tbody tr").filter(has=presidente.locator(f"a[href='/demandes/{numeros['demande']}']"))
    cellule = rangee.locator("td[data-c=decision_commission]")
    expect(cellule).to_contain_text("repris du coordonnateur")
    cellule.locator("a.modifier").click()
    presidente.get_by_label("5 ans").check()
    presidente.get_by_role("button", name="Enregistrer").click()
    presidente.wait_for_url(f"**/demandes?seance={seance}")
    expect(cellule).to_contain_text("Accepté · 5 ans")
    gens.aller(presidente, f"/seances/{seance}/cloture")
    presidente.get_by_label("Je confirme").check()
    presidente.get_by_role("button", name="Clore la séance").click()
    presidente.get_by_role("button", name="Publier les décisions").click()
    expect(presidente.get_by_text("Publiée", exact=True)).to_be_visible()
    rts = entrer(gens, "Nadia Turckheim")
    gens.aller(rts, "/agrements")
    expect(rts.get_by_text(TERRAIN)).to_be_visible()
