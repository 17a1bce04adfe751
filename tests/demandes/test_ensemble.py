"""Several at once, many rows, and the parts that make the page."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from app.core.visibilite import Moment
from app.demandes.statuts import Statut, Validation
from tests.demandes.outils import actes, arbre, ecarts, lire, saisie_de

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.demandes.conftest import Scene
    from tests.support.application import Monde


@contextmanager
def requetes(monde: Monde) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile."""
    vues: list[str] = []

    def noter(_: Any, __: Any, texte: str, *___: Any) -> None:
        vues.append(texte)

    moteur = monde.app.state.moteur.sync_engine
    event.listen(moteur, "before_cursor_execute", noter)
    yield vues
    event.remove(moteur, "before_cursor_execute", noter)


async def test_two_acts_at_the_same_instant_leave_one(scene: Scene) -> None:
    """The loser writes nothing, not even half, and reads what the winner did."""
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    version = (await lire(monde, numero)).version
    postes = [await monde.connecter(scene.claire) for _ in range(4)]
    gestes: list[tuple[str, dict[str, Any]]] = [
        ("retour", {"motifs": ["INC_02"], "echeance": "2099-01-31"}),
        ("refus", {"motif_refus": "REF_S_01", "precision": ""}),
        ("validations/terrain", {"acte": "valider", "motif": "Vu."}),
        ("validations/rts", {"acte": "invalider", "motif": "Non."}),
    ]
    avant = len(await actes(monde, numero))
    recues = await asyncio.gather(
        *[p.poster(f"/demandes/{numero}/{v}", version=version, **c) for p, (v, c) in zip(postes, gestes, strict=True)]
    )
    assert sorted(r.status_code for r in recues) == [303, 409, 409, 409]
    gagnant = [r.status_code for r in recues].index(303)
    demande, ligne, faits = await lire(monde, numero), await monde.ligne(numero), await actes(monde, numero)
    attendus = [
        (Statut.EN_SAISIE, Moment.SAISIE, "retourner_incomplet"),
        (Statut.REFUSE, Moment.REFUS_SCOLARITE, "refuser"),
        (Statut.EN_VALIDATION, Moment.VALIDATION, "valider_bloc"),
        (Statut.EN_VALIDATION, Moment.VALIDATION, "invalider_bloc"),
    ]
    assert (demande.statut, ligne.moment, faits[-1].action) == attendus[gagnant]
    assert (len(faits), demande.version, await ecarts(monde, numero)) == (avant + 1, version + 1, [])
    etats = {demande.validation_rts, demande.validation_terrain} - {Validation.AUTO, Validation.NON_VALIDE}
    assert len(etats) == (gagnant > 1)


async def test_a_submission_sent_twice_is_one(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    postes = [await monde.connecter(scene.nadia) for _ in range(3)]
    saisie = await saisie_de(postes[0], numero)
    recues = await asyncio.gather(*[p.poster(f"/demandes/{numero}/soumission", **saisie) for p in postes])
    assert [r.status_code for r in recues].count(303) == 1
    assert {r.status_code for r in recues} <= {303, 403, 409}
    demande = await lire(monde, numero)
    assert (demande.statut, demande.depots) == (Statut.EN_VALIDATION, 1)
    assert [a.action for a in await actes(monde, numero)].count("soumettre") == 1


async def test_screens_that_save_different_fields_at_once_all_save(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    champs = {"telephone": "06", "capacite": "9", "projet": "Ensemble", "email": "n@exemple.fr"}
    postes = [await monde.connecter(scene.nadia) for _ in champs]
    saisie = await saisie_de(postes[0], numero)
    recues = await asyncio.gather(
        *[
            p.poster(f"/demandes/{numero}/saisie", htmx=True, **saisie | {nom: valeur})
            for p, (nom, valeur) in zip(postes, champs.items(), strict=True)
        ]
    )
    assert [r.status_code for r in recues] == [200] * 4
    demande = await lire(monde, numero)
    assert {nom: str(getattr(demande, nom)) for nom in champs} == champs


async def test_a_save_through_htmx_gives_the_form_of_a_fresh_page(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    fait = await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **await saisie_de(nadia, numero) | {"capacite": "3"})
    rendus = []
    for reponse in (fait, await nadia.ouvrir(f"/demandes/{numero}/saisie")):
        (formulaire,) = arbre(reponse).xpath("//form[@id='saisie']")
        (etat,) = formulaire.xpath(".//*[@id='etat']")
        (jeton,) = formulaire.xpath(".//input[@name='_csrf_token']")
        etat.text = jeton.attrib["value"] = ""
        rendus.append([(e.tag, sorted(e.attrib.items()), (e.text or "").strip()) for e in formulaire.iter()])
    assert rendus[0] == rendus[1]


async def test_lists_cost_the_same_number_of_queries_for_one_row_and_for_many(scene: Scene) -> None:
    monde, nadia, claire = scene.monde, await scene.monde.connecter(scene.nadia), await scene.monde.connecter(scene.claire)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Le premier")

    async def couts() -> dict[str, int]:
        lus = {}
        for poste, adresse in ((nadia, "/tableau-de-bord"), (claire, "/campagnes"), (claire, f"/demandes/{numero}")):
            await poste.ouvrir(adresse)
            with requetes(monde) as vues:
                assert (await poste.ouvrir(adresse)).status_code == 200
            lus[adresse] = len(vues)
        return lus

    await nadia.poster(f"/demandes/{numero}/soumission", **await saisie_de(nadia, numero))
    un = await couts()
    for n in range(12):
        await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain=f"Terrain {n}")
        jours = dict.fromkeys(("ouverture", "cloture_depot", "cloture_complements", "cloture_avis"), 100 + n)
        await monde.campagne("ALLERGO", **jours)
        version = (await lire(monde, numero)).version
        verbe = f"/demandes/{numero}/validations/rts"
        assert (await claire.poster(verbe, version=version, acte="valider", motif="Vu.")).status_code == 303
    assert await couts() == un
