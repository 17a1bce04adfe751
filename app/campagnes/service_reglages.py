"""Writing what a campaign asks for and the reasons that it offers, as part of the campaign's own act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from app.campagnes.forms_reglages import Reglages
from app.campagnes.models import CampagneMotif, CampagnePiece

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


async def reglages_de(session: AsyncSession, campagne_id: int) -> Reglages:
    """As they are stored."""
    motifs = await session.scalars(
        select(CampagneMotif).where(CampagneMotif.campagne_id == campagne_id).order_by(CampagneMotif.id)
    )
    pieces = await session.scalars(select(CampagnePiece).where(CampagnePiece.campagne_id == campagne_id))
    return Reglages.lus(motifs, pieces)


async def inscrire_reglages(session: AsyncSession, campagne_id: int, r: Reglages) -> None:
    """Write them; an own reason keeps its row, so its code, as long as its label is the same."""
    await session.execute(delete(CampagnePiece).where(CampagnePiece.campagne_id == campagne_id))
    if r.pieces:
        rangees = [{"campagne_id": campagne_id, "piece": code, "obligatoire": o} for code, o in r.pieces]
        await session.execute(insert(CampagnePiece), rangees)
    connus = (await session.scalars(select(CampagneMotif).where(CampagneMotif.campagne_id == campagne_id))).all()
    par_cle = {(m.contexte, m.motif or "", m.libelle): m for m in connus}
    voulus = {(m.contexte, m.motif or "", m.libelle): m for m in r.motifs}
    for cle, connu in par_cle.items():
        voulu = voulus.pop(cle, None)
        if voulu is not None:
            connu.retire, connu.commentaire_obligatoire = False, voulu.commentaire_obligatoire
        elif connu.motif:
            await session.delete(connu)
        else:
            connu.retire = True
    for motif in voulus.values():
        session.add(
            CampagneMotif(
                campagne_id=campagne_id,
                contexte=motif.contexte,
                motif=motif.motif,
                libelle=motif.libelle,
                commentaire_obligatoire=motif.commentaire_obligatoire,
            )
        )
    await session.flush()
