"""Two hundred streams share one reading; one that failed is not shared."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.liste.direct import Lots


async def test_failed_reading_is_read_again(monkeypatch: pytest.MonkeyPatch):
    lots, lectures = Lots(SimpleNamespace()), []  # type: ignore[arg-type]

    async def lire(actes: list[Any]) -> str:
        lectures.append(len(actes))
        if len(lectures) == 1:
            raise ConnectionResetError
        return "lues"

    monkeypatch.setattr(lots, "_lire", lire)
    actes: list[Any] = [SimpleNamespace(id=7)]
    with pytest.raises(ConnectionResetError):
        await lots.de(actes)
    assert [await lots.de(actes) for _ in range(3)] == ["lues"] * 3
    assert lectures == [1, 1]
