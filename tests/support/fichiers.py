"""Files that somebody might send: good, damaged, hostile; names that nobody would give. The soak draws from them too."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from random import Random

PDF_SIMPLE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MARQUE = b"<script>fz(1)</script>"


def pdf(dedans: bytes) -> bytes:
    """A PDF with one more object."""
    return PDF_SIMPLE.replace(b"endobj\n", b"endobj\n2 0 obj<<%b>>endobj\n" % dedans)


def image(format_: str, *, gps: bool = False, taille: tuple[int, int] = (40, 30)) -> bytes:
    """A picture; *gps*: with what a telephone writes in it."""
    sortie, dessin = io.BytesIO(), Image.new("RGB", taille, (20, 90, 160))
    exif = Image.Exif()
    if gps:
        exif[0x010E] = "Strasbourg, 48.58 N"
    dessin.save(sortie, format_, exif=exif)
    return sortie.getvalue()


def bombe_png(cote: int = 30_000) -> bytes:
    """A header of nine hundred million pixels, and a few bytes."""

    def morceau(nom: bytes, octets: bytes) -> bytes:
        return struct.pack(">I", len(octets)) + nom + octets + struct.pack(">I", zlib.crc32(nom + octets))

    tete = struct.pack(">IIBBBBB", cote, cote, 8, 2, 0, 0, 0)
    donnees = zlib.compress(b"\x00" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + morceau(b"IHDR", tete) + morceau(b"IDAT", donnees) + morceau(b"IEND", b"")


def _zip(combien: int = 1000) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.html", MARQUE * combien)
    return sortie.getvalue()


def pdf_et_zip() -> bytes:
    """Both readers open it: the archive's comment is the end of the PDF."""
    fin = b"\n%%EOF\n"
    archive = _zip(1)
    return b"%PDF-1.4\n" + archive[:-2] + struct.pack("<H", len(fin)) + fin


GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00;"
FICHIERS: dict[str, bytes] = {
    "pdf": PDF_SIMPLE, "pdf suivi de blancs": PDF_SIMPLE + b"\r\n\x00\n", "png": image("PNG"), "jpeg": image("JPEG"),
    "vide": b"", "trop gros": b"%PDF-1.4" + b"0" * (10 * 1024 * 1024), "zip puis pdf": b"PK\x03\x04" + PDF_SIMPLE,
    "html puis pdf": b"<html>%PDF-1.4 %%EOF", "exécutable": b"MZ\x90\x00" + b"\x00" * 200, "html": b"<!doctype html>" + MARQUE,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='fz(1)'/>", "gif": GIF, "pdf coupé": b"%PDF-1.4 sans fin",
    "pdf puis script": PDF_SIMPLE + MARQUE, "pdf et script": pdf(b"/A(" + MARQUE + b")"), "pdf et zip": pdf_et_zip(),
    "pdf javascript": pdf(b"/S/JavaScript/JS(app.alert(1))"), "pdf javascript écrit autrement": pdf(b"/S/Java#53cript"),
    "pdf lanceur": pdf(b"/S/Launch/F(cmd.exe)"), "pdf et fichier joint": pdf(b"/Type/EmbeddedFile"),
    "pdf action": pdf(b"/OpenAction 1 0 R"), "pdf chiffré": pdf(b"/Encrypt 3 0 R"), "png coupé": image("PNG")[:-30],
    "jpeg coupé": image("JPEG", taille=(400, 300))[:300], "en-tête de png seul": b"\x89PNG\r\n\x1a\n" + MARQUE,
    "bombe png": bombe_png(), "zip": _zip(), "png et script": image("PNG") + MARQUE,
}  # fmt: skip
NOMS = (
    "projet.pdf", "", ".", "..", "../../etc/passwd", "..\\..\\x.pdf", "a\x00b.pdf", "facture\u202efdp.exe", "é" * 300 + ".pdf",
    '"><script>fz("1")</script>.pdf', "x.html", "x.svg", "nul.php.pdf", "\r\nSet-Cookie: x=1.pdf", "C:\\autoexec.bat", "=1+1.pdf",
)  # fmt: skip


def envoi(r: Random) -> tuple[str, bytes]:
    """A name and a content, drawn; sometimes a good file that was spoilt."""
    contenu = r.choice(list(FICHIERS.values()))
    if contenu and r.random() < 0.4:
        place = r.randrange(len(contenu))
        contenu = r.choice(
            (contenu[:place], contenu[:place] + bytes(r.randrange(256) for _ in range(9)) + contenu[place + 9 :])
        )
    return r.choice(NOMS), contenu
