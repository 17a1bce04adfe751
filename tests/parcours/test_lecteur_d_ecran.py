"""A séance of ten lines through what a screen reader gets: roles, names, states, and what is said aloud; nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.parcours.gestes import REPRIS, au_tableau, en_saisie

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

ENREGISTRE = r"^ligne {} : enregistré \d\d:\d\d$"


def grille(page: Page) -> Locator:
    """The table, by its role and name."""
    return page.get_by_role("grid", name="Liste des demandes")


def modifiables(page: Page, combien: int) -> list[int]:
    """The numbers of the first lines that say that they are taken over, and may be changed."""
    rangees = grille(page).get_by_role("row").filter(has=page.locator("td[data-c=decision_commission]", has_text=REPRIS))
    rangees = rangees.filter(has=page.get_by_role("link", name="Modifier la décision de la commission"))
    noms = [str(x.get_by_role("checkbox").get_attribute("aria-label")) for x in rangees.all()[:combien]]
    assert len(noms) == combien
    return [int(x.removeprefix("Cocher la ligne ").partition(",")[0]) for x in noms]


def rangee(page: Page, ligne: int) -> Locator:
    """The row of a line, by the name of its box."""
    return grille(page).get_by_role("row").filter(has=page.get_by_role("checkbox", name=f"Cocher la ligne {ligne},"))


def decision(page: Page, ligne: int) -> Locator:
    """The cell of its decision."""
    return rangee(page, ligne).get_by_role("gridcell").last


def saisir(page: Page, ligne: int) -> Locator:
    """The editor of a decision, opened by its link."""
    page.get_by_role("link", name=f"Modifier la décision de la commission, ligne {ligne}", exact=True).press("Enter")
    return page.get_by_role("form", name=f"Décision commission, ligne {ligne}", exact=True)


def dit(page: Page, texte: str) -> None:
    """A live region says so."""
    expect(page.get_by_role("status").filter(has_text=re.compile(texte))).to_have_count(1)


def test_columns_are_named_sorted_and_filtered_by_their_headers(gens: Gens, seance: int) -> None:
    page = gens.connecter("Hélène Marmoutier")
    au_tableau(gens, page, seance)
    noms = [x.strip() for x in grille(page).get_by_role("columnheader").all_inner_texts()]
    assert noms[:4] == ["Cocher", "Ordre du jour", "A discuter", "Prénom Nom"]
    assert noms[-2:] == ["Divergence", "Décision commission"]
    titre = grille(page).get_by_role("columnheader", name="Prénom Nom")
    expect(titre).to_have_attribute("aria-sort", "none")
    for sens in ("ascending", "descending"):
        titre.get_by_role("link").press("Enter")
        expect(titre).to_have_attribute("aria-sort", sens)
    page.get_by_role("searchbox", name="Filtrer Prénom Nom").fill("felsenmatt")
    expect(page.get_by_role("list", name="Filtres actifs").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("link", name="retirer ce filtre")).to_be_visible()
    dit(page, r"^\d+ sur \d+ (demandes|lignes)|^\d+ .* sur \d+")


def test_ten_lines_are_decided_by_what_is_said(gens: Gens, seance: int) -> None:
    page = gens.connecter("Hélène Marmoutier")
    au_tableau(gens, page, seance)
    expect(page.get_by_role("button", name="Saisie : passer en lecture")).to_be_visible()
    dix = modifiables(page, 10)
    for ligne in dix[:2]:
        page.get_by_role("checkbox", name=f"Cocher la ligne {ligne},").press("Space")
    dit(page, "^2 lignes cochées$")
    expect(page.get_by_role("checkbox", name="Cocher les lignes de cette page")).to_be_checked(indeterminate=True)
    page.get_by_role("button", name="Agir sur les lignes cochées").press("Enter")
    page.get_by_role("radio", name="A l'étude").press("Space")
    dit(page, r"A l'étude : 2 modifiées")
    page.get_by_role("button", name="A l'étude : modifier 2 lignes").press("Enter")
    dit(page, "^2 modifiées · 0 déjà ainsi · 0 refusée$")
    page.get_by_role("link", name="Retour à la liste").press("Enter")
    page.wait_for_url(f"**/demandes?seance={seance}")
    for rang, ligne in enumerate(dix[2:]):
        expect(decision(page, ligne)).to_contain_text("repris du coordonnateur")
        editeur = saisir(page, ligne)
        expect(editeur.get_by_role("radio", checked=True).first).to_be_focused()
        if rang % 2:
            editeur.get_by_role("radio", name="A l'étude").press("Space")
        else:
            refuser(page, editeur)
        editeur.get_by_role("button", name="Enregistrer", exact=True).press("Enter")
        dit(page, ENREGISTRE.format(ligne))
        expect(decision(page, ligne)).not_to_contain_text("repris du coordonnateur")
        lu = "A l'étude .*" if rang % 2 else r"Refusé Activité insuffisante : Trop peu\. "
        par_qui = re.compile(rf"^{lu}Hélène Marmoutier, \d\d/\d\d/\d{{4}} à \d\d:\d\d Modifier la décision.*, ligne {ligne}")
        expect(decision(page, ligne)).to_have_accessible_name(par_qui)
    for ligne in dix[:2]:
        expect(decision(page, ligne)).to_contain_text("A l'étude")


def refuser(page: Page, editeur: Locator) -> None:
    """Refuse, first without saying why."""
    editeur.get_by_role("radio", name="Refusé").press("Space")
    editeur.get_by_role("button", name="Enregistrer", exact=True).press("Enter")
    expect(editeur.get_by_role("alert")).to_contain_text("Un refus est motivé")
    motif = editeur.get_by_role("combobox", name="Motif")
    expect(motif).to_have_attribute("aria-invalid", "true")
    expect(motif).to_be_focused()
    dit(page, "refusé par une règle")
    motif.press("ArrowDown")
    editeur.get_by_role("textbox", name="Précision").fill("Trop peu.")


def test_states_are_told_inherited_divergent_current_expanded(gens: Gens, seance: int) -> None:
    page, autre = gens.connecter("Paul Guebwiller"), gens.connecter("Hélène Marmoutier")
    for qui in (page, autre):
        au_tableau(gens, qui, seance)
    (ligne, suivante) = modifiables(page, 2)
    ecarts = {"Avis concordants", "Décision", "Durée", "Phases", "Coordonnateur seul", "Représentant des internes seul"}
    assert rangee(page, ligne).get_by_role("gridcell").all_inner_texts()[-2].strip() in ecarts
    editeur = saisir(page, ligne)
    autre_editeur = saisir(autre, ligne)
    autre_editeur.get_by_role("radio", name="A l'étude").press("Space")
    autre_editeur.get_by_role("button", name="Enregistrer", exact=True).press("Enter")
    voir = editeur.get_by_role("link", name="voir")
    expect(voir).to_have_attribute("aria-expanded", "false")
    voir.press("Enter")
    expect(voir).to_have_attribute("aria-expanded", "true")
    expect(editeur.get_by_role("status").filter(has_text="modifié par Hélène Marmoutier à")).to_contain_text("A l'étude")
    editeur.get_by_role("radio", name="Refusé").press("Space")
    editeur.get_by_role("combobox", name="Motif").press("ArrowDown")
    editeur.get_by_role("textbox", name="Précision").fill("Activité.")
    editeur.get_by_role("button", name="Enregistrer", exact=True).press("Enter")
    alerte = editeur.get_by_role("alert")
    expect(alerte.get_by_role("term")).to_have_text(["La vôtre", "Actuelle", "D'origine"])
    expect(alerte.get_by_role("definition").nth(1)).to_contain_text("A l'étude")
    editeur.get_by_role("link", name="Prendre la leur").press("Enter")
    expect(decision(page, ligne)).to_contain_text("Hélène Marmoutier")
    autre.get_by_role("button", name=re.compile("^(Commencer|Suivante)$")).press("Enter")
    expect(grille(page).get_by_role("row").and_(page.locator("[aria-current=true]"))).to_have_count(1)
    dit(page, "ligne.* modifiée")
    rangee(page, suivante).get_by_role("link", name="Aperçu").press("Enter")
    dit(page, "^Aperçu : .*F6 pour y aller")
    expect(page.get_by_role("complementary", name="Dossier de la ligne").get_by_role("heading", level=2).first).to_be_visible()


def test_reading_is_said_and_nothing_is_changed_there(gens: Gens) -> None:
    page = gens.connecter("Élise Kochersberg")
    gens.aller(page, "/demandes?statut=VALIDE_ADMIN")
    expect(page.get_by_role("button", name="Lecture : passer en saisie")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^(Donner|Modifier) ")).first).to_be_hidden()
    en_saisie(page)
    dit(page, "^Saisie : les cellules se modifient$")
    expect(page.get_by_role("button", name="Saisie : passer en lecture")).to_be_visible()
