"""A register's file as text, in pieces: strict UTF-8, gzip or not, bounded in size, never whole in memory."""

from __future__ import annotations

import codecs
import gzip
import zlib
from typing import IO, TYPE_CHECKING, Final

from app.core.errors import Erreur

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MORCEAU: Final = 1 << 20
LIGNE_MAX: Final = 1 << 16
TEXTE_MAX: Final = 6 << 30  # the largest real file is under one GiB
RATIO_MAX: Final = 200  # the real ones compress by ten to thirty
RATIO_DES: Final = 64 << 20  # what is smaller than this once open does no harm
GZIP, ZIP = b"\x1f\x8b", b"PK"


class FichierRefuse(Erreur):
    """The file as a whole is not taken; the register stays as it was."""

    statut = 422


class Flux:
    """The text of *chemin*. `part` is how much of the file has been read, from 0 to 1."""

    def __init__(self, chemin: Path) -> None:
        self.chemin, self.taille = chemin, chemin.stat().st_size
        self.coupee = False
        self._brut: IO[bytes] | None = None

    @property
    def part(self) -> float:
        """How far the reading is."""
        if self._brut is None or self._brut.closed:
            return 0.0
        return min(self._brut.tell() / (self.taille or 1), 1.0)

    def fermer(self) -> None:
        """Whatever was left unread."""
        if self._brut is not None:
            self._brut.close()

    def textes(self) -> Iterator[str]:
        """Pieces of text.

        Raises:
            FichierRefuse: empty, truncated, too large, or no UTF-8.
        """
        if not self.taille:
            raise FichierRefuse("Le fichier est vide.")
        decoder, lus = codecs.getincrementaldecoder("utf-8")("strict"), 0
        with self.chemin.open("rb") as brut:
            self._brut = brut
            for octets in self._octets(brut):
                try:
                    texte = decoder.decode(octets)
                except UnicodeDecodeError as erreur:
                    raise _pas_utf8(lus + erreur.start) from erreur
                yield texte.removeprefix("\ufeff") if not lus else texte
                lus += len(octets)
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError as erreur:
                raise FichierRefuse("Le fichier est tronqué : son dernier caractère est incomplet.") from erreur

    def _octets(self, brut: IO[bytes]) -> Iterator[bytes]:
        magie = brut.read(2)
        brut.seek(0)
        if magie == ZIP:
            raise FichierRefuse("C'est une archive zip : extrayez-en le fichier, puis importez-le.")
        source: IO[bytes] = gzip.GzipFile(fileobj=brut) if magie == GZIP else brut  # type: ignore[assignment]
        sortis = 0
        while octets := self._lire(source):
            sortis += len(octets)
            gonfle = sortis > RATIO_DES and sortis > RATIO_MAX * brut.tell()
            if sortis > TEXTE_MAX or gonfle:
                raise FichierRefuse("Le fichier compressé devient démesuré quand on l'ouvre : ce n'est pas un registre.")
            yield octets

    def _lire(self, source: IO[bytes]) -> bytes:
        try:
            return source.read(MORCEAU)
        except EOFError as erreur:
            raise FichierRefuse("Le fichier compressé est tronqué : téléchargez-le de nouveau.") from erreur
        except (gzip.BadGzipFile, zlib.error) as erreur:
            raise FichierRefuse("Le fichier compressé est abîmé : téléchargez-le de nouveau.") from erreur

    def lignes(self) -> Iterator[str]:
        """Lines without their end; `coupee` once the last one has none.

        Raises:
            FichierRefuse: as above, or something longer than any line of a register.
        """
        reste = ""
        for texte in self.textes():
            *entieres, reste = (reste + texte).split("\n")
            if len(reste) > LIGNE_MAX:
                raise FichierRefuse("Ce n'est pas un fichier de lignes de texte.")
            yield from entieres
        if reste:
            self.coupee = True
            yield reste


def _pas_utf8(octet: int) -> FichierRefuse:
    return FichierRefuse(
        f"Le fichier n'est pas en UTF-8 (octet {octet}). Les extractions officielles le sont : "
        "téléchargez-le de nouveau, sans l'ouvrir dans un tableur."
    )


def propre(texte: str) -> str:
    """*texte* without control characters, which PostgreSQL or a terminal would mind."""
    return texte if texte.isprintable() else "".join(c if c.isprintable() else " " for c in texte)
