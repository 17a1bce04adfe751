"""Two hundred streams share one reading; one that failed is not shared."""

from __future__ import annotations

import asyncio
import gc
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.access import Droits, Portee
from app.core.roles import Role
from app.liste.direct import Lot, Lots, Suivi


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


async def test_a_reader_never_receives_what_was_made_for_one_who_left() -> None:
    """A class that is forgotten leaves its place in memory to the next one: it must not leave its messages with it."""
    lots, act = Lots(SimpleNamespace()), SimpleNamespace(id=7, auteur_id=1, action="creer", apres=None)  # type: ignore[arg-type]
    lots._lots[7,] = asyncio.get_running_loop().create_future()
    lots._lots[7,].set_result(Lot([act], [], None, {}))  # type: ignore[list-item]

    gc.freeze()  # what other tests left is not looked at again, sixteen times

    async def recu(role: Role) -> bytes:
        gc.collect()
        suivi = Suivi(lots, Droits(1, "", None, (Portee(role),)), ("personne",))
        suivi.classe.rendre = lambda *_: dire(role)  # type: ignore[method-assign]
        return await suivi.rendre([act])  # type: ignore[list-item]

    async def dire(role: Role) -> bytes:
        return role.encode()

    roles = [Role.SCOL, Role.REP] * 8
    assert [await recu(role) for role in roles] == [role.encode() for role in roles]
