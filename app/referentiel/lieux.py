"""Which site of the register may train in what: enough likelihood for a demonstration."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from app.core.texte import replier

if TYPE_CHECKING:
    from app.referentiel.models import Etablissement


def _mots(texte: str) -> frozenset[str]:
    return frozenset(texte.split())


# Words of a folded name tell what a site does; the first that is found counts.
_GENRES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("dialyse", ("dialyse", "aural", "diaverum")),
    ("domicile", ("had ", "hospitalisation a domicile")),
    ("cancer", ("radiotherapie", "crlcc", "icans", "cancer", "oncolog")),
    ("psychiatrie", ("psy", "sante mentale", "epsm", "epsan")),
    ("personnes_agees", ("usld", "agees", "gerontolog", "long sejour")),
    ("readaptation", ("ssr", "crf", "readap", "ugecam", "centre medical", "repos", "reeduc", "convalescence", "cure")),
    ("local", ("local", "maison", "intercom", "accueil", "abrapa")),
    ("endoscopie", ("endos",)),
)
_CHIRURGIE: Final = _mots("COT CVD URO ORL OPHTALMO GYN_OBS AR CARDIO HGE RADIO CHIR_VASC MED_VASC DERMATO ONCO")
_RARES: Final = _mots("CTCV NEUROCHIR GENETIQUE MED_NUC CHIR_PED CMF CPRE MED_LEGALE CHIR_ORALE OPT_DSM89 HEMATO MIT")
_PSYCHIATRIE: Final = frozenset({"PSYCHIATRIE", "OPT_DSM94", "FST01"})
_OUVERTES: Final[dict[str, frozenset[str]]] = {
    "dialyse": frozenset({"NEPHRO"}),
    "domicile": frozenset({"FST17", "GERIATRIE", "MG"}),
    "cancer": frozenset({"ONCO", "HEMATO", "RADIO", "MED_NUC", "FST17", "ACP"}),
    "psychiatrie": _PSYCHIATRIE,
    "personnes_agees": frozenset({"GERIATRIE", "FST17"}),
    "readaptation": frozenset({"MPR", "GERIATRIE", "FST17", "FST09", "EDN", "PNEUMO", "FST21"}),
    "local": frozenset({"MG", "GERIATRIE", "FST17", "FST16"}),
    "endoscopie": frozenset({"HGE"}),
}
_HORS_HOPITAL: Final = frozenset({"MST"})

# Of a hundred demandes of a formation, how many come from a surgery, and how many from a place absent from FINESS.
PART_CABINET: Final = {
    "MG": 62, "DERMATO": 25, "GYN_MED": 30, "OPHTALMO": 20, "RHUMATO": 15, "PEDIATRIE": 12, "PSYCHIATRIE": 10,
    "CARDIO": 8, "RADIO": 8, "ALLERGO": 20,
}  # fmt: skip
PART_HORS_FINESS: Final = {
    "MST": 100, "SANTE_PUB": 60, "BIOMED": 40, "MG": 10, "FST21": 50, "FST01": 15, "FST09": 10, "RADIO": 8,
    "PSYCHIATRIE": 4, "GERIATRIE": 4,
}  # fmt: skip

# Where no register is carried: invented sites.
HORS_DU_REGISTRE: Final = (
    ("CH", "Centre hospitalier de la Boucle"), ("CH", "Hôpital du Doubs supérieur"), ("ESPIC", "Clinique des Salines"),
    ("PRIVE", "Polyclinique du Lomont"), ("CH", "Hôpital des Plateaux"), ("CHS", "Centre psychothérapique de la Loue"),
)  # fmt: skip

# Code postal, town, INSEE code.
VILLES_COMTOISES: Final = (
    ("25000", "Besançon", "25056"),
    ("25200", "Montbéliard", "25388"),
    ("70000", "Vesoul", "70550"),
    ("39000", "Lons-le-Saunier", "39300"),
    ("25300", "Pontarlier", "25462"),
)


@cache
def _genre(raison_sociale: str) -> str | None:
    nom = replier(raison_sociale)
    return next((genre for genre, mots in _GENRES if any(mot in nom for mot in mots)), None)


def convient(site: Etablissement, formation: str) -> bool:
    """Whether *site* plausibly trains in *formation*."""
    if formation in _HORS_HOPITAL:
        return False
    if site.type_code == "CHU":
        return formation not in _PSYCHIATRIE or formation == "PSYCHIATRIE"
    if site.type_code == "CHS":
        return formation in _PSYCHIATRIE
    if genre := _genre(site.raison_sociale):
        return formation in _OUVERTES[genre]
    return formation not in _RARES if site.type_code == "CH" else formation in _CHIRURGIE


def poids(site: Etablissement) -> int:
    """A university hospital has many services, a clinic few."""
    return {"CHU": 14, "CH": 4, "CLCC": 6}.get(site.type_code, 1)
