"""What several journeys do in the same way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, Route, expect

if TYPE_CHECKING:
    from tests.support.navigateur import Gens


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# A decision that nobody has taken yet: the coordonnateur's acceptance, with a duration of its own.
REPRIS = re.compile(r"Accepté · \d an.*repris du coordonnateur", re.DOTALL)
# Lines in a row whose inherited acceptance has a duration: they can be confirmed as they are shown.
SUITES = """([combien, partielles]) => {
  const suite = [];
  for (const td of document.querySelectorAll('#corps td[data-c=decision_commission]')) {
    const texte = td.querySelector('.heritee')?.textContent ?? '';
    const voulue = !partielles || td.querySelector('.phase:not(abbr)');
    if (/Accepté · \\d an/.test(texte) && td.querySelector('a.modifier') && voulue) suite.push(td.id);
    else suite.length = 0;
    if (suite.length === combien) return suite;
  }
  return suite;
}"""


def ouvrir_la_seance(gens: Gens) -> int:
    """The séance of the day at Strasbourg, everybody present, opened by its présidente; its number."""
    page = gens.connecter("Hélène Marmoutier")
    gens.aller(page, "/seances")
    page.locator("table.seances tbody tr").filter(has_text="Planifiée").first.get_by_role("link").click()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.wait_for_url("**/ouverture")
    for case in page.locator("input[name=presents]").all():
        case.check()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.wait_for_url("**/demandes?seance=*")
    return int(page.url.rpartition("=")[2])


def au_tableau(gens: Gens, page: Page, seance: int, filtre: str = "") -> None:
    """The commission's table, its stream open."""
    with page.expect_request(lambda r: "/direct/demandes" in r.url):
        gens.aller(page, f"/demandes?seance={seance}{filtre}")


def cellules(page: Page) -> Locator:
    """The cells of the commission's decision, in the order of the table."""
    return page.locator("tbody td.jugement[data-c=decision_commission]")


def heritees(page: Page, combien: int, *, partielles: bool = False) -> list[str]:
    """The ids of so many cells, one under the other, that show the coordonnateur's opinion, whole and on a line of its own.

    *partielles*: some of the phases only.
    """
    ids = page.evaluate(SUITES, [combien, partielles])
    assert len(ids) == combien, "the demonstration has such lines"
    return list(ids)


def en_saisie(page: Page) -> None:
    """Out of reading, where nothing is edited."""
    if page.evaluate("document.body.dataset.mode") == "lecture":
        page.keyboard.press("Shift+E")


class Frappe:
    """Somebody's keyboard, which counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.frappes = page, 0

    def __call__(self, *touches: str) -> None:
        """Press these, one after the other, without waiting."""
        for touche in touches:
            self.page.keyboard.press(touche)
            self.frappes += 1


def ouvrir_editeur(page: Page, cellule: str) -> Locator:
    """Open the editor of a cell."""
    page.locator(f"#{cellule} a.modifier").click()
    editeur = page.locator(f"#{cellule} form.editeur")
    expect(editeur).to_be_visible()
    return editeur


def juger(editeur: Locator, sens: str) -> None:
    """Choose, complete what an agreement needs, save."""
    editeur.get_by_label(sens).check()
    if sens == "Accepté":
        editeur.get_by_label("1 an").check()
        editeur.get_by_label("SOCLE").check()
    editeur.get_by_role("button").first.click()


def commencer(gens: Gens, rts: Page) -> int:
    """A new draft in the campaign *Parcours*; its number."""
    gens.aller(rts, "/tableau-de-bord")
    rts.get_by_role("button", name="Nouvelle demande").click()
    rts.get_by_role("link", name="Parcours").click()
    expect(rts.get_by_text("agrément des terrains de stage du troisième cycle")).to_be_visible()  # the notice
    rts.get_by_label("Formation").select_option(label="DES Allergologie")
    rts.get_by_role("button", name="Commencer la demande").click()
    rts.wait_for_url("**/saisie")
    return int(rts.url.split("/")[-2])


def deposer(gens: Gens, rts: Page, terrain: str) -> int:
    """A dossier with all but what `completer` brings; its number."""
    numero = commencer(gens, rts)
    rts.get_by_label("Adresse électronique").fill("nadia@exemple.fr")
    rts.get_by_label("SOCLE").check()
    rts.get_by_label("Un établissement du registre").check()
    rts.get_by_label("Chercher un établissement").press_sequentially("hautepierre", delay=20)
    rts.get_by_role("radio", name="HOPITAL DE HAUTEPIERRE").check()
    expect(rts.get_by_text("670783273").first).to_be_visible()  # FINESS, shown and not typed
    rts.get_by_label("Terrain de stage").select_option("nouveau")
    rts.get_by_label("Nom du terrain").fill(terrain)
    rts.get_by_label("Nom du terrain").blur()
    expect(rts.locator("#etat")).to_contain_text("Enregistré à")
    return numero


def completer(rts: Page) -> None:
    """What was still missing."""
    rts.get_by_label("Capacité d'accueil").fill("2")
    rts.get_by_role("textbox", name="Projet pédagogique", exact=True).fill("Accueil, consultations, plateau technique.")
    rts.locator("input[type=file]").first.set_input_files({"name": "projet.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(rts.get_by_role("link", name="projet.pdf")).to_be_visible()


class Reseau:
    """A network that keeps every save to *adresse* until it is told to let go."""

    def __init__(self, page: Page, adresse: str) -> None:
        self.page, self.retenus, self.libre = page, list[Route](), False
        page.route(adresse, self._recevoir)

    def _recevoir(self, route: Route) -> None:
        if route.request.method == "POST" and not self.libre:
            self.retenus.append(route)
        else:
            route.continue_()

    def attendre(self, combien: int) -> None:
        """Until so many saves are on their way."""
        for _ in range(1_500):
            if len(self.retenus) >= combien:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"{len(self.retenus)} enregistrement(s) en route, {combien} attendu(s)")

    def lacher(self) -> None:
        """They arrive, and whatever comes after them."""
        self.libre = True
        for route in self.retenus:
            route.continue_()
