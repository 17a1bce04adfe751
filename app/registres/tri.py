"""Lines in order, whatever their number: runs are sorted in memory, kept in files without a name, then merged."""

from __future__ import annotations

import heapq
import tempfile
from typing import IO, TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

RANG: Final = 50_000  # lines a run: some ten MiB


class Tri:
    """Add lines, then read them sorted. The system takes the files back, even from a process that is killed."""

    def __init__(self, dossier: Path | None = None) -> None:
        self._dossier = dossier
        self._lignes: list[str] = []
        self._fichiers: list[IO[str]] = []
        self.nombre = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for fichier in self._fichiers:
            fichier.close()

    def ajouter(self, lignes: Iterable[str]) -> int:
        """Lines without their end; how many."""
        avant = self.nombre
        for ligne in lignes:
            self._lignes.append(ligne)
            self.nombre += 1
            if len(self._lignes) >= RANG:
                self._deposer()
        return self.nombre - avant

    def _deposer(self) -> None:
        self._lignes.sort()
        fichier = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=self._dossier)  # noqa: SIM115 (see __exit__)
        fichier.writelines(ligne + "\n" for ligne in self._lignes)
        fichier.seek(0)
        self._fichiers.append(fichier)
        self._lignes = []

    def triees(self) -> Iterator[str]:
        """In order, once."""
        self._lignes.sort()
        deposees = ((ligne[:-1] for ligne in fichier) for fichier in self._fichiers)
        return heapq.merge(*deposees, self._lignes)
