"""What a deposited file really is: PDF, PNG or JPEG, told by its content and never by its name.

A PDF is kept byte for byte, so it must hold nothing active that can be seen, and be no other kind of file at once. An
image is decoded and written again: what comes out holds pixels and nothing else.
"""

from __future__ import annotations

import asyncio
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

TAILLE_MAX: Final = 10 * 1024 * 1024
PIXELS_MAX: Final = 36_000_000  # a page at 600 dpi
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_EN_TETE: Final = re.compile(rb"%PDF-[12]\.\d")
_FIN: Final = re.compile(rb"%%EOF[\s\x00]*\Z")
_ECHAPPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIFS: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|OpenAction|RichMedia|SubmitForm|ImportData|XFA)(?![A-Za-z0-9])"
)
_CHIFFRE: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PAGE_WEB: Final = re.compile(rb"<(?:script|html|!doctype|svg|iframe)[\s>/]", re.IGNORECASE)
_AUTRE_CHOSE: Final = "Ce fichier n'est ni un PDF, ni une image PNG ou JPEG."
_TROP_GRANDE: Final = "Cette image compte plus de 36 millions de pixels : réduisez-la."
_REFAIRE: Final = "enregistrez-le de nouveau au format PDF."
# One image at a time in a process: thirty-six million pixels are a hundred megabytes.
_un_seul: Final = asyncio.Semaphore(1)


class Refus(Exception):
    """Why a file is not taken, in words for whoever chose it."""


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of file, and how it is served."""

    suffixe: str
    media: str


PDF: Final = Genre(".pdf", "application/pdf")
PNG: Final = Genre(".png", "image/png")
JPEG: Final = Genre(".jpg", "image/jpeg")
GENRES: Final = {g.suffixe: g for g in (PDF, PNG, JPEG)}


async def controler(contenu: bytes) -> tuple[Genre, bytes]:
    """The kind of *contenu*, and the bytes to keep.

    Raises:
        Refus: it is none of the three, is damaged, too big, or more than it seems.
    """
    if not contenu:
        raise Refus("Ce fichier est vide.")
    if len(contenu) > TAILLE_MAX:
        raise Refus("Ce fichier dépasse 10 Mo.")
    if contenu.startswith((_PNG, _JPEG)):
        async with _un_seul:
            genre, refait = await asyncio.to_thread(_refaire, contenu)
        if len(refait) > TAILLE_MAX:
            raise Refus("Cette image dépasse 10 Mo : réduisez-la.")
        return genre, refait
    await asyncio.to_thread(_controler_pdf, contenu)
    return PDF, contenu


def _controler_pdf(contenu: bytes) -> None:
    if not _EN_TETE.match(contenu):
        raise Refus(_AUTRE_CHOSE)
    if not _FIN.search(contenu[-2048:]):
        raise Refus(f"Ce PDF est incomplet, ou suivi d'autre chose : {_REFAIRE}")
    # « /Java#53cript » is a name like any other, written otherwise.
    clair = _ECHAPPE.sub(lambda m: bytes([int(m[1], 16)]), contenu)
    if _CHIFFRE.search(clair):
        raise Refus(f"Ce PDF est protégé par un mot de passe : ôtez la protection, puis {_REFAIRE}")
    if _ACTIFS.search(clair):
        raise Refus(
            "Ce PDF contient un programme, une action ou un fichier joint : imprimez-le au format PDF, puis joignez-le."
        )
    if _PAGE_WEB.search(contenu) or contenu[257:262] == b"ustar" or zipfile.is_zipfile(io.BytesIO(contenu)):
        raise Refus(f"Ce fichier est un PDF et autre chose à la fois : {_REFAIRE}")


def _refaire(contenu: bytes) -> tuple[Genre, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a damaged profile, an odd tag: what comes out has neither
            return _reecrire(contenu)
    except Refus:
        raise
    except Image.DecompressionBombError as erreur:
        raise Refus(_TROP_GRANDE) from erreur
    except Exception as erreur:  # a decoder fails in many ways, and each means the same
        raise Refus("Cette image est illisible, ou abîmée.") from erreur


def _reecrire(contenu: bytes) -> tuple[Genre, bytes]:
    with Image.open(io.BytesIO(contenu), formats=["PNG", "JPEG"]) as lue:
        if lue.width * lue.height > PIXELS_MAX:  # said by its header, before anything is decoded
            raise Refus(_TROP_GRANDE)
        png = lue.format == "PNG"
        lue.load()
        droite = ImageOps.exif_transpose(lue)
        modes = ("RGB", "L", "RGBA", "LA", "1") if png else ("RGB", "L")
        nue = droite if droite.mode in modes else droite.convert("RGBA" if png and "transparency" in lue.info else "RGB")
        neuve = Image.new(nue.mode, nue.size)
        neuve.paste(nue)
    sortie = io.BytesIO()
    if png:
        neuve.save(sortie, "PNG")
    else:
        neuve.save(sortie, "JPEG", quality=90)
    return (PNG if png else JPEG), sortie.getvalue()
