"""How one value compares with another: the verdicts of the « iso » rule. Pure, versioned, and never fuzzy.

A resemblance only chooses between « proche » and « différent » on the screen; it validates nothing.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.referentiel.normalisation import (
    finess_valide,
    lire_rpps,
    normaliser,
    normaliser_code,
    normaliser_commune,
    normaliser_raison,
    normaliser_voie,
    numero_et_voie,
    siren,
    siren_valide,
    siret_valide,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Kept with every verdict: a change of a rule or of an abbreviation is a new version.
VERSION = "2"

# Half of the words in common, counted once each.
_SEUIL_PROCHE = 0.5
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
# FINESS keeps the codes that Saint-Barthélemy and Saint-Martin had before they left Guadeloupe.
_INSEE_ACTUELS = {"97123": "97701", "97127": "97801"}


class Verdict(enum.StrEnum):
    """How a value compares."""

    ISO = "ISO"
    ISO_NORMALISE = "ISO_NORMALISE"
    PROCHE = "PROCHE"
    DIFFERENT = "DIFFERENT"
    ABSENT = "ABSENT"
    INVALIDE = "INVALIDE"
    PERIME = "PERIME"

    @property
    def libelle(self) -> str:
        return _LIBELLES[self]

    @property
    def concorde(self) -> bool:
        """Equal, to the letter or in normal form."""
        return self in (Verdict.ISO, Verdict.ISO_NORMALISE)

    @property
    def gravite(self) -> int:
        """From equal to wrong: of several verdicts on a field, the worst stands."""
        return _GRAVITES.index(self)


_GRAVITES = (
    Verdict.ISO, Verdict.ISO_NORMALISE, Verdict.PERIME, Verdict.PROCHE, Verdict.ABSENT, Verdict.DIFFERENT, Verdict.INVALIDE,
)  # fmt: skip
_LIBELLES = {
    Verdict.ISO: "Identique",
    Verdict.ISO_NORMALISE: "Identique à l'écriture près",
    Verdict.PROCHE: "Proche",
    Verdict.DIFFERENT: "Différent",
    Verdict.ABSENT: "Absent",
    Verdict.INVALIDE: "Clé de contrôle invalide",
    Verdict.PERIME: "Identique, registre trop ancien",
}


@dataclass(frozen=True, slots=True)
class Regle:
    """How a kind of value is compared: its normal form, what makes it close, what makes it valid.

    An *ensemble* is codes between spaces, equal to another as soon as they share one.
    """

    forme: Callable[[str | None], str]
    proche: Callable[[str, str], bool]
    valide: Callable[[str], bool] = bool
    ensemble: bool = False


def _jamais(_: str, __: str) -> bool:
    return False


def _mots_communs(a: str, b: str) -> bool:
    mots_a, mots_b = set(a.split()), set(b.split())
    return len(mots_a & mots_b) >= _SEUIL_PROCHE * len(mots_a | mots_b)


def _partie_de(a: str, b: str) -> bool:
    """One is a part of the other: half of a double name."""
    mots_a, mots_b = set(a.split()), set(b.split())
    return mots_a <= mots_b or mots_b <= mots_a


def _meme_premier(a: str, b: str) -> bool:
    return a.split(maxsplit=1)[0] == b.split(maxsplit=1)[0]


def _meme_siren(a: str, b: str) -> bool:
    return siren(a) == siren(b)


def _voie_proche(a: str, b: str) -> bool:
    """The same street with a number on one side only, or nearly the same street; two numbers are two places."""
    (numero_a, voie_a), (numero_b, voie_b) = numero_et_voie(a), numero_et_voie(b)
    return (not numero_a or not numero_b or numero_a == numero_b) and _mots_communs(voie_a, voie_b)


def _forme_rpps(texte: str | None) -> str:
    return lire_rpps(texte) or normaliser_code(texte)


def _forme_commune(texte: str | None) -> str:
    """The INSEE code where there is one, else the name."""
    code = normaliser_code(texte)
    return _INSEE_ACTUELS.get(code, code) if _INSEE.fullmatch(code) else normaliser_commune(texte)


def _siret_ou_siren(texte: str) -> bool:
    """The register sometimes holds the SIREN alone: it is valid, and close to the SIRET at best."""
    return siret_valide(texte) or siren_valide(texte)


def _forme_lieu(texte: str | None) -> str:
    """« 67482 12 rue Molière »: the INSEE code, then the street."""
    insee, _, voie = (texte or "").partition(" ")
    return f"{_forme_commune(insee)} {normaliser_voie(voie)}".strip()


def _lieu_proche(a: str, b: str) -> bool:
    (insee_a, _, voie_a), (insee_b, _, voie_b) = a.partition(" "), b.partition(" ")
    return insee_a == insee_b and bool(voie_a and voie_b) and _voie_proche(voie_a, voie_b)


def _forme_telephone(texte: str | None) -> str:
    chiffres = normaliser_code(texte)
    return f"0{chiffres[-9:]}" if chiffres.startswith(("33", "0033")) and len(chiffres) > 10 else chiffres


def _forme_ensemble(texte: str | None) -> str:
    return " ".join(sorted(set(normaliser(texte).split())))


REGLES: dict[str, Regle] = {
    "rpps": Regle(_forme_rpps, _jamais, lambda texte: lire_rpps(texte) is not None),
    "nom": Regle(normaliser, _partie_de),
    "prenom": Regle(normaliser, _meme_premier),
    "finess": Regle(normaliser_code, _jamais, finess_valide),
    "siret": Regle(normaliser_code, _meme_siren, _siret_ou_siren),
    "raison": Regle(normaliser_raison, _mots_communs),
    "voie": Regle(normaliser_voie, _voie_proche),
    "commune": Regle(_forme_commune, _mots_communs),
    "lieu": Regle(_forme_lieu, _lieu_proche),
    "terrain": Regle(normaliser_code, _jamais),
    "code": Regle(normaliser_code, _jamais),
    "courriel": Regle(lambda texte: (texte or "").strip().lower(), _jamais),
    "telephone": Regle(_forme_telephone, _jamais),
    "savoir_faire": Regle(_forme_ensemble, _jamais, ensemble=True),
}


def comparer_champ(regle: str, demande: str | None, referentiel: str | None) -> Verdict:
    """The verdict on two values; the same in both directions."""
    r = REGLES[regle]
    a, b = r.forme(demande), r.forme(referentiel)
    if not a or not b:
        return Verdict.ABSENT
    if not (r.valide(a) and r.valide(b)):
        return Verdict.INVALIDE
    if r.ensemble:
        return Verdict.ISO if set(a.split()) & set(b.split()) else Verdict.DIFFERENT
    if a == b:
        return Verdict.ISO if demande == referentiel else Verdict.ISO_NORMALISE
    return Verdict.PROCHE if r.proche(a, b) else Verdict.DIFFERENT


def numero_manque(a: str | None, b: str | None) -> bool:
    """Whether one of two addresses has a number and the other has none."""
    return bool(numero_et_voie(a)[0]) != bool(numero_et_voie(b)[0])
