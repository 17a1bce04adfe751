"""The abbreviations that registers and people write, as tables: changing one is a new version of the comparison rule."""

from __future__ import annotations

# Kinds of street: the postal and FINESS abbreviations, then those that people type. Only read where a kind stands.
TYPES_DE_VOIE = {
    "ALL": "ALLEE",
    "AV": "AVENUE",
    "AVE": "AVENUE",
    "BD": "BOULEVARD",
    "BLD": "BOULEVARD",
    "BVD": "BOULEVARD",
    "CAR": "CARREFOUR",
    "CHE": "CHEMIN",
    "CHEM": "CHEMIN",
    "CHS": "CHAUSSEE",
    "COR": "CORNICHE",
    "CRS": "COURS",
    "DOM": "DOMAINE",
    "DSC": "DESCENTE",
    "ECA": "ECART",
    "ESP": "ESPLANADE",
    "FBG": "FAUBOURG",
    "FG": "FAUBOURG",
    "GR": "GRANDE RUE",
    "HAM": "HAMEAU",
    "HLE": "HALLE",
    "IMP": "IMPASSE",
    "LD": "LIEU DIT",
    "LOT": "LOTISSEMENT",
    "MAR": "MARCHE",
    "MTE": "MONTEE",
    "PAS": "PASSAGE",
    "PASS": "PASSAGE",
    "PL": "PLACE",
    "PLN": "PLAINE",
    "PLT": "PLATEAU",
    "PRO": "PROMENADE",
    "PROM": "PROMENADE",
    "PRV": "PARVIS",
    "QU": "QUAI",
    "QUA": "QUARTIER",
    "R": "RUE",
    "RES": "RESIDENCE",
    "RLE": "RUELLE",
    "ROC": "ROCADE",
    "RPT": "ROND POINT",
    "RTE": "ROUTE",
    "SEN": "SENTIER",
    "SQ": "SQUARE",
    "TPL": "TERRE PLEIN",
    "TRA": "TRAVERSE",
    "VLA": "VILLA",
    "VLGE": "VILLAGE",
    "ZA": "ZONE ARTISANALE",
    "ZAC": "ZONE AMENAGEMENT CONCERTE",
    "ZI": "ZONE INDUSTRIELLE",
}

# The repetitions of a number, as the postal service writes them.
REPETITIONS = {"BIS": "B", "TER": "T", "QUATER": "Q"}

SAINTS = {"ST": "SAINT", "STE": "SAINTE", "STS": "SAINTS", "STES": "SAINTES"}

# Not COL: « rue du Col » is not « rue du Colonel ».
TITRES = {
    "CDT": "COMMANDANT",
    "CNE": "CAPITAINE",
    "CPT": "CAPITAINE",
    "DR": "DOCTEUR",
    "GAL": "GENERAL",
    "LT": "LIEUTENANT",
    "MAL": "MARECHAL",
    "MGR": "MONSEIGNEUR",
    "ND": "NOTRE DAME",
    "PDT": "PRESIDENT",
    "PR": "PROFESSEUR",
    "SGT": "SERGENT",
}

STRUCTURES = {"CLIN": "CLINIQUE", "CTRE": "CENTRE", "ETB": "ETABLISSEMENT", "ETS": "ETABLISSEMENT", "HOP": "HOPITAL"}

# Longest first: « centre hospitalier universitaire » is a CHU before being a CH.
SIGLES = (
    ("CENTRE HOSPITALIER REGIONAL UNIVERSITAIRE", "CHRU"),
    ("CENTRE HOSPITALIER INTERCOMMUNAL", "CHI"),
    ("CENTRE HOSPITALIER UNIVERSITAIRE", "CHU"),
    ("CENTRE HOSPITALIER SPECIALISE", "CHS"),
    ("CENTRE HOSPITALIER REGIONAL", "CHR"),
    ("CENTRE HOSPITALIER", "CH"),
    ("CH REGIONAL UNIVERSITAIRE", "CHRU"),
    ("CH INTERCOMMUNAL", "CHI"),
    ("CH UNIVERSITAIRE", "CHU"),
    ("CH SPECIALISE", "CHS"),
    ("CH REGIONAL", "CHR"),
)

ARTICLES = frozenset({"AU", "AUX", "D", "DE", "DES", "DU", "L", "LA", "LE", "LES"})
