"""A running application with its demonstration, a browser, and the people in front of it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.parcours.gestes import ouvrir_la_seance
from tests.support.navigateur import Gens, navigateur
from tests.support.serveur import Serveur, console

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A step that failed says what every screen showed: an address and the page's words."""
    rapport = yield
    presents = getattr(item, "funcargs", {}).get("gens")
    if rapport.when == "call" and rapport.failed and isinstance(presents, Gens):
        rapport.sections.append(("Les écrans", "\n\n".join(presents.montrer())))
    return rapport


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A road is walked in its order: each step starts where the one before ended."""
    ici = Path(__file__).parent
    places = [n for n, item in enumerate(items) if ici in item.path.parents]
    ranges = sorted((items[n] for n in places), key=lambda item: (item.path, item.location[1] or 0))
    for n, item in zip(places, ranges, strict=True):
        items[n] = item


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a loaded demonstration, to be copied; one for all workers: the first to come loads it."""
    racine = tmp_path_factory.getbasetemp()
    dossier = (racine.parent if "PYTEST_XDIST_WORKER" in os.environ else racine) / "demonstration"
    pret = dossier.with_suffix(".prete")
    try:
        dossier.mkdir()
    except FileExistsError:
        for _ in range(600):
            if pret.exists():
                return dossier
            time.sleep(0.2)
        raise
    for commande in (["migrer"], ["referentiel", "--discret"], ["demo"]):
        console(dossier, *commande)
    pret.touch()
    return dossier


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with navigateur() as ouvert:
        yield ouvert


@pytest.fixture(scope="module")
def serveur(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serveur]:
    """One application for the tests of a file, on a fresh copy of the demonstration."""
    dossier = tmp_path_factory.mktemp("serveur")
    shutil.copytree(demonstration, dossier, dirs_exist_ok=True)
    lance = Serveur(dossier)
    lance.demarrer()
    yield lance
    lance.arreter()
    assert lance.fautes() == []


@pytest.fixture(scope="module")
def seance(serveur: Serveur, chromium: Browser) -> int:
    """The séance of the day, open."""
    presents = Gens(chromium, serveur.url)
    numero = ouvrir_la_seance(presents)
    presents.fermer()
    return numero


@pytest.fixture
def gens(serveur: Serveur, chromium: Browser) -> Iterator[Gens]:
    """The people; at the end, no page has broken its policy, raised an error or met a 5xx."""
    presents = Gens(chromium, serveur.url)
    yield presents
    presents.fermer()
    assert presents.fautes == []
