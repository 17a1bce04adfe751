"""A day of the scolarité: thirty dossiers from *À faire*, those equal to the register in one click each."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.support.navigateur import Gens

IDENTIQUE = "Tout est identique au registre"
SUIVANT = "Valider et passer au suivant"


class Journee:
    """What was done, and with how many clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.clics = page, 0
        self.faits: list[tuple[str, int, float]] = []  # kind, clicks, seconds

    @property
    def numero(self) -> int:
        """The dossier that is open."""
        return int(re.findall(r"/demandes/(\d+)", self.page.url)[0])

    def cliquer(self, quoi: Locator) -> None:
        self.clics += 1
        quoi.click()

    def prendre(self, titre: str) -> bool:
        """The oldest of a kind, from *À faire*."""
        section = self.page.locator("section.a-faire", has=self.page.get_by_role("heading", name=titre))
        if not section.locator(".qui a").count():
            return False
        self.cliquer(section.locator(".qui a").first)
        self.page.wait_for_url("**/demandes/*")
        return True

    def valider(self, sorte: str, clics: int, debut: float) -> bool:
        """Validate, and go on to the next one where there is one; whether there was."""
        numero, suivant = self.numero, self.page.get_by_role("button", name=SUIVANT)
        encore = suivant.count() > 0
        self.cliquer(suivant if encore else self.page.get_by_role("button", name="Valider administrativement"))
        if encore:
            self.page.wait_for_url(lambda adresse: f"/demandes/{numero}?" not in adresse)
        else:
            expect(self.page.locator("main")).to_contain_text("Validé administrativement")
        self.faits.append((sorte, self.clics - clics, time.monotonic() - debut))
        return encore


def bilan(faits: list[tuple[str, int, float]], sorte: str) -> tuple[int, int, float]:
    """How many, the most clicks that one took, the median of the seconds."""
    siens = sorted((secondes, clics) for s, clics, secondes in faits if s == sorte)
    return len(siens), max(c for _, c in siens), siens[len(siens) // 2][0]


def test_une_journee_de_trente_dossiers(gens: Gens) -> None:
    page = gens.connecter("Claire Rosheim")
    jour = Journee(page)
    gens.aller(page, "/a-faire")
    assert jour.prendre("prêtes à valider")
    encore = True
    while encore:  # each takes us to the next
        debut, clics = time.monotonic(), jour.clics
        encore = jour.valider("égal" if page.get_by_text(IDENTIQUE).count() else "prêt", clics, debut)
    refus = 0
    for _ in range(30):
        gens.aller(page, "/a-faire")
        debut, clics = time.monotonic(), jour.clics
        if len(jour.faits) >= 30 or not jour.prendre("demandes à vérifier"):
            break
        if not refus:
            refuser(jour, debut, clics)
            refus += 1
            continue
        juger_les_blocs(jour)
        jour.valider("comparé", clics, debut)
    egaux, clics, secondes = bilan(jour.faits, "égal")
    autres = bilan(jour.faits, "comparé")
    print(f"égaux {egaux}, {clics} clic, {secondes:.2f} s ; comparés {autres[0]}, {autres[1]} clics, {autres[2]:.2f} s")
    assert (len(jour.faits) >= 30, egaux, clics, refus) == (True, 20, 1, 1)
    assert autres[1] <= 5  # to open, at most three blocks, to validate


def juger_les_blocs(jour: Journee) -> None:
    """Each block that the machine did not validate, with a reason."""
    page = jour.page
    while (reste := page.locator("article.bloc:not(:has(.validation-auto, .validation-manuel))")).count():
        bloc = page.locator(f"#{reste.first.get_attribute('id')}")
        bloc.get_by_label("Motif").fill("Vérifié par téléphone avec le secrétariat.")
        jour.cliquer(bloc.get_by_role("button", name="Valider manuellement"))
        expect(bloc.locator(".validation-manuel")).to_be_visible()


def refuser(jour: Journee, debut: float, clics: int) -> None:
    """With the reason of the list, after what the RTS will read."""
    page = jour.page
    jour.cliquer(page.locator("#refuser > summary"))
    page.get_by_label("Motif du refus").select_option(index=1)
    page.get_by_label("Précision").fill("Le dossier relève d'une autre campagne.")
    jour.cliquer(page.get_by_role("button", name="Voir ce que lira le RTS"))
    expect(page.locator("#apercu-refus")).to_contain_text("Le dossier relève d'une autre campagne.")
    jour.cliquer(page.locator("#apercu-refus").get_by_role("button"))
    expect(page.locator("main")).to_contain_text("Motif du refus")
    jour.faits.append(("refusé", jour.clics - clics, time.monotonic() - debut))
