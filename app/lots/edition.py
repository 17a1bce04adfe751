"""Which lines somebody has an editor open on, as presence tells; nobody's, where nothing keeps it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.core.visibilite import Objet


def en_edition(ligne_ids: Collection[int], objet: Objet, sauf: int) -> set[int]:
    """Those of *ligne_ids* where somebody, the person *sauf* aside, is editing *objet* now."""
    try:
        presence: Any = importlib.import_module("app.core.presence")
    except ModuleNotFoundError:
        return set()
    return set(presence.en_edition(ligne_ids, objet=objet, sauf=sauf))
