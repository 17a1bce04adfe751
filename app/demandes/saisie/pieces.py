"""The PDF of a dossier: checked, written and synced under its SHA-256 before its row exists, served as an attachment."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, get
from litestar.response import File
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.errors import Interdit, Introuvable
from app.core.journal import consigner, maintenant
from app.demandes.models import Piece
from app.demandes.mouvements import modifier
from app.demandes.permissions import peut
from app.demandes.queries import dossier_visible
from app.demandes.statuts import Action
from app.demandes.traitement_service import noter_assistance

if TYPE_CHECKING:
    from litestar.datastructures import UploadFile

    from app.demandes.saisie.contexte import Contexte

TAILLE_MAX: Final = 10 * 1024 * 1024
_EN_TETE: Final = re.compile(rb"%PDF-[12]\.\d")
_FIN: Final = re.compile(rb"%%EOF[\s\x00]*\Z")
_INTERDITS: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
ENTETES: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def controler(contenu: bytes) -> str | None:
    """Why *contenu* is no acceptable PDF; None when it is. It begins and ends as one: nothing may hide around it."""
    if not contenu:
        return "Ce fichier est vide."
    if len(contenu) > TAILLE_MAX:
        return "Ce fichier dépasse 10 Mo."
    if not _EN_TETE.match(contenu):
        return "Ce fichier n'est pas un PDF."
    if not _FIN.search(contenu[-2048:]):
        return "Ce PDF est incomplet, ou suivi d'autre chose : enregistrez-le de nouveau au format PDF."
    return None


def nom_propre(nom: str) -> str:
    """The name of the file alone, readable and harmless."""
    base = unicodedata.normalize("NFC", nom).replace("\\", "/").rpartition("/")[2]
    tige = _INTERDITS.sub(" ", base).removesuffix(".pdf").removesuffix(".PDF")
    visible = "".join(c for c in tige if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    return (" ".join(visible.split()).strip(". ")[:180] or "piece") + ".pdf"


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


async def joindre(session: AsyncSession, c: Contexte, fichier: UploadFile, *, donnees: Path, par: Droits) -> str | None:
    """Attach the PDF, in place of the former one; the reason when it is refused."""
    await fichier.seek(0)  # read before, if another screen made us begin again
    contenu = await fichier.read(TAILLE_MAX + 1)
    if erreur := controler(contenu):
        return erreur
    sha, nom = await asyncio.to_thread(ranger, donnees / "pieces", contenu), nom_propre(fichier.filename)
    if any((p.sha256, p.nom) == (sha, nom) for p in c.pieces):
        return None
    await _toucher(session, c, par)
    await session.execute(update(Piece).where(Piece.demande_id == c.demande.id).values(retiree=True))
    session.add(Piece(demande_id=c.demande.id, nom=nom, sha256=sha, taille=len(contenu), quand=maintenant()))
    await session.flush()
    await _consigner(session, "joindre_piece", c, par, apres={"nom": nom, "sha256": sha})
    return None


async def retirer(session: AsyncSession, c: Contexte, piece_id: str, *, par: Droits) -> None:
    """Take a piece out of the draft; a version that froze it keeps its name and digest."""
    piece = next((p for p in c.pieces if str(p.id) == piece_id), None)
    if piece is None:
        return
    await _toucher(session, c, par)
    await session.execute(update(Piece).where(Piece.id == piece.id).values(retiree=True))
    await _consigner(session, "retirer_piece", c, par, avant={"nom": piece.nom, "sha256": piece.sha256})


async def _toucher(session: AsyncSession, c: Contexte, par: Droits) -> None:
    if not peut(par, Action.SOUMETTRE, c.tete):
        raise Interdit("Ce dossier n'est plus en cours de saisie : ses pièces ne changent plus.")
    await modifier(session, c.demande, version=c.demande.version)


async def _consigner(session: AsyncSession, action: str, c: Contexte, par: Droits, **traces: Any) -> None:
    ident = c.demande.id
    await consigner(session, action, par=par, sujet="demande", sujet_id=ident, demande_id=ident, **traces)


@get("/pieces/{piece_id:int}")
async def servir(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, piece_id: int) -> File:
    """The PDF, to those who may read its dossier."""
    piece = await session.scalar(select(Piece).where(Piece.id == piece_id, Piece.retiree.is_(False)))
    if piece is None:
        raise Introuvable
    _, lignes = await dossier_visible(session, droits, piece.demande_id)
    await noter_assistance(session, lignes[0], par=droits)
    chemin = request.app.state.settings.donnees / "pieces" / piece.sha256
    if not chemin.is_file():
        raise Introuvable("Ce fichier manque sur le serveur : prévenez la scolarité.")
    return File(
        path=chemin, filename=piece.nom, media_type="application/pdf", headers=ENTETES, content_disposition_type="attachment"
    )
