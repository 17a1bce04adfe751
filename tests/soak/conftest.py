"""The makers of databases, once a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import BASES, dans_un_fil
from tests.soak.bases import Bases, bases

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def fabriques(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bases]]:
    """By kind; a cluster that keeps what it has confirmed."""
    dossier, ouvertes, faites = tmp_path_factory.mktemp("soak"), [], {}
    for sorte in BASES:
        contexte = bases(sorte, dossier)
        dans_un_fil(lambda c=contexte, s=sorte: faites.update({s: c.__enter__()}))
        ouvertes.append(contexte)
    yield faites
    for contexte in ouvertes:
        contexte.__exit__(None, None, None)
