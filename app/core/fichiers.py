"""Deposited files: a harmless name, bytes on the disk under their SHA-256 before anything names them, served inert."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from litestar.response import File

from app.core.controle import GENRES, PDF, TAILLE_MAX, controler
from app.core.errors import Introuvable

if TYPE_CHECKING:
    from litestar.datastructures import UploadFile

ENVOI_MAX: Final = 64 * 1024 * 1024  # a whole form with its files
_INTERDITS: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_SUFFIXES: Final = re.compile(r"\.(?:pdf|png|jpe?g)\Z", re.IGNORECASE)
ENTETES: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class Depot:
    """A file that is on the disk; what its row says."""

    nom: str
    sha256: str
    taille: int


def nom_propre(nom: str, suffixe: str = ".pdf") -> str:
    """The name of the file alone, readable and harmless, with the extension of what it is."""
    base = unicodedata.normalize("NFC", nom).replace("\\", "/").rpartition("/")[2]
    tige = _SUFFIXES.sub("", _INTERDITS.sub(" ", base))
    visible = "".join(c for c in tige if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    return (" ".join(visible.split()).strip(". ")[:180] or "piece") + suffixe


def ranger(dossier: Path, contenu: bytes) -> str:
    """Write the bytes under their own digest; they are on the disk when this returns."""
    sha = hashlib.sha256(contenu).hexdigest()
    dossier.mkdir(parents=True, exist_ok=True)
    if (dossier / sha).exists():
        return sha
    descripteur, provisoire = tempfile.mkstemp(dir=dossier, prefix=".depot-")
    try:
        with os.fdopen(descripteur, "wb") as fichier:
            fichier.write(contenu)
            fichier.flush()
            os.fsync(fichier.fileno())
        Path(provisoire).rename(dossier / sha)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
    repertoire = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(repertoire)  # the name too
    finally:
        os.close(repertoire)
    return sha


async def deposer(donnees: Path, fichier: UploadFile) -> Depot:
    """Check a file and keep it.

    Raises:
        Refus: see `controler`.
    """
    await fichier.seek(0)  # read before, if another screen made us begin again
    genre, contenu = await controler(await fichier.read(TAILLE_MAX + 1))
    sha = await asyncio.to_thread(ranger, donnees / "pieces", contenu)
    return Depot(nom_propre(fichier.filename, genre.suffixe), sha, len(contenu))


def servir(donnees: Path, sha256: str, nom: str) -> File:
    """The file, as an attachment that no browser runs.

    Raises:
        Introuvable: it is no longer on the disk.
    """
    chemin = donnees / "pieces" / sha256
    if not chemin.is_file():
        raise Introuvable("Ce fichier manque sur le serveur : prévenez la scolarité.")
    media = GENRES.get(Path(nom).suffix, PDF).media
    return File(path=chemin, filename=nom, media_type=media, headers=ENTETES, content_disposition_type="attachment")
