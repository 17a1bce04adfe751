"""What a file must be before it replaces a register; whoever passes over them says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.core.templating import aujourdhui, jour
from app.registres.fichiers import FichierRefuse
from app.registres.models import CodeRegistre

if TYPE_CHECKING:
    from datetime import date

    from app.registres.lecture import Lecture

MINIMUM: Final = {CodeRegistre.RPPS: 1_000_000, CodeRegistre.FINESS: 100_000}  # lines, sites
BANDE: Final = 20  # percent more or less than the last import


@dataclass(frozen=True, slots=True)
class Gardes:
    """`forcer` is the reason for taking the file in spite of them."""

    minimum: dict[CodeRegistre, int] = field(default_factory=lambda: dict(MINIMUM))
    bande: int = BANDE
    forcer: str = ""


@dataclass(frozen=True, slots=True)
class Precedent:
    """What the register holds now."""

    lignes: int
    jour: date


def objections(lecture: Lecture, retenus: int, gardes: Gardes, avant: Precedent | None) -> list[str]:
    """Why the file should not be taken, in words."""
    lignes, minimum = lecture.rapport.lignes, gardes.minimum[lecture.registre]
    dites = []
    if lignes < minimum:
        dites.append(f"il compte {lignes} lignes, moins que le minimum de {minimum}")
    if avant and avant.lignes and abs(lignes - avant.lignes) * 100 > gardes.bande * avant.lignes:
        dites.append(f"il compte {lignes} lignes contre {avant.lignes} au dernier import (écart permis : {gardes.bande} %)")
    if lecture.jour and avant and lecture.jour < avant.jour:
        dites.append(f"il date du {jour(lecture.jour)}, le registre lu du {jour(avant.jour)}")
    if lecture.jour and lecture.jour > aujourdhui() + timedelta(days=1):
        dites.append(f"il date du {jour(lecture.jour)}, qui n'est pas encore venu")
    if retenus * 2 < lecture.rapport.refus.total():
        dites.append("plus de lignes sont refusées que retenues")
    return dites


def controler(lecture: Lecture, retenus: int, gardes: Gardes, avant: Precedent | None) -> list[str]:
    """The objections that were passed over.

    Raises:
        FichierRefuse: nothing to take, no date, or an objection that nobody passes over.
    """
    if not retenus:
        raise FichierRefuse("Aucune ligne de ce fichier n'est à retenir : est-ce le bon ?")
    if lecture.jour is None:
        raise FichierRefuse("La date du registre ne se lit ni dans le fichier ni dans son nom : gardez le nom d'origine.")
    dites = objections(lecture, retenus, gardes, avant)
    if dites and not gardes.forcer:
        raise FichierRefuse(f"Fichier refusé : {' ; '.join(dites)}. L'ancien registre reste lu.")
    return dites
