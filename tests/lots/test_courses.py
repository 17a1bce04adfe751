"""What moves between the preview and the write, or while it writes: nobody's newer act is overwritten."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.avis.models import AvisCoordonnateur, Decision, Sens
from app.comptes.models import Fonction
from app.lots import service
from tests.liste.rangees import semer
from tests.lots.gestes import confirmer, fini, previsualiser
from tests.support.commission import DES

if TYPE_CHECKING:
    import pytest

    from tests.support.application import Monde
    from tests.support.commission import Scene


async def test_a_line_decided_since_the_preview_keeps_the_newer_decision(scene: Scene) -> None:
    a, prise, reprise, deja = [await scene.demande() for _ in range(4)]
    await scene.seance(DES)
    await scene.decide(reprise, Sens.A_L_ETUDE)
    poste = await scene.poste("pres")
    apercu = await previsualiser(poste, "accepter")
    assert apercu.groupes == {"modifiee": [a.id, prise.id, reprise.id, deja.id]}
    await scene.decide(prise, Sens.REFUSE)
    await scene.decide(reprise, Sens.REFUSE, version=1)
    await scene.decide(deja)
    travail = await fini(scene, poste, await confirmer(poste, apercu))
    depassee = "Modifiée depuis l'aperçu : ce qui y a été écrit est gardé."
    assert travail.resultat == {"faits": [a.id], "deja": [deja.id], "refuses": [[prise.id, depassee], [reprise.id, depassee]]}
    assert [(await scene.ecrit(Decision, x)).sens for x in (a, prise, reprise)] == [Sens.ACCEPTE, Sens.REFUSE, Sens.REFUSE]
    page = await scene.page("pres", f"/lots/{travail.id}")
    assert page.count("Modifiée depuis l&#39;aperçu") == 2  # told one by one


async def test_a_confirmed_opinion_is_the_one_that_was_read(scene: Scene) -> None:
    """Both opinions moved together: they agree again, on something that the author of the batch never saw."""
    a, b = await scene.demande(), await scene.demande()
    for ligne in (a, b):
        await scene.coord(ligne)
        await scene.juge("rep", ligne, "avis-representant")
    await scene.seance(DES)
    poste = await scene.poste("pres")
    apercu = await previsualiser(poste, "concordants")
    await scene.coord(b, version=1, duree=5)
    await scene.juge("rep", b, "avis-representant", version=1, duree=5)
    travail = await fini(scene, poste, await confirmer(poste, apercu))
    assert (travail.resultat["faits"], [x for x, _ in travail.resultat["refuses"]]) == ([a.id], [b.id])
    assert await scene.ecrit(Decision, b) is None
    assert (await scene.ecrit(AvisCoordonnateur, b)).duree == 5


async def test_rights_and_moment_are_asked_again_at_the_write(scene: Scene) -> None:
    a = await scene.demande()
    await scene.coord(a)
    seance = await scene.seance(DES)
    apercus = {qui: await previsualiser(await scene.poste(qui), "etude") for qui in ("membre", "membre2")}
    assert all(x.groupes == {"modifiee": [a.id]} for x in apercus.values())
    async with scene.monde.base() as session:
        autre = {"formations": ["AR"]}
        await session.execute(update(Fonction).where(Fonction.personne_id == scene.gens["membre"].id).values(**autre))
    poste = await scene.poste("membre")
    travail = await fini(scene, poste, await confirmer(poste, apercus["membre"]))
    assert travail.resultat == {"faits": [], "deja": [], "refuses": []}  # no more his: as if absent
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    poste = await scene.poste("membre2")
    travail = await fini(scene, poste, await confirmer(poste, apercus["membre2"]))
    [(numero, raison)] = travail.resultat["refuses"]
    assert (numero, raison.partition(" :")[0]) == (a.id, "La séance est close")
    assert (await scene.ecrit(Decision, a)).sens is Sens.ACCEPTE  # as it was confirmed at the closing


async def test_an_editor_that_opens_after_the_preview_is_left_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = await scene.demande(), await scene.demande()
    await scene.seance(DES)
    poste = await scene.poste("pres")
    apercu = await previsualiser(poste, "accepter")
    monkeypatch.setattr(service, "en_edition", lambda ids, **_: {b.id} & set(ids))
    travail = await fini(scene, poste, await confirmer(poste, apercu))
    assert travail.resultat == {"faits": [a.id], "deja": [], "refuses": [[b.id, "En cours d'édition."]]}


async def test_four_hundred_lines_while_others_save(monde: Monde, scene: Scene) -> None:
    """In steps of as many statements each; a save that comes meanwhile waits for one step at most."""
    seance = await scene.seance(DES)
    formation = {"formation": DES, "moment": "SEANCE_OUVERTE", "seance_id": seance}
    lignes = await semer(monde, scene.campagne.id, scene.gens["scol"].id, *[formation] * 401)
    poste = await scene.poste("pres")
    apercu = await previsualiser(poste, "accepter", retour="/demandes?tout=1")
    assert len(apercu.groupes["modifiee"]) == 401
    attentes: list[float] = []

    async def enregistrer(version: int) -> None:
        debut = time.perf_counter()
        reponse = await scene.poster("membre", derniere, "decision", version=version, sens="A_L_ETUDE")
        attentes.append(time.perf_counter() - debut)
        assert reponse.status_code == 200, reponse.text[-500:]

    derniere = await monde.ligne(lignes[-1]["demande"])
    await enregistrer(0)
    debut = time.perf_counter()
    reponse = await confirmer(poste, apercu, nombre="401")
    for version in range(1, 6):
        await asyncio.sleep(0.05)
        await enregistrer(version)
    travail = await fini(scene, poste, reponse)
    duree = time.perf_counter() - debut
    print(f"401 lignes : {duree:.2f} s, enregistrements : {[round(a * 1000) for a in attentes]} ms")
    assert len(travail.resultat["faits"]) == 400
    assert travail.resultat["refuses"] == [[derniere.id, "Modifiée depuis l'aperçu : ce qui y a été écrit est gardé."]]
    async with monde.sessions() as session:
        ecrites: Any = (await session.execute(select(Decision.sens, Decision.version, Decision.ligne_id))).all()
    assert sorted((s, v) for s, v, i in ecrites if i != derniere.id) == [(Sens.ACCEPTE, 1)] * 400
    assert [(s, v) for s, v, i in ecrites if i == derniere.id] == [(Sens.A_L_ETUDE, 6)]
