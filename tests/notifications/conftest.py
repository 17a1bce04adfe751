"""People of a commission, an application that sends, a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.notifications.courrier import Poste, Serveur
from tests.support.commission import monter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.application import Monde
    from tests.support.commission import Scene


@pytest.fixture
async def scene(monde: Monde) -> Scene:
    """One campaign of Strasbourg and everybody around it."""
    return await monter(monde)


@pytest.fixture(scope="module")
def _serveur() -> Iterator[Serveur]:
    lance = Serveur()
    yield lance
    lance.fermer()


@pytest.fixture
def serveur(_serveur: Serveur) -> Serveur:
    """A mail server on the loopback, its mailbox empty."""
    _serveur.boite.vider()
    return _serveur


@pytest.fixture
def poste(monde: Monde, serveur: Serveur) -> Poste:
    """The application that sends by it."""
    return Poste(monde, serveur)
