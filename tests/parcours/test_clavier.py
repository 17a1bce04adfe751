"""The table from the keyboard alone: one tab stop, the arrows, the letters, as few keys as a séance allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from app.liste.clavier import TOUCHES
from tests.parcours.gestes import Frappe, au_tableau, cellules, en_saisie, heritees, juger, ouvrir_editeur

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

OU = """() => {
  const e = document.activeElement, td = e.closest('#corps td'), tr = td?.parentElement;
  if (!td) return e.textContent.trim();
  return [[...tr.parentElement.rows].indexOf(tr), td.dataset.c, e === td ? '' : e.name || e.tagName];
}"""
SWAP = "document.dispatchEvent(new CustomEvent('htmx:after:swap', { detail: {} }))"
HAUT = "document.querySelector('.defilement').scrollTop"
VISIBLE = """() => {
  const place = document.activeElement.getBoundingClientRect(), cadre = document.querySelector('.defilement');
  const tete = cadre.querySelector('thead').getBoundingClientRect();
  return place.top >= tete.bottom - 1 && place.bottom <= cadre.getBoundingClientRect().bottom + 1;
}"""


def au_clavier(gens: Gens, seance: int, nom: str = "Hélène Marmoutier", filtre: str = "") -> tuple[Page, Frappe]:
    """Somebody at the table of the séance, and his keys."""
    page = gens.connecter(nom)
    au_tableau(gens, page, seance, filtre)
    return page, Frappe(page)


def test_tab_enters_and_leaves_the_grid_once(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    grille = page.get_by_role("grid", name="Liste des demandes")
    assert grille.locator("tbody [tabindex='0']").count() == 1
    page.locator("thead tr.filtres td[data-c=decision_commission] summary").focus()
    clavier("Tab")
    assert page.evaluate(OU) == [0, "agenda", ""]
    clavier("ArrowDown", "End", "Tab")
    assert page.evaluate(OU) == "Page suivante"
    clavier("Shift+Tab")  # where it was left
    assert page.evaluate(OU) == [1, "decision_commission", ""]
    expect(page.get_by_role("gridcell").and_(page.locator(":focus"))).to_have_count(1)


def test_arrows_move_and_the_focus_is_never_under_a_header(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    page.locator("#corps td[data-c=personne]").first.click(position={"x": 3, "y": 3})
    derniere = page.locator("#corps tr").count() - 1
    for touche, attendu in (
        ("ArrowRight", [0, "formation", ""]),
        ("ArrowUp", [0, "formation", ""]),
        ("ArrowLeft", [0, "personne", ""]),
        ("Home", [0, None, "lignes"]),  # the tick box
        ("ArrowLeft", [0, None, "lignes"]),
        ("ArrowRight", [0, "agenda", ""]),
        ("End", [0, "decision_commission", ""]),
        ("ArrowDown", [1, "decision_commission", ""]),
        ("Home", [1, None, "lignes"]),
        ("Control+End", [derniere, "decision_commission", ""]),
        ("k", [derniere - 1, "decision_commission", ""]),
        ("j", [derniere, "decision_commission", ""]),
    ):
        clavier(touche)
        assert page.evaluate(OU) == attendu, touche
        assert page.evaluate(VISIBLE), touche
    clavier("PageUp")
    rang = page.evaluate(OU)[0]
    assert 0 < rang < derniere - 2
    clavier("PageDown")
    assert page.evaluate(OU)[0] > rang + 2
    for _ in range(derniere):
        clavier("ArrowUp")
        assert page.evaluate(VISIBLE)
    assert page.evaluate(OU)[0] == 0


def test_next_page_is_offered_and_never_turned(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    cellules(page).last.click(position={"x": 3, "y": 3})
    avant = page.locator("#corps tr").first.get_attribute("id")
    clavier("ArrowDown")
    assert page.evaluate(OU) == "Page suivante"
    assert page.locator("#corps tr").first.get_attribute("id") == avant
    clavier("ArrowUp")
    assert page.evaluate(OU)[1] == "decision_commission"
    clavier("ArrowDown", "Enter")
    expect(page.locator(f"#{avant}")).to_have_count(0)
    assert page.evaluate(OU) == [0, "decision_commission", ""]  # same column, first line


def test_enter_follows_the_link_of_a_cell_and_space_asks_for_the_dossier(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    page.evaluate("""() => { window.dits = []; for (const nom of ['ligne:choisie', 'ligne:panneau'])
        document.addEventListener(nom, e => window.dits.push([nom, e.detail.id])); }""")
    ids = [int(str(x.get_attribute("id")).removeprefix("ligne-")) for x in page.locator("#corps tr").all()[:2]]
    page.locator("#corps td[data-c=formation]").first.click(position={"x": 3, "y": 3})
    clavier("j", " ")
    assert page.evaluate("window.dits") == [
        ["ligne:choisie", ids[0]], ["ligne:choisie", ids[1]], ["ligne:panneau", ids[1]],
    ]  # fmt: skip
    expect(page.locator("#panneau-titre")).to_be_visible()
    clavier("Home", "Enter")  # a tick box sends nothing
    expect(page.locator(f"#ligne-{ids[1]} td.coche input")).to_be_focused()
    clavier("End", "Home", "ArrowRight", "ArrowRight", "ArrowRight", "Enter")
    page.wait_for_url("**/demandes/*")


def test_concordant_line_takes_three_keys_at_most(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    cellule, suivante = heritees(page, 2)
    lu = page.locator(f"#{cellule} .heritee .sens").inner_text()
    page.locator(f"#{cellule}").focus()
    clavier("Enter", "Enter")
    expect(page.locator(f"#{cellule} .provenance")).to_have_count(0)  # decided
    expect(page.locator(f"#{cellule} .sens")).to_have_text(lu)
    expect(page.locator(f"#{suivante}")).to_be_focused()
    assert clavier.frappes <= 3


def test_full_acceptance_takes_six_keys_at_most(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance, filtre="&type_demande=RENOUVELLEMENT")
    cellule, suivante = heritees(page, 2, partielles=True)
    page.locator(f"#{cellule}").focus()
    avant = page.locator(f"#{cellule} .phase").evaluate_all("x => x.map(p => p.tagName === 'ABBR')")
    clavier("a", "1", "s", "p", "c", "Enter")
    expect(page.locator(f"#{cellule} .provenance")).to_have_count(0)
    expect(page.locator(f"#{cellule}")).to_contain_text("Accepté · 1 an")
    apres = page.locator(f"#{cellule} .phase").evaluate_all("x => x.map(p => p.tagName === 'ABBR')")
    assert apres == [not x for x in avant]
    expect(page.locator(f"#{suivante}")).to_be_focused()
    assert clavier.frappes <= 6


def test_refusal_takes_six_keys_at_most_and_its_text(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    cellule, suivante = heritees(page, 2)
    page.locator(f"#{cellule}").focus()
    clavier("r", "ArrowDown", "Tab")
    page.keyboard.type("Peu de patients, SACRE 5.")  # letters are text here
    clavier("Control+Enter")
    expect(page.locator(f"#{cellule} .sens")).to_have_text("Refusé")
    expect(page.locator(f"#{cellule} .motif")).to_contain_text("Peu de patients, SACRE 5.")
    expect(page.locator(f"#{suivante}")).to_be_focused()
    assert clavier.frappes <= 6


def test_shift_enter_saves_and_goes_up(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    dessus, cellule = heritees(page, 2)
    page.locator(f"#{cellule}").focus()
    clavier("e", "Shift+Enter")
    expect(page.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    expect(page.locator(f"#{dessus}")).to_be_focused()


def test_refused_by_a_rule_keeps_the_focus_on_what_is_missing(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    cellule = heritees(page, 1)[0]
    page.locator(f"#{cellule}").focus()
    clavier("r", "Enter")
    editeur = page.locator(f"#{cellule} .editeur")
    expect(editeur.get_by_role("alert")).to_contain_text("Un refus est motivé")
    expect(editeur.get_by_label("Motif")).to_be_focused()
    expect(editeur.locator(".etat")).to_have_text("refusé : règle")
    clavier("ArrowDown", "Tab")
    page.keyboard.type("Projet absent.")
    clavier("Control+Enter")
    expect(page.locator(f"#{cellule} .sens")).to_have_text("Refusé")


def test_keys_typed_faster_than_the_answers_wait_their_turn(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    lignes = heritees(page, 4)
    reseau = page.context.new_cdp_session(page)
    reseau.send("Network.enable")
    conditions = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    reseau.send("Network.emulateNetworkConditions", conditions)
    page.locator(f"#{lignes[0]}").focus()
    clavier("e", "Enter", "r", "ArrowDown", "Tab", *"Peu suivi", "Control+Enter", "Enter", "Enter")
    expect(page.locator(f"#{lignes[3]}")).to_be_focused()
    expect(page.locator(f"#{lignes[0]} .sens")).to_have_text("A l'étude")
    expect(page.locator(f"#{lignes[1]} .motif")).to_contain_text("Peu suivi")
    expect(page.locator(f"#{lignes[2]} .provenance")).to_have_count(0)
    expect(page.locator(f"#{lignes[3]} .provenance")).to_have_text("repris du coordonnateur")


def test_keys_after_a_refusal_are_not_typed_into_it(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    cellule, suivante = heritees(page, 2)
    page.locator(f"#{cellule}").focus()
    clavier("r", "Enter", "a", "Enter")
    editeur = page.locator(f"#{cellule} .editeur")
    expect(editeur.get_by_role("alert")).to_be_visible()
    expect(editeur.get_by_label("Refusé")).to_be_checked()
    expect(page.locator(f"#{suivante}")).to_contain_text("repris du coordonnateur")
    clavier("Escape")


def test_letters_are_switched_off_before_the_first_key(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    cellule = heritees(page, 1)[0]
    page.locator(f"#{cellule}").focus()
    clavier("?")
    dialogue = page.get_by_role("dialog", name="Les touches du tableau")
    dialogue.get_by_role("switch").uncheck()
    clavier("Escape")
    expect(page.locator(f"#{cellule}")).to_be_focused()  # given back
    for deuxieme in (False, True):
        if deuxieme:
            au_tableau(gens, page, seance)
            page.locator(f"#{cellule}").focus()
        clavier("a", "j", "?", "Shift+E")
        expect(page.locator(f"#{cellule}")).to_be_focused()
        expect(page.locator(".editeur")).to_have_count(0)
        expect(dialogue).to_have_count(0)
        assert page.evaluate("document.body.dataset.mode") == "saisie"
    clavier("Enter", "e")
    expect(page.locator(f"#{cellule} .editeur").get_by_label("A l'étude")).not_to_be_checked()
    clavier("Escape")
    page.get_by_role("button", name="Clavier").click()
    dialogue.get_by_role("switch").check()


def test_keys_are_listed_from_one_table(gens: Gens, seance: int) -> None:
    page, clavier = au_clavier(gens, seance)
    clavier("?")
    attendues = [t for _, lignes in TOUCHES for touches, _ in lignes for t in touches]
    assert page.locator("dialog#touches kbd").all_inner_texts() == attendues
    gens.aller(page, "/aide")
    assert page.locator(".touches kbd").all_inner_texts() == attendues


def test_table_opens_for_reading_but_in_an_open_seance(gens: Gens, seance: int) -> None:
    page = gens.connecter("Élise Kochersberg")
    gens.aller(page, "/demandes?statut=VALIDE_ADMIN")
    crayon = page.locator("#corps a.modifier").first
    cellule = str(crayon.locator("xpath=..").get_attribute("id"))
    expect(page.get_by_role("button", name="Lecture : passer en saisie")).to_be_visible()
    expect(crayon).to_be_hidden()
    clavier = Frappe(page)
    page.locator(f"#{cellule}").focus()
    clavier("a")
    expect(page.locator("#messages")).to_have_text("Lecture : Maj+E pour saisir.")
    page.locator("#messages").evaluate("e => e.replaceChildren()")
    clavier("e", "Enter", "Control+z")
    expect(page.locator("#messages")).to_have_text("")  # said once, and nothing is undone
    expect(page.get_by_role("button", name="Annuler", exact=True)).to_be_hidden()
    expect(page.locator(".editeur")).to_have_count(0)
    clavier("Shift+E", "Enter")
    expect(page.locator(f"#{cellule} .editeur")).to_be_visible()
    clavier("Escape")
    page.reload()
    expect(crayon).to_be_visible()  # kept for this tab
    page.get_by_role("button", name="Saisie : passer en lecture").click()
    expect(crayon).to_be_hidden()
    membre = gens.connecter("Paul Guebwiller")
    au_tableau(gens, membre, seance)
    expect(membre.get_by_role("button", name="Saisie : passer en lecture")).to_be_visible()
    rts = gens.connecter("Jeanne Lutterbach")
    gens.aller(rts, "/demandes")
    expect(rts.locator("#bascule, #annulation")).to_have_count(0)  # nothing to enter, nothing to undo


def test_focus_and_scroll_outlive_a_row_that_is_replaced(gens: Gens, seance: int) -> None:
    membre, clavier = au_clavier(gens, seance, "Paul Guebwiller")
    presidente = gens.connecter("Hélène Marmoutier")
    au_tableau(gens, presidente, seance)
    cellule = heritees(membre, 1)[0]
    membre.locator(f"#{cellule}").focus()
    haut = membre.evaluate(HAUT)
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    expect(membre.locator(f"#{cellule}")).to_be_focused()
    assert membre.evaluate(HAUT) == haut
    membre.locator(f"#{cellule} a.modifier").focus()  # within the cell, what had the focus goes: the cell takes it
    membre.evaluate(f"document.getElementById('{cellule}').innerHTML = ''; {SWAP}")
    expect(membre.locator(f"#{cellule}")).to_be_focused()
    clavier("ArrowLeft")
    assert membre.evaluate(OU)[1] == "divergence"


def test_whole_lines_conflict_and_undo_with_the_keyboard_alone(gens: Gens, seance: int) -> None:
    membre, clavier = au_clavier(gens, seance, "Paul Guebwiller")
    presidente, autre = au_clavier(gens, seance)
    a, b, c, d = heritees(membre, 4)
    membre.locator(f"#{a}").focus()
    clavier("e", "Enter", "Enter", "Enter")
    expect(membre.locator(f"#{c}")).to_be_focused()
    expect(membre.locator(f"#{b} .provenance")).to_have_count(0)
    clavier("r", "ArrowDown")  # open while the présidente decides the same line
    expect(membre.locator(f"#{c} .editeur").get_by_label("Motif")).to_be_focused()
    presidente.locator(f"#{c}").focus()
    autre("e", "Enter")
    expect(presidente.locator(f"#{c} .sens")).to_have_text("A l'étude")
    expect(membre.locator(f"#{c} .marque")).to_contain_text("modifié par Hélène Marmoutier")
    clavier("Tab")
    membre.keyboard.type("Activité.")
    clavier("Control+Enter")
    expect(membre.locator(f"#{c} .conflit")).to_be_visible()
    expect(membre.locator(f"#{c} .etat")).to_have_text("conflit")
    expect(membre.locator(f"#{c} textarea[name=motif_texte]")).to_be_focused()
    clavier("Control+Enter")  # mine, knowingly
    expect(presidente.locator(f"#{c} .sens")).to_have_text("Refusé")
    expect(membre.locator(f"#{d}")).to_be_focused()
    clavier("Control+z")
    expect(membre.locator(f"#{c} .sens")).to_have_text("A l'étude")
    expect(membre.locator(f"#{d}")).to_be_focused()
    clavier("Control+y")
    expect(membre.locator(f"#{c} .sens")).to_have_text("Refusé")
    assert re.fullmatch(r"ligne \d+ : enregistré \d\d:\d\d", membre.locator("#annonce").inner_text())


def test_mouse_and_letters_serve_an_opinion_too(gens: Gens) -> None:
    page = gens.connecter("Élise Kochersberg")
    gens.aller(page, "/demandes?statut=VALIDE_ADMIN")
    en_saisie(page)
    sans_avis = page.locator("#corps td.jugement[data-c=decision_coord]").filter(has=page.locator("a.modifier"))
    cellule = str(sans_avis.first.get_attribute("id"))
    page.locator(f"#{cellule}").click(position={"x": 3, "y": 3})
    Frappe(page)("e", "Enter")
    expect(page.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
