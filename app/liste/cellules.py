"""The three columns of judgement, from a row's values to a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.access import Vue


def cellule_jugement(code: str, nom: str) -> Callable[[Any, Vue, Any], str]:
    """The cell of column *code*, which shows the judgement *nom*."""

    def cellule(r: Any, vue: Vue, lib: Any) -> str:
        return str(getattr(r, f"{nom}_sens") or "—")

    return cellule
