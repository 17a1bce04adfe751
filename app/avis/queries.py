"""Reads of opinions and decisions: one query for any number of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.comptes.models import Fonction, Personne
from app.core.memoire import garder
from app.demandes.models import Ligne
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

    def de(self, table: Any) -> Any:
        """The one that *table* holds."""
        return {AvisCoordonnateur: self.coord, AvisRepresentant: self.rep, Decision: self.decision}[table]


# As they stand now: they are written by statements, behind the session's back.
_JUGEMENTS = (
    select(Ligne.id, AvisCoordonnateur, AvisRepresentant, Decision)
    .outerjoin(AvisCoordonnateur, AvisCoordonnateur.ligne_id == Ligne.id)
    .outerjoin(AvisRepresentant, AvisRepresentant.ligne_id == Ligne.id)
    .outerjoin(Decision, Decision.ligne_id == Ligne.id)
    .where(Ligne.id.in_(bindparam("ids", expanding=True)))
    .execution_options(populate_existing=True)
)


async def jugements(session: AsyncSession, ligne_ids: Sequence[int]) -> dict[int, Jugements]:
    """By line, bare: whoever shows them asks the rights first."""
    lus = await session.execute(_JUGEMENTS, {"ids": list(ligne_ids)})
    return {i: Jugements(coord, rep, decision) for i, coord, rep, decision in lus}


async def motifs_defavorables(session: AsyncSession) -> dict[str, tuple[str, bool]]:
    """Reasons of a refusal: label, and whether it wants a text."""
    return await garder(session, "motifs defavorables", _motifs_defavorables)


async def _motifs_defavorables(session: AsyncSession) -> dict[str, tuple[str, bool]]:
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


async def noms_du_personnel(session: AsyncSession) -> dict[int, str]:
    """Prénom Nom of whoever has or had a function, from memory: a table names hundreds of authors."""
    return await garder(session, "noms du personnel", _noms_du_personnel)


async def _noms_du_personnel(session: AsyncSession) -> dict[int, str]:
    ayant = select(Fonction.personne_id).distinct()
    requete = select(Personne.id, Personne.prenom, Personne.nom).where(Personne.id.in_(ayant))
    return {i: f"{prenom} {nom}" for i, prenom, nom in (await session.execute(requete)).all()}
