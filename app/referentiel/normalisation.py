"""The normal form N() of what people and registers write, and the check digits of the national identifiers.

Pure; N is idempotent: N(N(x)) = N(x). Nothing raises: what is not a number is only not valid.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from stdnum import luhn
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from app.referentiel.abreviations import (
    ARTICLES,
    REPETITIONS,
    SAINTS,
    SIGLES,
    STRUCTURES,
    TITRES,
    TYPES_DE_VOIE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Letters that Unicode does not take apart.
_LETTRES = str.maketrans({"Œ": "OE", "Æ": "AE", "ẞ": "SS", "Ø": "O", "Ł": "L", "Đ": "D"})
_SEPARATEURS = re.compile(r"[\W_]+")
_BOITE = re.compile(r"\b(?:BP|CS|TSA)(?: \d+)+\b")
_NUMERO = re.compile(r"(\d+)(BIS|TER|QUATER|[A-Z]?)")
_ARRONDISSEMENT = re.compile(r"\d+(?:E|ER|EME)?")
_RPPS = re.compile(r"[0-9]{11}")
_FINESS = re.compile(r"[0-9][0-9AB][0-9]{7}")
_DOUBLES = {str(c): c * 2 - 9 * (c > 4) for c in range(10)}
_CORSE = str.maketrans("AB", "12")
_MOTS_DE_VOIE = frozenset(TYPES_DE_VOIE.values()) | TYPES_DE_VOIE.keys()


def normaliser(texte: str | None) -> str:
    """Upper case without accents nor punctuation, single spaces: the form of a surname or a first name."""
    # Lower before upper, so that every case of a letter meets (ſ, ẞ).
    haut = (texte or "").lower().upper().translate(_LETTRES)
    nu = "".join(c for c in unicodedata.normalize("NFKD", haut) if not unicodedata.combining(c)).upper()
    return _SEPARATEURS.sub(" ", nu).strip()


def _stable(passe: Callable[[str], str], texte: str | None) -> str:
    """*passe* until it changes nothing, as a dropped word can bring two others together."""
    courant = normaliser(texte)
    while (suivant := passe(courant)) != courant:
        courant = suivant
    return courant


def _remplacer(mots: Iterable[str], *tables: dict[str, str]) -> list[str]:
    return [next((t[mot] for t in tables if mot in t), mot) for mot in mots]


def _joindre_initiales(mots: list[str]) -> list[str]:
    """« C H U » is CHU; a letter alone stays, as it may be an elided article."""
    joints: list[str] = []
    for initiales, groupe in groupby(mots, key=lambda mot: len(mot) == 1 and mot.isalpha()):
        suite = list(groupe)
        joints += ["".join(suite)] if initiales else suite
    return joints


def _sans_articles(mots: list[str]) -> list[str]:
    """Nothing is left of a name made of articles only: it then keeps them."""
    return [mot for mot in mots if mot not in ARTICLES] or mots


def _passe_raison(texte: str) -> str:
    mots = _remplacer(_sans_articles(_joindre_initiales(texte.split())), SAINTS, TITRES, STRUCTURES)
    joint = " ".join(mots)
    for long, court in SIGLES:
        joint = re.sub(rf"\b{long}\b", court, joint)
    return joint


def normaliser_raison(texte: str | None) -> str:
    """« Centre Hospitalier de Haguenau » → CH HAGUENAU."""
    return _stable(_passe_raison, texte)


def _numero(mots: list[str]) -> tuple[list[str], list[str]]:
    """The leading numbers (« 12-14 », « 39B », « 6 bis ») and the words that follow."""
    numero: list[str] = []
    for rang, mot in enumerate(mots):
        if trouve := _NUMERO.fullmatch(mot):
            numero.append(trouve[1] + REPETITIONS.get(trouve[2], trouve[2]))
        elif numero and numero[-1].isdigit() and (mot in REPETITIONS or _est_repetition(mot, mots[rang + 1 :])):
            numero[-1] += REPETITIONS.get(mot, mot)
        else:
            return numero, mots[rang:]
    return numero, []


def _est_repetition(mot: str, suivants: list[str]) -> bool:
    """A letter alone belongs to the number when a kind of street follows, unless it is itself one (R)."""
    return len(mot) == 1 and mot not in TYPES_DE_VOIE and bool(suivants) and suivants[0] in _MOTS_DE_VOIE


def _deplier_type(mots: list[str]) -> list[str]:
    """The kind of street in full, once: some registers repeat it in the street's name (« R | RUE SAINT JACQUES »)."""
    if not mots:
        return mots
    genre = TYPES_DE_VOIE.get(mots[0], mots[0])
    if genre in _MOTS_DE_VOIE and mots[1:2] == [genre]:
        return [genre, *mots[2:]]
    return [genre, *mots[1:]]


