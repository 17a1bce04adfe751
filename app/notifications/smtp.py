"""One conversation with the mail server, in two steps: everything up to the server's « go on », then the message itself.

Between the two its caller writes that the message is being handed over. Before that, nothing can have left; after it,
only an answer of the server tells. The standard library's client, in a thread: it blocks nobody, and is one dependency less.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings import Smtp

DELAI: Final = 30.0  # seconds for one answer of the server
_POINT: Final = re.compile(rb"(?m)^\.")
_COUPURES: Final = (OSError, smtplib.SMTPException, EOFError)


@dataclass
class Refus(Exception):
    """The mail did not leave; `definitif` where trying again would change nothing."""

    raison: str
    definitif: bool = False


class Inconnu(Exception):
    """Handed over, and no answer came."""


class Liaison:
    """A connection, opened when it is needed and kept for the next mail."""

    def __init__(self, serveur: Smtp, *, delai: float = DELAI) -> None:
        self.serveur, self.delai = serveur, delai
        self._smtp: smtplib.SMTP | None = None

    async def presenter(self, de: str, a: str) -> None:
        """Up to the server's « go on ».

        Raises:
            Refus: it cannot be reached, is not safe, or does not want this mail.
        """
        await asyncio.to_thread(self._essayer, lambda: self._presenter(de, a))

    async def remettre(self, octets: bytes) -> None:
        """The message.

        Raises:
            Refus: the server says no.
            Inconnu: it says nothing.
        """
        await asyncio.to_thread(self._remettre, octets)

    async def renoncer(self) -> None:
        """Leave: what was begun is not sent."""
        await asyncio.to_thread(self.couper)

    async def fermer(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            await asyncio.to_thread(_au_revoir, smtp)

    def couper(self) -> None:
        """Close the connection, whatever it was doing: a server throws away a message without its end."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError):
                if smtp.sock is not None:
                    smtp.sock.shutdown(socket.SHUT_RDWR)  # a thread that waits for an answer stops waiting
            smtp.close()

    def _essayer(self, faire: Callable[[], None]) -> None:
        try:
            faire()
        except Refus:
            self.couper()
            raise
        except smtplib.SMTPResponseException as erreur:
            self.couper()
            raise _refus(erreur.smtp_code, erreur.smtp_error, definitif=False) from erreur
        except _COUPURES as erreur:
            self.couper()
            raise Refus(_dire(erreur)) from erreur

    def _presenter(self, de: str, a: str) -> None:
        smtp = self._ouverte()
        for code, texte, voulus in (
            (*smtp.mail(de), (250,)),
            (*smtp.rcpt(a), (250, 251)),
            (*smtp.docmd("DATA"), (354,)),
        ):
            if code not in voulus:
                raise _refus(code, texte)

    def _ouverte(self) -> smtplib.SMTP:
        if self._smtp is not None:
            try:
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            except _COUPURES:
                pass
            self.couper()
        s = self.serveur
        contexte = ssl.create_default_context()
        ouvrir: Any = smtplib.SMTP
        options: dict[str, Any] = {"timeout": self.delai}
        if s.tls:
            ouvrir, options["context"] = smtplib.SMTP_SSL, contexte
        self._smtp = smtp = ouvrir(s.hote, s.port, **options)
        smtp.ehlo_or_helo_if_needed()
        if s.starttls:
            if not smtp.has_extn("starttls"):
                raise Refus("le serveur ne propose pas STARTTLS : rien ne part en clair")
            smtp.starttls(context=contexte)
            smtp.ehlo()
        if s.utilisateur:
            smtp.login(s.utilisateur, s.mot_de_passe)
        return smtp  # type: ignore[no-any-return]

    def _remettre(self, octets: bytes) -> None:
        if self._smtp is None:
            raise Refus("la connexion s'est fermée")
        try:
            self._smtp.send(_POINT.sub(b"..", octets) + b".\r\n")
            code, texte = self._smtp.getreply()
        except _COUPURES as erreur:
            self.couper()
            raise Inconnu(_dire(erreur)) from erreur
        if code != 250:
            raise _refus(code, texte)


def _refus(code: int, texte: bytes | str, *, definitif: bool | None = None) -> Refus:
    dit = texte.decode("utf-8", "replace") if isinstance(texte, bytes) else texte
    propre = " ".join("".join(c if c.isprintable() else " " for c in dit).split())
    return Refus(f"{code} {propre}"[:300], 500 <= code < 600 if definitif is None else definitif)


def _dire(erreur: BaseException) -> str:
    if isinstance(erreur, TimeoutError) or isinstance(erreur.__context__, TimeoutError):
        return "le serveur n'a pas répondu à temps"
    if isinstance(erreur, ssl.SSLError):
        return f"le chiffrement a échoué : {erreur.reason or 'certificat refusé'}"
    if isinstance(erreur, smtplib.SMTPServerDisconnected):
        return "le serveur a coupé la connexion"
    return f"le serveur ne se joint pas : {type(erreur).__name__}"


def _au_revoir(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except _COUPURES:
        smtp.close()
