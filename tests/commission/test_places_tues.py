"""What a place, an absence or a name would tell: the agenda's order, one's own line once adjourned, the room's screen."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest

from app.avis.models import Sens
from app.core.presence import PRESENCES, signe
from app.core.roles import Role
from app.core.visibilite import Objet
from app.liste.presents import montres
from app.liste.vue import Vues
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES, rpps

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene


async def divergentes_d_abord(scene: Scene, numero: int) -> None:
    r = await (await scene.poste("scol")).poster(f"/seances/{numero}/ordre-du-jour", groupe="divergentes", version="1")
    assert r.status_code == 303


async def test_the_order_of_the_agenda_tells_no_opinion_to_whoever_may_still_give_one(scene: Scene) -> None:
    accord, desaccord = await scene.demande(), await scene.demande()
    scene.gens["secretaire"] = await scene.monde.personne("Sam Double", fonction(Role.SCOL), fonction(Role.COORD, DES))
    for x in (accord, desaccord):
        await scene.coord(x)
        for qui in ("double", "membre"):
            assert (
                await (await scene.poste(qui)).poster(f"/lignes/{x.id}/note", texte="A lire.", version="0")
            ).status_code == 303
    await scene.juge("rep", accord, "avis-representant")
    await scene.juge("rep", desaccord, "avis-representant", Sens.REFUSE)
    numero = await scene.seance(DES, ouverte=False)
    await divergentes_d_abord(scene, numero)

    async def ordre(qui: str, page: str) -> list[int]:
        texte = await scene.page(qui, f"/seances/{numero}/{page}")
        lus = {x.demande_id: re.search(rf"n° {x.demande_id}\b|/demandes/{x.demande_id}\b", texte) for x in (accord, desaccord)}
        return sorted(lus, key=lambda n: getattr(lus[n], "start", int)())

    nes, par_divergence = [accord.demande_id, desaccord.demande_id], [desaccord.demande_id, accord.demande_id]
    assert await ordre("membre", "notes") == par_divergence
    assert await ordre("double", "notes") == nes
    assert await ordre("secretaire", "ordre-du-jour") == nes


async def voir(scene: Scene, qui: str, numero: int, ligne: Ligne) -> Any:
    page = await scene.page(qui, f"/seances/{numero}")
    r = await (await scene.poste(qui)).poster(f"/seances/{numero}/deports", demande=str(ligne.demande_id))
    agenda = await (await scene.poste(qui)).ouvrir(f"/seances/{numero}/ordre-du-jour")
    return (
        re.findall(r"\d+ demandes?, \d+ lignes?|\d+ lignes? ajournée", page),
        "Ancien cabinet" in page,
        r.status_code,
        agenda.text[-900:],
    )


@pytest.mark.parametrize("sienne", [True, False])
async def test_an_adjourned_line_with_a_deport_leaves_no_hole_in_the_screens_of_its_seance(
    scene: Scene, *, sienne: bool
) -> None:
    moi = await scene.monde.personne("Ida Deux", fonction(Role.PRES), rpps=rpps(500))
    scene.gens["moi"] = moi
    vus = []
    for sens, formation in ((Sens.ACCEPTE, DES), (Sens.A_L_ETUDE, AUTRE)):
        ligne, autre = await scene.demande(formation, moi if sienne else None), await scene.demande(formation)
        if not sienne:
            r = await (await scene.poste("moi")).poster(f"/lignes/{ligne.id}/deports", motif="Ancien cabinet.")
            assert r.status_code == 303
        numero = await scene.seance(formation)
        await scene.decide(autre)
        await scene.decide(ligne, sens)
        await scene.monde.clore(numero, pres=scene.gens["pres"])
        assert ((await scene.relire(ligne)).seance_id is None) == (sens is Sens.A_L_ETUDE)
        comptes, dit, statut, agenda = await voir(scene, "moi", numero, ligne)
        vus.append((comptes, dit, statut, f"n° {ligne.demande_id}" in agenda))
        temoin = await voir(scene, "pres", numero, ligne)
        assert temoin[0] == (["2 demandes, 2 lignes"] if sens is Sens.ACCEPTE else ["1 demande, 1 ligne", "1 ligne ajournée"])
    assert vus[0] == vus[1] == (["1 demande, 1 ligne"], False, 422, False)


async def test_the_bar_tells_whoever_has_a_deport_where_the_line_is_and_not_its_place(scene: Scene) -> None:
    ligne = await scene.demande()
    await (await scene.poste("membre")).poster(f"/lignes/{ligne.id}/deports", motif="Ancien cabinet.")
    numero = await scene.seance(DES)
    pres = await scene.poste("pres")
    assert (await pres.poster(f"/seances/{numero}/discussion", ligne=str(ligne.id), version="0")).status_code == 303
    place = base64.urlsafe_b64encode(b'["00000", 0]').decode().rstrip("=")
    barres = {
        q: re.search(r'data-suite="([^"]*)"', await scene.page(q, f"/demandes?seance={numero}")) for q in ("membre", "membre2")
    }
    assert {q: m and m[1].replace("&amp;", "&") for q, m in barres.items()} == {
        "membre": f"/demandes?seance={numero}&tout=1#ligne-{ligne.id}",
        "membre2": f"/demandes?seance={numero}&apres={place}#ligne-{ligne.id}",
    }


async def test_nobody_is_named_on_the_room_s_screen(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance(DES)
    d = {q: scene.monde.droits(scene.gens[q]) for q in ("membre", "pres")}
    PRESENCES.declarer(
        d["membre"].personne_id, "a", "Marc Membre", [signe(d["membre"], await scene.relire(ligne), Objet.DECISION)]
    )
    try:
        assert montres(d["pres"], Vues(d["pres"]), ligne.id) == [("Marc Membre", "saisit")]
        assert montres(d["pres"], Vues(d["pres"], projection=True), ligne.id) == []
    finally:
        PRESENCES.vider()
