"""Declared déports as rights need them: read in the statement that reads the functions, so that they cost no query.

The table is the commission's and lines are the demandes', both above us: they are named here, not imported. A dossier is
read as a whole, so a déport on one of its lines holds for all of them, those to come included.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, cast, column, exists, func, select, table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

_DEPORT = table("deport", column("ligne_id"), column("personne_id"))
_LIGNE = table("ligne", column("id"), column("demande_id"))


def lignes_de(personne_id: Any) -> Any:
    """The numbers of the lines that somebody does not judge, joined by commas; NULL where there is none."""
    sienne, autre = _LIGNE.alias("deportee"), _LIGNE.alias("du_dossier")
    return (
        select(func.aggregate_strings(cast(autre.c.id, String), ","))
        .select_from(
            _DEPORT.join(sienne, sienne.c.id == _DEPORT.c.ligne_id).join(autre, autre.c.demande_id == sienne.c.demande_id)
        )
        .where(_DEPORT.c.personne_id == personne_id)
        .scalar_subquery()
    )


def lues(texte: str | None) -> frozenset[int]:
    """What `lignes_de` gave, as numbers."""
    return frozenset(int(n) for n in texte.split(",")) if texte else frozenset()


def aucun_pour(personne: str, ligne_id: Any) -> Any:
    """Whether the person of the parameter *personne* has no déport on the dossier of the line, as the tables say it now."""
    sienne, autre = _LIGNE.alias("deportee"), _LIGNE.alias("du_dossier")
    lien = _DEPORT.join(sienne, sienne.c.id == _DEPORT.c.ligne_id).join(autre, autre.c.demande_id == sienne.c.demande_id)
    return ~exists(select(1).select_from(lien).where(_DEPORT.c.personne_id == bindparam(personne), autre.c.id == ligne_id))


async def relire(session: AsyncSession, droits: Droits) -> Droits:
    """These rights with the déports as the tables say them now: for whoever writes under the journal's lock."""
    lu = (await session.execute(select(lignes_de(bindparam("personne"))), {"personne": droits.personne_id})).scalar()
    return replace(droits, deports=lues(lu))
