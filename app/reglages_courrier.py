"""The settings of mail: a server that is safe to speak to, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

APPLICATION: Final = "application"
CONSOLE: Final = "console"
ADRESSE: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_BOUCLE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS: Final = {"smtp": 587, "smtps": 465}
_FORME: Final = "attendu smtp://[utilisateur:motdepasse@]serveur[:port] ou smtps://…"


class ReglageInvalide(Exception):
    """The start is refused; the message says which setting and what it should be."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mails leave. Without TLS from the first byte, STARTTLS is exacted, except on this very machine."""

    hote: str
    port: int
    tls: bool
    utilisateur: str = ""
    mot_de_passe: str = field(default="", repr=False)
    starttls: bool = True


def adresse_valide(texte: str) -> bool:
    """Whether *texte* is one bare address, that no header can be made to misread."""
    return len(texte) <= 254 and len(texte.partition("@")[0]) <= 64 and ADRESSE.fullmatch(texte) is not None


def lire_courrier(env: Mapping[str, str]) -> dict[str, Any]:
    """The settings of mail.

    Raises:
        ReglageInvalide: one is malformed, unsafe, or lacks the other.
    """
    url, de = env.get("AGREMENT_SMTP_URL", ""), env.get("AGREMENT_MAIL_FROM", "")
    if url and not de:
        raise ReglageInvalide(
            "AGREMENT_MAIL_FROM manque : avec AGREMENT_SMTP_URL, dites de quelle adresse partent les courriels."
        )
    if de and not adresse_valide(de):
        raise ReglageInvalide("AGREMENT_MAIL_FROM : attendu une adresse seule, comme agrement@exemple.fr.")
    heure, qui = env.get("AGREMENT_MAIL_HEURE") or "7", env.get("AGREMENT_COURRIER") or APPLICATION
    if not (heure.isascii() and heure.isdecimal() and int(heure[:3]) < 24):
        raise ReglageInvalide(f"AGREMENT_MAIL_HEURE vaut « {heure} » : attendu une heure de 0 à 23, à Paris.")
    if qui not in {APPLICATION, CONSOLE}:
        raise ReglageInvalide(f"AGREMENT_COURRIER vaut « {qui} » : attendu application ou console.")
    return {"smtp": lire_smtp(url) if url else None, "mail_from": de, "mail_heure": int(heure), "courrier": qui}


def lire_smtp(url: str) -> Smtp:
    """The server behind *url*; the message never repeats it, as it may hold a password.

    Raises:
        ReglageInvalide: it is no such address.
    """
    try:
        lue = urlsplit(url)
        port = lue.port or _PORTS.get(lue.scheme, 0)
    except ValueError as erreur:
        raise ReglageInvalide(f"AGREMENT_SMTP_URL est illisible : {_FORME}") from erreur
    if lue.scheme not in _PORTS:
        raise ReglageInvalide(f"AGREMENT_SMTP_URL n'est pas une adresse SMTP : {_FORME}")
    if not lue.hostname or any(c.isspace() or ord(c) < 32 for c in url):
        raise ReglageInvalide(f"AGREMENT_SMTP_URL ne nomme aucun serveur : {_FORME}")
    if lue.path not in {"", "/"} or lue.query or lue.fragment:
        raise ReglageInvalide(f"AGREMENT_SMTP_URL ne prend aucune option, le chiffrement ne se coupe pas : {_FORME}")
    if bool(lue.username) != bool(lue.password):
        raise ReglageInvalide("AGREMENT_SMTP_URL donne un utilisateur sans mot de passe, ou l'inverse.")
    tls = lue.scheme == "smtps"
    starttls = not tls and lue.hostname not in _BOUCLE
    return Smtp(lue.hostname, port, tls, unquote(lue.username or ""), unquote(lue.password or ""), starttls)
