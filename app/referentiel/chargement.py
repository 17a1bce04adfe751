"""Loads the reference lists and the register extract that the project carries under `donnees/`."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from app.core.texte import replier
from app.referentiel.models import (
    Commune,
    Etablissement,
    Formation,
    Motif,
    Nature,
    Origine,
    Subdivision,
    TypeEtablissement,
    TypePiece,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.db import Base

DONNEES = Path(__file__).parent / "donnees"
REGISTRE = "FINESS (SAE 2023)"
REGISTRE_DATE = date(2023, 12, 31)

Brute = dict[str, str]
Ligne = dict[str, Any]


def _oui(texte: str) -> bool:
    return texte == "oui"


def _codes(texte: str) -> list[str]:
    return texte.split("|") if texte else []


def _telle_quelle(brute: Brute) -> Ligne:
    return dict(brute)


def _formation(brute: Brute) -> Ligne:
    return brute | {
        "nature": Nature(brute["nature"]),
        "des_code": brute["des_code"] or None,
        "savoir_faire": _codes(brute["savoir_faire"]),
        "actif": _oui(brute["actif"]),
    }


def _motif(brute: Brute) -> Ligne:
    return brute | {"commentaire_obligatoire": _oui(brute["commentaire_obligatoire"])}


def _piece(brute: Brute) -> Ligne:
    return brute | {"obligatoire": _oui(brute["obligatoire"])}


def _commune(brute: Brute) -> Ligne:
    return brute | {"codes_postaux": " ".join(_codes(brute["codes_postaux"])), "recherche": replier(brute["nom"])}


def recherche_etablissement(raison_sociale: str, ville: str, finess: str | None, siret: str | None) -> str:
    """What the search of établissements reads."""
    return replier(f"{raison_sociale} {ville} {finess or ''} {siret or ''}")[:500]


def _etablissement(brute: Brute) -> Ligne:
    return brute | {
        "origine": Origine.REGISTRE,
        "registre": REGISTRE,
        "registre_date": REGISTRE_DATE,
        "actif": True,
        "recherche": recherche_etablissement(brute["raison_sociale"], brute["ville"], brute["finess"], brute["siret"]),
    }


# Table, file, the column that identifies a row, how a line of the file becomes a row. Types come before établissements.
SOURCES: tuple[tuple[type[Base], str, str, Callable[[Brute], Ligne]], ...] = (
    (Subdivision, "subdivisions.csv", "code", _telle_quelle),
    (Formation, "formations.csv", "code", _formation),
    (Motif, "motifs.csv", "code", _motif),
    (TypeEtablissement, "types_etablissement.csv", "code", _telle_quelle),
    (TypePiece, "types_piece.csv", "code", _piece),
    (Commune, "communes.csv", "code", _commune),
    (Etablissement, "etablissements.csv", "finess", _etablissement),
)


def lire(fichier: str) -> list[Brute]:
    """The lines of one data file."""
    with (DONNEES / fichier).open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


async def _ecrire(session: AsyncSession, table: Table, cle: str, lignes: list[Ligne]) -> None:
    """Insert *lignes*, or update the rows that already carry their *cle*: safe when two processes start together."""
    postgres = session.get_bind().dialect.name == "postgresql"
    ordre = postgresql.insert(table) if postgres else sqlite.insert(table)
    autres = {colonne: ordre.excluded[colonne] for colonne in lignes[0] if colonne != cle}
    await session.execute(ordre.on_conflict_do_update(index_elements=[cle], set_=autres), lignes)


def _plus_recente(presentes: dict[str, Ligne], ligne: Ligne, cle: str) -> bool:
    """Whether what is there was read in a newer register than the carried extract."""
    presente = presentes.get(ligne[cle], {}).get("registre_date")
    return presente is not None and presente > ligne["registre_date"]


async def _charger_table(session: AsyncSession, table: Table, cle: str, lignes: list[Ligne]) -> None:
    """Write only the rows that are new or that differ, so that a restart costs reads alone."""
    colonnes = [table.c[nom] for nom in lignes[0]]
    presentes = {ligne[cle]: dict(ligne) for ligne in (await session.execute(select(*colonnes))).mappings()}
    # A site that a register has been imported for follows that register, no longer the extract that we carry.
    suivis = {c for c, p in presentes.items() if p.get("registre", REGISTRE) != REGISTRE}
    suivis |= {ligne[cle] for ligne in lignes if _plus_recente(presentes, ligne, cle)}
    a_ecrire = [ligne for ligne in lignes if ligne[cle] not in suivis and presentes.get(ligne[cle]) != ligne]
    if a_ecrire:
        await _ecrire(session, table, cle, a_ecrire)


async def charger(session: AsyncSession) -> dict[str, int]:
    """Bring the reference tables up to the carried files; the number of rows of each file. The caller commits."""
    nombres: dict[str, int] = {}
    for modele, fichier, cle, traduire in SOURCES:
        lignes = [traduire(brute) for brute in lire(fichier)]
        table = cast("Table", modele.__table__)
        await _charger_table(session, table, cle, lignes)
        nombres[table.name] = len(lignes)
    return nombres
