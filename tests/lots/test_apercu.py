"""The preview: which lines it is about, in which groups, and what it refuses to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.avis.models import Decision, Sens
from app.core.roles import Role
from app.lots import plan, service
from tests.liste.rangees import lire_ecran, semer
from tests.lots.gestes import confirmer, faire, lire_apercu, previsualiser
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES, rpps

if TYPE_CHECKING:
    from tests.support.application import Monde
    from tests.support.commission import Scene


async def test_the_five_groups_name_every_line(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    double = await scene.monde.personne("Marie Deuxrôles", fonction(Role.MEMBRE), rpps=rpps(900))
    a, deja, editee = [await scene.demande() for _ in range(3)]
    sienne = await scene.demande(rts=double)
    await scene.seance(DES)
    hors_seance = await scene.demande()
    await scene.decide(deja)
    for module in (plan, service):
        monkeypatch.setattr(module, "en_edition", lambda ids, **_: {editee.id, deja.id} & set(ids))
    poste = await scene.monde.connecter(double)
    apercu = await previsualiser(poste, "accepter")
    assert apercu.bilan == "Accepter : 1 modifiée · 1 déjà ainsi · 1 refusée · 1 en cours d'édition · 1 déport"
    assert apercu.groupes == {
        "modifiee": [a.id], "deja": [deja.id], "refusee": [hors_seance.id], "en_edition": [editee.id], "deport": [sienne.id],
    }  # fmt: skip
    assert apercu.causes == {"Rien ne se décide avant que le président ouvre la séance.": [hors_seance.id]}
    await confirmer(poste, apercu)


async def test_ticked_lines_are_those_that_the_filter_still_keeps(scene: Scene) -> None:
    a, b = await scene.demande(), await scene.demande(AUTRE)
    await scene.seance(DES, AUTRE)
    poste = await scene.poste("pres")
    assert (await previsualiser(poste, "accepter", [a, b])).groupes == {"modifiee": [a.id, b.id]}
    filtree = f"/demandes?formation={AUTRE}"
    assert (await previsualiser(poste, "accepter", [a, b], retour=filtree)).groupes == {"modifiee": [b.id]}
    assert (await previsualiser(poste, "accepter", retour=filtree)).groupes == {"modifiee": [b.id]}
    assert (await previsualiser(poste, "accepter", retour="/demandes?personne=nulle")).groupes == {}
    for etrange in ("https://exemple.fr/demandes?formation=AR", "//exemple.fr", "/moi", "/demandes?seance=x"):
        reponse = await poste.poster("/lots/nouveau", acte="accepter", portee="coches", retour=etrange, lignes=[str(a.id)])
        assert (reponse.status_code, "exemple.fr" in reponse.text) == (404 if "seance" in etrange else 200, False)


async def test_the_plain_form_of_the_table_leads_to_its_lines(scene: Scene) -> None:
    """Without JavaScript: the boxes, the hidden state and the buttons of one page of the table make the address."""
    a, b = await scene.demande(), await scene.demande(AUTRE)
    seance = await scene.seance(DES, AUTRE)
    await scene.coord(a)
    await scene.juge("rep", a, "avis-representant")
    poste = await scene.poste("pres")
    ecran = lire_ecran(await poste.ouvrir(f"/demandes?seance={seance}&formation={AUTRE}"))
    [boite] = ecran.racine.xpath('//tbody//td[@class="coche"]/input[@form="lot"][@name="lignes"]')
    assert (boite.get("value"), boite.get("aria-label")) == (str(b.id), f"Cocher la ligne {b.id}, Rita Terrain2, Consultation")
    [etat] = ecran.racine.xpath('//input[@form="lot"][@type="hidden"]')
    assert (etat.get("name"), etat.get("value")) == ("retour", f"/demandes?seance={seance}&formation={AUTRE}")
    [formulaire] = ecran.racine.xpath('//form[@id="lot"]')
    assert (formulaire.get("action"), formulaire.get("method")) == ("/lots/nouveau", "get")
    boutons = [(x.get("value"), " ".join(x.text_content().split())) for x in ecran.racine.xpath('//button[@name="portee"]')]
    assert boutons == [("coches", "Agir sur les lignes cochées"), ("filtre", "Agir sur la ligne filtrée")]
    retour = {"retour": etat.get("value")}
    page = lire_apercu(await poste.http.get("/lots/nouveau", params={**retour, "portee": "coches", "lignes": [a.id, b.id]}))
    assert (page.statut, page.groupes, page.erreur) == (200, {}, "")
    assert "Agir sur 1 ligne cochée" in page.racine.xpath("//h1")[0].text_content()
    [concordants] = ecran.racine.xpath('//form[@class="lot concordants"]')
    geste = {x.get("name"): x.get("value") for x in concordants.iter("input")}
    assert lire_apercu(await poste.http.get(concordants.get("action"), params=geste)).groupes == {"modifiee": [a.id]}
    assert "(1)" in (await poste.ouvrir(f"/lots/concordants?seance={seance}")).text
    rien = lire_apercu(await poste.ouvrir("/lots/nouveau?portee=coches"))
    assert "Aucune ligne n'est cochée" in rien.racine.text_content()  # nothing ticked: what to do


async def test_boxes_are_for_those_who_may_judge_the_row(scene: Scene) -> None:
    a = await scene.demande()
    boites = '//tbody//td[@class="coche"]/input/@value'
    attendues = {"coord": [str(a.id)], "rep": [str(a.id)], "membre": [], "scol": [], "ars": None, "admin": None}
    for qui, attendu in attendues.items():
        ecran = lire_ecran(await (await scene.poste(qui)).ouvrir("/demandes?tout=1"))
        vues = ecran.racine.xpath(boites) if ecran.racine.xpath('//td[@class="coche"]') else None
        assert vues == (attendu if ecran.lignes else vues), qui
        assert bool(ecran.racine.xpath('//form[@id="lot"]')) == (attendu is not None), qui
    await scene.seance(DES)
    for qui in ("membre", "scol", "pres"):
        assert lire_ecran(await (await scene.poste(qui)).ouvrir("/demandes?tout=1")).racine.xpath(boites) == [str(a.id)], qui


@pytest.mark.parametrize("qui", ["ars", "admin"])
async def test_who_judges_nothing_starts_no_batch(scene: Scene, qui: str) -> None:
    a = await scene.demande()
    await scene.seance(DES)
    poste, avant = await scene.poste(qui), await scene.comptes()
    for reponse in (
        await poste.ouvrir(f"/lots/nouveau?portee=coches&lignes={a.id}"),
        await poste.poster("/lots/nouveau", acte="accepter", portee="filtre"),
        await poste.poster("/lots", acte="accepter", apercu=f"{a.id}.0.0.0"),
    ):
        assert reponse.status_code == 403
    assert await scene.comptes() == avant


async def test_a_form_that_is_wrong_comes_back_with_what_was_typed(scene: Scene) -> None:
    a = await scene.demande()
    await scene.seance(DES)
    poste, avant = await scene.poste("pres"), await scene.comptes()
    cas = (
        ({"acte": ""}, "Choisissez ce qu'il faut faire de ces lignes."),
        ({"acte": "inventé"}, "Choisissez ce qu'il faut faire de ces lignes."),
        ({"acte": "refuser", "motif_texte": "Deux seniors manquent."}, "Un refus est motivé : choisissez un motif."),
        ({"acte": "accepter", "phases": "choisies"}, "Choisissez au moins une phase, ou gardez les phases demandées."),
        ({"acte": "accepter", "duree": "3"}, "Ce choix n'est pas proposé."),
    )
    for champs, message in cas:
        for adresse in ("/lots/nouveau", "/lots"):
            page = lire_apercu(await poste.poster(adresse, portee="coches", lignes=[str(a.id)], **champs))
            assert (page.statut, page.erreur) == (422, message), (adresse, champs)
            assert page.champs["lignes"] == [str(a.id)]
            assert page.racine.xpath("//textarea")[0].text_content().strip() == champs.get("motif_texte", "")
    # What is confirmed is what was previewed.
    apercu = await previsualiser(poste, "accepter", [a])
    page = lire_apercu(await confirmer(poste, apercu, duree="5"))
    assert (page.statut, page.erreur.partition(" : ")[0]) == (422, "Vos choix ont changé depuis l'aperçu")
    for faux in ("", "x", "1.2.3", f"{a.id}.0.0.0-{a.id}.0.0.0", "9" * 20 + ".0.0.0"):
        page = lire_apercu(await confirmer(poste, apercu, apercu=faux))
        assert (page.statut, page.erreur) == (422, "Aucune ligne ne serait modifiée."), faux
    assert await scene.comptes() == avant


async def test_above_fifty_lines_the_number_is_typed(monde: Monde, scene: Scene) -> None:
    seance = await scene.seance(DES)
    formation = {"formation": DES, "moment": "SEANCE_OUVERTE", "seance_id": seance}
    lignes = await semer(monde, scene.campagne.id, scene.gens["scol"].id, *[formation] * 51)
    poste = await scene.poste("membre")
    apercu = await previsualiser(poste, "etude")
    assert len(apercu.groupes["modifiee"]) == 51
    assert "Tapez 51" in apercu.racine.text_content()
    for tape in ("", "50", "cinquante"):
        page = lire_apercu(await confirmer(poste, apercu, nombre=tape))
        assert (page.statut, page.erreur) == (422, "Tapez 51, le nombre de lignes modifiées, pour confirmer."), tape
    travail = await faire(scene, "membre", "etude", nombre="51")
    assert sorted(travail.resultat["faits"]) == sorted(x["id"] for x in lignes)
    assert travail.fait == travail.total == 51


async def test_forged_numbers_are_as_if_absent(scene: Scene) -> None:
    a, loin = await scene.demande(), await scene.demande(AUTRE)
    await scene.seance(DES)
    voisine = await scene.monde.connecter(await scene.monde.personne("Lou Restreinte", fonction(Role.MEMBRE, DES)))
    for autres in ([], [str(loin.id)], ["999999999"], [str(loin.id), "0", "-1", "un", "9" * 40]):
        reponse = await voisine.poster("/lots/nouveau", acte="accepter", portee="coches", lignes=[str(a.id), *autres])
        page = lire_apercu(reponse)
        assert page.groupes == {"modifiee": [a.id]}
        assert page.bilan == "Accepter : 1 modifiée · 0 déjà ainsi · 0 refusée · 0 en cours d'édition · 0 déport"
        assert "Agir sur 1 ligne cochée" in page.racine.xpath("//h1")[0].text_content()
    assert await scene.ecrit(Decision, loin) is None


async def test_concordant_lines_of_a_seance_leave_the_others_untold(scene: Scene) -> None:
    """Whether the opinions on one's own demande agree is not told either."""
    pour_soi = await scene.monde.personne("Marie Deuxrôles", fonction(Role.MEMBRE), rpps=rpps(901))
    a, seule, decidee = [await scene.demande() for _ in range(3)]
    sienne = await scene.demande(rts=pour_soi)
    for ligne in (a, decidee):
        await scene.coord(ligne)
        await scene.juge("rep", ligne, "avis-representant")
    await scene.coord(sienne, Sens.A_L_ETUDE)
    await scene.juge("rep", sienne, "avis-representant")
    await scene.coord(seule)
    seance = await scene.seance(DES)
    await scene.decide(decidee, Sens.REFUSE)
    poste = await scene.monde.connecter(pour_soi)
    adresse = f"/lots/nouveau?portee=seance&acte=concordants&retour=/demandes?seance={seance}"
    page = lire_apercu(await poste.ouvrir(adresse))
    assert page.groupes == {"modifiee": [a.id], "refusee": [decidee.id], "deport": [sienne.id]}
    assert page.causes == {"La commission en a déjà décidé autrement.": [decidee.id]}
    assert "Une autre ligne de la séance n'a pas deux avis concordants" in page.racine.text_content()
    assert "(1)" in (await poste.ouvrir(f"/lots/concordants?seance={seance}")).text
