"""The « iso » rule: what was asked for against what the register says. Pure, versioned, and never fuzzy.

A resemblance only chooses between « proche » and « différent » on the screen; it validates nothing.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
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
    from collections.abc import Callable, Iterable

# Kept with every verdict: a change of a rule or of an abbreviation is a new version.
VERSION = "1"

# Half of the words in common, counted once each.
_SEUIL_PROCHE = 0.5
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
# FINESS keeps the codes that Saint-Barthélemy and Saint-Martin had before they left Guadeloupe.
_INSEE_ACTUELS = {"97123": "97701", "97127": "97801"}

# What the demande says, then what the register says.
Paire = tuple[str | None, str | None]


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


_LIBELLES = {
    Verdict.ISO: "Identique",
    Verdict.ISO_NORMALISE: "Identique à l'écriture près",
    Verdict.PROCHE: "Proche",
    Verdict.DIFFERENT: "Différent",
    Verdict.ABSENT: "Absent",
    Verdict.INVALIDE: "Clé de contrôle invalide",
    Verdict.PERIME: "Référentiel périmé",
}


@dataclass(frozen=True, slots=True)
class Ligne:
    """One field of a block, both values as they were written, and the verdict."""

    champ: str
    libelle: str
    demande: str | None
    referentiel: str | None
    verdict: Verdict
    bloquant: bool


@dataclass(frozen=True, slots=True)
class Regle:
    """How a field is compared: its normal form, what makes it close, what makes it valid."""

    libelle: str
    forme: Callable[[str | None], str]
    proche: Callable[[str, str], bool]
    valide: Callable[[str], bool] = bool


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


REGLES: dict[str, Regle] = {
    "rpps": Regle("RPPS", _forme_rpps, _jamais, lambda texte: lire_rpps(texte) is not None),
    "nom": Regle("Nom", normaliser, _partie_de),
    "prenom": Regle("Prénom", normaliser, _meme_premier),
    "finess": Regle("FINESS", normaliser_code, _jamais, finess_valide),
    "siret": Regle("SIRET", normaliser_code, _meme_siren, _siret_ou_siren),
    "raison": Regle("Raison sociale", normaliser_raison, _mots_communs),
    "voie": Regle("Adresse", normaliser_voie, _voie_proche),
    "commune": Regle("Commune", _forme_commune, _mots_communs),
    "terrain": Regle("Numéro de terrain", normaliser_code, _jamais),
}


def comparer_champ(champ: str, demande: str | None, referentiel: str | None) -> Verdict:
    """The verdict on one field; the same in both directions."""
    regle = REGLES[champ]
    a, b = regle.forme(demande), regle.forme(referentiel)
    if not a or not b:
        return Verdict.ABSENT
    if not (regle.valide(a) and regle.valide(b)):
        return Verdict.INVALIDE
    if a == b:
        return Verdict.ISO if demande == referentiel else Verdict.ISO_NORMALISE
    return Verdict.PROCHE if regle.proche(a, b) else Verdict.DIFFERENT


def _ligne(champ: str, paire: Paire) -> Ligne:
    return Ligne(champ, REGLES[champ].libelle, *paire, comparer_champ(champ, *paire), bloquant=True)


def comparer_rts(*, rpps: Paire, nom: Paire, prenom: Paire) -> list[Ligne]:
    """The holder: asked for, then register."""
    return [_ligne("rpps", rpps), _ligne("nom", nom), _ligne("prenom", prenom)]


def _commune_lisible(ville: str | None, insee: str | None) -> str | None:
    return f"{ville} ({insee})" if ville and insee else ville or insee


def comparer_etablissement(
    *, finess: Paire, siret: Paire, raison: Paire, insee: Paire, ville: Paire = (None, None)
) -> list[Ligne]:
    """The site, by its FINESS if either side has one, else by its SIRET.

    Towns compare by INSEE code (the postcode says nothing: CEDEX); *ville* is only shown.
    """
    identifiant = _ligne("finess", finess) if any(finess) else _ligne("siret", siret)
    montrees = [_commune_lisible(*vues) for vues in zip(ville, insee, strict=True)]
    commune = replace(_ligne("commune", insee), demande=montrees[0], referentiel=montrees[1])
    return [identifiant, _ligne("raison", raison), commune]


def comparer_terrain(*, numero: tuple[int | None, int | None]) -> list[Ligne]:
    """The place: the one picked in the list. A place typed freely has no number, and people look at it."""
    demande, referentiel = (None if n is None else str(n) for n in numero)
    return [_ligne("terrain", (demande, referentiel))]


def auto(lignes: Iterable[Ligne]) -> bool:
    """Whether the machine may validate the block: every blocking field is equal, and there is one."""
    bloquantes = [ligne for ligne in lignes if ligne.bloquant]
    return bool(bloquantes) and all(ligne.verdict.concorde for ligne in bloquantes)
