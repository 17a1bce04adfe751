"""What a stream says beside the journal, at a pace of its own: who is there, the figures of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Request

    from app.core.droits import Droits


class Annexe(Protocol):
    """One reader's side matter."""

    def ecouter(self, reveil: Callable[[], None]) -> Callable[[], None]:
        """Call *reveil* when there is something to say; what is returned ends that."""

    def echeance(self) -> float | None:
        """When to ask again, in the loop's time; None: nothing to say."""

    async def prendre(self) -> bytes:
        """What is to be said now; empty: nothing that this reader sees change."""


class Muette:
    """The annexe of a stream that has none."""

    def ecouter(self, reveil: Callable[[], None]) -> Callable[[], None]:  # noqa: ARG002 (nobody calls)
        """Nothing ever comes."""
        return lambda: None

    def echeance(self) -> float | None:
        """Never."""
        return None

    async def prendre(self) -> bytes:
        """Nothing."""
        return b""


MUETTE: Final = Muette()


class Ensemble:
    """Several as one: a page has one stream, whatever follows on it."""

    def __init__(self, annexes: list[Annexe]) -> None:
        self.annexes = annexes

    def ecouter(self, reveil: Callable[[], None]) -> Callable[[], None]:
        """Each wakes the same stream."""
        fins = [a.ecouter(reveil) for a in self.annexes]

        def taire() -> None:
            for fin in fins:
                fin()

        return taire

    def echeance(self) -> float | None:
        """The earliest."""
        return min((e for a in self.annexes if (e := a.echeance()) is not None), default=None)

    async def prendre(self) -> bytes:
        """What those say whose time has come."""
        du = self.echeance()
        dues = [a for a in self.annexes if du is not None and (e := a.echeance()) is not None and e <= du]
        return b"".join([await a.prendre() for a in dues])


# What every stream tells beside its own: upper features add theirs.
PARTOUT: list[Callable[[Request[Any, Any, Any], Droits], Annexe]] = []


def completer(request: Request[Any, Any, Any], droits: Droits, annexe: Annexe = MUETTE) -> Annexe:
    """*annexe*, and what this reader is told on whichever page he is."""
    return Ensemble([annexe, *(faire(request, droits) for faire in PARTOUT)])
