"""The PDF: its content is checked, its bytes are on the disk before its row, it is served inert to whoever reads the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar.datastructures import UploadFile
from sqlalchemy import select

from app.core.fichiers import nom_propre
from app.core.roles import Role
from app.demandes.models import Piece
from app.demandes.saisie.contexte import contexte, ma_demande
from app.demandes.saisie.pieces import joindre
from tests.demandes.outils import PDF, actes, arbre, lire, saisie_de, textes
from tests.support.application import fonction

if TYPE_CHECKING:
    from pathlib import Path

    from tests.demandes.conftest import Scene


@pytest.mark.parametrize(
    ("nom", "propre"),
    [
        ("projet.pdf", "projet.pdf"),
        ("Projet pédagogique.PDF", "Projet pédagogique.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\n\\cv.pdf", "cv.pdf"),
        ('a"b\r\nX: y.pdf', "a b X y.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe.pdf"),
        ("...", "piece.pdf"),
        ("é" * 300 + ".pdf", "é" * 180 + ".pdf"),
    ],
)
def test_the_name_of_a_piece_is_harmless(nom: str, propre: str) -> None:
    assert nom_propre(nom) == propre


async def _joindre(scene: Scene, numero: int, nom: str, contenu: bytes, **autres: Any) -> Any:
    nadia = await scene.monde.connecter(scene.nadia)
    saisie = await saisie_de(nadia, numero) | autres
    return await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, fichiers={"piece": (nom, contenu)}, **saisie)


async def test_a_piece_is_joined_replaced_and_taken_out(scene: Scene, tmp_path: Path) -> None:
    monde = scene.monde
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    jointe = await _joindre(scene, numero, "projet.pdf", PDF)
    assert (jointe.status_code, textes(jointe, "//div[@class='pieces']//p[@class='piece']/a")) == (200, ["projet.pdf"])
    refusee = await _joindre(scene, numero, "virus.pdf", b"MZ", projet="Le texte, lui, reste")
    assert (refusee.status_code, textes(refusee, "//*[@id='piece-aide']")) == (
        422,
        ["Ce fichier n'est ni un PDF, ni une image PNG ou JPEG."],
    )
    assert textes(refusee, "//div[@class='pieces']//p[@class='piece']/a") == ["projet.pdf"]
    assert (await lire(monde, numero)).projet == "Le texte, lui, reste"
    remplacee = await _joindre(scene, numero, "projet-2.pdf", PDF + b"\n")
    assert textes(remplacee, "//div[@class='pieces']//p[@class='piece']/a") == ["projet-2.pdf"]
    async with monde.sessions() as session:
        pieces = list(await session.scalars(select(Piece).order_by(Piece.id)))
    assert [(p.nom, p.retiree, p.taille) for p in pieces] == [
        ("projet.pdf", True, len(PDF)), ("projet-2.pdf", False, len(PDF) + 1),
    ]  # fmt: skip
    assert (tmp_path / "pieces" / pieces[0].sha256).read_bytes() == PDF
    retiree = await _joindre(scene, numero, "", b"", retirer=str(pieces[1].id))
    assert textes(retiree, "//div[@class='pieces']//p[@class='piece']/a") == []
    faits = [(a.action, (a.avant or {}).get("nom"), (a.apres or {}).get("nom")) for a in await actes(monde, numero)]
    assert [f for f in faits if f[0] not in {"creer", "enregistrer"}] == [
        ("joindre_piece", None, "projet.pdf"), ("joindre_piece", None, "projet-2.pdf"), ("retirer_piece", "projet-2.pdf", None),
    ]  # fmt: skip


async def test_a_piece_is_read_again_when_the_save_begins_again(scene: Scene, tmp_path: Path) -> None:
    """A screen that saves at the same instant makes the request start over: its file is still whole."""
    monde, droits = scene.monde, scene.monde.droits(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    fichier = UploadFile("application/pdf", "projet.pdf", PDF)
    for _ in range(2):
        async with monde.sessions() as session:  # never committed
            c = await contexte(session, *await ma_demande(session, droits, numero))
            assert await joindre(session, c, fichier, donnees=tmp_path, par=droits) is None
    await fichier.close()


async def test_a_piece_is_served_inert_and_only_to_whoever_reads_its_dossier(scene: Scene) -> None:
    monde = scene.monde
    brouillon = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Brouillon")
    soumise = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Soumise")
    validee = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Validée")
    adresses = {}
    for numero in (brouillon, soumise, validee):
        jointe = await _joindre(scene, numero, "é « projet ».pdf", PDF)
        (adresses[numero],) = arbre(jointe).xpath("//div[@class='pieces']//p[@class='piece']/a/@href")
    nadia, claire = await monde.connecter(scene.nadia), await monde.connecter(scene.claire)
    for numero in (soumise, validee):
        assert (await nadia.poster(f"/demandes/{numero}/soumission", **await saisie_de(nadia, numero))).status_code == 303
    for verbe in ("validations/etablissement", "validations/terrain", "validation-administrative"):
        version = (await lire(monde, validee)).version
        await claire.poster(f"/demandes/{validee}/{verbe}", version=version, acte="valider", motif="Vu.")
    rendue = await nadia.ouvrir(adresses[brouillon])
    assert (rendue.status_code, rendue.content) == (200, PDF)
    assert {n: rendue.headers[n] for n in ("content-type", "x-content-type-options", "content-security-policy")} == {
        "content-type": "application/pdf", "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }  # fmt: skip
    assert rendue.headers["content-disposition"].startswith("attachment; filename")
    assert rendue.headers["cache-control"] == "private, no-store"
    lecteurs = {
        "Omar RTS": (scene.omar, (404, 404, 404)),
        "Claire SCOL": (scene.claire, (200, 200, 200)),
        "Rose SCOL de Nancy": (scene.rose, (404, 404, 404)),
        "Léa COORD": (await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO")), (403, 403, 200)),
        "Jean COORD d'une autre formation": (
            await monde.personne("Jean Wisches", fonction(Role.COORD, "HGE")),
            (404, 404, 404),
        ),
        "Lucas REP": (await monde.personne("Lucas Obernai", fonction(Role.REP)), (404, 404, 200)),
        "Odile ADMIN": (await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)), (403, 200, 200)),
    }
    for nom, (qui, attendus) in lecteurs.items():
        poste = await monde.connecter(qui)
        vus = tuple([(await poste.ouvrir(adresses[n])).status_code for n in (brouillon, soumise, validee)])
        pages = tuple([(await poste.ouvrir(f"/demandes/{n}")).status_code for n in (brouillon, soumise, validee)])
        assert (nom, vus, pages) == (nom, attendus, attendus)
    assert (await nadia.ouvrir("/pieces/999999")).status_code == 404
