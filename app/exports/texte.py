"""The CSV twin: UTF-8 with its mark, semicolons, CRLF; what a spreadsheet would take for a formula stays text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARQUE = "\ufeff"
AMORCES = ("=", "+", "-", "@", "\t", "\r")


def neutre(valeur: str | int | None) -> str | int:
    """*valeur* as a cell that no spreadsheet evaluates."""
    if valeur is None:
        return ""
    return f"'{valeur}" if isinstance(valeur, str) and valeur.startswith(AMORCES) else valeur


def en_csv(rangees: Iterable[Sequence[str | int | None]]) -> bytes:
    """Some rows."""
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";", lineterminator="\r\n").writerows([neutre(v) for v in rangee] for rangee in rangees)
    return tampon.getvalue().encode()
