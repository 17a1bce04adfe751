"""A line with a déport, on the screens beside the table: files, paper, totals, batches, panel; not even by a filter or a sort."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.avis.models import Sens
from tests.support.commission import DES

if TYPE_CHECKING:
    from tests.support.commission import Scene


def sans_jeton(texte: str) -> str:
    return re.sub(r'name="_csrf_token" value="[^"]*"|depuis=\d+|\d\d:\d\d', "", texte)


async def test_nothing_beside_the_table_moves_with_a_line_that_has_a_deport(scene: Scene) -> None:
    ligne, _ = await scene.demande(), await scene.demande()
    r = await (await scene.poste("membre")).poster(f"/lignes/{ligne.id}/deports", motif="Ancien associé.")
    assert r.status_code == 303
    numero = await scene.seance(DES)
    adresses = [f"/lignes/{ligne.id}/panneau?liste=seance%3D{numero}%26tri%3Ddecision_commission", f"/seances/{numero}"]
    for base in ("tout=1", f"seance={numero}"):
        filtres = [base, *(f"{base}&decision_commission={v}" for v in ("ACCEPTE", "REFUSE", "SANS"))]
        filtres += [f"{base}&decision_coord={v}" for v in ("REFUSE", "SANS")]
        filtres += [f"{base}&{tri}" for tri in ("tri=-decision_commission", "tri=decision_coord", "divergence=COORD_SEUL")]
        adresses += [f"/demandes/{quoi}?{f}" for quoi in ("export.csv", "impression", "totaux") for f in filtres]
        adresses += [f"/demandes?{f}" for f in filtres]
    lots = "/lots/nouveau?portee=seance&acte=concordants&genre=decision&retour=%2Fdemandes%3Fseance%3D"
    adresses += [f"{lots}{numero}", f"/lots/concordants?seance={numero}"]

    async def lire(qui: str) -> dict[str, str]:
        poste = await scene.poste(qui)
        return {a: sans_jeton(f"{r.status_code} {r.text}") for a in adresses for r in [await poste.ouvrir(a)]}

    avant, temoin = await lire("membre"), await lire("membre2")
    await scene.coord(ligne, Sens.REFUSE)
    await scene.decide(ligne, qui="membre2")
    apres, change = await lire("membre"), await lire("membre2")
    assert [a for a in adresses if avant[a] != apres[a]] == []
    assert len([a for a in adresses if temoin[a] != change[a]]) > 40  # there was something to tell
    assert {t[:4] for t in apres.values()} == {"200 "}


async def test_paper_does_not_take_whoever_has_a_deport_for_the_demandeur(scene: Scene) -> None:
    ligne = await scene.demande()
    await (await scene.poste("membre")).poster(f"/lignes/{ligne.id}/deports", motif="Ancien associé.")
    papier = await scene.page("membre", "/demandes/impression?tout=1&cols=personne,statut")
    assert (papier.count("Déport"), "vous êtes le demandeur" in papier) == (1, False)
