"""In Chromium: from the event to the next paint after the swap, beside what swapping an empty fragment costs there."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any, Final

from tests.support.navigateur import navigateur

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A frame after the swap, then a task after that frame: what was swapped has been painted.
PEINT: Final = """
() => new Promise(fait => {
  const debut = performance.now();
  document.addEventListener("htmx:after:swap", () => requestAnimationFrame(() => {
    const canal = new MessageChannel();
    canal.port1.onmessage = () => fait(performance.now() - debut);
    canal.port2.postMessage(0);
  }), { once: true });
  %s
})
"""
VIDE = PEINT % 'htmx.ajax("GET", "/bench/texte", { target: "#nouveautes", swap: "innerHTML" });'
COCHER = PEINT % (
    "const boite = document.querySelector('thead input[name=CODE][value=VALEUR]');"
    "boite.checked = !boite.checked; boite.dispatchEvent(new Event('change', { bubbles: true }));"
)
CHOIX = (("type_demande", "RENOUVELLEMENT"), ("type_demande", "NOUVEAU"), ("decision_rep", "ACCEPTE"))


def mesurer(port: int, jeton: str, *, fois: int = 30) -> dict[str, float]:
    """Medians, in milliseconds: an empty fragment, a filter, a save that is confirmed, a table opened with nothing kept."""
    with navigateur() as chromium:
        froides = [_ouvrir(chromium, port, jeton)[0] for _ in range(fois)]
        _, page = _ouvrir(chromium, port, jeton)
        vides = [page.evaluate(VIDE) for _ in range(fois)]
        filtres = []
        for n in range(fois):
            code, valeur = CHOIX[n % len(CHOIX)]
            filtres.append(page.evaluate(COCHER.replace("CODE", code).replace("VALEUR", valeur)))
        sauves = [_enregistrer(page, n) for n in range(fois)]
    return {
        "fragment vide": statistics.median(vides),
        "un filtre": statistics.median(filtres),
        "clic → confirmé": statistics.median(sauves),
        "tableau à froid": statistics.median(froides),
    }


def _ouvrir(chromium: Any, port: int, jeton: str) -> tuple[float, Page]:
    """From the address to a table that answers: its scripts have run, and a frame was painted."""
    contexte = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    contexte.add_cookies([{"name": "session", "value": jeton, "url": f"http://127.0.0.1:{port}"}])
    page = contexte.new_page()
    debut = time.perf_counter()
    page.goto(f"http://127.0.0.1:{port}/demandes?seance=1", wait_until="domcontentloaded")
    page.evaluate("() => new Promise(fait => requestAnimationFrame(() => setTimeout(fait)))")
    return (time.perf_counter() - debut) * 1000, page


def _enregistrer(page: Page, n: int) -> float:
    """Open the editor of a decision, fill it, and save: from the click to the paint of the cell that says so."""
    lien = page.locator('#corps td[data-c="decision_commission"] a.modifier').nth(n % 20)
    lien.click()
    editeur = page.locator("#corps form.editeur, #corps .editeur form").first
    editeur.wait_for()
    editeur.locator('input[name="sens"][value="ACCEPTE"]').check(force=True)
    return float(page.evaluate(PEINT % "document.querySelector('#corps .editeur button[type=submit]:not([name])').click();"))
