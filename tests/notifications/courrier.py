"""A real mail server on the loopback, that does what a test tells it, and what the tests of mails share."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from sqlalchemy import select

from app.notifications.envois import envoyer_tout
from app.notifications.facteur import distribuer
from app.notifications.models import Courriel, Envoi, Notification
from app.reglages_courrier import Smtp
from tests.support.serveur import port_libre

if TYPE_CHECKING:
    from email.message import EmailMessage

    from app.comptes.models import Personne
    from app.settings import Settings
    from tests.support.application import Monde


class Boite:
    """What the server took; `scenario` is what it does with the next mails, one word each, then « ok »."""

    def __init__(self) -> None:
        self.recus: list[bytes] = []
        self.scenario: list[str] = []
        self.vus: list[str] = []
        self.lache = threading.Event()

    def vider(self) -> None:
        """As if nothing had come."""
        self.recus, self.scenario, self.vus = [], [], []
        self.lache.clear()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take the recipient, or not."""
        if self.scenario and self.scenario[0].startswith("rcpt "):
            return self.scenario.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        self.vus.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the message, refuse it, cut the line or fall silent."""
        mot = self.scenario.pop(0) if self.scenario else "ok"
        if mot in {"ok", "pris puis coupe", "pris puis muet"}:
            self.recus.append(envelope.original_content)
        if mot.endswith("coupe"):
            server.transport.abort()
            return "250 OK"
        if mot.endswith("muet"):
            while not self.lache.is_set():
                await asyncio.sleep(0.02)
            return "250 OK"
        return "250 OK" if mot == "ok" else mot.removeprefix("data ")

    @property
    def messages(self) -> list[EmailMessage]:
        """What it took, read as a mail program reads it."""
        return [message_from_bytes(octets, policy=policy.default) for octets in self.recus]  # type: ignore[misc]

    @property
    def identifiants(self) -> list[str]:
        """The Message-ID of each."""
        return [str(m["Message-ID"]) for m in self.messages]


class Serveur:
    """The server, running in a thread."""

    def __init__(self) -> None:
        self.boite = Boite()
        self.ecoute = Controller(self.boite, hostname="127.0.0.1", port=port_libre())
        self.ecoute.start()

    @property
    def smtp(self) -> Smtp:
        """How to reach it."""
        return Smtp("127.0.0.1", self.ecoute.port, tls=False, starttls=False)

    @property
    def url(self) -> str:
        """The same, as a setting."""
        return f"smtp://127.0.0.1:{self.ecoute.port}"

    def fermer(self) -> None:
        """Stop."""
        self.boite.lache.set()
        self.ecoute.stop()


class Poste:
    """An application that sends by this server, one step at a time."""

    def __init__(self, monde: Monde, serveur: Serveur) -> None:
        self.monde, self.serveur, self.boite = monde, serveur, serveur.boite
        self.settings: Settings = replace(
            monde.app.state.settings,
            smtp=serveur.smtp,
            mail_from="agrement@exemple.fr",
            public_url="http://agrement.exemple.fr",
        )

    async def distribuer(self) -> int:
        """Tell what the journal holds."""
        return await distribuer(self.monde.sessions, self.settings)

    async def envoyer(self) -> int:
        """Send what is due."""
        return await envoyer_tout(self.monde.sessions, self.settings)

    async def verifiee(self, qui: Personne, adresse: str, *, resume: bool = True, immediat: bool = True) -> None:
        """Somebody whose address is verified."""
        async with self.monde.base() as session:
            session.add(
                Courriel(personne_id=qui.id, adresse=adresse, verifiee_le=None, resume=resume, immediat=immediat, version=1)
            )

    async def notifications(self, qui: Personne | None = None) -> list[Notification]:
        """What was told, in order."""
        async with self.monde.sessions() as session:
            requete = select(Notification).order_by(Notification.id)
            if qui is not None:
                requete = requete.where(Notification.personne_id == qui.id)
            return list(await session.scalars(requete))

    async def envois(self) -> list[Envoi]:
        """The outbox, in order."""
        async with self.monde.sessions() as session:
            return list(await session.scalars(select(Envoi).order_by(Envoi.id)))

    async def etats(self) -> list[str]:
        """The states of the outbox."""
        return [str(e.etat) for e in await self.envois()]
