"""Small registers, and imports of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.registres.finess import lecture_finess
from app.registres.gardes import Gardes
from app.registres.importation import Importation
from app.registres.models import CodeRegistre
from app.registres.rpps import LecturePraticiens
from app.registres.tri import Tri

if TYPE_CHECKING:
    from app.registres.lecture import Lecture
    from app.registres.models import ImportRegistre

DONNEES: Final = Path(__file__).parent / "donnees"
ACTIVITES: Final = DONNEES / "FICTIF-PS_LibreAcces_Personne_activite_202611230000.txt"
SAVOIRS: Final = DONNEES / "FICTIF-PS_LibreAcces_SavoirFaire_202611230000.txt"
EXTRAIT: Final = DONNEES / "finess-structures-journalier-EXTRAIT-20260309.json"
ETALAB: Final = DONNEES / "etalab-cs1100507-stock-SAMPLE.csv"
ALSACE: Final = DONNEES / "DERIVE-SAE2023-alsace-ardennes.json.gz"
PETITES: Final = Gardes(minimum=dict.fromkeys(CodeRegistre, 1))


def rangees(lecture: Lecture) -> dict[str, list[dict[str, Any]]]:
    """All the rows that a file makes, by table."""
    faites: dict[str, list[dict[str, Any]]] = {}
    with Tri() as tri:
        tri.ajouter(lecture.enregistrements())
        for paquet in lecture.paquets(tri.triees(), lecture.rapport):
            for modele, colonnes, lues in paquet:
                faites.setdefault(modele.__tablename__, []).extend(dict(zip(colonnes, x, strict=True)) for x in lues)
    return faites


async def importer(sessions: Any, fichier: Path, gardes: Gardes = PETITES, **options: Any) -> ImportRegistre:
    """One import, by its file's kind."""
    finess = fichier.suffix in {".json", ".gz", ".csv"}
    lecture = lecture_finess(fichier) if finess else LecturePraticiens(fichier, **options)
    return await Importation(sessions, lecture, gardes, par=None).faire()


def copie(dossier: Path, modele: Path, changer: Any, nom: str = "") -> Path:
    """*modele* with its text changed, under its own name unless told."""
    fichier = dossier / (nom or modele.name)
    texte = changer(gzip.decompress(modele.read_bytes()).decode() if modele.suffix == ".gz" else modele.read_text("utf-8"))
    octets = texte if isinstance(texte, bytes) else texte.encode()
    fichier.write_bytes(gzip.compress(octets) if modele.suffix == ".gz" else octets)
    return fichier


def sites(fichier: Path) -> dict[str, Any]:
    """A FINESS+ file, read."""
    octets = fichier.read_bytes()
    lu: dict[str, Any] = json.loads(gzip.decompress(octets) if fichier.suffix == ".gz" else octets)
    return lu
