"""Requests that no browser sends: never an error of the server, never a page that carries what was injected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak.asgi import Envoi, envoyer
from tests.soak.formulaires import analyser, portes
from tests.soak.fuzz import Lot

if TYPE_CHECKING:
    from tests.support.application import Monde


@pytest.mark.parametrize("graine", [1, 2])
async def test_fuzz_lot_has_no_fault(monde: Monde, graine: int):
    bilan = await Lot(monde, graine).jouer(150)
    assert bilan.fautes == []
    assert {200, 303, 403, 404, 422} <= set(bilan.statuts)
