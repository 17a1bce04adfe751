"""The incomplete loop in the browser: with JavaScript, live; without, by forms alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.navigateur import axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.navigateur import Gens

RETOURNEE = "Unité de soins palliatifs"  # Jeanne's, of the demonstration: returned, with time left


def dans(jours: int) -> str:
    """A day, as a date field takes it."""
    return (date.today() + timedelta(days=jours)).isoformat()  # noqa: DTZ011


def son_dossier(gens: Gens, rts: Page) -> int:
    """The number of the dossier that came back to Jeanne."""
    gens.aller(rts, "/tableau-de-bord")
    adresse = rts.get_by_role("link", name=f"Demande {RETOURNEE}").get_attribute("href") or ""
    return int(re.findall(r"\d+", adresse)[0])


def remarquer(scolarite: Page, ancre: str, motif: str, texte: str) -> None:
    """*Ajouter la remarque*."""
    scolarite.get_by_label("Remarque sur").select_option(ancre)
    scolarite.get_by_label("Motif", exact=True).select_option(motif)
    scolarite.get_by_label("Ce qu'il faut corriger, lu par le RTS").fill(texte)
    scolarite.get_by_role("button", name="Ajouter la remarque").click()
    expect(scolarite.locator("#retourner li", has_text=texte)).to_be_visible()


def retourner(scolarite: Page) -> None:
    """*Retourner incomplet*, everything that is prepared."""
    envoi = scolarite.locator("form[action*='/retour']", has=scolarite.get_by_label("Commentaire lu par le RTS"))
    envoi.get_by_label("Date limite de complément").fill(dans(20))
    envoi.get_by_role("button", name="Retourner incomplet").click()
    expect(scolarite.get_by_role("heading", name="Retour en cours")).to_be_visible()


def test_1_un_retour_se_prolonge_et_s_annule_sous_les_yeux_du_rts(gens: Gens) -> None:
    scolarite, rts = gens.connecter("Claire Rosheim", bypass_csp=True), gens.connecter("Jeanne Lutterbach")
    numero = son_dossier(gens, rts)
    gens.aller(rts, f"/demandes/{numero}/saisie")
    gens.aller(scolarite, f"/demandes/{numero}")
    scolarite.locator("summary", has_text="Prolonger").click()
    scolarite.get_by_label("Nouvelle date limite").fill("2098-12-31")
    scolarite.locator("#motif-prolongation").fill("Congés du service")
    scolarite.get_by_role("button", name="Prolonger").click()
    expect(rts.locator("#retour")).to_contain_text("mercredi 31 décembre 2098")
    expect(scolarite.get_by_text("mercredi 31 décembre 2098").first).to_be_visible()  # its page has come back too
    assert axe(scolarite) == []
    scolarite.locator("summary", has_text="Annuler le retour").click()
    scolarite.locator("#motif-annulation").fill("Erreur de dossier")
    scolarite.get_by_role("button", name="Annuler le retour").click()
    expect(rts.locator("#retour")).to_contain_text("elle ne se modifie plus ici")
    expect(rts.get_by_role("button", name="Soumettre la demande")).to_be_disabled()


def test_2_la_boucle_avec_javascript(gens: Gens) -> None:
    scolarite = gens.connecter("Claire Rosheim", bypass_csp=True)
    rts = gens.connecter("Jeanne Lutterbach", bypass_csp=True)
    numero = son_dossier(gens, rts)
    gens.aller(scolarite, f"/demandes/{numero}/traitement?remarque=champ:projet&texte=Précisez l'encadrement.")
    expect(scolarite.get_by_label("Remarque sur")).to_have_value("champ:projet")
    scolarite.get_by_label("Motif", exact=True).select_option("INC_02")
    scolarite.get_by_role("button", name="Ajouter la remarque").click()
    remarquer(scolarite, "champ:capacite", "INC_09", "Trois internes ?")
    retourner(scolarite)
    expect(rts.get_by_text("2 remarques, 0 traitée")).to_be_visible()  # its dashboard, open all along
    rts.get_by_role("link", name="Projet pédagogique").click()
    rts.wait_for_url("**/saisie*")
    assert axe(rts) == []
    rts.get_by_role("textbox", name="Projet pédagogique", exact=True).fill("Deux encadrants, un entretien par semaine.")
    rts.get_by_label("Fait : Projet pédagogique").check()
    expect(rts.locator("#retour")).to_contain_text("2 remarques, 1 traitée")
    rts.get_by_role("button", name="Soumettre la demande").click()
    expect(rts.get_by_role("alert")).to_contain_text("Capacité d'accueil : une remarque de la scolarité attend")
    rts.get_by_label("Votre réponse : Capacité d'accueil").fill("Oui, trois encadrants.")
    rts.get_by_role("button", name="Soumettre la demande").click()
    rts.wait_for_url("**/tableau-de-bord")
    expect(scolarite.locator("#changement")).to_contain_text("Ce dossier a été modifié")
    scolarite.locator("#changement").get_by_role("link", name="voir").click()
    expect(scolarite.get_by_role("row", name=re.compile("Projet pédagogique .* Deux encadrants"))).to_be_visible()
    expect(scolarite.get_by_text("« Oui, trois encadrants. »")).to_be_visible()
    assert axe(scolarite) == []
    scolarite.get_by_role("button", name="Lever les remarques cochées").click()
    expect(scolarite.get_by_text("Remarques closes")).to_be_visible()
    expect(scolarite.locator("#passer-outre")).to_have_count(0)


def test_3_la_boucle_et_le_refus_sans_javascript(gens: Gens) -> None:
    scolarite = gens.connecter("Claire Rosheim", java_script_enabled=False)
    rts = gens.connecter("Jeanne Lutterbach", java_script_enabled=False)
    numero = son_dossier(gens, rts)
    gens.aller(scolarite, f"/demandes/{numero}/traitement?remarque=section:pieces")
    remarquer(scolarite, "section:pieces", "INC_06", "Le CV.")
    retourner(scolarite)
    gens.aller(rts, f"/demandes/{numero}/saisie")
    rts.get_by_label("Votre réponse : Pièces").fill("Je l'envoie par courrier.")
    rts.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(rts.get_by_text("1 remarque, 1 traitée")).to_be_visible()
    rts.get_by_role("button", name="Soumettre la demande").click()
    rts.wait_for_url("**/tableau-de-bord")
    gens.aller(scolarite, f"/demandes/{numero}")
    expect(scolarite.get_by_text("Le RTS n'a rien changé dans le dossier.")).to_be_visible()
    scolarite.locator("summary", has_text="Refuser").click()
    scolarite.get_by_label("Motif du refus").select_option("REF_S_07")
    scolarite.get_by_label("Précision").fill("Formation à la maîtrise de stage absente.")
    scolarite.get_by_role("button", name="Voir ce que lira le RTS").click()
    annonce = scolarite.locator("#apercu-refus .message-erreur").inner_text()
    scolarite.get_by_role("button", name="Refuser", exact=True).click()
    gens.aller(rts, "/tableau-de-bord")
    expect(rts.locator(f"#demande-{numero} .message-erreur")).to_have_text(annonce)
