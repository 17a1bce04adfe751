"""Notes that somebody writes for himself on lines: nobody else reads them, whatever his role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from app.commission.deports import OUVERTS
from app.commission.models import Note
from app.commission.queries import lignes_de, ordre_du_jour
from app.core.access import Droits, lisible_sql, peut_ecrire, peut_lire
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance


@dataclass(frozen=True, slots=True)
class MaNote:
    """What I wrote on a line; version 0 where there is nothing yet."""

    texte: str = ""
    a_discuter: bool = False
    version: int = 0


async def ma_note(session: AsyncSession, droits: Droits, ligne_id: int) -> MaNote:
    """Mine on one line."""
    requete = select(Note.texte, Note.a_discuter, Note.version).where(
        Note.ligne_id == ligne_id, Note.personne_id == droits.personne_id
    )
    lue = (await session.execute(requete)).one_or_none()
    return MaNote(*lue) if lue else MaNote()


def peut_noter(droits: Droits, ligne: Ligne) -> bool:
    """Whoever opens the dossier by a function writes notes for himself on it."""
    return not droits.deporte(ligne) and bool(droits.portees) and peut_lire(droits, Objet.DOSSIER, ligne)


def peut_marquer(droits: Droits, ligne: Ligne) -> bool:
    """*A discuter* is for those who deliberate: the commission and its secretary, once blindness is over."""
    ouverte = ligne.moment in OUVERTS
    return ouverte and peut_noter(droits, ligne) and peut_ecrire(droits, Objet.COMMENTAIRE_COMMISSION, ligne)


async def mes_notes(session: AsyncSession, droits: Droits, seance: Seance) -> list[dict[str, Any]]:
    """Mine on the lines of a séance, in the order of its agenda."""
    requete = (
        select(Ligne, Note)
        .join(Note, and_(Note.ligne_id == Ligne.id, Note.personne_id == droits.personne_id))
        .where(lignes_de(seance), lisible_sql(droits, Objet.DOSSIER, Ligne), or_(Note.texte != "", Note.a_discuter.is_(True)))
        .order_by(*ordre_du_jour(droits))
    )
    return [{"ligne": x, "n": n, "marquable": peut_marquer(droits, x)} for x, n in (await session.execute(requete)).all()]
