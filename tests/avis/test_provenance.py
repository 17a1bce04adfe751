"""A cell tells whose judgement it shows and since when, to whoever may know names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.core.memoire import _gardes

if TYPE_CHECKING:
    from tests.support.commission import Scene


async def sources(scene: Scene, qui: str, suite: str) -> list[str]:
    """Names and moments, the minute aside, column by column."""
    page = await scene.page(qui, f"/demandes?cols=decision_rep,decision_coord,decision_commission&{suite}")
    lues = re.findall(r'<small class="source">(.*?)</small>', page)
    assert all(re.search(r"\d\d/\d\d/\d{4} à \d\d:\d\d$", x) for x in lues)
    return [re.sub(r",? ?\d\d/\d\d/\d{4} à \d\d:\d\d$", "", x) for x in lues]


async def test_cell_names_the_author_to_the_house_and_to_nobody_else(scene: Scene) -> None:
    _gardes.clear()  # names are kept a minute: these people came just now
    rts = await scene.nouveau_rts()
    scene.gens["rts"] = rts
    ligne = await scene.demande(rts=rts)
    await scene.coord(ligne)
    await scene.juge("rep", ligne, "avis-representant")
    seance = await scene.seance()
    # Inherited: the coordonnatrice's, and her moment.
    assert await sources(scene, "membre", f"seance={seance}") == ["Rémi Interne", "Corinne Allergo", "Corinne Allergo"]
    await scene.decide(ligne, qui="pres")
    assert await sources(scene, "membre", "tout=1") == ["Rémi Interne", "Corinne Allergo", "Paula Doyenne"]
    # Who reads but one judgement is told of that one.
    assert await sources(scene, "coord2", "tout=1") == ["Corinne Allergo"]
    poste = await scene.poste("membre")
    cellule = (await poste.ouvrir(f"/lignes/{ligne.id}/cellules/decision_commission", htmx=True)).text
    assert '<small class="source">Paula Doyenne, ' in cellule
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    page = await scene.page("rts", "/demandes?tout=1")
    assert "Accepté" in page
    assert "Paula" not in page
    assert "source" not in page
