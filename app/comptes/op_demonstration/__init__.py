"""The identity provider of the demonstration: whoever clicks on a name becomes that person.

It exists in demonstration mode only: nothing imports it otherwise, and each of its doors asks again.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from app.comptes.fournisseurs import Fournisseur, Revendications
from app.settings import ReglageInvalide

if TYPE_CHECKING:
    from app.settings import Settings

CHEMIN = "/op-demonstration"
CLIENT_ID = "agrement"
NOM = "demonstration"


def exiger_demonstration(settings: Settings) -> None:
    """Refuse anything but the demonstration.

    Raises:
        ReglageInvalide: the mode is production.
    """
    if settings.demonstration is not True:
        raise ReglageInvalide("Le fournisseur d'identité de la démonstration n'existe pas en production.")


def issuer(settings: Settings) -> str:
    """The `iss` of its tokens."""
    return settings.public_url + CHEMIN


def sujet(personne_id: int) -> str:
    """The `sub` of a person."""
    return f"demo-{personne_id}"


def secret(settings: Settings) -> str:
    """What the application and its provider share."""
    return hmac.digest(settings.secret.encode(), b"agrement:op-demonstration", "sha256").hex()


def fournisseur(settings: Settings) -> Fournisseur:
    """The provider, as any other is configured. The process reaches it on its own port, whatever the public address."""
    exiger_demonstration(settings)
    # Compared, not bound: a server that listens everywhere answers on the loopback.
    hote = "127.0.0.1" if settings.host in {"0.0.0.0", "localhost"} else settings.host  # noqa: S104
    hote = f"[{hote}]" if ":" in hote else hote
    return Fournisseur(
        nom=NOM,
        label="Démonstration : choisir une personne",
        discovery_url=f"{issuer(settings)}/.well-known/openid-configuration",
        client_id=CLIENT_ID,
        client_secret=secret(settings),
        scopes=("openid", "profile", "email"),
        algorithms=("RS256",),
        claims=Revendications(person_id="SubjectNameID"),
        canal=(settings.public_url, f"http://{hote}:{settings.port}"),
    )
