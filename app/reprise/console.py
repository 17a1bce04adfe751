"""`agrement importer demandes`: the same passage, from a file of the operator's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.progress import Progress
from rich.table import Table
from sqlalchemy import update

from app.core.journal import prendre_la_main
from app.reprise.bilan import Bilan, en_fichier
from app.reprise.fichier import ouvrir
from app.reprise.models import DemandeReprise
from app.reprise.mots import mots
from app.reprise.passage import PAS_ESSAI, Passage, constats
from app.reprise.service import PAS, Reprise

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.reprise.fichier import Fichier
    from app.reprise.mots import Mots


async def reprendre(
    sessions: async_sessionmaker[AsyncSession],
    chemin: Path,
    *,
    source: str,
    annee: int,
    appliquer: bool,
    console: Console,
) -> tuple[Bilan, bytes]:
    """Read the file, and write it where *appliquer*; the counts, and every remark as a file.

    Raises:
        FichierRefuse: see `ouvrir`.
    """
    fichier = ouvrir(chemin)
    async with sessions() as session:
        lus = await mots(session)
    passage, reprise = Passage(fichier, lus, source, None, Bilan()), Reprise(source, annee, lus, None)
    titre = "Reprise" if appliquer else "Essai"
    with Progress(console=console, disable=not console.is_terminal) as barre:
        tache = barre.add_task(titre, total=fichier.lignes)
        while True:
            combien, bonnes = passage.pas(PAS if appliquer else PAS_ESSAI)
            if not combien:
                break
            async with sessions() as session:
                if appliquer:
                    await _tenir(session)
                    await passage.importer(session, reprise, bonnes)
                    await session.commit()
                else:
                    await passage.essayer(session, bonnes)
            barre.advance(tache, combien)
    return passage.bilan, _rapport(fichier, lus)


def _rapport(fichier: Fichier, lus: Mots) -> bytes:
    return en_fichier(constats(fichier, lus))


async def _tenir(session: AsyncSession) -> None:
    # A write that changes nothing: on SQLite too, what is read after it is what is written on.
    await prendre_la_main(session)
    await session.execute(update(DemandeReprise).where(DemandeReprise.source.is_(None)).values(source=""))


def dire(bilan: Bilan, console: Console, *, appliquer: bool) -> None:
    """The report, as text."""
    console.print(f"{bilan.lues} lignes lues.")
    if appliquer:
        console.print(f"{bilan.importees} demandes importées.")
    else:
        console.print(f"{bilan.importables} demandes à importer (essai : rien n'est écrit ; --appliquer les importe).")
    console.print(f"{bilan.deja} déjà importées, {bilan.ecartees} écartées, {bilan.avertissements} avec un avertissement.")
    for titre, rangees in (("Lignes écartées", bilan.ecarts), ("Avertissements", bilan.avis)):
        if rangees:
            console.print(_table(titre, rangees))


def _table(titre: str, rangees: list[list[Any]]) -> Table:
    table = Table("Ligne", "Colonne", "Valeur", "Raison", title=titre, title_justify="left")
    for ligne, *reste in rangees:
        table.add_row(str(ligne), *(str(x).replace("[", "\\[") for x in reste))
    return table
