"""The list under the eyes of its reader: rows stay where they are until he asks, whatever others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.parcours.gestes import REPRIS, au_tableau, cellules, juger, ouvrir_editeur

if TYPE_CHECKING:
    import re

    from tests.support.navigateur import Gens


def rangs(page: Page) -> list[str]:
    """The rows in the order of the screen."""
    return [str(x.get_attribute("id")) for x in page.locator("#corps > tr").all()]


def dont(page: Page, texte: str | re.Pattern[str], rang: int = 0) -> str:
    """The id of a cell of the commission's decision."""
    return str(cellules(page).filter(has_text=texte).nth(rang).get_attribute("id"))


def rangee(page: Page, cellule: str) -> Locator:
    return page.locator(f"#ligne-{cellule.rpartition('-')[2]}")


def test_a_row_out_of_the_filter_stays_until_asked(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    au_tableau(gens, presidente, seance)
    au_tableau(gens, membre, seance, "&decision_commission=ACCEPTE")
    avant, sortante = rangs(membre), dont(membre, "Accepté", 1)
    place = rangee(membre, sortante).bounding_box()
    membre.locator(f"#{sortante} a.modifier").focus()
    juger(ouvrir_editeur(presidente, sortante), "A l'étude")
    expect(membre.locator(f"#{sortante} .sens")).to_have_text("A l'étude")
    expect(rangee(membre, sortante)).to_contain_class("hors-filtre")
    expect(rangee(membre, sortante).locator(".hors")).to_have_text("hors filtre")
    expect(membre.locator("#nouveautes")).to_have_text("La liste a changé — Actualiser (1)")
    assert (rangs(membre), rangee(membre, sortante).bounding_box()) == (avant, place)
    expect(membre.locator(f"#{sortante} a.modifier")).to_be_focused()
    # One comes in: it is counted, and not shown.
    entrante = dont(presidente, "—")
    assert f"ligne-{entrante.rpartition('-')[2]}" not in avant
    juger(ouvrir_editeur(presidente, entrante), "Accepté")
    expect(membre.locator("#nouveautes")).to_have_text("La liste a changé — Actualiser (2)")
    assert rangs(membre) == avant
    expect(presidente.locator("#nouveautes")).to_be_empty()  # nothing left or came for her, who filters nothing
    membre.get_by_role("link", name="Actualiser (2)").click()
    expect(rangee(membre, entrante)).to_be_visible()
    expect(rangee(membre, sortante)).to_have_count(0)
    expect(membre.locator("#nouveautes")).to_be_empty()
    assert set(rangs(membre)) == {*avant, f"ligne-{entrante.rpartition('-')[2]}"} - {f"ligne-{sortante.rpartition('-')[2]}"}


def test_actualiser_leaves_an_open_editor_and_the_mark_shows_the_value(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    au_tableau(gens, presidente, seance)
    au_tableau(gens, membre, seance, "&decision_commission=ACCEPTE")
    saisie = dont(membre, "Accepté", 0)
    editeur = ouvrir_editeur(membre, saisie)
    editeur.get_by_label("Commentaire").fill("Je relis.")
    juger(ouvrir_editeur(presidente, saisie), "A l'étude")
    marque = membre.locator(f"#{saisie} .editeur .marque")
    expect(marque).to_contain_text("modifié par Hélène Marmoutier à")
    expect(marque.locator(".actuelle")).to_be_hidden()
    marque.get_by_role("link", name="voir").click()
    expect(marque.locator(".actuelle")).to_contain_text("A l'étude")
    membre.get_by_role("link", name="Actualiser (1)").click()
    expect(membre.locator("#nouveautes")).to_have_text("La liste a changé — Actualiser (1)")  # still out of it, still there
    expect(membre.locator("#corps > tr[hx-morph-skip]")).to_have_count(0)
    expect(editeur.get_by_label("Commentaire")).to_have_value("Je relis.")
    # Closed, the row takes what it missed.
    editeur.get_by_role("link", name="Annuler").click()
    expect(membre.locator(f"#{saisie} .sens")).to_have_text("A l'étude")
    expect(rangee(membre, saisie)).to_contain_class("hors-filtre")
    membre.get_by_role("link", name="Actualiser (1)").click()
    expect(rangee(membre, saisie)).to_have_count(0)


def test_focus_selection_and_scroll_stay_when_a_row_is_updated(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    cellule = dont(membre, REPRIS, 3)
    ligne = cellule.rpartition("-")[2]
    # A tick box in the row, as the message brings it too.
    coche = f'<td class="coche"><input type="checkbox" id="coche-{ligne}" name="lignes" value="{ligne}"></td>'
    membre.evaluate(
        """([ligne, coche]) => {
          const poser = (tr) => tr.replace(/^(<tr[^>]*>)/, "$1" + coche);
          const tr = document.getElementById(`ligne-${ligne}`);
          tr.insertAdjacentHTML("afterbegin", coche);
          const vrai = htmx.swap.bind(htmx);
          htmx.swap = (ctx) => vrai(Object.assign(ctx, { text: ctx.text.replaceAll(/<tr[^>]*>/g, poser) }));
        }""",
        [ligne, coche],
    )
    membre.locator(".defilement").evaluate("x => x.scrollTo(30, 40)")
    for cible in (f"#coche-{ligne}", f"#{cellule} a.modifier"):
        membre.locator(f"#coche-{ligne}").set_checked(True)
        membre.locator(cible).evaluate("x => x.focus({ preventScroll: true })")
        place = membre.locator(".defilement").evaluate("x => [x.scrollLeft, x.scrollTop, window.scrollY]")
        sens = "Accepté" if "A l'étude" in membre.locator(f"#{cellule}").inner_text() else "A l'étude"
        juger(ouvrir_editeur(presidente, cellule), sens)
        expect(membre.locator(f"#{cellule} .sens")).to_have_text(sens)
        expect(membre.locator(cible)).to_be_focused()
        expect(membre.locator(f"#coche-{ligne}")).to_be_checked()
        assert membre.locator(".defilement").evaluate("x => [x.scrollLeft, x.scrollTop, window.scrollY]") == place


def test_others_are_announced_quietly_and_shown_on_their_row(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    cellule = dont(membre, REPRIS, 4)
    editeur = ouvrir_editeur(presidente, cellule)
    la = rangee(membre, cellule).locator(".presents")
    expect(la).to_contain_text("Hélène Marmoutier saisit")
    expect(rangee(presidente, cellule).locator(".presents")).to_be_empty()
    juger(editeur, "A l'étude")
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    expect(membre.locator("#annonces")).to_have_text("1 ligne modifiée")
    expect(la).to_be_empty()
    # Within ten seconds, nothing more is said; one's own acts are never said.
    expect(presidente.locator("#annonces")).to_be_empty()
    for rang in (5, 6):
        autre = dont(membre, REPRIS, rang)
        juger(ouvrir_editeur(presidente, autre), "A l'étude")
        expect(membre.locator(f"#{autre} .sens")).to_have_text("A l'étude")
    expect(membre.locator("#annonces")).to_have_text("1 ligne modifiée")
    expect(membre.locator("#annonces")).to_have_text("2 lignes modifiées")


def test_a_tab_that_closes_is_no_longer_there(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    cellule = dont(membre, "A l'étude")
    ouvrir_editeur(presidente, cellule)
    la = rangee(membre, cellule).locator(".presents")
    expect(la).to_contain_text("HM")
    presidente.close()
    expect(la).to_be_empty()


def test_a_cut_of_the_network_loses_nothing(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    membre.evaluate("window.temoin = 'la même page'")
    premiere, seconde = dont(membre, REPRIS, 0), dont(membre, REPRIS, 1)
    juger(ouvrir_editeur(presidente, premiere), "A l'étude")
    expect(membre.locator(f"#{premiere} .sens")).to_have_text("A l'étude")
    membre.context.set_offline(True)
    membre.evaluate("document.getElementById('direct')._htmx.sse.reader.cancel()")  # Chromium keeps an open stream alive
    for cellule in (premiere, seconde):
        juger(ouvrir_editeur(presidente, cellule), "Accepté")
        expect(presidente.locator(f"#{cellule} form.editeur")).to_have_count(0)
    expect(membre.locator(f"#{premiere} .sens")).to_have_text("A l'étude")
    retours: list[str] = []
    membre.on("request", lambda r: retours.append(r.headers.get("last-event-id", "")) if "/direct/" in r.url else None)
    membre.context.set_offline(False)
    for cellule in (premiere, seconde):
        expect(membre.locator(f"#{cellule} .sens")).to_have_text("Accepté")
    assert [x.isdecimal() for x in retours] == [True]  # where it stopped, and not from the beginning
    assert membre.evaluate("window.temoin") == "la même page"
    gens.fautes[:] = [x for x in gens.fautes if "ERR_INTERNET_DISCONNECTED" not in x and "fetch" not in x.lower()]


def test_a_tab_in_the_background_catches_up_when_it_is_looked_at(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    for page in (presidente, membre):
        au_tableau(gens, page, seance)
    cacher = """cachee => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => cachee });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    cellule = dont(membre, "Accepté")
    membre.evaluate(cacher, True)
    juger(ouvrir_editeur(presidente, cellule), "A l'étude")
    expect(presidente.locator(f"#{cellule} .sens")).to_have_text("A l'étude")
    membre.wait_for_timeout(1_000)
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("Accepté")
    membre.evaluate(cacher, False)
    expect(membre.locator(f"#{cellule} .sens")).to_have_text("A l'étude")


def test_what_waits_and_what_a_seance_counts_follow(gens: Gens, seance: int) -> None:
    presidente, membre = gens.connecter("Hélène Marmoutier"), gens.connecter("Paul Guebwiller")
    au_tableau(gens, presidente, seance)
    with membre.expect_request(lambda r: "/direct/seances/" in r.url):
        gens.aller(membre, f"/seances/{seance}")
    accepte = membre.locator("dt", has_text="Accepté").locator("+ dd .chiffres")
    avant = int(accepte.inner_text())
    cellule = dont(presidente, "A l'étude")
    juger(ouvrir_editeur(presidente, cellule), "Accepté")
    expect(accepte).to_have_text(str(avant + 1))
