"""The people of a commission, on a fresh database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.commission import monter

if TYPE_CHECKING:
    from tests.support.application import Monde
    from tests.support.commission import Scene


@pytest.fixture
async def scene(monde: Monde) -> Scene:
    """One campaign of Strasbourg and everybody around it."""
    return await monter(monde)
