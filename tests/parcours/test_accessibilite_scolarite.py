"""The scolarité's screens as those see them who zoom, listen, or have no mouse: lists full and empty, one record of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parcours.test_accessibilite import OPTIONS, examiner

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.navigateur import Gens

# Addresses; « > x » is the first link of the page before whose address begins with x and a number.
ECRANS = {
    "inbox": [
        "/a-faire", "/retours-en-retard", "/demandes?statut=EN_VALIDATION", "> /demandes/", "/notifications", "/moi/courriel",
    ],
    "cockpit": [
        "/terrains?terrain=zzzz", "/terrains", "> /terrains/", "/terrains/nouveau", "/etablissements?etablissement=zzzz",
        "/etablissements?origine=LOCAL", "> /etablissements/", "/praticiens", "> /praticiens/", "/evenements",
        "> /evenements/",
    ],
    "campagnes": [
        "/campagnes/calendrier", "/campagnes/1/calendrier", "/campagnes/1/modification", "/campagnes/1/prolongations/nouvelle",
        "/campagnes/1/invitations", "/renouvellements", "/renouvellements/echeancier", "/reprises", "/travaux", "/registres",
    ],
}  # fmt: skip


def premier(page: Page, debut: str) -> str:
    """The first link to one record."""
    adresses = page.locator(f"main a[href^='{debut}']").evaluate_all("liens => liens.map(x => x.getAttribute('href'))")
    return str(next(a for a in adresses if a.removeprefix(debut)[:1].isdigit()))


@pytest.mark.parametrize("ou", ECRANS)
def test_no_screen_has_a_violation(gens: Gens, ou: str) -> None:
    page = gens.connecter("Claire Rosheim", **OPTIONS)
    constats = []
    for rang, ecrit in enumerate(ECRANS[ou]):
        chemin = premier(page, ecrit[2:]) if ecrit.startswith("> ") else ecrit
        reponse = page.goto(f"{gens.url}{chemin}")
        constats += [] if reponse and reponse.status == 200 else [f"{chemin} : {page.title()}"]
        constats += examiner(page, rang)
    assert constats == []
