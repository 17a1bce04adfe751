"""People in front of a real browser: each one his own context, signed in by the embedded provider, watched for faults."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_SESSIONS: dict[tuple[str, str], Any] = {}  # by server and person
PATIENCE = 30_000  # ms: how soon things come is for the bench to say, on a machine that does nothing else
expect.set_options(timeout=PATIENCE)
# What Chromium and htmx write when a refused form answers 4xx, or a stream 401 once its session has expired.
ATTENDUS = ("Failed to load resource", "SSE reconnect failed with status 401")
REGLES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium() -> str:
    """Where the browser is."""
    noms = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    trouve = next((chemin for nom in noms if nom and (chemin := shutil.which(nom))), None)
    if trouve is None:
        raise RuntimeError("Chromium manque : apt-get install -y chromium")
    return trouve


@contextmanager
def navigateur() -> Iterator[Browser]:
    """One browser for the session."""
    with sync_playwright() as p:
        ouvert = p.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield ouvert
        ouvert.close()


def fermer(contexte: BrowserContext) -> None:
    """Close a screen that may be on its way to another page.

    Asked while a navigation commits, Chromium forgets to close the page (and to open another): it never answers, and Playwright
    waits for ever. So the page is brought to rest first; the second try finds the navigation done.
    """
    for page in contexte.pages:
        for _ in range(5):
            try:
                page.goto("about:blank", timeout=1_000)
            except Error:
                continue
            break
    contexte.close()


class Gens:
    """Whoever sits in front of the application at *url*; `fautes` is what no page should have done."""

    def __init__(self, navigateur: Browser, url: str) -> None:
        self.navigateur, self.url = navigateur, url
        self.fautes: list[str] = []
        self.contextes: list[Any] = []

    def ouvrir(self, *, largeur: int = 1280, hauteur: int = 900, **options: Any) -> Page:
        """A new screen, nobody signed in."""
        contexte = self.navigateur.new_context(
            viewport={"width": largeur, "height": hauteur}, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        contexte.set_default_timeout(PATIENCE)
        self.contextes.append(contexte)
        page = contexte.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda e: self.fautes.append(f"{page.url} : {e}"))
        page.on("response", lambda r: self.fautes.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        return page

    def _console(self, message: Any) -> None:
        if message.type == "error" and not any(attendu in message.text for attendu in ATTENDUS):
            self.fautes.append(f"{message.location.get('url')} : {message.text}")

    def connecter(self, nom: str, **options: Any) -> Page:
        """A screen where *nom* is signed in: the first time by the real round trip, then by the session that it gave."""
        page = self.ouvrir(**options)
        if self._rentrer(page, nom):
            return page
        page.goto(f"{self.url}/connexion")
        bouton = page.get_by_role("button", name="Se connecter")
        if bouton.count():
            bouton.first.click()
        page.get_by_role("button", name=nom).first.click()
        page.wait_for_url(f"{self.url}/**")
        _SESSIONS[self.url, nom] = page.context.cookies()
        return page

    def _rentrer(self, page: Page, nom: str) -> bool:
        """Whether the session of before still opens."""
        page.context.add_cookies(_SESSIONS.get((self.url, nom), []))
        if (self.url, nom) in _SESSIONS and page.context.request.get(f"{self.url}/moi", max_redirects=0).status == 200:
            return True
        page.context.clear_cookies()
        return False

    def aller(self, page: Page, chemin: str) -> None:
        """Open an address of the application."""
        page.goto(f"{self.url}{chemin}")

    def montrer(self) -> Iterator[str]:
        """What each screen shows, for whoever looks for a failure's cause."""
        for page in (page for contexte in self.contextes for page in contexte.pages):
            try:
                yield f"{page.url}\n{page.locator('main').inner_text(timeout=2_000)}"
            except Error as erreur:
                yield f"{page.url}\n{erreur}"

    def fermer(self) -> None:
        """Close every screen."""
        for contexte in self.contextes:
            fermer(contexte)


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page: rule and element. The context must have been opened with `bypass_csp`."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.add_script_tag(path=str(AXE))
    # What is past the first dozen of a list is made by the same template: it would cost four fifths of the time.
    quoi = {"exclude": [["tbody > tr:nth-child(n+13)"], ["ol > li:nth-child(n+13)"], ["ul > li:nth-child(n+13)"]]}
    resultat = page.evaluate("([quoi, regles]) => axe.run(quoi, { runOnly: regles })", [quoi, REGLES])
    return [f"{v['id']} : {n['target']} {n['failureSummary']}" for v in resultat["violations"] for n in v["nodes"]]
