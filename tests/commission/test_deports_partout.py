"""A line with a déport, on the screens beside the table: files, paper, totals, batches, panel; not even by a filter or a sort."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from app.avis.models import Sens
from app.commission.lecture import plan_de
from app.commission.service_cloture import ListeChangee, clore
from app.core.access import DEMANDEUR, RECUSE
from app.demandes.queries import PAS_ENCORE
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


async def test_the_panel_says_which_deport_it_is_and_offers_the_note_to_whoever_may_write_one(scene: Scene) -> None:
    ligne = await scene.demande()
    await (await scene.poste("membre")).poster(f"/lignes/{ligne.id}/deports", motif="Ancien associé.")
    adresse, note = f"/lignes/{ligne.id}/panneau", f'hx-get="/lignes/{ligne.id}/note?'
    lu = {q: unescape(await scene.page(q, adresse)) for q in ("membre", "membre2", "ars")}
    assert {q: (RECUSE in t, DEMANDEUR in t, PAS_ENCORE in t, note in t) for q, t in lu.items()} == {
        "membre": (True, False, False, False),
        "membre2": (False, False, False, True),
        "ars": (False, False, False, True),
    }
    assert (await (await scene.poste("membre2")).ouvrir(f"/lignes/{ligne.id}/note", htmx=True)).text.startswith("<section")


async def test_the_president_confirms_nothing_where_his_deport_was_recorded_while_he_closed(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    for x in (ligne, autre):
        await scene.coord(x)
    numero, vieux = await scene.seance(DES), scene.monde.droits(scene.gens["pres"])
    async with scene.monde.sessions() as session:
        plan = await plan_de(session, numero, vieux)
    assert len(plan.reprises) == 2
    champs = {"qui": str(scene.gens["pres"].id), "motif": "Même service."}
    assert (await (await scene.poste("scol")).poster(f"/lignes/{ligne.id}/deports", **champs)).status_code == 303
    async with scene.monde.sessions() as session:  # rights that were read before the déport
        s = await scene.monde.seance_(session, numero)
        with pytest.raises(ListeChangee) as refus:
            await clore(session, s, version=s.version, reprises=2, empreinte=plan.empreinte, par=vieux)
    assert [x.ligne.id for x in refus.value.plan.reprises] == [autre.id]
