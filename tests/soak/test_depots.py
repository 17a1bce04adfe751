"""Deposits of every kind: a clear answer, nothing lost, nothing active comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.soak.asgi import uploads_perdus
from tests.soak.depots import Depots

if TYPE_CHECKING:
    from tests.support.application import Monde


async def test_a_lot_of_deposits_has_no_fault(monde: Monde):
    depots = Depots(monde, 1)
    with uploads_perdus():
        await depots.jouer(40)
    assert depots.fautes == []
    assert {303, 422} <= set(depots.statuts)
