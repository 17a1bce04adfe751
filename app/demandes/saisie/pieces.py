"""The pièces of a draft: joined each in its place, replaced, withdrawn; read by whoever reads the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Request, get
from litestar.response import File
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Droits
from app.core.controle import Refus
from app.core.errors import Interdit, Introuvable
from app.core.fichiers import deposer, servir
from app.core.journal import consigner, maintenant
from app.demandes.models import Piece
from app.demandes.mouvements import modifier
from app.demandes.permissions import peut
from app.demandes.pieces import AUTRE, champ_de, emplacements
from app.demandes.queries import dossier_visible, pieces
from app.demandes.statuts import Action
from app.demandes.traitement_service import noter_assistance

if TYPE_CHECKING:
    from pathlib import Path

    from litestar.datastructures import UploadFile

    from app.core.forms import Saisie
    from app.demandes.saisie.contexte import Contexte

AUTRES_MAX: Final = 10


async def joindre_tout(session: AsyncSession, c: Contexte, saisie: Saisie, *, donnees: Path, par: Droits) -> None:
    """Every file of the form, each in its place; what is refused is told there, and the others are kept."""
    for place in emplacements(c.demandees, c.pieces, c.demande.choix):
        champ = champ_de(place.type)
        fichiers = saisie.fichiers(champ)
        for fichier in fichiers if place.plusieurs else fichiers[:1]:
            if refus := await joindre(session, c, fichier, type_=place.type, donnees=donnees, par=par):
                saisie.erreurs[champ] = f"{fichier.filename[:60]} : {refus}" if len(fichiers) > 1 else refus


async def joindre(
    session: AsyncSession, c: Contexte, fichier: UploadFile, *, donnees: Path, par: Droits, type_: str | None = AUTRE
) -> str | None:
    """Attach a file, in place of the former one where there is room for one; the reason when it is refused."""
    try:
        depot = await deposer(donnees, fichier)
    except Refus as refus:
        return str(refus)
    presentes = [p for p in c.pieces if p.type == type_]
    if any((p.sha256, p.nom) == (depot.sha256, depot.nom) for p in presentes):
        return None
    plusieurs = type_ is AUTRE and bool(c.demandees)
    if plusieurs and len(presentes) >= AUTRES_MAX:
        return f"{AUTRES_MAX} autres pièces au plus : retirez-en une."
    await _toucher(session, c, par)
    if not plusieurs:
        anciennes = update(Piece).where(Piece.id.in_([p.id for p in presentes]))
        await session.execute(anciennes.values(retiree=True))
    valeurs = {"nom": depot.nom, "sha256": depot.sha256, "taille": depot.taille, "type": type_}
    session.add(Piece(demande_id=c.demande.id, quand=maintenant(), **valeurs))
    await session.flush()
    trace = {"nom": depot.nom, "sha256": depot.sha256} | ({"type": type_} if type_ else {})
    await _consigner(session, "joindre_piece", c, par, apres=trace)
    c.pieces = await pieces(session, c.demande.id)
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
async def servir_piece(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, piece_id: int) -> File:
    """The file, to those who may read its dossier."""
    piece = await session.scalar(select(Piece).where(Piece.id == piece_id, Piece.retiree.is_(False)))
    if piece is None:
        raise Introuvable
    _, lignes = await dossier_visible(session, droits, piece.demande_id)
    await noter_assistance(session, lignes[0], par=droits)
    return servir(request.app.state.settings.donnees, piece.sha256, piece.nom)
