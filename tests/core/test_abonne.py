"""What a stream has pending is bounded, whatever its reader does."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from app.core.live import ATTENTE_MAX, Abonne, Direct

if TYPE_CHECKING:
    import pytest


def acte(ident: int, ligne: int) -> Any:
    return SimpleNamespace(id=ident, ligne_id=ligne, sujet="ligne", sujet_id=ligne)


def test_pending_acts_are_bounded():
    abonne = Abonne()
    for n in range(ATTENTE_MAX):
        abonne.recevoir(acte(n, 1 + n % 7))
    assert (len(abonne.attente), abonne.perdu) == (ATTENTE_MAX, False)
    for n in range(50_000):
        abonne.recevoir(acte(ATTENTE_MAX + n, 1))
    assert (len(abonne.attente), abonne.perdu) == (0, True)


def test_pending_acts_that_were_taken_no_longer_count():
    abonne = Abonne()
    for tour in range(3):
        for n in range(ATTENTE_MAX):
            abonne.recevoir(acte(tour * ATTENTE_MAX + n, 1 + n % 7))
        assert [a.id for a in abonne.prendre()] == list(range(tour * ATTENTE_MAX, (tour + 1) * ATTENTE_MAX))
    assert not abonne.perdu


async def test_resumed_stream_never_goes_back(monkeypatch: pytest.MonkeyPatch):
    direct, rendus = Direct(None, "sqlite:///x"), []  # type: ignore[arg-type]

    async def reprise(_: int) -> list[Any]:
        return [acte(9, 1), acte(10, 1)]

    async def rendre(actes: list[Any]) -> bytes:
        rendus.append([a.id for a in actes])
        return b"data: x\n\n"

    monkeypatch.setattr(direct, "reprise", reprise)
    flux = direct.flux(8, rendre, lambda: asyncio.sleep(0, result=True))
    recus = [await anext(flux)]
    for abonne in direct.abonnes:  # the process's reader was behind the resumption
        for ident in (9, 10, 11):
            abonne.recevoir(acte(ident, 1))
    recus.append(await anext(flux))
    await flux.aclose()
    assert recus == [b"id: 10\ndata: x\n\n", b"id: 11\ndata: x\n\n"]
    assert rendus == [[9, 10], [11]]
