"""What a stream says beside the journal, at a pace of its own: who is there, the figures of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


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
