"""Two people on one judgement: nothing written is overwritten unseen, nothing typed is lost."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens

if TYPE_CHECKING:
    from tests.support.commission import Scene

COORD = "avis-coordonnateur"


def version(html: str) -> str:
    """The version that the form carries."""
    trouvee = re.search(r'name="version" value="(\d+)"', html)
    assert trouvee
    return trouvee[1]


def valeur(html: str, titre: str) -> str:
    """The words under « La vôtre » or « Actuelle »."""
    trouvee = re.search(rf"<dt>{titre}</dt><dd>(.*?)</dd>", html, re.DOTALL)
    assert trouvee
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", trouvee[1])).strip()


async def test_a_stale_update_shows_both_values_and_keeps_what_was_typed(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.coord(ligne, Sens.ACCEPTE, 1, duree=5, phases="SAC", commentaire="Vu avec l'équipe.")
    tape = {"sens": "REFUSE", "motif": "REF_C_02", "motif_texte": "Un seul senior.", "commentaire": "À revoir <b>vite</b>"}
    reponse = await scene.poster("coord2", ligne, COORD, version=1, **tape)
    assert reponse.status_code == 409
    html = reponse.text
    assert html.strip().startswith("<form")
    assert valeur(html, "La vôtre").startswith("Refusé")
    assert "Un seul senior." in valeur(html, "La vôtre")
    assert valeur(html, "Actuelle").startswith("Accepté · 5 ans")
    assert "Vu avec l&#39;équipe." in html
    assert re.search(r"Modifié entre-temps par Corinne Allergo à \d\d:\d\d", html)
    assert 'value="REFUSE" checked' in html
    assert 'value="REF_C_02" selected' in html
    assert ">Un seul senior.</textarea>" in html
    assert "À revoir &lt;b&gt;vite&lt;/b&gt;" in html
    assert "Garder la mienne" in html
    assert f'hx-get="/lignes/{ligne.id}/cellules/decision_coord"' in html  # Prendre la leur
    assert "Prendre la leur" in html
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).version == 2  # nothing was written
    # Keep mine: the form carries the version that it has just shown.
    reponse = await scene.poster("coord2", ligne, COORD, version=int(version(html)), **tape)
    assert reponse.status_code == 200
    avis = await scene.ecrit(AvisCoordonnateur, ligne)
    assert (avis.sens, avis.motif_texte, avis.version, avis.auteur_id) == (
        Sens.REFUSE, "Un seul senior.", 3, scene.gens["coord2"].id,
    )  # fmt: skip


async def test_the_other_value_is_taken_by_reading_the_cell_again(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    poste = await scene.poste("coord2")
    cellule = await poste.ouvrir(f"/lignes/{ligne.id}/cellules/decision_coord", htmx=True)
    assert cellule.status_code == 200
    assert "Accepté" in cellule.text
    assert "enregistré" not in cellule.text
    assert (await poste.ouvrir(f"/lignes/{ligne.id}/cellules/inconnue", htmx=True)).status_code == 404


async def test_without_javascript_the_conflict_is_a_whole_page_with_both_values(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    reponse = await scene.poster(
        "coord2",
        ligne,
        COORD,
        htmx=False,
        version=0,
        sens="A_L_ETUDE",
        commentaire="Mien",
        retour="/demandes?statut=VALIDE_ADMIN",
    )
    assert reponse.status_code == 409
    assert "<h1>Décision des coordonnateurs</h1>" in reponse.text
    assert valeur(reponse.text, "La vôtre").startswith("A l'étude")
    assert valeur(reponse.text, "Actuelle").startswith("Accepté")
    assert '<a href="/demandes?statut=VALIDE_ADMIN">Prendre la leur</a>' in reponse.text


async def test_a_form_sent_back_by_a_rule_keeps_the_version_that_it_read(scene: Scene) -> None:
    """Else its second saving would overwrite, unseen, what came meanwhile."""
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.coord(ligne, Sens.REFUSE, 1)
    incomplet = await scene.poster("coord2", ligne, COORD, version=1, sens="ACCEPTE", duree="1")
    assert incomplet.status_code == 422
    assert version(incomplet.text) == "1"
    complete = await scene.poster("coord2", ligne, COORD, version=1, sens="ACCEPTE", duree="1", phases=["S"])
    assert complete.status_code == 409
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).sens is Sens.REFUSE


@pytest.mark.parametrize("version_lue", [0, 1])
async def test_of_two_people_at_once_one_wins_and_the_other_reads_his_value(scene: Scene, version_lue: int) -> None:
    ligne = await scene.demande()
    await scene.seance()
    if version_lue:
        await scene.decide(ligne, Sens.A_L_ETUDE)
    qui = ("membre", "membre2", "pres", "scol")
    for nom in qui:
        await (await scene.poste(nom)).ouvrir("/connexion")
    choix = dict(zip(qui, ("S", "SA", "SC", "SAC"), strict=True))
    reponses = await asyncio.gather(*(
        scene.poster(nom, ligne, "decision", version=version_lue, sens="ACCEPTE", duree="1", phases=list(choix[nom]))
        for nom in qui
    ))  # fmt: skip
    assert sorted(r.status_code for r in reponses) == [200, 409, 409, 409]
    gagnant = next(nom for nom, r in zip(qui, reponses, strict=True) if r.status_code == 200)
    decision = await scene.ecrit(Decision, ligne)
    assert (decision.auteur_id, decision.phases) == (scene.gens[gagnant].id, choix[gagnant])
    assert decision.version == version_lue + 1
    for reponse in reponses:
        if reponse.status_code == 409:
            assert f"par {scene.gens[gagnant].nom_complet}" in reponse.text
    assert len(await scene.actes("decider_ligne")) == version_lue + 1


async def test_the_two_kinds_of_opinion_do_not_get_in_each_others_way(scene: Scene) -> None:
    ligne = await scene.demande()
    champs = {"version": 0, "sens": "ACCEPTE", "duree": "1", "phases": ["S"]}
    reponses = await asyncio.gather(
        scene.poster("coord", ligne, COORD, **champs), scene.poster("rep", ligne, "avis-representant", **champs)
    )
    assert [r.status_code for r in reponses] == [200, 200]
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).version == (await scene.ecrit(AvisRepresentant, ligne)).version == 1


async def test_a_decision_taken_back_meanwhile_is_a_conflict_with_nothing_on_the_other_side(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.seance()
    await scene.decide(ligne, Sens.A_L_ETUDE)
    assert (await scene.poster("membre2", ligne, "decision/reprise", version=2)).status_code == 409
    assert (await scene.poster("membre2", ligne, "decision/reprise", version=1)).status_code == 200
    assert await scene.ecrit(Decision, ligne) is None
    reponse = await scene.poster("membre", ligne, "decision", version=1, sens="REFUSE", motif="REF_C_01")
    assert reponse.status_code == 409
    assert valeur(reponse.text, "Actuelle") == "—"
    assert version(reponse.text) == "0"


async def test_a_decision_on_an_opinion_that_changed_unread_says_so(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.seance()
    poste = await scene.poste("membre")
    lu = (await poste.ouvrir(f"/lignes/{ligne.id}/decision", htmx=True)).text
    avis = re.search(r'name="avis" value="(\d+)"', lu)
    assert avis
    assert avis[1] == "1"
    await scene.coord(ligne, Sens.REFUSE, 1)
    reponse = await scene.poster("membre", ligne, "decision", version=0, avis=1, sens="ACCEPTE", duree="1", phases=["S"])
    assert reponse.status_code == 200
    assert "avis modifié depuis" in reponse.text
    assert (await scene.ecrit(Decision, ligne)).avis_version == 1
    reponse = await scene.poster("membre", ligne, "decision", version=1, avis=2, sens="ACCEPTE", duree="1", phases=["S"])
    assert "avis modifié depuis" not in reponse.text
