"""One request, byte for byte as it is written here, straight into the application: what no client library would send."""

from __future__ import annotations

import gc
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar

HOTE = b"127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Envoi:
    """A request; *rompu*: the sender leaves in the middle of the body."""

    methode: str
    chemin: str  # percent-encoded
    requete: bytes = b""
    entetes: tuple[tuple[bytes, bytes], ...] = ()
    corps: bytes = b""
    rompu: bool = False

    def __str__(self) -> str:
        court = self.corps if len(self.corps) < 1500 else self.corps[:1500] + b"..."
        entetes = [(n, v) for n, v in self.entetes if n != b"cookie"]
        return (
            f"{self.methode} {self.chemin}?{self.requete[:1500]!r}\n  {entetes}\n  {court!r}{' (rompu)' if self.rompu else ''}"
        )


@dataclass(slots=True)
class Recu:
    """An answer; `statut` is 599 where the application raised."""

    statut: int = 0
    entetes: dict[str, str] = field(default_factory=dict)
    corps: bytes = b""
    faute: str = ""

    @property
    def html(self) -> str | None:
        """The text of a page or a fragment."""
        return self.corps.decode() if self.entetes.get("content-type", "").startswith("text/html") else None


@contextmanager
def uploads_perdus() -> Iterator[None]:
    """Litestar leaves the file of an upload that it refuses to the garbage collector, which warns: collected in here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


async def envoyer(app: Litestar, envoi: Envoi, cookies: dict[str, str]) -> Recu:
    """Send *envoi*; cookies that are set come back in *cookies*."""
    recu, morceaux = Recu(), [{"type": "http.request", "body": envoi.corps, "more_body": envoi.rompu}]
    temoin = "; ".join(f"{n}={v}" for n, v in cookies.items()).encode()
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": envoi.methode,
        "path": unquote(envoi.chemin), "raw_path": envoi.chemin.encode(), "query_string": envoi.requete, "root_path": "",
        "headers": [(b"host", HOTE), (b"cookie", temoin), *envoi.entetes],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "extensions": {},
    }  # fmt: skip

    async def receive() -> Any:
        return morceaux.pop() if morceaux else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            recu.statut = message["status"]
            for nom, valeur in message["headers"]:
                recu.entetes[nom.decode("latin-1").lower()] = valeur.decode("latin-1")
                if nom.lower() == b"set-cookie":
                    temoin_, _, reste = valeur.decode("latin-1").partition("=")
                    cookies[temoin_] = reste.split(";")[0].strip('"')
        elif message["type"] == "http.response.body":
            recu.corps += message.get("body", b"")

    try:
        await app(scope, receive, send)
    except Exception as erreur:  # noqa: BLE001 (whatever it raises is a defect, told with the request)
        recu.statut, recu.faute = 599, repr(erreur)
    return recu
