"""A batch from its preview to its result: what is written, how, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.avis.models import AvisCoordonnateur, Decision, Sens, Source
from tests.liste.rangees import semer
from tests.lots.gestes import confirmer, faire, fini, previsualiser
from tests.support.commission import AUTRE, DES
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.support.application import Monde
    from tests.support.commission import Scene


async def test_a_batch_writes_what_its_preview_says(scene: Scene) -> None:
    a, b, deja, divergente = [await scene.demande() for _ in range(4)]
    for ligne in (a, b, deja, divergente):
        await scene.coord(ligne)
        await scene.juge("rep", ligne, "avis-representant", duree=5 if ligne is divergente else 1)
    seance = await scene.seance(DES)
    await scene.decide(deja)
    poste, retour = await scene.poste("pres"), f"/demandes?seance={seance}"
    apercu = await previsualiser(poste, "concordants", retour=retour)
    assert apercu.bilan == (
        "Confirmer les avis concordants : 2 modifiées · 1 déjà ainsi · 1 refusée · 0 en cours d'édition · 0 déport"
    )
    assert apercu.groupes == {"modifiee": [a.id, b.id], "deja": [deja.id], "refusee": [divergente.id]}
    assert apercu.causes == {"Les avis divergent sur la durée.": [divergente.id]}
    assert await scene.ecrit(Decision, a) is None  # a preview writes nothing
    travail = await fini(scene, poste, await confirmer(poste, apercu))
    assert travail.resultat == {"faits": [a.id, b.id], "deja": [], "refuses": []}
    for ligne in (a, b):
        ecrite = await scene.ecrit(Decision, ligne)
        dit = (ecrite.sens, ecrite.duree, ecrite.phases, ecrite.source, ecrite.avis_version, ecrite.auteur_id)
        assert dit == (Sens.ACCEPTE, 1, "SA", Source.SAISIE, 1, scene.gens["pres"].id)
    actes = await scene.actes("decider_ligne")
    assert [(x.ligne_id, x.version) for x in actes if x.lot == travail.id] == [(a.id, 1), (b.id, 1)]
    assert actes[1].avant is None
    assert actes[1].apres == {
        "sens": "ACCEPTE", "duree": 1, "phases": "SA", "motif": None, "motif_texte": "", "commentaire": "",
        "source": "SAISIE", "avis_version": 1,
    }  # fmt: skip
    page = await scene.page("pres", f"/lots/{travail.id}")
    assert "2 modifiées" in page
    assert f'href="{retour}"' in page


async def test_each_act_writes_its_own_judgement(scene: Scene) -> None:
    ligne, seule = await scene.demande(), await scene.demande(AUTRE)
    await scene.coord(ligne)
    await scene.seance(DES, AUTRE)
    deux = [ligne, seule]
    cas = (
        ("accepter", {"duree": "5", "phases": "choisies", "lettres": ["S", "C"]}, (Sens.ACCEPTE, 5, "SC", None)),
        ("accepter", {}, (Sens.ACCEPTE, 1, "SA", None)),
        ("etude", {}, (Sens.A_L_ETUDE, 1, "SA", None)),
        ("refuser", {"motif": "REF_C_01"}, (Sens.REFUSE, None, "", "REF_C_01")),
    )
    for n, (acte, champs, attendu) in enumerate(cas, 1):
        travail = await faire(scene, "membre", acte, deux, **champs)
        assert travail.resultat == {"faits": [ligne.id, seule.id], "deja": [], "refuses": []}
        for x in deux:
            d = await scene.ecrit(Decision, x)
            assert (d.sens, d.duree, d.phases, d.motif, d.version) == (*attendu, n), acte
    reprise = await previsualiser(await scene.poste("membre"), "reprendre", deux)
    assert reprise.groupes == {"modifiee": [ligne.id], "refusee": [seule.id]}
    await faire(scene, "membre", "reprendre", deux)
    assert [await scene.ecrit(Decision, x) is None for x in deux] == [True, False]
    [repris] = await scene.actes("reprendre_avis")
    assert (repris.ligne_id, repris.version, repris.apres) == (ligne.id, None, None)
    # Whoever still holds a decision that was taken back is no reader of the next one.
    await faire(scene, "membre", "accepter", [ligne])
    assert (await scene.ecrit(Decision, ligne)).version > len(cas)


async def test_a_coordonnateur_gives_his_own_opinion_on_many_lines(scene: Scene) -> None:
    ligne, ailleurs = await scene.demande(), await scene.demande(AUTRE)
    await scene.juge("voisine", ailleurs, "avis-coordonnateur")
    poste = await scene.poste("coord")
    apercu = await previsualiser(poste, "accepter", [ligne, ailleurs])
    assert apercu.groupes == {"modifiee": [ligne.id]}  # the other line is not his: as if absent
    assert apercu.champs["genre"] == ["avis-coordonnateur"]
    await fini(scene, poste, await confirmer(poste, apercu, apercu=f"{apercu.champs['apercu'][0]}-{ailleurs.id}.1.0.0"))
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).auteur_id == scene.gens["coord"].id
    assert (await scene.ecrit(AvisCoordonnateur, ailleurs)).auteur_id == scene.gens["voisine"].id


async def test_a_comment_outlives_the_batch(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance(DES)
    await scene.decide(ligne, Sens.A_L_ETUDE, commentaire="À revoir en mars.")
    await faire(scene, "pres", "accepter", [ligne])
    decision = await scene.ecrit(Decision, ligne)
    assert (decision.sens, decision.commentaire, decision.version) == (Sens.ACCEPTE, "À revoir en mars.", 2)


async def test_a_step_asks_the_database_as_much_for_forty_lines_as_for_ten(monde: Monde, scene: Scene) -> None:
    seance = await scene.seance(DES, AUTRE)
    ouverte = {"moment": "SEANCE_OUVERTE", "seance_id": seance}
    dix = await semer(monde, scene.campagne.id, scene.gens["scol"].id, *[{"formation": DES, **ouverte}] * 10)
    await semer(
        monde, scene.campagne.id, scene.gens["scol"].id, *[{"formation": AUTRE, "decision": Sens.REFUSE, **ouverte}] * 40
    )
    faites = {}
    for n, formation in ((10, DES), (40, AUTRE)):
        poste = await scene.poste("pres")
        apercu = await previsualiser(poste, "accepter", retour=f"/demandes?formation={formation}")
        with requetes(monde.app.state.moteur) as vues:
            travail = await fini(scene, poste, await confirmer(poste, apercu))
        assert len(travail.resultat["faits"]) == n
        faites[n] = [
            x.split()[0]
            for x in vues
            if any(t in x for t in ("INTO decision", "UPDATE decision", "INTO journal", "UPDATE ligne"))
        ]
    assert faites == {10: ["UPDATE", "INSERT", "INSERT"], 40: ["UPDATE", "UPDATE", "INSERT"]}
    assert len(dix) == 10
