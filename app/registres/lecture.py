"""What every adapter is: a file read line by line into records that sort by their key."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from app.registres.fichiers import Flux
from app.registres.rapport import Rapport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.core.db import Base
    from app.registres.models import CodeRegistre

SEPARATEUR: Final = "|"  # of a record; the fields never hold one
_JOUR = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})?(?:\d{4})?(?!\d)")

Paquet = list[tuple[type["Base"], tuple[str, ...], list[tuple[Any, ...]]]]


class Lecture(ABC):
    """One file of one register. `jour` is known once `enregistrements` is exhausted, at the latest."""

    registre: ClassVar[CodeRegistre]
    nature: ClassVar[str]  # what the file is, in words

    def __init__(self, chemin: Path, nom: str = "") -> None:
        self.flux, self.nom = Flux(chemin), nom or chemin.name
        self.rapport = Rapport()
        self.jour: date | None = jour_du_nom(self.nom)

    @property
    def part(self) -> float:
        """How far the reading is, from 0 to 1."""
        return self.flux.part

    def fermer(self) -> None:
        """Leave the file."""
        self.flux.fermer()

    @abstractmethod
    def enregistrements(self) -> Iterator[str]:
        """One record a useful line."""

    @abstractmethod
    def paquets(self, tries: Iterator[str], rapport: Rapport) -> Iterator[Paquet]:
        """The rows that sorted records make, a few at a time, without their generation."""


def jour_du_nom(nom: str) -> date | None:
    """The date in « …_202611230000.txt », « …-20260309.json.gz », « …-mensuel-202603.json.gz » (the month's first day)."""
    for annee, mois, jour in _JOUR.findall(nom):
        try:
            return date(int(annee), int(mois), int(jour or 1))
        except ValueError:
            continue
    return None


def empreinte(texte: str) -> int:
    """A signed 64-bit number that changes with *texte*."""
    return int.from_bytes(hashlib.blake2b(texte.encode(), digest_size=8).digest(), signed=True)
