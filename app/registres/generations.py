"""Rows of a generation, written and taken away in small commits: others save between two of them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, text

from app.registres.gardes import Precedent
from app.registres.models import CodeRegistre, ImportRegistre, Registre, RegistreActivite, RegistrePraticien, RegistreSite

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.db import Base
    from app.registres.lecture import Paquet

TABLES: Final[dict[CodeRegistre, tuple[type[RegistrePraticien | RegistreActivite | RegistreSite], ...]]] = {
    CodeRegistre.RPPS: (RegistrePraticien, RegistreActivite),
    CodeRegistre.FINESS: (RegistreSite,),
}
CLES: Final = {RegistrePraticien: "rpps", RegistreActivite: "id", RegistreSite: "finess"}
TENUE: Final = 0.05  # seconds that a commit should hold the database
REPOS: Final = 0.02  # and leave it to others, at least
PEU: Final = 2_000  # rows: below, what each commit costs by itself would be all that it does


class Allure:
    """How many rows a commit takes, so that it holds the database as long as it should and leaves it as long."""

    def __init__(self, depart: int) -> None:
        self.rangees = depart
        self._libre = 0.0

    async def laisser(self) -> None:
        """Before a commit: others have had their time since the last one."""
        await asyncio.sleep(max(self._libre - time.monotonic(), 0))

    def noter(self, rangees: int, debut: float) -> None:
        """After it."""
        fin = time.monotonic()
        mesure = rangees * TENUE / max(fin - debut, 1e-4)
        self.rangees = int(max(PEU, min(mesure, self.rangees * 1.5, 20_000)))
        self._libre = fin + max(REPOS, (fin - debut) / 2)


async def ecrire(session: AsyncSession, generation: int, paquet: Paquet) -> None:
    """Insert the rows, by the driver's own fast way."""
    connexion = await session.connection()
    for modele, colonnes, rangees in paquet:
        if not rangees:
            continue
        completes = [(generation, *rangee) for rangee in rangees]
        noms = ("generation", *colonnes)
        if connexion.dialect.name == "postgresql":
            brute = await connexion.get_raw_connection()
            pilote: Any = brute.driver_connection
            await pilote.copy_records_to_table(modele.__tablename__, records=completes, columns=noms)
            continue
        marques = ", ".join("?" * len(noms))
        await connexion.exec_driver_sql(f"INSERT INTO {modele.__tablename__} ({', '.join(noms)}) VALUES ({marques})", completes)


async def perimees(session: AsyncSession, modele: Any, courante: int | None) -> int | None:
    """A generation of this table that is not read; None when there is none left."""
    for cote in [modele.generation < courante, modele.generation > courante] if courante else [modele.generation > 0]:
        if (trouvee := await session.scalar(select(func.min(modele.generation)).where(cote))) is not None:
            return int(trouvee)
    return None


async def retirer(session: AsyncSession, modele: type[Base], generation: int, nombre: int) -> int:
    """Take *nombre* rows of a generation away; how many went."""
    table, cle = modele.__tablename__, CLES[modele]
    ordre = "rpps" if modele is RegistreActivite else cle
    choisies = f"SELECT {cle} FROM {table} WHERE generation = :g ORDER BY {ordre} LIMIT :n"
    parties = await session.execute(
        text(f"DELETE FROM {table} WHERE generation = :g AND {cle} IN ({choisies})"), {"g": generation, "n": nombre}
    )
    return int(parties.rowcount)  # type: ignore[attr-defined]


async def precedent(session: AsyncSession, registre: CodeRegistre) -> Precedent | None:
    """The register as it is read, and how many lines its file had."""
    lu = await session.get(Registre, registre)
    if lu is None:
        return None
    fait = select(ImportRegistre.rapport).where(ImportRegistre.registre == registre, ImportRegistre.generation == lu.generation)
    rapport = await session.scalar(fait) or {}
    return Precedent(int(rapport.get("lignes", 0)), lu.date_registre)


async def comparer_generations(session: AsyncSession, registre: CodeRegistre, neuve: int) -> dict[str, int]:
    """How many came, changed and left since the generation that is read."""
    lu = await session.get(Registre, registre)
    modele: Any = TABLES[registre][0]
    cle = modele.finess if registre is CodeRegistre.FINESS else modele.rpps
    ancien = select(cle.label("cle"), modele.empreinte.label("dit")).where(modele.generation == (lu.generation if lu else 0))
    nouveau = select(cle.label("cle"), modele.empreinte.label("dit")).where(modele.generation == neuve)
    a, n = ancien.subquery(), nouveau.subquery()
    total = await session.scalar(select(func.count()).select_from(n)) or 0
    avant = await session.scalar(select(func.count()).select_from(a)) or 0
    communs = select(func.count(), func.count().filter(a.c.dit != n.c.dit)).select_from(n.join(a, a.c.cle == n.c.cle))
    restes, changes = (await session.execute(communs)).one()
    return {"total": total, "nouveaux": total - restes, "changes": changes, "partis": avant - restes}
