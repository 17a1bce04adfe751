"""Judgements by tens, in a number of statements that does not depend on how many: what a batch writes.

Each is authorised, versioned and journalled as a single one is (`app/avis/service.py`), under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Source
from app.avis.queries import Jugements
from app.avis.service import exiger, premiere_version, recrire
from app.avis.traces import REPRENDRE, etat
from app.core.access import lisible_sql
from app.core.journal import consigner_en_lot, maintenant
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.avis.genres import Genre
    from app.avis.regles import Jugement
    from app.core.access import Droits


@dataclass(frozen=True, slots=True)
class Lue:
    """A line and everything said on it, bare; `premiere_version` is what a judgement that is new on it starts from."""

    ligne: Ligne
    dits: Jugements
    premiere_version: int


@dataclass(frozen=True, slots=True)
class Ecriture:
    """What a line is to say: *apres*, or nothing any more (the decision is taken back). `avis_lu`: see `juger`."""

    lue: Lue
    apres: Jugement | None
    avis_lu: int | None = None


async def lire_lignes(session: AsyncSession, droits: Droits, ids: Sequence[int], *, tenir: bool = False) -> list[Lue]:
    """Those of these lines that this person sees, in the order of the list; *tenir* keeps others from moving them."""
    requete = (
        select(Ligne, AvisCoordonnateur, AvisRepresentant, Decision, premiere_version(Ligne))
        .outerjoin(AvisCoordonnateur, AvisCoordonnateur.ligne_id == Ligne.id)
        .outerjoin(AvisRepresentant, AvisRepresentant.ligne_id == Ligne.id)
        .outerjoin(Decision, Decision.ligne_id == Ligne.id)
        .where(Ligne.id.in_(bindparam("ids", expanding=True)), lisible_sql(droits, Objet.LIGNE, Ligne))
        .order_by(Ligne.ordre)
        .execution_options(populate_existing=True)
    )
    if tenir:
        requete = requete.with_for_update(of=Ligne)
    lues = await session.execute(requete, {"ids": list(ids)})
    return [Lue(ligne, Jugements(coord, rep, decision), premiere) for ligne, coord, rep, decision, premiere in lues]


async def ecrire_lot(session: AsyncSession, genre: Genre, ecritures: Sequence[Ecriture], *, lot: int, par: Droits) -> None:
    """Write judgements on lines that this transaction has read and holds, under the journal's lock.

    Raises:
        Interdit: this person may not, on one of them.
    """
    for e in ecritures:
        exiger(par, genre.action, e.lue.ligne)
    if not ecritures:
        return
    quand, ids = maintenant(), [e.lue.ligne.id for e in ecritures]
    touche = update(Ligne).where(Ligne.id.in_(ids)).values(stamp=Ligne.stamp + 1)
    await session.execute(touche.execution_options(synchronize_session=False))
    await _effacer(session, genre, [e for e in ecritures if e.apres is None])
    await _inserer(session, genre, [e for e in ecritures if e.apres and _avant(e, genre) is None], par, quand)
    await _recrire(session, genre, [e for e in ecritures if e.apres and _avant(e, genre) is not None], par, quand)
    await _consigner(session, genre, ecritures, lot, par, quand)


def _avant(e: Ecriture, genre: Genre) -> Any:
    return e.lue.dits.de(genre.table)


def _valeurs(e: Ecriture, genre: Genre, par: Droits, quand: datetime) -> dict[str, Any]:
    valeurs = {**(e.apres.valeurs() if e.apres else {}), "auteur_id": par.personne_id, "quand": quand}
    if genre.table is Decision:
        coord = e.lue.dits.coord
        lu = None if coord is None else coord.version if e.avis_lu is None else min(e.avis_lu, coord.version)
        valeurs |= {"source": Source.SAISIE, "avis_version": lu}
    return valeurs


async def _inserer(session: AsyncSession, genre: Genre, neuves: list[Ecriture], par: Droits, quand: datetime) -> None:
    rangees = [
        {**_valeurs(e, genre, par, quand), "ligne_id": e.lue.ligne.id, "version": e.lue.premiere_version} for e in neuves
    ]
    if rangees:
        # One statement, whichever columns are null.
        await session.execute(insert(genre.table), rangees, execution_options={"render_nulls": True})


async def _recrire(session: AsyncSession, genre: Genre, anciennes: list[Ecriture], par: Droits, quand: datetime) -> None:
    if not anciennes:
        return
    rangees = [(e, _valeurs(e, genre, par, quand)) for e in anciennes]
    lus = [
        {"lue": e.lue.ligne.id, "version_lue": _avant(e, genre).version} | {f"v_{c}": x for c, x in v.items()}
        for e, v in rangees
    ]
    await (await session.connection()).execute(recrire(genre.table, tuple(rangees[0][1])), lus)


async def _effacer(session: AsyncSession, genre: Genre, reprises: list[Ecriture]) -> None:
    if reprises:
        table = genre.table
        efface = delete(table).where(table.ligne_id.in_([e.lue.ligne.id for e in reprises]))
        await session.execute(efface.execution_options(synchronize_session=False))


async def _consigner(
    session: AsyncSession, genre: Genre, ecritures: Sequence[Ecriture], lot: int, par: Droits, quand: datetime
) -> None:
    communs = {"quand": quand, "auteur_id": par.personne_id, "auteur": par.nom_complet, "motif": None, "annule": None}
    await consigner_en_lot(session, [communs | _acte(e, genre, _valeurs(e, genre, par, quand), lot) for e in ecritures])


def _acte(e: Ecriture, genre: Genre, valeurs: dict[str, Any], lot: int) -> dict[str, Any]:
    avant, ligne = _avant(e, genre), e.lue.ligne
    apres = {c: x for c, x in valeurs.items() if c not in {"auteur_id", "quand"}}
    version = None if e.apres is None else avant.version + 1 if avant else e.lue.premiere_version
    return {
        "action": str(genre.action) if e.apres else REPRENDRE,
        "sujet": "ligne",
        "sujet_id": ligne.id,
        "demande_id": ligne.demande_id,
        "ligne_id": ligne.id,
        "avant": etat(avant),
        "apres": apres if e.apres else None,
        "version": version,
        "lot": lot,
    }
