"""The console command `agrement`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from sqlalchemy import delete, func, select

from app.core.db import creer_moteur, creer_sessions
from app.core.migrations import migrer as appliquer_migrations
from app.notifications.console import commandes as courrier
from app.registres.commandes import groupe_importer
from app.settings import ReglageInvalide, Settings, lire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

console = Console(stderr=True)
ETAPES = ("saisie", "validation", "commission", "close")


def _reglages() -> Settings:
    try:
        return lire()
    except ReglageInvalide as erreur:
        console.print(f"[red]Réglage refusé.[/red] {erreur}")
        sys.exit(2)


def _avec_base(travail: Callable[[async_sessionmaker[AsyncSession]], Awaitable[None]]) -> None:
    from app import models  # noqa: F401 (a foreign key wants its table)

    settings = _reglages()

    async def faire() -> None:
        moteur = creer_moteur(settings.database_url)
        try:
            await travail(creer_sessions(moteur))
        finally:
            await moteur.dispose()

    asyncio.run(faire())


@click.group()
def main() -> None:
    """Agrément : la campagne d'agrément des terrains de stage."""


@main.command()
def migrer() -> None:
    """Amène la base au dernier schéma."""
    appliquer_migrations(_reglages().database_url)


@main.command()
@click.option("--discret", is_flag=True, help="Sans le compte de ce qui est chargé.")
def referentiel(*, discret: bool) -> None:
    """Charge les données de référence (sans rien perdre ni doubler)."""
    from app.referentiel.chargement import charger

    async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
        async with sessions() as session:
            comptes = await charger(session)
            await session.commit()
        for table, nombre in ({} if discret else comptes).items():
            console.print(f"{nombre:>6}  {table}")

    _avec_base(travail)


@main.command()
@click.option("--etape", type=click.Choice(ETAPES), default="commission", show_default=True)
@click.option("--graine", type=int, default=2026, show_default=True, help="Le même nombre donne les mêmes données.")
@click.option("--si-vide", is_flag=True, help="Ne fait rien si la base contient déjà des personnes.")
def demo(etape: str, graine: int, *, si_vide: bool) -> None:
    """Charge les données de démonstration (personnes fictives)."""
    if not _reglages().demonstration:
        console.print("[red]Refusé.[/red] Les données de démonstration n'entrent pas dans une base de production.")
        sys.exit(2)
    from app.comptes.models import Personne
    from app.liste.demonstration import charger_demonstration
    from app.renouvellements.demonstration import completer

    async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
        async with sessions() as session:
            nombre = (await session.execute(select(func.count()).select_from(Personne))).scalar_one()
        if si_vide and nombre:
            return
        if nombre:
            console.print("[red]Refusé.[/red] La base contient déjà des personnes : `make reset` la vide.")
            sys.exit(2)
        await charger_demonstration(sessions, etape=etape, graine=graine, console=console, suites=[completer])

    _avec_base(travail)


@main.command()
@click.option("--demandes", type=click.IntRange(1, 1_000_000), default=20_000, show_default=True)
@click.option("--graine", type=int, default=1, show_default=True)
def generer(demandes: int, graine: int) -> None:
    """Ajoute des demandes fictives en nombre, pour les essais de charge."""
    if not _reglages().demonstration:
        console.print("[red]Refusé.[/red] Les demandes fictives n'entrent pas dans une base de production.")
        sys.exit(2)
    from app.liste.generation import generer_demandes

    async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
        await generer_demandes(sessions, nombre=demandes, graine=graine, console=console)

    _avec_base(travail)


importer = groupe_importer(_avec_base, console)
main.add_command(importer)


@main.command("inviter-administrateur")
@click.argument("prenom")
@click.argument("nom")
@click.option("--email", default="", help="Son adresse électronique.")
def inviter_administrateur(prenom: str, nom: str, email: str) -> None:
    """Crée un premier administrateur et écrit son lien d'invitation, valable une fois."""
    from app.comptes.forms import PersonneSaisie
    from app.comptes.service import amorcer_administrateur

    async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
        async with sessions() as session:
            saisie = PersonneSaisie(prenom=prenom, nom=nom, rpps=None, email=email or None)
            jeton = await amorcer_administrateur(session, saisie)
            await session.commit()
        click.echo(f"{_reglages().public_url}/invitation/{jeton}")

    _avec_base(travail)


@main.command("deconnecter-tous")
def deconnecter_tous() -> None:
    """Met fin à toutes les sessions ouvertes."""
    from app.comptes.models import SessionWeb

    async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
        async with sessions() as session:
            await session.execute(delete(SessionWeb))
            await session.commit()

    _avec_base(travail)


@importer.command("demandes")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="Outil précédent", show_default=True, help="Nom de l'outil : toujours le même.")
@click.option("--annee", type=click.IntRange(1990, 2100), help="Année des demandes ; par défaut l'année passée.")
@click.option("--essai/--appliquer", default=True, show_default=True, help="Lire seulement, ou importer.")
@click.option("--rapport", type=click.Path(dir_okay=False, path_type=Path), help="Écrit toutes les remarques (CSV).")
def importer_demandes(fichier: Path, source: str, annee: int | None, rapport: Path | None, *, essai: bool) -> None:
    """Reprend les demandes d'un outil précédent, chacune une fois."""
    from app.core.templating import aujourdhui
    from app.reprise.console import dire, reprendre
    from app.reprise.fichier import FichierRefuse

    async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
        options = {"source": source[:60], "annee": annee or aujourdhui().year - 1, "appliquer": not essai}
        try:
            bilan, remarques = await reprendre(sessions, fichier, **options, console=console)  # type: ignore[arg-type]
        except FichierRefuse as refus:
            console.print(f"[red]Refusé.[/red] {refus.message}")
            sys.exit(2)
        dire(bilan, console, appliquer=not essai)
        if rapport:
            await asyncio.to_thread(rapport.write_bytes, remarques)

    _avec_base(travail)


@main.command()
@click.option("--processus", type=click.IntRange(1, 16), default=1, show_default=True, help="PostgreSQL seulement.")
def serve(processus: int) -> None:
    """Sert l'application sur HOST et PORT."""
    import uvicorn

    settings = _reglages()
    if processus > 1 and not settings.database_url.startswith("postgres"):
        console.print("[red]Refusé.[/red] SQLite se sert avec un seul processus.")
        sys.exit(2)
    console.print(f"[bold]Agrément[/bold] ({settings.mode}) : ouvrez {settings.public_url}")
    uvicorn.run(
        "app.asgi:app",
        host=settings.host,
        port=settings.port,
        workers=processus,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=True,
    )


main.add_command(courrier(_avec_base, _reglages))


if __name__ == "__main__":
    main()
