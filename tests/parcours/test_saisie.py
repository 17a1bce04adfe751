"""The draft's form under a real hand: a slow network, a button pressed for as long as a person presses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Dialog, Page, expect

from tests.parcours.gestes import Reseau, commencer, completer, deposer

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

SITE, FINESS = "HOPITAL DE HAUTEPIERRE", "670783273"
PRESSION = 250  # ms between the button's way down and its way up


def ecouter(page: Page) -> list[str]:
    """The questions that the browser asks from now on; each is answered by yes."""
    questions: list[str] = []

    def repondre(dialogue: Dialog) -> None:
        questions.append(dialogue.type)
        dialogue.accept()

    page.on("dialog", repondre)
    return questions


def presser(page: Page, nom: str) -> None:
    """Press a button as a person does."""
    bouton = page.get_by_role("button", name=nom)
    bouton.scroll_into_view_if_needed()
    cadre = bouton.bounding_box()
    assert cadre is not None
    page.mouse.move(cadre["x"] + cadre["width"] / 2, cadre["y"] + cadre["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(PRESSION)
    page.mouse.up()


def test_l_etablissement_choisi_survit_a_la_reponse_d_un_enregistrement_plus_ancien(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    commencer(gens, rts)
    reseau = Reseau(rts, "**/saisie")
    rts.get_by_label("Un établissement du registre").check()
    reseau.attendre(1)
    rts.get_by_label("Chercher un établissement").press_sequentially("hautepierre", delay=20)
    rts.get_by_role("radio", name=SITE).check()
    reseau.lacher()  # the answer knows neither the search nor the choice
    expect(rts.locator(".etablissement-choisi")).to_contain_text(FINESS)
    rts.reload()
    expect(rts.locator(".etablissement-choisi")).to_contain_text(FINESS)


def test_l_etablissement_choisi_survit_a_une_autre_recherche(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    commencer(gens, rts)
    reseau = Reseau(rts, "**/saisie")
    rts.get_by_label("Un établissement du registre").check()
    reseau.attendre(1)
    champ = rts.get_by_label("Chercher un établissement")
    champ.press_sequentially("hautepierre", delay=20)
    rts.get_by_role("radio", name=SITE).check()
    champ.fill("colmar")
    expect(rts.get_by_role("radio", name=SITE)).to_have_count(0)  # another list
    reseau.lacher()
    expect(rts.locator(".etablissement-choisi")).to_contain_text(FINESS)


def test_un_enregistrement_qui_echoue_se_dit_et_part_avec_le_suivant(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    commencer(gens, rts)
    rts.get_by_label("Un établissement du registre").check()
    expect(rts.locator("#etat")).to_contain_text("Enregistré à")
    rts.get_by_label("Chercher un établissement").press_sequentially("hautepierre", delay=20)
    rts.route("**/saisie", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    rts.get_by_role("radio", name=SITE).check()
    expect(rts.locator("#etat")).to_have_text("Pas encore enregistré : le réseau ne répond pas.")
    rts.get_by_label("Chercher un établissement").fill("colmar")
    expect(rts.get_by_role("radio", name=SITE)).to_have_count(0)
    rts.unroute("**/saisie")
    rts.get_by_label("Téléphone").fill("03 88 00 00 00")
    rts.get_by_label("Téléphone").blur()
    expect(rts.locator(".etablissement-choisi")).to_contain_text(FINESS)
    assert [x for x in gens.fautes if "fetch" not in x.lower()] == []
    gens.fautes.clear()


def test_soumettre_depuis_un_champ_que_l_on_vient_de_remplir(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    questions = ecouter(rts)
    numero = deposer(gens, rts, "Unité d'allergologie")
    presser(rts, "Soumettre la demande")
    expect(rts.get_by_role("alert")).to_contain_text("Indiquez la capacité d'accueil")
    rts.get_by_label("Capacité d'accueil").fill("2")
    projet = rts.get_by_role("textbox", name="Projet pédagogique", exact=True)
    projet.press_sequentially("Consultations.")
    presser(rts, "Soumettre la demande")  # the button leaves the field: its save is answered under the pointer
    rts.wait_for_url("**/tableau-de-bord")
    assert questions == []
    expect(rts.get_by_role("heading", name="En cours de validation")).to_be_visible()
    gens.aller(rts, f"/demandes/{numero}")
    expect(rts.get_by_text("Consultations.")).to_be_visible()


def test_soumettre_pendant_un_enregistrement_ne_demande_rien(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    questions = ecouter(rts)
    deposer(gens, rts, "Unité d'immunologie")
    completer(rts)
    reseau = Reseau(rts, "**/saisie")
    rts.get_by_label("Téléphone").fill("03 88 00 00 00")
    rts.get_by_label("Téléphone").blur()
    reseau.attendre(1)
    presser(rts, "Soumettre la demande")
    rts.wait_for_url("**/tableau-de-bord")
    assert questions == []


def test_la_liste_de_ce_qui_manque_raccourcit(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    deposer(gens, rts, "Unité de pneumologie")
    rts.get_by_role("button", name="Soumettre la demande").click()
    manques = rts.locator("section", has=rts.get_by_role("heading", name="La demande n'est pas encore complète"))
    expect(manques.get_by_role("listitem")).to_have_text(
        ["Indiquez la capacité d'accueil (nombre d'internes).", "Décrivez le projet pédagogique."]
    )
    rts.get_by_label("Capacité d'accueil").fill("2")
    rts.get_by_label("Capacité d'accueil").blur()
    expect(manques.get_by_role("listitem")).to_have_text(["Décrivez le projet pédagogique."])
    rts.get_by_role("textbox", name="Projet pédagogique", exact=True).fill("Consultations.")
    rts.get_by_role("textbox", name="Projet pédagogique", exact=True).blur()
    expect(rts.get_by_text("Rien ne manque plus : la demande peut être soumise.")).to_be_visible()
