"""A server killed while people save: what was confirmed is there, whole, and the screens take up where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import BASES
from tests.soak.coupures import Coupures

if TYPE_CHECKING:
    from tests.soak.bases import Bases

CAS = {"sqlite": 1, "postgresql": 2}


@pytest.mark.parametrize("sorte", [s for s in CAS if s in BASES])
async def test_kill_loses_nothing_confirmed(fabriques: dict[str, Bases], sorte: str):
    with fabriques[sorte].nouvelle() as (url, donnees):
        coupures = Coupures(url, donnees, processus=CAS[sorte], pg=fabriques[sorte].pg)
        assert await coupures.mener(2, lambda _: None) == []
        assert coupures.confirmees > 0
        assert coupures.fautes_du_serveur() == []
