"""Which lines an act is about, always inside of what the filter keeps; how many opinions agree in a séance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.commission.comptes import AVIS
from app.commission.queries import lignes_de
from app.core.access import lisible_sql
from app.core.visibilite import Moment, Objet
from app.demandes.models import Ligne
from app.liste.queries import requete_de

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits
    from app.tableau.etat import Etat

LIMITE: Final = 2_000  # lines of a batch


async def cibles(
    session: AsyncSession, droits: Droits, etat: Etat, seance: Seance | None, coches: Collection[int] | None
) -> list[int]:
    """The lines that *etat* keeps, all pages; those of *coches* among them where boxes were ticked. One more than the limit."""
    requete = await requete_de(session, droits, etat, seance)
    choix = requete.selection((), etat)
    if coches is not None:
        choix = choix.where(Ligne.id.in_(coches))
    gardees = await session.execute(choix.order_by(Ligne.ordre).limit(LIMITE + 1))
    return [x.id for x in gardees]


async def concordantes(session: AsyncSession, droits: Droits, seance: Seance) -> int:
    """How many lines of an open séance have two opinions that agree, and no decision of their own yet."""
    requete = (
        select(func.count())
        .select_from(Ligne)
        .join(AvisCoordonnateur, AvisCoordonnateur.ligne_id == Ligne.id)
        .join(AvisRepresentant, AvisRepresentant.ligne_id == Ligne.id)
        .outerjoin(Decision, Decision.ligne_id == Ligne.id)
        .where(
            lignes_de(seance),
            Ligne.moment == Moment.SEANCE_OUVERTE,
            *(lisible_sql(droits, o, Ligne) for o in (Objet.DECISION, Objet.AVIS_COORD, Objet.AVIS_REP)),
            Decision.ligne_id.is_(None),
            AVIS["concordants"][1],
        )
    )
    return (await session.execute(requete)).scalar_one()
