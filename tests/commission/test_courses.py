"""At once: two closings, a decision and a closing; one wins, the other reads a clear conflict."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.agrements.models import Agrement
from app.avis.genres import GENRES
from app.avis.models import Decision, Sens
from app.avis.regles import Jugement
from app.avis.service import juger
from app.core.errors import Conflit
from app.core.visibilite import Moment
from tests.support.commission import DES

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene


async def formulaire(scene: Scene, qui: str, seance: int) -> dict[str, Any]:
    """The fields of the closing that *qui* has read."""
    page = await scene.page(qui, f"/seances/{seance}/cloture")
    return dict(re.findall(r'name="(version|empreinte|reprises)" value="([^"]*)"', page)) | {"confirme": "1"}


async def test_of_two_closings_at_once_one_wins(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    seance = await scene.seance(DES)
    qui = ("pres", "doublerep")
    champs = [await formulaire(scene, q, seance) for q in qui]
    postes = [await scene.poste(q) for q in qui]
    reponses = await asyncio.gather(*(
        p.poster(f"/seances/{seance}/cloture", **c) for p, c in zip(postes, champs, strict=True)
    ))  # fmt: skip
    assert sorted(r.status_code for r in reponses) == [303, 409]
    assert "Cette séance a changé entre-temps" in next(r.text for r in reponses if r.status_code == 409)
    assert len(await scene.actes("clore_seance")) == len(await scene.actes("confirmer_decision")) == 1
    async with scene.monde.sessions() as session:
        assert len((await session.execute(select(Agrement))).all()) == 1


@pytest.mark.parametrize("tour", range(3))
async def test_a_decision_races_with_the_closing(scene: Scene, tour: int) -> None:
    """Whoever commits first: the decision changes the list that was read, or the closing ends decisions."""
    ligne = await scene.demande()
    await scene.coord(ligne)
    seance = await scene.seance(DES)
    champs = await formulaire(scene, "pres", seance)
    await (await scene.poste("membre")).ouvrir("/connexion")

    async def decider() -> Any:
        await asyncio.sleep(0.01 * tour)
        return await scene.poster("membre", ligne, "decision", version=0, sens="REFUSE", motif="REF_C_01")

    poste = await scene.poste("pres")
    cloture, decision = await asyncio.gather(poste.poster(f"/seances/{seance}/cloture", **champs), decider())
    ecrite, lue = await scene.ecrit(Decision, ligne), await scene.relire(ligne)
    if cloture.status_code == 303:
        assert decision.status_code in {403, 409}
        assert "séance" in decision.text
        assert (ecrite.sens, lue.moment) == (Sens.ACCEPTE, Moment.CLOSE)
    else:
        assert (cloture.status_code, decision.status_code) == (409, 200)
        assert "La liste a changé" in cloture.text
        assert (ecrite.sens, lue.moment) == (Sens.REFUSE, Moment.SEANCE_OUVERTE)


async def test_a_decision_on_a_line_read_before_the_closing_is_a_conflict(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    seance = await scene.seance(DES)
    lue = await scene.relire(ligne)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    with pytest.raises(Conflit, match="la séance s'est ouverte ou close"):
        await decider_sur(scene, lue)
    assert (await scene.ecrit(Decision, ligne)).sens is Sens.ACCEPTE


async def decider_sur(scene: Scene, lue: Ligne) -> None:
    """Decide with a line that was read before."""
    async with scene.monde.sessions() as session:
        jugement, par = Jugement(Sens.REFUSE, motif="REF_C_01"), scene.monde.droits(scene.gens["membre"])
        await juger(session, lue, GENRES["decision"], jugement=jugement, version=0, par=par)


async def test_the_cell_keeps_the_editor_when_the_line_moved_under_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer takes the place of the form in the cell: it is the form again, and says why."""
    ligne = await scene.demande()
    await scene.seance(DES)

    async def bouge(*_: Any, **__: Any) -> None:
        raise Conflit("Cette ligne a changé d'état entre-temps.")

    monkeypatch.setattr("app.avis.controllers.juger", bouge)
    reponse = await scene.poster(
        "membre", ligne, "decision", version=0, sens="REFUSE", motif="REF_C_02", motif_texte="Un seul senior."
    )
    assert reponse.status_code == 409
    assert "Cette ligne a changé d&#39;état entre-temps." in reponse.text
    assert ">Un seul senior.</textarea>" in reponse.text
    assert 'class="editeur"' in reponse.text


async def test_of_two_openings_and_two_publications_one_wins(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    seance = await scene.seance(DES, ouverte=False)
    postes = [await scene.poste(q) for q in ("pres", "doublerep")]
    tous = [scene.gens[q].id for q in ("pres", "doublerep", "membre", "membre2", "double")]
    for poste in postes:
        await poste.ouvrir("/connexion")
    ouvertures = await asyncio.gather(*(
        p.poster(f"/seances/{seance}/ouverture", version=1, presents=tous) for p in postes
    ))  # fmt: skip
    assert sorted(r.status_code for r in ouvertures) == [303, 409]
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    publications = await asyncio.gather(*(p.poster(f"/seances/{seance}/publication", version=3) for p in postes))
    assert sorted(r.status_code for r in publications) == [303, 409]
    assert len(await scene.actes("ouvrir_seance")) == len(await scene.actes("publier_seance")) == 1
