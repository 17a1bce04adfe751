"""What a passage over a file has met so far, in a form that a travail keeps, a page shows and a file holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from app.exports.texte import MARQUE, en_csv

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.reprise.regles import Constat

GARDES: Final = 300  # of each kind; the file to download has them all


@dataclass(slots=True)
class Bilan:
    """Counts of rows; a row that is left out may have several reasons."""

    lues: int = 0
    importables: int = 0
    importees: int = 0
    deja: int = 0
    ecartees: int = 0
    ailleurs: int = 0  # of another subdivision than those of whoever imports
    avertissements: int = 0
    ecarts: list[list[Any]] = field(default_factory=list)
    avis: list[list[Any]] = field(default_factory=list)

    @classmethod
    def de(cls, resultat: dict[str, Any] | None) -> Bilan:
        """From the record of a travail."""
        return cls(**(resultat or {}))

    def en_clair(self) -> dict[str, Any]:
        """For it."""
        return asdict(self)

    def noter(self, ecarts: Iterable[Constat], avis: Iterable[Constat]) -> None:
        """One row."""
        ecarts, avis = list(ecarts), list(avis)
        self.lues += 1
        self.ecartees += bool(ecarts)
        self.avertissements += bool(avis)
        self.ecarts += [c.en_liste() for c in ecarts][: max(0, GARDES - len(self.ecarts))]
        self.avis += [c.en_liste() for c in avis][: max(0, GARDES - len(self.avis))]


def en_fichier(constats: Iterable[tuple[str, Constat]]) -> bytes:
    """« Ligne ; Genre ; Colonne ; Valeur ; Raison », for a spreadsheet that evaluates nothing of it."""
    titres = [("Ligne", "Genre", "Colonne", "Valeur", "Raison")]
    return MARQUE.encode() + en_csv([*titres, *((c.ligne, genre, c.colonne, c.valeur, c.raison) for genre, c in constats)])
