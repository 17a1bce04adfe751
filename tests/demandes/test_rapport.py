"""*Rapport de visite*: deposited by the scolarité, replaced, withdrawn; missing in the table; read by the matrix alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from app.campagnes.models import CampagnePiece
from app.core.roles import Role
from app.core.templating import aujourdhui
from tests.demandes.outils import PDF, actes, textes
from tests.liste.rangees import lire_ecran
from tests.support.application import fonction

if TYPE_CHECKING:
    import httpx

    from tests.demandes.conftest import Scene

LE = (aujourdhui() - timedelta(days=3)).isoformat()
LECTEURS = (Role.COORD, Role.REP, Role.MEMBRE, Role.PRES, Role.ARS)


async def deposer(scene: Scene, numero: int, *, version: int = 0, nom: str = "rapport.pdf", **autres: Any) -> httpx.Response:
    claire = await scene.monde.connecter(scene.claire)
    champs = {"visite_le": LE, "visiteurs": "Pr Anne Roth ; Hugo Klein, interne", "constats": "Encadrement présent."} | autres
    fichiers = {"fichier": (nom, champs.pop("contenu", PDF))} if nom else None
    return await claire.poster(f"/demandes/{numero}/rapport-de-visite", fichiers=fichiers, version=version, **champs)


async def colonne(scene: Scene, qui: Any, filtre: str = "") -> list[str]:
    ecran = lire_ecran(await (await scene.monde.connecter(qui)).ouvrir(f"/demandes?cols=personne,rapport&tri=rapport{filtre}"))
    return ecran.textes("rapport")


async def test_a_report_is_deposited_shown_replaced_and_withdrawn(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    autre = await monde.validee(scene.omar, scene.campagne, "HGE", scol=scene.claire)
    assert await colonne(scene, scene.claire) == ["Absent", "Absent"]
    assert (await deposer(scene, numero)).status_code == 303
    depose = f"Déposé le {aujourdhui():%d/%m/%Y}"
    assert await colonne(scene, scene.claire) == ["Absent", depose]
    assert await colonne(scene, scene.claire, "&rapport=ABSENT") == ["Absent"]
    assert await colonne(scene, scene.claire, "&rapport=DEPOSE") == [depose]
    claire = await monde.connecter(scene.claire)
    page = await claire.ouvrir(f"/demandes/{numero}")
    assert "Encadrement présent." in textes(page, "//article[@id='rapport-de-visite']")[0]
    fichier = await claire.ouvrir(f"/demandes/{numero}/rapport-de-visite/fichier")
    assert (fichier.content, fichier.headers["content-security-policy"]) == (PDF, "sandbox; default-src 'none'")
    # The same form, sent again: somebody has deposited since it was read.
    retard = await deposer(scene, numero, constats="Autre texte")
    assert (retard.status_code, "Autre texte" in retard.text) == (409, True)
    assert (await deposer(scene, numero, version=1, nom="", constats="Corrigé.")).status_code == 303
    assert (await claire.ouvrir(f"/demandes/{numero}/rapport-de-visite/fichier")).content == PDF
    assert (await claire.poster(f"/demandes/{numero}/rapport-de-visite/retrait", version=2)).status_code == 303
    assert await colonne(scene, scene.claire) == ["Absent", "Absent"]
    assert (await claire.ouvrir(f"/demandes/{numero}/rapport-de-visite/fichier")).status_code == 404
    assert (await deposer(scene, numero, version=3)).status_code == 303
    faits = [a.action for a in await actes(monde, numero) if "rapport" in a.action]
    assert faits == ["deposer_rapport", "deposer_rapport", "retirer_rapport", "deposer_rapport"]
    csv = (await claire.ouvrir("/demandes/export.csv?cols=rapport&tri=rapport")).text
    assert csv.splitlines()[1:] == ["Absent;", f"Déposé;{aujourdhui():%d/%m/%Y}"]
    assert autre


async def test_what_is_wrong_hands_the_form_back(scene: Scene) -> None:
    numero = await scene.monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    demain = (aujourdhui() + timedelta(days=1)).isoformat()
    for faute, message in (
        ({"visite_le": demain}, "La date de la visite est à venir."),
        ({"visite_le": ""}, "Indiquez la date de la visite."),
        ({"visiteurs": ""}, "Nommez les visiteurs."),
        ({"nom": ""}, "Choisissez le fichier du rapport."),
        ({"contenu": b"MZ"}, "Ce fichier n'est ni un PDF, ni une image PNG ou JPEG."),
    ):
        rendue = await deposer(scene, numero, constats="Gardé", **faute)
        assert (rendue.status_code, message in textes(rendue, "//small[@class='erreur-champ']")) == (422, True), faute
        assert textes(rendue, "//textarea[@name='constats']") == ["Gardé"]


async def test_it_is_read_by_whoever_judges_and_never_by_who_asks(scene: Scene) -> None:
    """Every role, before and after the scolarité has validated; the RTS by no address at all."""
    monde = scene.monde
    validee = await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    soumise = await monde.soumise(scene.nadia, scene.campagne, "HGE")
    assert (await deposer(scene, validee)).status_code == 303
    assert (await deposer(scene, soumise)).status_code == 403  # the matrix gives it from « validé administrativement » on
    for role in LECTEURS:
        poste = await monde.connecter(await monde.personne(f"Alex {role.title()}", fonction(role)))
        vus = [(await poste.ouvrir(f"/demandes/{validee}/rapport-de-visite{suite}")).status_code for suite in ("", "/fichier")]
        assert vus == [403, 200], role
        assert (await poste.poster(f"/demandes/{validee}/rapport-de-visite", version=1)).status_code == 403
        assert "rapport.pdf" in (await poste.ouvrir(f"/demandes/{validee}")).text
        ligne = await monde.ligne(validee)
        assert "rapport.pdf" in (await poste.ouvrir(f"/lignes/{ligne.id}/panneau")).text
    for qui, attendu in ((scene.nadia, 404), (scene.omar, 404), (scene.rose, 404)):
        poste, entete = await monde.connecter(qui), () if qui is scene.rose else ("Rapport de visite",)
        assert (await poste.ouvrir(f"/demandes/{validee}/rapport-de-visite/fichier")).status_code == attendu
        for chemin in (
            f"/demandes/{validee}",
            "/demandes?tout=1&cols=rapport,personne",
            "/demandes?rapport=DEPOSE",
            "/tableau-de-bord",
        ):
            page = await poste.ouvrir(chemin)
            assert not any(mot in page.text for mot in ("rapport.pdf", "Anne Roth", "Déposé le", *entete)), chemin


async def test_a_campaign_that_lists_its_pieces_without_the_report_misses_none(scene: Scene) -> None:
    numero = await scene.monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    async with scene.monde.base() as session:
        await session.execute(
            insert(CampagnePiece), [{"campagne_id": scene.campagne.id, "piece": "CV_RESP", "obligatoire": False}]
        )
    assert await colonne(scene, scene.claire) == ["—"]
    assert await colonne(scene, scene.claire, "&rapport=ABSENT") == []
    assert (await deposer(scene, numero)).status_code == 303
    assert await colonne(scene, scene.claire) == [f"Déposé le {aujourdhui():%d/%m/%Y}"]
