"""Files read back: a CSV and a workbook as rows of text, and the words of the table that they should say."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

if TYPE_CHECKING:
    import httpx

    from tests.support.application import Poste


def lire_csv(reponse: httpx.Response) -> list[list[str]]:
    """Titles, then rows; it begins with the mark, its lines end with CRLF."""
    assert (reponse.status_code, reponse.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    texte = reponse.content.decode("utf-8")
    assert texte.startswith("\ufeff")
    assert texte.count("\n") == texte.count("\r\n")
    return list(csv.reader(io.StringIO(texte[1:], newline=""), delimiter=";"))


def ouvrir(reponse: httpx.Response) -> Any:
    """The workbook."""
    assert reponse.status_code == 200, reponse.text[:300]
    return load_workbook(io.BytesIO(reponse.content))


def rangees(livre: Any) -> list[list[str]]:
    """The rows of its first sheet, as text."""
    return [["" if c.value is None else str(c.value) for c in rangee] for rangee in livre["Demandes"].iter_rows()]


async def fichiers(poste: Poste, suite: str) -> tuple[list[list[str]], list[list[str]]]:
    """The same export, twice: CSV and XLSX."""
    texte = lire_csv(await poste.ouvrir(f"/demandes/export.csv?{suite}"))
    return texte, rangees(ouvrir(await poste.ouvrir(f"/demandes/export.xlsx?{suite}")))


def sans_garde(rangees_: list[list[str]]) -> list[list[str]]:
    """Without the apostrophe that keeps a formula a text."""
    return [[c[1:] if c[:1] == "'" and c[1:2] in set("=+-@\t\r") else c for c in rangee] for rangee in rangees_]
