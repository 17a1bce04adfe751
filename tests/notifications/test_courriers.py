"""*Courriers*: an administrator's alone; what failed is sent again as the same mail; previews of his own dossiers, unsent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.journal import Journal
from app.notifications.apercu import GABARITS
from app.notifications.models import Envoi
from tests.notifications.test_envois import avancer, ecrire
from tests.support.commission import rpps

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.notifications.courrier import Poste
    from tests.support.commission import Scene

PAGES = ["/courriers", "/courriers?etat=ECHOUE&avant=9", "/courriers/modeles", "/courriers/modeles?genre=retour&demande=1"]


@pytest.fixture
async def rita(scene: Scene, poste: Poste) -> Personne:
    """Somebody whose mail failed, and another that may have left."""
    qui = await scene.monde.personne("Rita Terrain", rpps=rpps(7))
    await poste.verifiee(qui, "rita@exemple.fr")
    await ecrire(poste, qui, 1)
    await ecrire(poste, qui, 2)
    poste.boite.scenario = ["rcpt 550 inconnu", "coupe"]
    await poste.envoyer()
    assert await poste.etats() == ["ECHOUE", "INCERTAIN"]
    return qui


async def test_the_outbox_exists_for_administrators_only(scene: Scene, poste: Poste, rita: Personne) -> None:
    await scene.demande()
    for qui in ("scol", "coord", "rep", "membre", "pres", "ars"):
        ecran = await scene.poste(qui)
        assert {(await ecran.ouvrir(x)).status_code for x in PAGES} == {404}, qui
        assert (await ecran.poster("/courriers/1/renvoi", version="3")).status_code == 404
        assert (await ecran.poster("/courriers/renvoi", nombre="2")).status_code == 404
    admin = await scene.poste("admin")
    assert {(await admin.ouvrir(x)).status_code for x in PAGES} == {200}
    page = (await admin.ouvrir("/courriers")).text
    assert all(x in page for x in ("Rita Terrain", "rita@exemple.fr", "550 inconnu", "Échoué", "Peut-être parti"))


async def test_one_is_sent_again_with_the_same_identifier(scene: Scene, poste: Poste, rita: Personne) -> None:
    admin, (echoue, _) = await scene.poste("admin"), await poste.envois()
    assert (await admin.poster(f"/courriers/{echoue.id}/renvoi", version=str(echoue.version))).status_code == 303
    assert (await admin.poster(f"/courriers/{echoue.id}/renvoi", version=str(echoue.version))).status_code == 409
    assert await poste.envoyer() == 1
    assert (await poste.etats(), poste.boite.identifiants) == (["PARTI", "INCERTAIN"], [echoue.message_id])
    async with scene.monde.sessions() as session:
        assert [a.apres for a in await session.scalars(select(Journal).where(Journal.action == "renvoyer_courriels"))] == [
            {"nombre": 1}
        ]


async def test_all_are_sent_again_if_they_are_as_many_as_was_said(scene: Scene, poste: Poste, rita: Personne) -> None:
    admin = await scene.poste("admin")
    assert "Renvoyer ces 2 courriels" in (await admin.ouvrir("/courriers")).text
    assert (await admin.poster("/courriers/renvoi", nombre="3")).status_code == 409
    await avancer(poste)
    assert await poste.envoyer() == 0
    assert (await admin.poster("/courriers/renvoi", nombre="2")).status_code == 303
    assert (await poste.envoyer(), await poste.etats()) == (2, ["PARTI", "PARTI"])


async def test_a_template_is_seen_on_a_real_dossier_and_never_sent(scene: Scene) -> None:
    ligne, admin = await scene.demande(), await scene.poste("admin")
    for genre in GABARITS:
        vu = await admin.ouvrir(f"/courriers/modeles?genre={genre}&demande={ligne.demande_id}")
        assert (vu.status_code, "Aperçu : rien n'est envoyé" in vu.text.replace("&#39;", "'")) == (200, True)
        assert (f"n° {ligne.demande_id}" in vu.text) == (genre in {"retour", "refus", "decision"})
        assert "/desinscription/" not in vu.text  # no link of anybody's
    async with scene.monde.sessions() as session:
        assert (await session.scalars(select(Envoi))).all() == []


async def test_a_dossier_that_is_not_his_shows_nothing(scene: Scene) -> None:
    admin = await scene.poste("admin")
    for numero in ("999", "0", "-1", "x", str(2**70), "<b>"):
        vu = await admin.http.get("/courriers/modeles", params={"genre": "retour", "demande": numero})
        assert (vu.status_code, "Aucune demande de ce numéro" in vu.text, "<b>" in vu.text) == (200, True, False)


async def test_a_draft_is_not_previewed_by_whoever_may_not_open_it(scene: Scene) -> None:
    rts, admin = await scene.nouveau_rts(), await scene.poste("admin")
    brouillon = await scene.monde.brouillon(rts, scene.campagne, "ALLERGO")
    vu = await admin.ouvrir(f"/courriers/modeles?genre=retour&demande={brouillon}")
    assert (vu.status_code, "apercu-courriel" in vu.text, "erreur-champ" in vu.text) == (200, False, True)
