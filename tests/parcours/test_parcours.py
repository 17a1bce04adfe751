"""The whole road: one request, every role, from a draft to the commission's published decision."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from app.core.templating import aujourdhui
from tests.parcours.gestes import completer, deposer, en_saisie

if TYPE_CHECKING:
    from tests.support.navigateur import Gens


def dans(jours: int) -> str:
    """A day from today, as a date field wants it."""
    return (aujourdhui() + timedelta(days=jours)).isoformat()


def valider_les_blocs(scolarite: Page) -> None:
    """Validate by hand what the registers did not settle."""
    en_attente = scolarite.locator("article.bloc").filter(has=scolarite.locator(".validation-non_valide"))
    for reste in range(en_attente.count(), 0, -1):
        bloc = en_attente.first
        bloc.get_by_label("Motif").fill("Vérifié au téléphone.")
        bloc.get_by_role("button", name="Valider manuellement").click()
        expect(en_attente).to_have_count(reste - 1)


@pytest.fixture(scope="module")
def numeros() -> dict[str, int]:
    """The demandes of the road, by name."""
    return {}


def test_1_la_scolarite_configure_une_campagne_et_le_rts_lit_sa_notice(gens: Gens) -> None:
    admin = gens.connecter("Odile Brunstatt")
    gens.aller(admin, "/campagnes/nouvelle")
    admin.get_by_label("Libellé").fill("Campagne d'essai")
    admin.get_by_label("Subdivision", exact=True).select_option(label="Nancy")
    dates = {"ouverture": -1, "cloture_depot": 20, "cloture_complements": 10, "cloture_avis": 40, "debut_agrements": 160}
    for nom, jours in dates.items():
        admin.locator(f"#{nom}").fill(dans(jours))
    admin.get_by_label("Notice").fill("Apportez le **projet pédagogique**.")
    admin.get_by_role("checkbox", name="Génétique et médecine moléculaire bioclinique").check()
    admin.get_by_role("button", name="Créer la campagne").click()
    expect(admin.get_by_text("Cette date vient avant « Clôture du dépôt ».")).to_be_visible()
    expect(admin.get_by_label("Libellé")).to_have_value("Campagne d'essai")
    admin.locator("#cloture_complements").fill(dans(30))
    admin.get_by_role("button", name="Créer la campagne").click()
    if admin.get_by_text("déjà ouvertes aux mêmes dates").count():  # the demonstration's own campaign of Nancy has it
        admin.locator("#subdivision").select_option(label="Caen")
        admin.get_by_role("button", name="Créer la campagne").click()
    expect(admin.get_by_role("heading", name="Campagne d'essai")).to_be_visible()
    rts = gens.connecter("Nadia Turckheim")
    gens.aller(rts, "/tableau-de-bord")
    expect(rts.get_by_text("projet pédagogique")).to_be_visible()


def test_2_le_rts_remplit_quitte_reprend_et_soumet(gens: Gens, numeros: dict[str, int]) -> None:
    rts = gens.connecter("Nadia Turckheim")
    numero = numeros["acceptee"] = deposer(gens, rts, "Unité d'allergologie")
    gens.aller(rts, "/tableau-de-bord")
    expect(rts.get_by_role("link", name="1 En cours de saisie")).to_be_visible()
    rts.get_by_role("link", name=f"Reprendre la demande n° {numero}").click()
    expect(rts.get_by_label("Nom du terrain")).to_have_value("Unité d'allergologie")
    rts.get_by_role("button", name="Soumettre la demande").click()
    expect(rts.get_by_role("alert")).to_contain_text("Indiquez la capacité d'accueil")
    expect(rts.get_by_role("alert")).to_contain_text("Décrivez le projet pédagogique.")
    completer(rts)
    rts.get_by_role("button", name="Soumettre la demande").click()
    rts.wait_for_url("**/tableau-de-bord")
    expect(rts.get_by_role("heading", name="En cours de validation")).to_be_visible()


def test_2_un_brouillon_se_supprime(gens: Gens) -> None:
    rts = gens.connecter("Nadia Turckheim")
    numero = deposer(gens, rts, "Un brouillon")
    gens.aller(rts, "/tableau-de-bord")
    rts.get_by_role("link", name=f"Supprimer la demande n° {numero}").click()
    rts.get_by_role("button", name="Supprimer").click()
    rts.wait_for_url("**/tableau-de-bord")
    expect(rts.get_by_text(f"Demande n° {numero} ")).to_have_count(0)


def test_3_la_scolarite_retourne_puis_valide(gens: Gens, numeros: dict[str, int]) -> None:
    numero = numeros["acceptee"]
    rts, scolarite = gens.connecter("Nadia Turckheim"), gens.connecter("Claire Rosheim")
    gens.aller(rts, "/tableau-de-bord")
    gens.aller(scolarite, "/demandes?statut=EN_VALIDATION&personne=turckheim")
    scolarite.get_by_role("link", name="Nadia Turckheim").first.click()
    expect(scolarite).to_have_url(re.compile(rf"/demandes/{numero}\?liste=statut"))  # the list comes along
    expect(scolarite.get_by_role("button", name="Valider administrativement")).to_be_disabled()
    scolarite.get_by_text("Retourner incomplet").first.click()
    retour = scolarite.locator("form[action*='/retour?']")
    retour.get_by_label("Projet pédagogique absent ou non actualisé").check()
    retour.get_by_label("Commentaire lu par le RTS").fill("Précisez l'encadrement.")
    retour.get_by_label("Date limite").fill(dans(15))
    retour.get_by_role("button", name="Retourner incomplet").click()
    # Without a reload:
    expect(rts.get_by_text("Retour de la scolarité : Dossier incomplet")).to_be_visible()
    expect(rts.get_by_text("Précisez l'encadrement.")).to_be_visible()
    rts.get_by_role("link", name=f"Compléter la demande n° {numero}").click()
    rts.get_by_role("textbox", name="Projet pédagogique", exact=True).fill(
        "Encadrement par deux praticiens ; consultations, plateau technique."
    )
    rts.get_by_role("button", name="Soumettre la demande").click()
    rts.wait_for_url("**/tableau-de-bord")
    gens.aller(scolarite, f"/demandes/{numero}")
    valider_les_blocs(scolarite)
    scolarite.get_by_role("button", name="Valider administrativement").click()
    expect(rts.get_by_role("heading", name="Validé administrativement")).to_be_visible()


def test_3_la_scolarite_refuse_avec_un_motif(gens: Gens, numeros: dict[str, int]) -> None:
    rts = gens.connecter("Nadia Turckheim")
    numero = numeros["refusee"] = deposer(gens, rts, "Cabinet annexe")
    completer(rts)
    rts.get_by_role("button", name="Soumettre la demande").click()
    rts.wait_for_url("**/tableau-de-bord")
    scolarite = gens.connecter("Claire Rosheim")
    gens.aller(scolarite, f"/demandes/{numero}")
    scolarite.locator("summary", has_text="Refuser").click()
    refus = scolarite.locator("form[action$='/refus']")
    refus.get_by_label("Motif du refus").select_option(index=1)
    refus.locator("#precision").fill("Le terrain dépend d'une autre subdivision.")
    refus.get_by_role("button", name="Voir ce que lira le RTS").click()
    refus.get_by_role("button", name="Refuser").click()
    expect(rts.get_by_text("Motif du refus")).to_be_visible()


def test_4_le_coordonnateur_et_le_representant_donnent_leur_avis_sans_se_lire(gens: Gens, numeros: dict[str, int]) -> None:
    representant = gens.connecter("Lucas Obernai")
    donner(gens, representant, numeros["acceptee"], "avis-representant", "A l'étude")
    coordonnatrice = gens.connecter("Léa Haguenau")
    gens.aller(coordonnatrice, "/demandes?personne=turckheim&tout=1")
    assert "A l'étude" not in coordonnatrice.locator("tbody").inner_text()
    donner(gens, coordonnatrice, numeros["acceptee"], "avis-coordonnateur", "Accepté")
    gens.aller(coordonnatrice, f"/demandes/{numeros['acceptee']}")
    lu = "m => { const c = m.cloneNode(true); c.querySelectorAll('form').forEach(f => f.remove()); return c.textContent; }"
    assert "A l'étude" not in coordonnatrice.locator("main").evaluate(lu)


def donner(gens: Gens, page: Page, demande: int, avis: str, sens: str) -> None:
    """Give an opinion in the cell of the table."""
    gens.aller(page, "/demandes?personne=turckheim&statut=VALIDE_ADMIN")
    en_saisie(page)
    rangee = page.locator("tbody tr").filter(has=page.locator(f"a[href='/demandes/{demande}']"))
    rangee.locator(f"a.modifier[href$='/{avis}']").click()
    editeur = page.locator("form.editeur")
    editeur.get_by_label(sens).check()
    if sens == "Accepté":
        editeur.get_by_label("SOCLE").check()
        editeur.get_by_label("1 an").check()
    editeur.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("form.editeur")).to_have_count(0)


def test_5_et_6_la_seance_se_planifie_s_ouvre_et_decide(gens: Gens, numeros: dict[str, int]) -> None:
    scolarite, presidente = gens.connecter("Claire Rosheim"), gens.connecter("Hélène Marmoutier")
    gens.aller(scolarite, "/seances/nouvelle")
    scolarite.get_by_label("Libellé").fill("Séance Parcours")
    scolarite.get_by_label("Date").fill(dans(1))
    scolarite.get_by_role("checkbox", name="Allergologie", exact=True).check()
    scolarite.get_by_role("button", name="Planifier la séance").click()
    expect(scolarite.get_by_text("Rien ne se décide avant que le président ouvre la séance.")).to_be_visible()
    seance = numeros["seance"] = int(scolarite.url.rpartition("/")[2])
    gens.aller(presidente, f"/demandes?seance={seance}")
    expect(presidente.locator("a.modifier")).to_have_count(0)
    gens.aller(presidente, f"/seances/{seance}")
    presidente.get_by_role("button", name="Ouvrir la séance").click()
    presidente.get_by_role("button", name="Ouvrir la séance").click()
    expect(presidente.get_by_role("alert")).to_contain_text("Le quorum n'est pas atteint")
    presidente.get_by_label("Seconde convocation").check()
    presidente.get_by_role("button", name="Ouvrir la séance").click()
    presidente.wait_for_url(f"**/demandes?seance={seance}")
    rangee = presidente.locator("tbody tr").filter(has=presidente.locator(f"a[href='/demandes/{numeros['acceptee']}']"))
    expect(rangee).to_contain_text("repris du coordonnateur")


def test_7_la_presidente_clot_confirme_et_publie(gens: Gens, numeros: dict[str, int]) -> None:
    presidente, rts = gens.connecter("Hélène Marmoutier"), gens.connecter("Nadia Turckheim")
    gens.aller(rts, "/tableau-de-bord")
    gens.aller(presidente, f"/seances/{numeros['seance']}")
    presidente.get_by_role("button", name="Clore la séance").click()
    expect(presidente.get_by_role("heading", name="Reprises du coordonnateur, à confirmer (1)")).to_be_visible()
    presidente.get_by_label("Je confirme").check()
    presidente.get_by_role("button", name="Clore la séance").click()
    expect(presidente.get_by_text("Close", exact=True)).to_be_visible()
    rts.wait_for_timeout(1000)
    expect(rts.get_by_role("heading", name="Validé administrativement")).to_be_visible()  # not told, not even live
    gens.aller(rts, "/demandes")
    expect(rts.locator("tbody")).not_to_contain_text("Accepté")
    gens.aller(rts, "/tableau-de-bord")
    presidente.get_by_role("button", name="Publier les décisions").click()
    expect(rts.get_by_role("heading", name="Accepté")).to_be_visible()
    gens.aller(rts, "/agrements")
    expect(rts.get_by_text("Unité d'allergologie")).to_be_visible()


def test_8_tout_se_lit_sur_le_dossier_et_la_seance_se_rouvre_avec_un_motif(gens: Gens, numeros: dict[str, int]) -> None:
    scolarite, presidente = gens.connecter("Claire Rosheim"), gens.connecter("Hélène Marmoutier")
    gens.aller(scolarite, f"/demandes/{numeros['acceptee']}")
    scolarite.locator("summary", has_text="Historique").click()
    texte = scolarite.locator("details.historique").inner_text()
    for qui in ("Nadia Turckheim", "Claire Rosheim", "Hélène Marmoutier"):
        assert qui in texte
    gens.aller(presidente, f"/seances/{numeros['seance']}")
    presidente.locator("summary", has_text="Rouvrir la séance").click()
    presidente.get_by_label("Motif").fill("Erreur matérielle sur la durée.")
    presidente.get_by_role("button", name="Rouvrir la séance").click()
    expect(presidente.get_by_text("Ouverte", exact=True)).to_be_visible()
