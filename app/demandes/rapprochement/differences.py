"""The words that differ between two values, for whoever looks at them: never a verdict. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from app.referentiel.normalisation import normaliser

if TYPE_CHECKING:
    from collections.abc import Sequence

AJOUT, RETRAIT = "ins", "del"
# A word goes with what parts it from the next one: half of a double name is a word.
_MOTS = re.compile(r"[^\s'’\-]+[\s'’\-]*|[\s'’\-]+")


@dataclass(frozen=True, slots=True)
class Morceau:
    """Some words, and the element that marks them; "" where both sides have them."""

    texte: str
    marque: str = ""


def differences(demande: str | None, reference: str | None) -> tuple[list[Morceau], list[Morceau]]:
    """The demande with what it alone says, the reference with what the demande lacks; case and accents do not count."""
    a, b = _MOTS.findall(demande or ""), _MOTS.findall(reference or "")
    formes_a, formes_b = [normaliser(m) for m in a], [normaliser(m) for m in b]
    gauche: list[Morceau] = []
    droite: list[Morceau] = []
    for quoi, debut_a, fin_a, debut_b, fin_b in SequenceMatcher(None, formes_a, formes_b, autojunk=False).get_opcodes():
        pareil = quoi == "equal"
        _ajouter(gauche, a[debut_a:fin_a], "" if pareil else AJOUT)
        _ajouter(droite, b[debut_b:fin_b], "" if pareil else RETRAIT)
    return gauche, droite


def tel_quel(texte: str | None) -> list[Morceau]:
    """A value whose words are not marked."""
    return [Morceau(texte)] if texte else []


def _ajouter(morceaux: list[Morceau], mots: Sequence[str], marque: str) -> None:
    if mots:
        morceaux.append(Morceau("".join(mots), marque))
