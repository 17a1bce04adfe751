"""Mail over a real TLS server: with STARTTLS or from the first byte, and to nobody whose certificate is not trusted."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core.journal import maintenant
from app.notifications.smtp import Liaison, Refus
from app.reglages_courrier import Smtp
from tests.notifications.courrier import Boite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MESSAGE = b"Subject: Bonjour\r\n\r\nBonjour.\r\n"


@pytest.fixture
def certificat(tmp_path: Path) -> Path:
    """A certificate of this machine, signed by itself, with its key."""
    cle, nom = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    forge = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(maintenant() - timedelta(days=1))
        .not_valid_after(maintenant() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(cle, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    prive = cle.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chemin = tmp_path / "certificat.pem"
    chemin.write_bytes(forge.public_bytes(pem) + prive)
    return chemin


@asynccontextmanager
async def serveur(certificat: Path, *, tls: bool) -> AsyncIterator[tuple[Boite, Smtp]]:
    """A server that speaks TLS from the first byte, or exacts STARTTLS."""
    contexte, boite = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), Boite()
    contexte.load_cert_chain(certificat)
    options: dict[str, Any] = {} if tls else {"tls_context": contexte, "require_starttls": True}
    ecoute = await asyncio.get_running_loop().create_server(
        lambda: SMTP(boite, **options), "127.0.0.1", 0, ssl=contexte if tls else None
    )
    try:
        yield boite, Smtp("127.0.0.1", ecoute.sockets[0].getsockname()[1], tls=tls, starttls=not tls)
    finally:
        ecoute.close()


async def envoyer(smtp: Smtp) -> None:
    """One mail, and goodbye."""
    liaison = Liaison(smtp, delai=5)
    await liaison.presenter("agrement@exemple.fr", "rita@exemple.fr")
    await liaison.remettre(MESSAGE)
    await liaison.fermer()


@pytest.mark.parametrize("tls", [True, False], ids=["smtps", "starttls"])
async def test_a_mail_goes_over_tls(certificat: Path, monkeypatch: pytest.MonkeyPatch, *, tls: bool) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    async with serveur(certificat, tls=tls) as (boite, smtp):
        await envoyer(smtp)
        assert [str(m["Subject"]) for m in boite.messages] == ["Bonjour"]


@pytest.mark.parametrize("tls", [True, False], ids=["smtps", "starttls"])
async def test_nothing_goes_to_a_certificate_that_nobody_vouches_for(certificat: Path, *, tls: bool) -> None:
    async with serveur(certificat, tls=tls) as (boite, smtp):
        with pytest.raises(Refus, match="le chiffrement a échoué"):
            await envoyer(smtp)
        assert (boite.vus, boite.recus) == ([], [])
