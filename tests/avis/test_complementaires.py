"""*Agréments complémentaires*: a line more, whose own coordonnateur is asked."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.agrements.models import TypeAgrement
from app.avis.complementaires import ajouter_complementaire
from app.core.errors import Conflit
from app.core.visibilite import Moment
from app.demandes.models import Ligne
from app.demandes.statuts import Statut
from app.referentiel.models import Formation
from tests.support.commission import AUTRE, DES, FST

if TYPE_CHECKING:
    from tests.support.commission import Scene


async def ajouter(scene: Scene, tete: Ligne, formation: str, qui: str = "coord", **champs: object) -> int:
    """Post the form; the answer's status."""
    poste = await scene.poste(qui)
    return (await poste.poster(f"/lignes/{tete.id}/complementaires", formation=formation, **champs)).status_code


async def lignes(scene: Scene, demande: int) -> list[Ligne]:
    """Every line of a demande."""
    async with scene.monde.sessions() as session:
        requete = select(Ligne).where(Ligne.demande_id == demande).order_by(Ligne.rang)
        return list((await session.execute(requete)).scalars())


async def test_a_des_is_complementary_and_an_fst_functional(scene: Scene) -> None:
    tete = await scene.demande(phases="SAC")
    assert await ajouter(scene, tete, AUTRE) == 303
    assert await ajouter(scene, tete, FST) == 303
    assert await ajouter(scene, tete, "OPT_DSM69") == 303
    assert await ajouter(scene, tete, "BIOMED", phases=["C", "S"]) == 303
    attendues = [
        (DES, TypeAgrement.PRINCIPAL, "SAC"),
        (AUTRE, TypeAgrement.COMPLEMENTAIRE, "SAC"),  # as the tête
        (FST, TypeAgrement.FONCTIONNEL, "A"),
        ("OPT_DSM69", TypeAgrement.FONCTIONNEL, "A"),
        ("BIOMED", TypeAgrement.COMPLEMENTAIRE, "SC"),
    ]
    lues = await lignes(scene, tete.demande_id)
    assert [(x.formation, x.type, x.phases) for x in lues] == attendues
    assert {(x.statut, x.moment, x.rpps, x.subdivision, x.terrain, x.tri_personne) for x in lues} == {
        (Statut.VALIDE_ADMIN, Moment.AVANT_SEANCE, tete.rpps, tete.subdivision, tete.terrain, tete.tri_personne)
    }
    actes = await scene.actes("ajouter_complementaire")
    assert [(a.auteur, a.apres["formation"]) for a in actes] == [
        ("Corinne Allergo", f) for f in (AUTRE, FST, "OPT_DSM69", "BIOMED")
    ]


async def test_the_coordonnateur_of_the_target_formation_is_asked(scene: Scene) -> None:
    tete = await scene.demande()
    avant = await scene.page("voisine", "/")
    assert "sans avis du coordonnateur" in avant
    assert await ajouter(scene, tete, AUTRE) == 303
    complement = await scene.monde.ligne(tete.demande_id, 1)
    sans = r"\d+|vu=\w+"  # what counts, and what only names it
    assert re.sub(sans, "n", avant) == re.sub(sans, "n", await scene.page("voisine", "/"))
    assert avant != await scene.page("voisine", "/")  # one more waits
    tableau = await scene.page("voisine", "/demandes?statut=VALIDE_ADMIN")
    assert f'id="ligne-{complement.id}"' in tableau
    assert f'id="ligne-{tete.id}"' not in tableau
    # He opens the dossier, and is asked of his line only.
    page = await scene.page("voisine", f"/demandes/{tete.demande_id}")
    assert f'action="/lignes/{complement.id}/avis-coordonnateur"' in page
    assert f"/lignes/{tete.id}/avis-coordonnateur" not in page
    assert "Spécialité*" not in page
    champs = {"version": 0, "sens": "ACCEPTE", "phases": ["S"]}
    assert (await scene.poster("voisine", complement, "avis-coordonnateur", **champs)).status_code == 200
    assert (await scene.poster("coord", complement, "avis-coordonnateur", **champs)).status_code == 404


async def test_whoever_adds_reads_what_was_added_and_is_offered_the_rest(scene: Scene) -> None:
    tete = await scene.demande()
    chemin = f"/demandes/{tete.demande_id}"
    assert f'<option value="{AUTRE}">' in await scene.page("coord", chemin)
    assert f'<option value="{DES}">' not in await scene.page("coord", chemin)
    assert await ajouter(scene, tete, AUTRE) == 303
    page = await scene.page("coord", chemin)
    assert "Déjà dans ce dossier : Anesthésie-réanimation." in page
    assert f'<option value="{AUTRE}">' not in page


async def test_nothing_twice_nothing_unknown_and_only_under_the_tete(scene: Scene) -> None:
    tete = await scene.demande()
    assert await ajouter(scene, tete, AUTRE) == 303
    complement = await scene.monde.ligne(tete.demande_id, 1)
    avant = await scene.comptes()
    assert await ajouter(scene, tete, AUTRE) == 403
    assert await ajouter(scene, tete, DES) == 403
    assert await ajouter(scene, tete, "INCONNUE") == 422
    assert await ajouter(scene, tete, "") == 422
    assert await ajouter(scene, complement, FST, "voisine") == 403
    assert await scene.comptes() == avant


async def test_added_twice_at_once_it_is_there_once(scene: Scene) -> None:
    tete = await scene.demande()
    for qui in ("coord", "coord2"):
        await (await scene.poste(qui)).ouvrir("/connexion")
    codes = await asyncio.gather(ajouter(scene, tete, AUTRE, "coord"), ajouter(scene, tete, AUTRE, "coord2"))
    assert codes.count(303) == 1
    assert set(codes) <= {303, 403, 409}
    assert [x.formation for x in await lignes(scene, tete.demande_id)] == [DES, AUTRE]


async def test_added_in_seance_it_waits_for_the_next_one(scene: Scene) -> None:
    tete = await scene.demande()
    seance = await scene.seance()
    assert await ajouter(scene, tete, AUTRE) == 303
    complement = await scene.monde.ligne(tete.demande_id, 1)
    assert (complement.seance_id, complement.moment) == (None, Moment.AVANT_SEANCE)
    assert (await scene.relire(tete)).seance_id == seance
    assert (await scene.poster("membre", complement, "decision", version=0, sens="REFUSE", motif="REF_C_01")).status_code == 403


async def test_a_seance_that_closes_meanwhile_wins(scene: Scene) -> None:
    tete = await scene.demande()
    await scene.coord(tete)
    seance = await scene.seance()
    lue = await scene.relire(tete)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    async with scene.monde.sessions() as session:
        formation = (await session.execute(select(Formation).where(Formation.code == AUTRE))).scalar_one()
        droits = scene.monde.droits(scene.gens["coord"])
        with pytest.raises(Conflit, match="la séance s'est ouverte ou close"):
            await ajouter_complementaire(session, lue, formation=formation, phases="S", par=droits)
    assert len(await lignes(scene, tete.demande_id)) == 1