def _passe_voie(texte: str) -> str:
    numero, mots = _numero(_BOITE.sub(" ", texte).split())
    mots = _remplacer(_deplier_type(_sans_articles(mots)), SAINTS, TITRES)
    return " ".join([*numero, *mots])


def normaliser_voie(texte: str | None) -> str:
    """« 6 B R DU PAVÉ, BP 12 » → 6B RUE PAVE. Post boxes are shown to people and never compared."""
    return _stable(_passe_voie, texte)


def numero_et_voie(texte: str | None) -> tuple[str, str]:
    """The number and the street of an address, both in normal form."""
    numero, mots = _numero(normaliser_voie(texte).split())
    return " ".join(numero), " ".join(mots)


def _passe_commune(texte: str) -> str:
    mots = re.sub(r"\bCEDEX\b.*", "", texte).split()
    if mots and mots[-1] == "ARRONDISSEMENT":
        mots.pop()
    return " ".join(_remplacer((mot for mot in mots if not _ARRONDISSEMENT.fullmatch(mot)), SAINTS))


def normaliser_commune(texte: str | None) -> str:
    """« ST DENIS CEDEX 2 » → SAINT DENIS; « Lyon 3e Arrondissement » → LYON."""
    return _stable(_passe_commune, texte)


def normaliser_code(texte: str | None) -> str:
    """An identifier without the spaces and dots that people put in it, in upper case."""
    return normaliser(texte).replace(" ", "")


def luhn_valide(chiffres: str) -> bool:
    """Whether the last digit is the key of the others; digits only. Registers are checked by the million."""
    return (sum(map(int, chiffres[::-2])) + sum(map(_DOUBLES.__getitem__, chiffres[-2::-2]))) % 10 == 0


def rpps_valide(texte: str | None) -> bool:
    """Eleven digits, the last one the Luhn key of the others."""
    return bool(texte and _RPPS.fullmatch(texte) and luhn_valide(texte))


def lire_rpps(texte: str | None) -> str | None:
    """The RPPS in what was typed: spaces are ignored, as is the leading 8 of the « identifiant national »."""
    nu = normaliser_code(texte)
    if len(nu) == 12 and nu.startswith("8"):
        nu = nu[1:]
    return nu if rpps_valide(nu) else None


def cle_rpps(dix_chiffres: str) -> str:
    """*dix_chiffres* followed by their key: a valid RPPS, for demonstration data (prefix 99700)."""
    return dix_chiffres + luhn.calc_check_digit(dix_chiffres)


def finess_valide(texte: str | None) -> bool:
    """Nine characters, Luhn, where the A and B of Corsica count for 1 and 2."""
    return bool(texte and _FINESS.fullmatch(texte) and luhn_valide(texte.translate(_CORSE)))


def siren_valide(texte: str | None) -> bool:
    """Nine digits, Luhn."""
    return bool(texte and texte.isascii() and texte.isdigit() and fr_siren.is_valid(texte))


def siret_valide(texte: str | None) -> bool:
    """Fourteen digits, Luhn on the whole and on the SIREN, and La Poste's own rule."""
    if not (texte and len(texte) == 14 and texte.isascii() and texte.isdigit()):
        return False
    return (luhn_valide(texte) and luhn_valide(texte[:9])) or bool(fr_siret.is_valid(texte))


def siren(siret: str) -> str:
    """The SIREN of the company that *siret* belongs to."""
    return siret[:9]
