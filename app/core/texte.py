"""Folding of text, so that accents and case never matter in a search or an order."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "’": "'", "‐": "-", "–": "-", "—": "-"})


def replier(texte: str | None) -> str:
    """*texte* without accents, in lower case, with single spaces: « Hôpital  CIVIL » → « hopital civil »."""
    if not texte:
        return ""
    if texte.isascii():  # nearly all of a register
        return " ".join(texte.lower().split())
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    nu = "".join(c for c in decompose if not unicodedata.combining(c))
    return " ".join(nu.casefold().split())
