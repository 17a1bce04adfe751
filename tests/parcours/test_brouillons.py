"""Nothing typed is lost: left, reloaded, refused, without a network, without a session; and the state of each cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.parcours.gestes import Frappe, Reseau, au_tableau, heritees, juger, ouvrir_editeur

if TYPE_CHECKING:
    from tests.support.navigateur import Gens

APRES = "e => getComputedStyle(e, '::after').content"
BROUILLONS = "Object.keys(localStorage).filter(k => k.startsWith('brouillon:'))"
ENREGISTRE = re.compile(r'^"✓ enregistré \d\d:\d\d"$')


def a_table(gens: Gens, seance: int, combien: int = 2, nom: str = "Hélène Marmoutier") -> tuple[Page, Frappe, list[str]]:
    """Somebody at the table, his keys, lines that nobody has decided."""
    page = gens.connecter(nom)
    au_tableau(gens, page, seance)
    return page, Frappe(page), heritees(page, combien)


def commenter(page: Page, cellule: str, texte: str) -> Locator:
    """Open the editor of a cell and type a comment."""
    editeur = ouvrir_editeur(page, cellule)
    editeur.get_by_label("Commentaire").fill(texte)
    return editeur


def fermer_les_sessions(gens: Gens, nom: str) -> None:
    """An administrator signs somebody out everywhere."""
    admin = gens.connecter("Odile Brunstatt")
    gens.aller(admin, f"/personnes?q={nom.split()[1].lower()}")
    admin.get_by_role("link", name=nom).click()
    admin.get_by_role("button", name="Fermer toutes ses sessions").click()
    expect(admin.get_by_text("0 session ouverte.")).to_be_visible()


def sens(page: Page, cellule: str) -> Locator:
    """The word of a cell."""
    return page.locator(f"#{cellule} .sens")


def test_escape_leaves_and_offers_what_was_typed(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, _) = a_table(gens, seance)
    td = page.locator(f"#{cellule}")
    commenter(page, cellule, "Vu avec le chef de service.")
    clavier("Escape")
    expect(td).to_be_focused()
    expect(td.locator(".editeur")).to_have_count(0)
    clavier("Enter")  # as it stands
    expect(td.get_by_label("Commentaire")).to_have_value("")
    clavier("Escape")
    td.get_by_role("button", name=re.compile(r"^Reprendre la saisie de \d\d:\d\d, à enregistrer$")).click()
    expect(td.get_by_label("Commentaire")).to_have_value("Vu avec le chef de service.")
    clavier("Escape")
    page.reload()  # as after a crash
    page.locator(f"#{cellule}").focus()
    clavier("F2")
    expect(td.get_by_label("Commentaire")).to_have_value("Vu avec le chef de service.")
    clavier("Enter")
    expect(td.locator(".sens")).to_be_visible()
    expect(td.locator(".provenance, .a-reprendre")).to_have_count(0)
    assert page.evaluate(BROUILLONS) == []  # a confirmed save erases it


def test_untouched_editor_leaves_no_draft_and_abandon_erases(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, _) = a_table(gens, seance)
    td = page.locator(f"#{cellule}")
    td.focus()
    clavier("Enter", "Escape")
    expect(td).to_be_focused()
    assert page.evaluate(BROUILLONS) == []
    clavier("e", "Escape")
    expect(td.get_by_role("button", name="Abandonner")).to_be_visible()
    assert len(page.evaluate(BROUILLONS)) == 1
    clavier("Tab", "Tab", "Enter")  # what is offered is reached with Tab
    expect(td.get_by_role("button")).to_have_count(0)
    expect(td).to_be_focused()
    assert page.evaluate(BROUILLONS) == []


def test_leaving_the_row_saves_what_is_valid_and_keeps_what_is_refused(gens: Gens, seance: int) -> None:
    page, clavier, (a, b, c) = a_table(gens, seance, 3)
    page.locator(f"#{a}").focus()
    clavier("e")
    expect(page.locator(f"#{a} .editeur").get_by_label("A l'étude")).to_be_checked()
    page.locator(f"#{b}").click(position={"x": 3, "y": 3})
    expect(sens(page, a)).to_have_text("A l'étude")
    expect(page.locator(f"#{b}")).to_be_focused()  # not taken back
    clavier("r")
    expect(page.locator(f"#{b} .editeur").get_by_label("Refusé")).to_be_checked()
    page.locator(f"#{c} a.modifier").click()  # another editor opens
    expect(page.locator(f"#{b} .editeur").get_by_role("alert")).to_contain_text("Un refus est motivé")
    expect(page.locator(f"#{b} .editeur").get_by_label("Refusé")).to_be_checked()
    expect(page.locator(f"#{c} .editeur input:focus")).to_have_count(1)
    page.locator(f"#{a}").click(position={"x": 3, "y": 3})
    expect(page.locator(f"#{c} .editeur")).to_have_count(0)  # untouched: closed, and still inherited
    expect(page.locator(f"#{c}")).to_contain_text("repris du coordonnateur")
    expect(page.locator(f"#{b} .editeur")).to_have_count(1)


def test_conflict_is_never_settled_by_leaving(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, autre) = a_table(gens, seance, nom="Paul Guebwiller")
    presidente = gens.connecter("Hélène Marmoutier")
    au_tableau(gens, presidente, seance)
    commenter(page, cellule, "À revoir.")
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(page.locator(f"#{cellule} .marque")).to_contain_text("modifié par")
    clavier("Control+Enter")
    expect(page.locator(f"#{cellule} .conflit")).to_be_visible()
    page.locator(f"#{autre}").focus()
    page.wait_for_timeout(300)
    expect(page.locator(f"#{cellule} .conflit")).to_be_visible()
    expect(sens(presidente, cellule)).to_have_text("A l'étude")
    page.locator(f"#{cellule}").get_by_role("link", name="Prendre la leur").click()
    expect(page.locator(f"#{cellule} .editeur")).to_have_count(0)
    expect(sens(page, cellule)).to_have_text("A l'étude")
    assert page.evaluate(BROUILLONS) == []


def test_page_left_with_unsaved_text_asks(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, _) = a_table(gens, seance)
    demandes: list[str] = []
    page.on("dialog", lambda d: (demandes.append(d.type), d.dismiss()))
    editeur = ouvrir_editeur(page, cellule)
    editeur.get_by_label("Commentaire").press_sequentially("Un texte.")
    page.evaluate("location.assign('/')")
    expect(editeur.get_by_label("Commentaire")).to_have_value("Un texte.")
    assert demandes == ["beforeunload"]
    clavier("Escape")
    page.locator(f"#{cellule}").get_by_role("button", name="Abandonner").click()
    page.evaluate("location.assign('/')")
    page.wait_for_url(f"{gens.url}/")
    assert demandes == ["beforeunload"]


def test_state_of_a_cell_is_seen_and_said(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, _) = a_table(gens, seance)
    reseau = page.context.new_cdp_session(page)
    reseau.send("Network.enable")
    editeur = commenter(page, cellule, "Vu.")
    expect(editeur.locator(".etat")).to_have_text("à enregistrer")
    conditions = {"offline": False, "latency": 900, "downloadThroughput": -1, "uploadThroughput": -1}
    reseau.send("Network.emulateNetworkConditions", conditions)
    clavier("Control+Enter")
    expect(editeur.locator(".etat")).to_have_text("enregistrement…")
    expect(editeur).to_have_count(0)
    expect(page.locator("#annonce")).to_have_text(re.compile(r"^ligne \d+ : enregistré \d\d:\d\d$"))
    assert ENREGISTRE.match(page.locator(f"#{cellule}").evaluate(APRES))
    reseau.send("Network.emulateNetworkConditions", {**conditions, "latency": 0})
    autre = gens.connecter("Paul Guebwiller")
    au_tableau(gens, autre, seance)
    juger(ouvrir_editeur(autre, cellule), "A l'étude")
    expect(sens(page, cellule)).to_have_text("A l'étude")
    assert page.locator(f"#{cellule}").evaluate(APRES) == "none"  # it is no longer what was saved


def test_quick_save_never_shows_that_it_waits(gens: Gens, seance: int) -> None:
    page = gens.connecter("Hélène Marmoutier")
    page.clock.install()
    au_tableau(gens, page, seance)
    cellule = heritees(page, 1)[0]
    etat = commenter(page, cellule, "Vu.").locator(".etat")
    reseau = Reseau(page, "**/lignes/*/decision")
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
    Frappe(page)("Control+Enter")
    reseau.attendre(1)
    page.clock.run_for(290)
    expect(etat).to_have_text("à enregistrer")
    page.clock.run_for(20)
    expect(etat).to_have_text("enregistrement…")
    page.clock.resume()
    reseau.lacher()
    expect(page.locator(f"#{cellule} .editeur")).to_have_count(0)


def test_cut_network_is_said_and_the_save_leaves_when_it_is_back(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, suivante) = a_table(gens, seance)
    editeur = commenter(page, cellule, "Hors ligne.")
    page.context.set_offline(True)
    clavier("Control+Enter")
    expect(editeur.locator(".etat")).to_have_text("pas enregistré : le réseau ne répond pas")
    expect(editeur.get_by_label("Commentaire")).to_have_value("Hors ligne.")
    page.context.set_offline(False)
    expect(editeur).to_have_count(0)
    expect(page.locator(f"#{cellule}, #{suivante}").and_(page.locator(":focus"))).to_have_count(1)
    assert page.evaluate(BROUILLONS) == []
    # What the browser writes of a network that is away, and nothing else.
    assert [x for x in gens.fautes if "fetch" not in x.lower() and "ERR_INTERNET" not in x] == []
    gens.fautes.clear()


def test_expired_session_is_replayed_once_signed_in_elsewhere(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, suivante) = a_table(gens, seance, nom="Anne Thann")
    editeur = commenter(page, cellule, "À revoir dans un an.")
    fermer_les_sessions(gens, "Anne Thann")
    clavier("Control+Enter")
    expect(editeur.locator(".etat")).to_have_text("session expirée, à enregistrer")
    with page.expect_popup() as ouvre:
        page.get_by_role("link", name="Se reconnecter").click()
    ouvre.value.get_by_role("button", name="Anne Thann").click()
    expect(editeur).to_have_count(0)  # by itself
    expect(page.locator(f"#{cellule} .provenance")).to_have_count(0)
    juge = ouvrir_editeur(page, cellule)
    expect(juge.get_by_label("Commentaire")).to_have_value("À revoir dans un an.")
    assert suivante


def test_expired_session_is_replayed_in_the_same_tab_and_meets_whoever_came_between(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, autre) = a_table(gens, seance, nom="Anne Thann")
    presidente = gens.connecter("Hélène Marmoutier")
    au_tableau(gens, presidente, seance)
    adresse = page.url
    for rang, cible in enumerate((cellule, autre)):
        commenter(page, cible, f"Texte {rang}.")
        fermer_les_sessions(gens, "Anne Thann")
        clavier("Control+Enter")
        expect(page.locator(f"#{cible} .etat")).to_have_text("session expirée, à enregistrer")
        if rang:
            juger(ouvrir_editeur(presidente, cible), "A l'étude")
            expect(sens(presidente, cible)).to_have_text("A l'étude")
        page.get_by_role("link", name="le faire ici").click()
        page.get_by_role("button", name="Anne Thann").click()
        page.wait_for_url(adresse)
        if not rang:
            expect(page.locator(f"#{cible} .enregistre, #{cible} .sens").first).to_be_visible()
            expect(page.locator(f"#{cible} .provenance, #{cible} .editeur")).to_have_count(0)
            assert page.evaluate(BROUILLONS) == []
    expect(page.locator(f"#{autre} .conflit")).to_contain_text("Hélène Marmoutier")
    expect(page.locator(f"#{autre} .editeur").get_by_label("Commentaire")).to_have_value("Texte 1.")


def test_draft_is_nobody_elses_and_leaves_with_its_author(gens: Gens, seance: int) -> None:
    page, clavier, (cellule, _) = a_table(gens, seance, nom="Paul Guebwiller")
    commenter(page, cellule, "Pour moi.")
    clavier("Escape")
    expect(page.get_by_role("button", name="Reprendre")).to_have_count(1)
    page.context.clear_cookies()  # the session is gone without a logout; somebody else sits down
    gens.aller(page, "/connexion")
    page.get_by_role("button", name="Anne Thann").first.click()
    au_tableau(gens, page, seance)
    expect(page.locator(f"#{cellule} a.modifier")).to_be_visible()
    expect(page.get_by_role("button", name="Reprendre")).to_have_count(0)
    assert len(page.evaluate(BROUILLONS)) == 1
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/deconnecte*")
    assert page.evaluate(BROUILLONS) == []
