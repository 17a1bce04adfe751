"""Many screens that follow one burst, and a few that never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import BASES
from tests.soak.foule import suivre

if TYPE_CHECKING:
    from tests.soak.bases import Bases


@pytest.mark.parametrize("sorte", [s for s in BASES if s == "sqlite"])
async def test_streams_all_arrive_beside_deaf_ones(fabriques: dict[str, Bases], sorte: str):
    with fabriques[sorte].nouvelle() as (url, donnees):
        mesures, fautes = await suivre(url, donnees, processus=1, flux=40, ecritures=20)
    assert fautes == []
    assert mesures["rafale_s"] < 20
