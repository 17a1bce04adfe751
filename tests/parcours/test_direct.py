"""Two people in front of the same rows: what the one does, the other sees; nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.parcours.gestes import REPRIS, au_tableau, cellules, juger, ouvrir_editeur

if TYPE_CHECKING:
    from tests.support.navigateur import Gens
    from tests.support.serveur import Serveur


def face_a_face(gens: Gens, seance: int) -> tuple[Page, Page]:
    """The présidente and a member, both at the table."""
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    return presidente, membre


def une_heritee(page: Page, rang: int = 0) -> str:
    """The id of a cell that nobody has decided yet."""
    return str(cellules(page).filter(has_text=REPRIS).nth(rang).get_attribute("id"))


def test_a_second_screen_shows_a_decision_without_a_reload(gens: Gens, seance: int) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(presidente)
    expect(membre.locator(f"#{cellule}")).to_contain_text("repris du coordonnateur")
    membre.locator(f"#{cellule} a.modifier").focus()
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(presidente.locator(f"#{cellule} form.editeur")).to_have_count(0)
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    expect(membre.locator(f"#{cellule}")).not_to_contain_text("repris du coordonnateur")
    expect(membre.locator(f"#{cellule} a.modifier")).to_be_focused()  # updated in place


def test_a_decision_is_taken_back_in_its_cell(gens: Gens, seance: int) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(presidente)
    assert ouvrir_editeur(presidente, cellule).get_by_role("button", name="Reprendre l'avis").count() == 0  # nothing decided
    juger(presidente.locator(f"#{cellule} form.editeur"), "A l'étude")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    envois: list[str] = []
    presidente.on("request", lambda r: envois.append(r.url) if r.method == "POST" and "/lignes/" in r.url else None)
    ouvrir_editeur(presidente, cellule).get_by_role("button", name="Reprendre l'avis du coordonnateur").click()
    for page in (presidente, membre):
        expect(page.locator(f"#{cellule}")).to_contain_text("repris du coordonnateur")
    assert [url.rpartition("/")[2] for url in envois] == ["reprise"]


def test_row_in_edit_is_marked_and_a_stale_save_shows_both_values(gens: Gens, seance: int) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(membre)
    saisie = ouvrir_editeur(membre, cellule)
    saisie.get_by_label("Commentaire").fill("Vu avec le chef de service.")
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    marque = membre.locator(f"#{cellule} .editeur .marque")
    expect(marque).to_contain_text("modifié par Hélène Marmoutier à")
    expect(saisie.get_by_label("Commentaire")).to_have_value("Vu avec le chef de service.")
    juger(saisie, "Accepté")
    conflit = membre.locator(f"#{cellule} .conflit")
    expect(conflit).to_contain_text("Modifié entre-temps par Hélène Marmoutier à")
    assert [x.split("·")[0].strip() for x in conflit.locator("dt, dd").all_inner_texts()] == [
        "La vôtre", "Accepté", "Actuelle", "A l'étude", "D'origine", "Accepté",
    ]  # fmt: skip
    expect(membre.locator(f"#{cellule}").get_by_label("Commentaire")).to_have_value("Vu avec le chef de service.")
    expect(presidente.locator(f"#{cellule} .sens")).to_have_text("A l'étude")  # nothing was overwritten
    membre.get_by_role("button", name="Garder la mienne").click()
    expect(membre.locator(f"#{cellule} form.editeur")).to_have_count(0)
    expect(presidente.locator(f"#{cellule} .sens")).to_have_text("Accepté")


def test_theirs_is_taken_from_a_conflict(gens: Gens, seance: int) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(membre)
    saisie = ouvrir_editeur(membre, cellule)
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(membre.locator(f"#{cellule} .editeur .marque")).to_contain_text("modifié par")
    juger(saisie, "Accepté")
    membre.get_by_role("link", name="Prendre la leur").click()
    expect(membre.locator(f"#{cellule} form.editeur")).to_have_count(0)
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    expect(membre.locator(f"#{cellule}")).to_be_focused()


def test_stream_resumes_after_a_restart_without_a_reload(gens: Gens, seance: int, serveur: Serveur) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(membre)
    presidente.evaluate("window.temoin = 'la même page'")
    saisie = ouvrir_editeur(membre, cellule)
    serveur.arreter()
    saisie.get_by_label("A l'étude").check()
    saisie.get_by_role("button", name="Enregistrer").click()
    expect(membre.locator("#messages")).to_contain_text("Rien n'est perdu")
    expect(saisie.get_by_label("A l'étude")).to_be_checked()
    serveur.demarrer()
    saisie.get_by_role("button", name="Enregistrer").click()
    expect(membre.locator(f"#{cellule} form.editeur")).to_have_count(0)
    expect(presidente.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    assert presidente.evaluate("window.temoin") == "la même page"
    # What the browser writes of a server that is away, and nothing else.
    assert [x for x in gens.fautes if "fetch" not in x.lower()] == []
    gens.fautes.clear()


def test_open_dashboard_changes_by_itself(gens: Gens) -> None:
    ouvert, autre = gens.connecter("Jeanne Lutterbach"), gens.connecter("Jeanne Lutterbach")
    with ouvert.expect_request(lambda r: "/direct/tableau-de-bord" in r.url):
        gens.aller(ouvert, "/tableau-de-bord")
    expect(ouvert.get_by_role("link", name="2 En cours de saisie")).to_be_visible()
    gens.aller(autre, "/tableau-de-bord")
    autre.get_by_role("link", name="Supprimer la demande n° 3").click()
    autre.get_by_role("button", name="Supprimer").click()
    autre.wait_for_url("**/tableau-de-bord")
    expect(ouvert.get_by_role("link", name="1 En cours de saisie")).to_be_visible()


def test_expired_session_keeps_what_was_typed(gens: Gens, seance: int) -> None:
    membre, admin = gens.connecter("Anne Thann"), gens.connecter("Odile Brunstatt")
    au_tableau(gens, membre, seance)
    cellule = une_heritee(membre)
    saisie = ouvrir_editeur(membre, cellule)
    saisie.get_by_label("Commentaire").fill("À revoir dans un an.")
    gens.aller(admin, "/personnes?q=thann")
    admin.get_by_role("link", name="Anne Thann").click()
    admin.get_by_role("button", name="Fermer toutes ses sessions").click()
    expect(admin.get_by_text("0 session ouverte.")).to_be_visible()
    juger(saisie, "A l'étude")
    expect(membre.locator("#messages")).to_contain_text("Votre session a expiré")
    expect(saisie.get_by_label("Commentaire")).to_have_value("À revoir dans un an.")
    with membre.expect_popup() as ouvre:
        membre.get_by_role("link", name="Se reconnecter").click()
    onglet = ouvre.value
    onglet.get_by_role("button", name="Anne Thann").click()
    expect(onglet.get_by_role("link", name="Anne Thann")).to_be_visible()
    expect(membre.locator(f"#{cellule} form.editeur")).to_have_count(0)
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")


def test_changes_of_different_fields_are_merged_and_the_cell_says_so(gens: Gens, seance: int) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(presidente)
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    saisie = ouvrir_editeur(membre, cellule)
    saisie.get_by_label("Commentaire").fill("Vu avec le chef de service.")
    juger(ouvrir_editeur(presidente, cellule), "Accepté")
    expect(saisie.locator(".marque")).to_contain_text("modifié par Hélène Marmoutier à")
    saisie.get_by_role("button", name="Enregistrer").click()
    expect(membre.locator("#annonce")).to_contain_text("fusionné avec la modification de Hélène Marmoutier")
    expect(membre.locator(f"#{cellule}")).to_contain_text("Accepté · 1 an")
    reprise = ouvrir_editeur(presidente, cellule)
    expect(reprise.get_by_label("Commentaire")).to_have_value("Vu avec le chef de service.")
    expect(reprise.get_by_label("Accepté")).to_be_checked()


def test_an_undo_is_refused_with_its_reason_when_somebody_came_after(gens: Gens, seance: int) -> None:
    presidente, membre = face_a_face(gens, seance)
    cellule = une_heritee(membre)
    juger(ouvrir_editeur(membre, cellule), "A l'étude")
    expect(presidente.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    juger(ouvrir_editeur(presidente, cellule), "Accepté")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("Accepté")
    membre.get_by_role("button", name="Annuler", exact=True).click()
    expect(membre.locator("#messages")).to_contain_text(f"Ligne {cellule.rpartition('-')[2]} : ")
    expect(membre.locator("#messages")).to_contain_text("Hélène Marmoutier")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("Accepté")
