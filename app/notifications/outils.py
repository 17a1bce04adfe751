"""What the parts of the mail share: a new row of the outbox, and the tokens of its links."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.core.journal import maintenant
from app.notifications.models import Envoi, EtatEnvoi

if TYPE_CHECKING:
    from app.settings import Settings


def nouvel_envoi(settings: Settings, cle: str, personne_id: int, genre: str, adresse: str, contexte: dict[str, Any]) -> Envoi:
    """A mail to be sent once the transaction is committed; its Message-ID never changes."""
    hote = urlsplit(settings.public_url).hostname or "agrement.invalid"
    quand = maintenant()
    return Envoi(
        cle=cle, personne_id=personne_id, genre=genre, adresse=adresse, contexte=contexte, cree_le=quand, prochain=quand,
        message_id=f"<{uuid.uuid4().hex}@{hote}>", etat=EtatEnvoi.EN_ATTENTE, essais=0, raison="", version=1,
    )  # fmt: skip


def signer(secret: str, usage: str, *parties: str) -> str:
    """A token that only this installation makes, for this use alone."""
    dit = "\x1f".join((usage, *parties)).encode()
    cle = hashlib.sha256(f"courriel\x1f{secret}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.new(cle, dit, hashlib.sha256).digest()).decode().rstrip("=")


def jeton_de_verification(secret: str, personne_id: int, adresse: str, alea: str) -> str:
    """The token of a verification link: kept nowhere, made again when the mail leaves."""
    return signer(secret, "verification", str(personne_id), adresse, alea)


def jeton_de_desinscription(secret: str, personne_id: int, adresse: str, quoi: str) -> str:
    """« 12.resume.… »: good for as long as this person has this address."""
    return f"{personne_id}.{quoi}.{signer(secret, 'desinscription', str(personne_id), adresse, quoi)}"
