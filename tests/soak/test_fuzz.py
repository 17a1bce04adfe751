"""Requests that no browser sends: never an error of the server, never a page that carries what was injected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.soak.asgi import uploads_perdus
from tests.soak.fuzz import Lot

if TYPE_CHECKING:
    from tests.support.application import Monde


async def test_fuzz_lot_has_no_fault(monde: Monde):
    with uploads_perdus():
        bilan = await Lot(monde, 1).jouer(150)
    assert bilan.fautes == []
    assert {200, 303, 403, 404, 422} <= set(bilan.statuts)
