"""Reads of opinions and decisions: one query for any number of lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import defer
from sqlalchemy.orm.attributes import set_committed_value

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.comptes.models import Fonction, Personne
from app.core.etendue import jamais_lisible
from app.core.memoire import garder
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.referentiel.models import Motif

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Jugements:
    """Everything said on one line."""

    coord: AvisCoordonnateur | None
    rep: AvisRepresentant | None
    decision: Decision | None

    def de(self, table: Any) -> Any:
        """The one that *table* holds."""
        return {AvisCoordonnateur: self.coord, AvisRepresentant: self.rep, Decision: self.decision}[table]


_TABLES: dict[Any, tuple[Objet, Objet]] = {
    AvisCoordonnateur: (Objet.AVIS_COORD, Objet.COMMENTAIRE_COORD),
    AvisRepresentant: (Objet.AVIS_REP, Objet.AVIS_REP),
    Decision: (Objet.DECISION, Objet.COMMENTAIRE_COMMISSION),
}


@lru_cache(maxsize=512)
def _jugements(pour: Droits | None) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """The statement, the tables that it reads, those of them whose comments it leaves out."""
    tables = tuple(t for t, (objet, _) in _TABLES.items() if not (pour and jamais_lisible(pour, objet)))
    muettes = tuple(t for t in tables if pour and jamais_lisible(pour, _TABLES[t][1]))
    requete = select(Ligne.id, *tables).options(*(defer(t.commentaire) for t in muettes))
    for t in tables:
        requete = requete.outerjoin(t, t.ligne_id == Ligne.id)
    # As they stand now: they are written by statements, behind the session's back.
    requete = requete.where(Ligne.id.in_(bindparam("ids", expanding=True))).execution_options(populate_existing=True)
    return requete, tables, muettes


async def jugements(session: AsyncSession, ligne_ids: Sequence[int], *, pour: Droits | None = None) -> dict[int, Jugements]:
    """By line, bare: whoever shows them asks the rights first. What *pour* never reads on any line is not asked for."""
    requete, tables, muettes = _jugements(pour.perimetre if pour else None)
    lus = {}
    for ligne_id, *dits in await session.execute(requete, {"ids": list(ligne_ids)}):
        par_table = dict(zip(tables, dits, strict=True))
        for muet in (par_table[t] for t in muettes if par_table[t]):
            set_committed_value(muet, "commentaire", "")
        lus[ligne_id] = Jugements(*(par_table.get(t) for t in _TABLES))
    return lus


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
