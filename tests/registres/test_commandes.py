"""The console's way in: what it says, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from app.cli import main
from tests.registres.outils import ACTIVITES, ALSACE, SAVOIRS

if TYPE_CHECKING:
    from pathlib import Path


def test_importer_says_what_it_did_or_why_it_did_not(base: str, tmp_path: Path) -> None:
    env = {"AGREMENT_DATABASE_URL": base, "AGREMENT_DATA_DIR": str(tmp_path), "COLUMNS": "200"}

    def lancer(*mots: str) -> tuple[int, str]:
        fait = CliRunner().invoke(main, ["importer", *mots], env=env)
        return fait.exit_code, " ".join(fait.output.split())

    code, dit = lancer("finess", str(ALSACE))
    assert (code, "moins que le minimum de 100000" in dit) == (1, True)
    assert lancer("finess", str(ALSACE), "--minimum", "100")[0] == 0
    assert lancer("rpps", str(ACTIVITES), "--savoir-faire", str(SAVOIRS), "--forcer", "Extrait d'essai")[0] == 0
    code, dit = lancer("rpps", str(SAVOIRS), "--minimum", "1")
    assert (code, "n'a pas la colonne" in dit) == (1, True)
    code, dit = lancer("finess", str(ACTIVITES), "--minimum", "1")
    assert (code, "du JSON était attendu" in dit) == (1, True)
