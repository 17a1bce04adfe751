"""`agrement courrier …`: what the application does by itself, for those who prefer a cron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.settings import Settings

    Travail = Callable[[async_sessionmaker[AsyncSession]], Awaitable[None]]


def commandes(avec_base: Callable[[Travail], None], reglages: Callable[[], Settings]) -> click.Group:
    """The group `courrier`; *avec_base* runs a piece of work on the database of the settings."""

    @click.group()
    def courrier() -> None:
        """Notifications et courriels."""

    def commande(faire: Callable[[Any, Settings], Awaitable[str]]) -> None:
        async def travail(sessions: async_sessionmaker[AsyncSession]) -> None:
            click.echo(await faire(sessions, reglages()))

        avec_base(travail)

    @courrier.command()
    def distribuer() -> None:
        """Écrit les notifications des actes qui n'en ont pas encore."""
        commande(_distribuer)

    @courrier.command()
    def resume() -> None:
        """Compose les résumés du jour qui ne le sont pas encore : un par personne et par jour au plus."""
        commande(_resumer)

    @courrier.command()
    def envoyer() -> None:
        """Envoie les courriels dus."""
        commande(_envoyer)

    @courrier.command()
    @click.option(
        "--jours", type=click.IntRange(1, 36_500), default=365, show_default=True, help="Ce qui est plus ancien part."
    )
    def purger(jours: int) -> None:
        """Efface les vieilles notifications et les vieux courriels."""
        commande(lambda sessions, _: _purger(sessions, jours))

    return courrier


async def _distribuer(sessions: async_sessionmaker[AsyncSession], settings: Settings) -> str:
    from app.notifications.facteur import distribuer

    return f"{await distribuer(sessions, settings)} notification(s) écrite(s)."


async def _resumer(sessions: async_sessionmaker[AsyncSession], settings: Settings) -> str:
    from app.notifications.resumes import resumer

    await _distribuer(sessions, settings)
    return f"{await resumer(sessions, settings)} résumé(s) à envoyer."


async def _envoyer(sessions: async_sessionmaker[AsyncSession], settings: Settings) -> str:
    from app.notifications.envois import envoyer_tout

    if settings.smtp is None:
        return "AGREMENT_SMTP_URL n'est pas réglé : rien ne part."
    return f"{await envoyer_tout(sessions, settings)} courriel(s) parti(s)."


async def _purger(sessions: async_sessionmaker[AsyncSession], jours: int) -> str:
    from app.notifications.service import purger

    async with sessions() as session:
        notifications, courriels = await purger(session, jours=jours)
        await session.commit()
    return f"{notifications} notification(s) et {courriels} courriel(s) effacés."
