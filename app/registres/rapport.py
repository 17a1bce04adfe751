"""What a reading tells of the lines: how many, refused and why, doubtful and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

EXEMPLES: Final = 100
PAR_RAISON: Final = 25  # so that a frequent reason leaves room for the others


@dataclass(slots=True)
class Rapport:
    """`lignes` were read; `hors` are of no concern here; refused ones are left out, doubtful ones are kept."""

    lignes: int = 0
    hors: int = 0
    refus: Counter[str] = field(default_factory=Counter)
    doutes: Counter[str] = field(default_factory=Counter)
    exemples: list[dict[str, Any]] = field(default_factory=list)

    def refuser(self, ligne: int, raison: str, valeur: str = "") -> None:
        """One line left out."""
        self.refus[raison] += 1
        self._exemple(self.refus, ligne, raison, valeur)

    def douter(self, ligne: int, raison: str, valeur: str = "") -> None:
        """One line kept with a warning."""
        self.doutes[raison] += 1
        self._exemple(self.doutes, ligne, raison, valeur)

    def _exemple(self, compte: Counter[str], ligne: int, raison: str, valeur: str) -> None:
        if compte[raison] <= PAR_RAISON and len(self.exemples) < EXEMPLES:
            refuse = compte is self.refus
            self.exemples.append({"ligne": ligne, "raison": raison, "valeur": valeur[:80], "refuse": refuse})

    def dire(self) -> dict[str, Any]:
        """As `import_registre.rapport` keeps it."""
        return {
            "lignes": self.lignes,
            "hors": self.hors,
            "refuses": self.refus.total(),
            "refus": dict(self.refus.most_common()),
            "doutes": dict(self.doutes.most_common()),
            "exemples": self.exemples,
        }
