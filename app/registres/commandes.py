"""`agrement importer rpps|finess`: the operator's way in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.core.errors import Erreur
from app.core.templating import jour
from app.registres.finess import lecture_finess
from app.registres.gardes import BANDE, MINIMUM, Gardes
from app.registres.importation import Importation, Repris
from app.registres.models import CodeRegistre
from app.registres.queries import tables_des_sites
from app.registres.rpps import LecturePraticiens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.console import Console
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.registres.lecture import Lecture
    from app.registres.models import ImportRegistre

    AvecBase = Callable[[Callable[[async_sessionmaker[AsyncSession]], Awaitable[None]]], None]

_FICHIER: Final = click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_OPTIONS: Final = (
    click.option("--minimum", type=click.IntRange(1), help="Nombre de lignes sous lequel le fichier est refusé."),
    click.option("--bande", type=click.IntRange(0, 1000), default=BANDE, show_default=True, help="Écart permis, en pour cent."),
    click.option("--forcer", default="", metavar="RAISON", help="Passe outre les gardes ; la raison est gardée."),
)


def _options(commande: Any) -> Any:
    for option in reversed((_FICHIER, *_OPTIONS)):
        commande = option(commande)
    return commande


def groupe_importer(avec_base: AvecBase, console: Console) -> click.Group:
    """The group of commands, on the console's own way to a database."""

    @click.group()
    def importer() -> None:
        """Importe un registre officiel ; l'ancien reste lu jusqu'à la fin."""

    @importer.command("rpps")
    @_options
    @click.option(
        "--savoir-faire", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Le fichier SavoirFaire."
    )
    def rpps(fichier: Path, savoir_faire: Path | None, **options: Any) -> None:
        """Le fichier PS_LibreAcces_Personne_activite de l'ANS."""
        gardes = _gardes(CodeRegistre.RPPS, **options)
        avec_base(lambda sessions: _importer(sessions, LecturePraticiens(fichier, savoir_faire=savoir_faire), gardes, console))

    @importer.command("finess")
    @_options
    def finess(fichier: Path, **options: Any) -> None:
        """Le fichier FINESS+ (JSON, ou JSON compressé), ou l'ancien CSV etalab."""

        async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
            async with sessions() as session:
                tables = await tables_des_sites(session)
            await _importer(sessions, lecture_finess(fichier, tables=tables), _gardes(CodeRegistre.FINESS, **options), console)

        avec_base(travail)

    return importer


class _dite:  # noqa: N801 (reads as a verb)
    """An error is told in words, and ends the command with 1."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def __enter__(self) -> None:
        return

    def __exit__(self, _classe: object, erreur: BaseException | None, _trace: object) -> None:
        if isinstance(erreur, Erreur):
            self.console.print("[red]Refusé.[/red]", erreur.message, markup=True)
            sys.exit(1)
        if isinstance(erreur, Repris):
            self.console.print("[red]Arrêté.[/red] Un autre import de ce registre a pris la place de celui-ci.")
            sys.exit(1)


def _gardes(registre: CodeRegistre, *, minimum: int | None, bande: int, forcer: str) -> Gardes:
    minimums = MINIMUM | ({registre: minimum} if minimum else {})
    return Gardes(minimums, bande, " ".join(forcer.split()))


async def _importer(sessions: async_sessionmaker[AsyncSession], lecture: Lecture, gardes: Gardes, console: Console) -> None:
    colonnes = (TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with _dite(console), Progress(*colonnes, console=console) as barre:
        tache = barre.add_task("Lecture", total=1.0)

        async def dire(phase: str, part: float) -> None:
            barre.update(tache, description=phase, completed=part)

        fait = await Importation(sessions, lecture, gardes, par=None, dire=dire).faire()
    _montrer(fait, console)


def _montrer(fait: ImportRegistre, console: Console) -> None:
    r, duree = fait.rapport, (fait.fini_le or fait.commence_le) - fait.commence_le
    table = Table("", "lignes", title=f"{fait.registre} du {jour(fait.date_registre)}, lu en {duree.total_seconds():.0f} s")
    comptes = {"lues": "lignes", "hors de nos professions": "hors", "retenus": "total", "nouveaux": "nouveaux",
               "changés": "changes", "partis": "partis", "refusées": "refuses", "événements levés": "evenements"}  # fmt: skip
    for nom, cle in comptes.items():
        table.add_row(nom, str(r.get(cle, 0)))
    console.print(table)
    for raison, nombre in [*r["refus"].items(), *r["doutes"].items()]:
        console.print(f"{nombre:>9}  {raison}", markup=False)
