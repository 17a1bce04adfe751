"""A workbook takes the same memory whatever its length, and what is typed in a cell stays what was typed."""

from __future__ import annotations

import tempfile
import tracemalloc
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from app.core.journal import maintenant
from app.exports.tableur import Classeur

if TYPE_CHECKING:
    from pathlib import Path

TITRES = [f"Colonne {n}" for n in range(12)]


def ecrire(dossier: Path, lignes: int) -> int:
    """The peak, in bytes, of writing so many rows that all differ."""
    with tempfile.TemporaryFile() as fichier:
        tracemalloc.start()
        classeur = Classeur(fichier, str(dossier), TITRES, maintenant())
        for debut in range(0, lignes, 500):
            classeur.ecrire(range(debut, debut + 500), lambda n: [f"{n} {t}" for t in TITRES])
        classeur.fermer([("version_export", 1)])
        pic = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return pic


def test_memory_does_not_follow_the_rows(tmp_path: Path) -> None:
    ecrire(tmp_path, 500)
    court, long = ecrire(tmp_path, 2_000), ecrire(tmp_path, 12_000)
    assert long < court * 1.3 + 500_000, (court, long)


def test_what_no_xml_holds_and_what_looks_like_xml(tmp_path: Path) -> None:
    mots = [
        "<r>gras</r>",
        "a & b < c > d",
        "  bords  ",
        "ligne\nligne",
        "nul\x0bvertical",
        "é" * 40_000,
        "=HYPERLINK(1)",
        "",
        "007",
        "1e5",
    ]
    with tempfile.TemporaryFile() as fichier:
        classeur = Classeur(fichier, str(tmp_path), [str(n) for n in range(len(mots))], maintenant())
        classeur.ecrire([None], lambda _: mots)
        classeur.fermer([("a", "b")])
        fichier.seek(0)
        lus = [c.value for c in load_workbook(fichier)["Demandes"][2]]
    assert lus == [*mots[:4], "nul\ufffdvertical", "é" * 32_767, "=HYPERLINK(1)", None, "007", "1e5"]
