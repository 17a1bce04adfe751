"""The kinds of long work, by name: who does it, where its result is read, what undoes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.core.access import Droits
    from app.travaux.avance import Avance

Faire = Callable[["Avance"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Genre:
    """`suite` and `annulation` are addresses where `{}` is the work's number; without *suite* its own page tells the end.

    `exiger` refuses whoever may no longer start such a work: asked when one is taken up again, where the work itself cannot.
    """

    faire: Faire
    suite: str = ""
    annulation: str = ""
    exiger: Callable[[Droits], None] | None = None


GENRES: Final[dict[str, Genre]] = {}


def inscrire(nom: str, genre: Genre) -> None:
    """Make a kind of work known to the process; its feature does so when it is imported."""
    GENRES[nom] = genre
