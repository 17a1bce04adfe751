"""Reads of opinions and decisions: three queries for any number of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.comptes.models import Personne
from app.referentiel.models import Motif

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Jugements:
    """Everything said on one line."""

    coord: AvisCoordonnateur | None
    rep: AvisRepresentant | None
    decision: Decision | None


async def jugements(session: AsyncSession, ligne_ids: Sequence[int]) -> dict[int, Jugements]:
    """By line, bare: whoever shows them asks the rights first."""
    lus: list[dict[int, Any]] = []
    tables: tuple[Any, ...] = (AvisCoordonnateur, AvisRepresentant, Decision)
    for table in tables:
        rangees = (await session.execute(select(table).where(table.ligne_id.in_(ligne_ids)))).scalars()
        lus.append({j.ligne_id: j for j in rangees})
    coord, rep, decision = lus
    return {i: Jugements(coord.get(i), rep.get(i), decision.get(i)) for i in ligne_ids}


async def motifs_defavorables(session: AsyncSession) -> dict[str, tuple[str, bool]]:
    """Reasons of a refusal: label, and whether it wants a text."""
    requete = select(Motif).where(Motif.contexte == "DEFAVORABLE").order_by(Motif.code)
    return {m.code: (m.libelle, m.commentaire_obligatoire) for m in (await session.execute(requete)).scalars()}


async def nom_de(session: AsyncSession, personne_id: int | None) -> str:
    """Prénom Nom."""
    qui = (await session.execute(select(Personne.prenom, Personne.nom).where(Personne.id == personne_id))).one_or_none()
    return f"{qui.prenom} {qui.nom}" if qui else ""


async def noms_des_auteurs(session: AsyncSession, lus: Iterable[Jugements]) -> dict[int, str]:
    """Prénom Nom of whoever said something on these lines."""
    ids = {j.auteur_id for x in lus for j in (x.coord, x.rep, x.decision) if j}
    requete = select(Personne.id, Personne.prenom, Personne.nom).where(Personne.id.in_(ids))
    return {i: f"{prenom} {nom}" for i, prenom, nom in (await session.execute(requete)).all()}
