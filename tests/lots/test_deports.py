"""A declared déport, before the preview or between it and the write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.avis.models import Decision
from app.commission.models import Deport, OrigineDeport
from app.core.journal import maintenant
from tests.lots.gestes import confirmer, fini, previsualiser
from tests.support.commission import DES

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene


async def declarer(scene: Scene, qui: str, ligne: Ligne) -> None:
    """As the member himself does."""
    personne = scene.gens[qui].id
    async with scene.monde.base() as session:
        session.add(
            Deport(ligne_id=ligne.id, personne_id=personne, origine=OrigineDeport.DECLARE, par_id=personne, quand=maintenant())
        )


async def test_a_declared_deport_is_out_of_every_batch(scene: Scene) -> None:
    a, connue, nouvelle = [await scene.demande() for _ in range(3)]
    await scene.seance(DES)
    await declarer(scene, "membre", connue)
    poste = await scene.poste("membre")
    apercu = await previsualiser(poste, "etude")
    assert apercu.groupes == {"modifiee": [a.id, nouvelle.id], "deport": [connue.id]}
    await declarer(scene, "membre", nouvelle)
    travail = await fini(scene, poste, await confirmer(poste, apercu))
    assert travail.resultat == {"faits": [a.id], "deja": [], "refuses": [[nouvelle.id, "Déport."]]}
    assert [await scene.ecrit(Decision, x) is None for x in (a, connue, nouvelle)] == [False, True, True]
