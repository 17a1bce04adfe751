"""Rows as HTML, rendered once per (line, stamp, view class): the one cache of the table."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

CAPACITE = 20_000  # rows of about 3 kB


class CacheLignes:
    """The most recently used rows."""

    def __init__(self, capacite: int = CAPACITE) -> None:
        self.capacite = capacite
        self._lignes: OrderedDict[Hashable, str] = OrderedDict()

    def connue(self, cle: Hashable) -> str | None:
        """The row under *cle*, if it is there."""
        html = self._lignes.get(cle)
        if html is not None:
            self._lignes.move_to_end(cle)
        return html

    def rendre(self, cle: Hashable, fabrique: Callable[[], str]) -> str:
        """The row under *cle*, made if need be."""
        html = self._lignes.get(cle)
        if html is None:
            html = self._lignes[cle] = fabrique()
            if len(self._lignes) > self.capacite:
                self._lignes.popitem(last=False)
        else:
            self._lignes.move_to_end(cle)
        return html

    def vider(self) -> None:
        """Forget everything (labels have changed)."""
        self._lignes.clear()
