"""What becomes of a return: cancelled, extended, overdue, refused; alone, or at the same instant as its RTS writes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from app.core.roles import Role
from app.core.templating import aujourdhui, jour
from app.demandes.models import Ligne, Retour
from app.demandes.retours.models import EtatRemarque
from app.demandes.retours.queries import compte_en_retard, retours_en_retard
from app.demandes.statuts import OrigineRefus, Statut, Validation
from tests.demandes.outils import actes, champs, ecarts, etat, lire, saisie_de, textes
from tests.demandes.test_retours import ECHEANCE, agir, remarquer, remarques, repondre, retourner
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene
    from tests.support.application import Poste

HIER = aujourdhui() - timedelta(days=1)


async def rendue(scene: Scene, claire: Poste, *, formation: str = "ALLERGO") -> tuple[int, int]:
    """A dossier of Nadia returned with one remark; their numbers."""
    numero = await scene.monde.soumise(scene.nadia, scene.campagne, formation)
    remarque = await remarquer(claire, scene, numero, "champ:projet", "INC_02", "Trop court.")
    await retourner(claire, scene, numero)
    return numero, remarque


async def depasser(scene: Scene, numero: int) -> None:
    """The deadline was yesterday."""
    async with scene.monde.base() as session:
        await session.execute(update(Retour).where(Retour.demande_id == numero).values(echeance=HIER))
        await session.execute(
            update(Ligne).where(Ligne.demande_id == numero).values(echeance_retour=HIER, stamp=Ligne.stamp + 1)
        )


async def test_a_return_sent_by_mistake_is_cancelled_and_keeps_its_text(scene: Scene) -> None:
    monde, claire, nadia = scene.monde, await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    await agir(claire, scene, numero, "validations/rts", acte="invalider", motif="Homonyme.")
    un = await remarquer(claire, scene, numero, "champ:projet", "INC_02", "Trop court.")
    await retourner(claire, scene, numero)
    sans = await agir(claire, scene, numero, "retour/annulation")
    assert (sans.status_code, "Dites pourquoi le retour est annulé." in sans.text) == (422, True)
    fait = await agir(claire, scene, numero, "retour/annulation", motif_annulation="Autre dossier.")
    demande = await lire(monde, numero)
    assert (fait.status_code, demande.statut, demande.validation_rts, demande.depots) == (
        303, Statut.EN_VALIDATION, Validation.INVALIDE, 1
    )  # fmt: skip
    (remarque,) = await remarques(scene, numero)
    assert (remarque.id, remarque.etat, remarque.texte, remarque.motif_cloture, remarque.close_par_id) == (
        un, EtatRemarque.ANNULEE, "Trop court.", "Autre dossier.", scene.claire.id,
    )  # fmt: skip
    lu = " ".join(textes(await claire.ouvrir(f"/demandes/{numero}"), "//article[@id='suites']"))
    assert ("Trop court." in lu, "Annulée par Claire Rosheim" in lu, "Autre dossier." in lu) == (True, True, True)
    tableau = (await nadia.ouvrir("/tableau-de-bord")).text
    assert "La scolarité a annulé son retour : vous n&#39;avez rien à compléter." in tableau.replace("'", "&#39;")
    assert ("Trop court." in tableau, "Autre dossier." in tableau, "Claire" in tableau) == (False, False, False)
    assert await ecarts(monde, numero) == []
    await retourner(claire, scene, numero, motifs=["INC_02"])  # and returned again, this time for good
    assert "a annulé son retour" not in (await nadia.ouvrir("/tableau-de-bord")).text


async def test_a_return_that_the_rts_has_begun_to_answer_is_not_cancelled(scene: Scene) -> None:
    monde, claire, nadia = scene.monde, await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero, _ = await rendue(scene, claire)
    await nadia.poster(f"/demandes/{numero}/saisie", htmx=True, **await saisie_de(nadia, numero) | {"capacite": "3"})
    avant = await etat(monde, numero)
    refus = await agir(claire, scene, numero, "retour/annulation", motif_annulation="Erreur.")
    assert (refus.status_code, "Le RTS a déjà modifié son dossier depuis ce retour" in refus.text) == (403, True)
    assert await etat(monde, numero) == avant
    assert "il ne s'annule plus" in " ".join(textes(await claire.ouvrir(f"/demandes/{numero}"), "//aside//details"))


async def test_a_remark_is_cancelled_while_the_rts_has_it(scene: Scene) -> None:
    claire, nadia = await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero, un = await rendue(scene, claire)
    await nadia.poster(
        f"/demandes/{numero}/saisie", htmx=True, **await saisie_de(nadia, numero) | {f"reponse_{un}": "Je cherche."}
    )
    fait = await agir(claire, scene, numero, f"remarques/{un}/annulation", motif_annulation="Vu au téléphone.")
    assert (fait.status_code, (await remarques(scene, numero))[0].reponse) == (303, "Je cherche.")
    page = await nadia.ouvrir(f"/demandes/{numero}/saisie")
    dit = textes(page, f"//div[@id='remarque-{un}']")[0]
    assert ("Trop court." in dit, "Annulée par la scolarité" in dit, "Je cherche." in dit) == (True, True, True)
    assert "téléphone." not in page.text
    assert (await agir(claire, scene, numero, f"remarques/{un}/annulation", motif_annulation="Encore.")).status_code == 409
    assert (await repondre(scene, numero)).status_code == 303  # nothing is asked any more
    assert "Motif : Vu au téléphone." in (await claire.ouvrir(f"/demandes/{numero}")).text


async def test_an_overdue_return_is_extended_or_refused_and_nothing_happens_by_itself(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    prolongee, _ = await rendue(scene, claire)
    refusee, _ = await rendue(scene, claire, formation="HGE")
    a_temps = await monde.soumise(scene.nadia, scene.campagne, "FST24")
    await retourner(claire, scene, a_temps, motifs=["INC_02"])
    tot = await agir(claire, scene, refusee, "refus", motif_refus="REF_S_08", precision="")
    assert (tot.status_code, "une fois le délai passé" in tot.text) == (403, True)
    await depasser(scene, prolongee)
    await depasser(scene, refusee)
    for adresse in ("/retours-en-retard", "/demandes?statut=EN_SAISIE"):
        assert (await claire.ouvrir(adresse)).text.count("Délai dépassé" if "retard" in adresse else "Retour en retard") == 2
    assert "Délai dépassé" in (await (await monde.connecter(scene.nadia)).ouvrir("/tableau-de-bord")).text
    bientot = (aujourdhui() + timedelta(days=5)).isoformat()
    for valeurs, dit in (
        ({"motif_prolongation": "Congés."}, "Fixez la date limite de complément."),
        ({"motif_prolongation": "Congés.", "echeance": HIER.isoformat()}, "La date limite est dans le futur."),
        ({"echeance": bientot}, "Dites pourquoi le délai est prolongé."),
    ):
        refus = await agir(claire, scene, prolongee, "retour/prolongation", **valeurs)
        assert (valeurs, refus.status_code, textes(refus, "//form//small[@class='erreur-champ']")) == (valeurs, 422, [dit])
    fait = await agir(claire, scene, prolongee, "retour/prolongation", echeance=bientot, motif_prolongation="Congés.",
                      echeance_lue=HIER.isoformat(), vers="/retours-en-retard")  # fmt: skip
    assert (fait.status_code, fait.headers["location"]) == (303, "/retours-en-retard")
    perime = await agir(claire, scene, prolongee, "retour/prolongation", echeance=ECHEANCE, motif_prolongation="Congés.",
                        echeance_lue=HIER.isoformat())  # fmt: skip
    assert perime.status_code == 409  # a colleague had extended it
    assert (await monde.ligne(prolongee)).echeance_retour == aujourdhui() + timedelta(days=5)
    assert await ecarts(monde, prolongee) == []
    apercu = await agir(claire, scene, refusee, "refus/apercu", motif_refus="REF_S_08", precision="")
    pret = champs(apercu, f"/demandes/{refusee}/refus")
    assert pret["apercu"] == "Dossier non complété dans le délai accordé"
    assert (await claire.poster(f"/demandes/{refusee}/refus", **pret)).status_code == 303
    demande = await lire(monde, refusee)
    assert (demande.statut, demande.origine_refus) == (Statut.REFUSE, OrigineRefus.SCOLARITE)
    async with monde.sessions() as session:
        clos = (await session.execute(select(Retour.clos_le).where(Retour.demande_id == refusee))).scalar_one()
        assert clos is not None
    assert "Aucun dossier retourné n'a dépassé son délai." in textes(await claire.ouvrir("/retours-en-retard"), "//main")[0]


async def test_overdue_returns_are_those_of_one_s_own_perimeter(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero, _ = await rendue(scene, claire)
    autre, _ = await rendue(scene, claire, formation="HGE")
    await depasser(scene, numero)
    await depasser(scene, autre)
    allergologie = await monde.personne("Agathe Barr", fonction(Role.SCOL, "ALLERGO"))
    elle_meme = await monde.personne("Nadia Turckheim", fonction(Role.SCOL))
    elle_meme.rpps = scene.nadia.rpps
    for qui, attendues in (
        (scene.claire, {numero, autre}), (allergologie, {numero}), (scene.rose, set()), (scene.nadia, set()), (elle_meme, set()),
        (await monde.personne("Léa Haguenau", fonction(Role.COORD)), set()),
        (await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)), set()),
    ):  # fmt: skip
        async with monde.sessions() as session:
            lues = await retours_en_retard(session, monde.droits(qui))
            assert await compte_en_retard(session, monde.droits(qui)) == len(lues)
        assert (qui.nom, {x.demande.id for x in lues}) == (qui.nom, attendues)
    assert (await (await monde.connecter(scene.nadia)).ouvrir("/retours-en-retard")).status_code == 403
    lea = await monde.connecter(await monde.personne("Jean Wisches", fonction(Role.COORD)))
    liste = (await lea.ouvrir("/demandes?statut=EN_SAISIE")).text
    assert ("Turckheim" in liste, "en retard" in liste) == (True, False)  # the row, not what is asked of its RTS


@pytest.mark.parametrize(
    "verbe", ["retour/annulation", "retour/prolongation", "remarques/{r}/annulation", "remarques/{r}/levee"]
)
async def test_the_acts_of_the_loop_are_the_scolarite_s(scene: Scene, verbe: str) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero, un = await rendue(scene, claire)
    avant, chemin = await etat(monde, numero), verbe.replace("{r}/levee", "levee").format(r=un)
    pleins = {"motif_annulation": "Non.", "motif_prolongation": "Non.", "echeance": "2099-01-31", "remarques": [un]}
    lea = await monde.personne("Léa Haguenau", fonction(Role.COORD))
    for qui, statut in ((scene.nadia, 403), (scene.omar, 404), (scene.rose, 404), (lea, 403)):
        reponse = await agir(await monde.connecter(qui), scene, numero, chemin, **pleins)
        assert (qui.nom, reponse.status_code) == (qui.nom, statut)
    assert await etat(monde, numero) == avant


async def test_two_agents_return_at_once_and_one_return_is_sent(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    postes = [await monde.connecter(scene.claire) for _ in range(3)]
    await remarquer(postes[0], scene, numero, "champ:projet", "INC_02")
    lue = champs(await postes[0].ouvrir(f"/demandes/{numero}"), f"/demandes/{numero}/retour")
    recues = await asyncio.gather(*[p.poster(f"/demandes/{numero}/retour", **lue) for p in postes])
    assert sorted(r.status_code for r in recues) == [303, 409, 409]
    async with monde.sessions() as session:
        (retour,) = list(await session.scalars(select(Retour)))
    assert [r.retour_id for r in await remarques(scene, numero)] == [retour.id]
    assert [a.action for a in await actes(monde, numero)].count("retourner_incomplet") == 1


async def test_the_rts_submits_while_the_agent_cancels(scene: Scene) -> None:
    """One of the two: submitted, or cancelled, never half of each."""
    monde, claire, nadia = scene.monde, await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero, un = await rendue(scene, claire)
    saisie: dict[str, Any] = await saisie_de(nadia, numero) | {f"faite_{un}": ["", "1"]}
    soumis, annule = await asyncio.gather(
        nadia.poster(f"/demandes/{numero}/soumission", **saisie),
        claire.poster(f"/demandes/{numero}/retour/annulation", motif_annulation="Erreur."),
    )
    demande, (remarque,) = await lire(monde, numero), await remarques(scene, numero)
    async with monde.sessions() as session:
        (retour,) = list(await session.scalars(select(Retour)))
    assert demande.statut is Statut.EN_VALIDATION or soumis.status_code in {409, 422}
    if annule.status_code == 303:
        assert (soumis.status_code in {403, 409}, demande.depots, remarque.etat) == (True, 1, EtatRemarque.ANNULEE)
        assert (retour.annule_le is not None, retour.clos_le) == (True, None)
    else:
        assert annule.status_code in {403, 409}
        assert (soumis.status_code, demande.depots, remarque.etat) == (303, 2, EtatRemarque.ENVOYEE)
        assert (retour.annule_le, retour.clos_le is not None) == (None, True)
    assert await ecarts(monde, numero) == []


async def test_the_deadline_that_was_extended_is_the_one_that_holds(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    numero, un = await rendue(scene, claire)
    async with monde.base() as session:
        scene.campagne.cloture_depot = HIER
        await session.merge(scene.campagne)
    await depasser(scene, numero)
    faite = {f"faite_{un}": ["", "1"]}
    assert (await repondre(scene, numero, **faite)).status_code == 422
    le = aujourdhui() + timedelta(days=5)
    await agir(claire, scene, numero, "retour/prolongation", echeance=le.isoformat(), motif_prolongation="Congés.")
    page = await (await monde.connecter(scene.nadia)).ouvrir(f"/demandes/{numero}/saisie")
    assert f"À compléter et à soumettre de nouveau avant le {jour(le)}" in " ".join(textes(page, "//div[@id='retour']"))
    assert (await repondre(scene, numero, **faite)).status_code == 303
