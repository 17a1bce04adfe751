"""The typed part of a dossier as plain texts, and the merge of two screens that changed it at once.

A form carries, beside the version that it read, a fingerprint of each text that it showed. With an older version, what
this screen did not touch is left as it is, what only this screen touched is taken, and the rest is a conflict.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.demandes.models import Demande, Ligne

NOUVEAU: Final = "nouveau"  # the terrain is not in the list: it is named
LIBELLES: Final = {
    "email": "Adresse électronique",
    "telephone": "Téléphone",
    "choix": "Lieu du stage",
    "etablissement_id": "Etablissement",
    "saisie_siret": "SIRET",
    "saisie_raison_sociale": "Nom de l'établissement",
    "saisie_adresse": "Adresse",
    "saisie_code_postal": "Code postal",
    "saisie_ville": "Ville",
    "terrain": "Terrain",
    "saisie_terrain": "Nom du terrain",
    "saisie_terrain_description": "Description du terrain",
    "formation": "Formation",
    "type": "Type de demande",
    "justification": "Justification de la dérogation",
    "phases": "Phases",
    "capacite": "Capacité d'accueil",
    "projet": "Projet pédagogique",
}
DIRECTS: Final = (
    "email", "telephone", "saisie_siret", "saisie_raison_sociale", "saisie_adresse", "saisie_code_postal",
    "saisie_ville", "saisie_terrain", "saisie_terrain_description", "justification", "projet",
)  # fmt: skip

Textes = dict[str, str]


def textes(demande: Demande, tete: Ligne) -> Textes:
    """The dossier as its form shows it."""
    nouveau = demande.terrain_id is None and bool(demande.saisie_terrain)
    return {nom: str(getattr(demande, nom)) for nom in DIRECTS} | {
        "choix": str(demande.choix or ""),
        "etablissement_id": str(demande.etablissement_id or ""),
        "terrain": NOUVEAU if nouveau else str(demande.terrain_id or ""),
        "formation": tete.formation,
        "type": str(demande.type),
        "phases": tete.phases,
        "capacite": str(demande.capacite or ""),
    }


def empreinte(texte: str) -> str:
    """Enough of a digest to tell that a text has changed."""
    return hashlib.sha256(texte.encode()).hexdigest()[:12]


def empreintes(montres: Textes) -> str:
    """The fingerprints that a form carries."""
    return " ".join(f"{nom}:{empreinte(texte)}" for nom, texte in montres.items())


@dataclass(frozen=True, slots=True)
class Fusion:
    """What to write, and what two screens wrote differently: field → (mine, the other's)."""

    ecrire: Textes
    conflits: dict[str, tuple[str, str]] = field(default_factory=dict)
    decalee: bool = False  # the screen shows an older version


def fusionner(*, postes: Textes, actuels: Textes, lus: str, a_jour: bool) -> Fusion:
    """Merge what was posted with what is stored."""
    changes = {nom: v for nom, v in postes.items() if v != actuels[nom]}
    if a_jour:
        return Fusion(changes)
    bases = dict(p.split(":", 1) for p in lus.split() if ":" in p)
    ecrire, conflits = {}, {}
    for nom, mien in changes.items():
        base = bases.get(nom)
        if base == empreinte(mien):
            continue  # not touched on this screen
        if base == empreinte(actuels[nom]):
            ecrire[nom] = mien
        else:
            conflits[nom] = (mien, actuels[nom])
    return Fusion(ecrire, conflits, decalee=True)
