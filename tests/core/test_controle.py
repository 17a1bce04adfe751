"""What a deposited file really is: PDF, PNG or JPEG by its content; nothing else, nothing more, nothing active."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.core import controle
from app.core.controle import JPEG, PDF, PNG, TAILLE_MAX, Refus, controler
from app.core.fichiers import nom_propre
from tests.support.fichiers import FICHIERS, PDF_SIMPLE, image

AUTRE = "Ce fichier n'est ni un PDF, ni une image PNG ou JPEG."
SUIVI = "Ce PDF est incomplet, ou suivi d'autre chose : enregistrez-le de nouveau au format PDF."
ACTIF = "Ce PDF contient un programme, une action ou un fichier joint : imprimez-le au format PDF, puis joignez-le."
DOUBLE = "Ce fichier est un PDF et autre chose à la fois : enregistrez-le de nouveau au format PDF."
SECRET = "Ce PDF est protégé par un mot de passe : ôtez la protection, puis enregistrez-le de nouveau au format PDF."
ABIMEE = "Cette image est illisible, ou abîmée."


@pytest.mark.parametrize(
    ("nom", "refus"),
    [
        ("pdf", None), ("pdf suivi de blancs", None), ("png", None), ("jpeg", None),
        ("vide", "Ce fichier est vide."), ("trop gros", "Ce fichier dépasse 10 Mo."),
        ("zip puis pdf", AUTRE), ("html puis pdf", AUTRE), ("exécutable", AUTRE), ("svg", AUTRE), ("gif", AUTRE), ("html", AUTRE),
        ("pdf coupé", SUIVI), ("pdf puis script", SUIVI), ("pdf et script", DOUBLE), ("pdf et zip", DOUBLE),
        ("pdf javascript", ACTIF), ("pdf javascript écrit autrement", ACTIF), ("pdf lanceur", ACTIF),
        ("pdf et fichier joint", ACTIF), ("pdf action", ACTIF), ("pdf chiffré", SECRET),
        ("png coupé", ABIMEE), ("jpeg coupé", ABIMEE), ("en-tête de png seul", ABIMEE),
        ("bombe png", "Cette image compte plus de 36 millions de pixels : réduisez-la."),
    ],
)  # fmt: skip
async def test_a_file_is_what_its_content_says(nom: str, refus: str | None) -> None:
    if refus is None:
        genre, garde = await controler(FICHIERS[nom])
        assert genre is {"png": PNG, "jpeg": JPEG}.get(nom, PDF)
        assert genre is not PDF or garde == FICHIERS[nom]
        return
    with pytest.raises(Refus) as leve:
        await controler(FICHIERS[nom])
    assert str(leve.value) == refus


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
async def test_an_image_is_written_again_with_its_pixels_and_nothing_else(format_: str) -> None:
    """Where it was taken, what follows it, what it says: none of it comes out."""
    sale = image(format_, gps=True) + b"<script>fz(1)</script>PK\x05\x06" + b"\x00" * 18
    assert b"Strasbourg" in sale
    genre, propre = await controler(sale)
    assert genre is {"PNG": PNG, "JPEG": JPEG}[format_]
    assert not any(trace in propre for trace in (b"<script", b"PK\x05\x06", b"Strasbourg", b"Exif"))
    with Image.open(io.BytesIO(propre)) as relue:
        assert (relue.size, relue.format, dict(relue.getexif()), relue.info.get("Comment")) == ((40, 30), format_, {}, None)
    assert await controler(propre) == (genre, (await controler(propre))[1])


async def test_an_image_that_grows_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controle, "_refaire", lambda _: (PNG, b"0" * (TAILLE_MAX + 1)))
    with pytest.raises(Refus, match="réduisez-la"):
        await controler(image("PNG"))


def test_the_extension_is_of_what_the_file_is() -> None:
    assert [nom_propre(n, ".png") for n in ("photo.pdf", "plan.JPEG", "x.exe", "..", "a.png.exe")] == [
        "photo.png", "plan.png", "x.exe.png", "piece.png", "a.png.exe.png",
    ]  # fmt: skip
    assert PDF_SIMPLE.startswith(b"%PDF-")
