"""A reference list is read once, then again when its minute is over."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from app.core import memoire

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.ext.asyncio import AsyncSession


async def test_a_list_is_read_again_after_its_minute(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memoire, "DUREE", 60.0)
    lectures = 0

    async def lire(_: Any) -> int:
        nonlocal lectures
        lectures += 1
        return lectures

    heures = iter((1000.0, 1059.9, 1060.0, 1061.0))
    monkeypatch.setattr(memoire, "time", SimpleNamespace(monotonic=lambda: next(heures)))
    assert [await memoire.garder(session, "essai", lire) for _ in range(4)] == [1, 1, 2, 2]
