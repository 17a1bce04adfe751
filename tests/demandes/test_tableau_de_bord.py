"""The RTS's dashboard: his own demandes by statut, with what waits for him; its stream tells him that, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.core.roles import Role
from app.core.templating import aujourdhui, jour
from app.demandes.models import Choix
from app.demandes.statuts import Statut
from tests.demandes.outils import arbre, lire, saisie_de, site, terrain, textes
from tests.support.application import fonction
from tests.support.ecran import Ecran

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.demandes.conftest import Scene

INC_02 = "Projet pédagogique absent ou non actualisé"
COMPTES = "//ul[@class='comptes']/li"


async def comptes(scene: Scene, qui: Personne) -> list[str]:
    """« 1 En cours de saisie », …"""
    return textes(await (await scene.monde.connecter(qui)).ouvrir("/tableau-de-bord"), COMPTES)


async def acte(scene: Scene, numero: int, verbe: str, **valeurs: Any) -> None:
    """An act of the scolarité."""
    version = (await lire(scene.monde, numero)).version
    claire = await scene.monde.connecter(scene.claire)
    assert (await claire.poster(f"/demandes/{numero}/{verbe}", version=version, **valeurs)).status_code == 303


async def test_one_s_own_demandes_are_counted_by_statut(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    vide = await nadia.ouvrir("/tableau-de-bord")
    assert (textes(vide, COMPTES), "Vous n'avez pas encore de demande" in vide.text) == ([], True)
    autre = await monde.soumise(scene.omar, scene.campagne, "ALLERGO", saisie_terrain="D'Omar")
    await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Un")
    rendue = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Deux")
    await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Trois")
    await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire, saisie_terrain="Quatre")
    refusee = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Cinq")
    await acte(scene, refusee, "refus", motif_refus="REF_S_04", precision="Dépend de <Nancy>.")
    demain = aujourdhui() + timedelta(days=1)
    await acte(scene, rendue, "retour", motifs=["INC_02"], commentaire="Le CV.", echeance=demain.isoformat())
    page = await nadia.ouvrir("/tableau-de-bord")
    assert textes(page, COMPTES) == [
        "2 En cours de saisie", "1 En cours de validation", "1 Validé administrativement", "0 Accepté", "1 Refusé",
    ]  # fmt: skip
    assert textes(page, "//section[@id='mes-demandes']/h2") == [
        "Vos demandes en cours de saisie : 2 En cours de saisie", "Vos demandes en cours de validation : 1 En cours de validation",
        "Vos demandes validées administrativement : 1 Validé administrativement", "Vos demandes refusées : 1 Refusé",
    ]  # fmt: skip
    assert textes(page, f"//article[@id='demande-{refusee}']/*")[:2] == [
        "Demande Cinq",
        (f"Formation : DES Allergologie Terrain : Cinq Etablissement : Maison de santé "
        f"Adresse Etablissement : 1 rue des Écoles, 67000, Strasbourg Subdivision : Strasbourg "
        f"Demande n° {refusee} · Nouvel agrément · soumise le {jour(aujourdhui())}"),
    ]  # fmt: skip
    assert "D'Omar" not in page.text
    assert await comptes(scene, scene.omar) == [
        "0 En cours de saisie", "1 En cours de validation", "0 Validé administrativement", "0 Accepté", "0 Refusé",
    ]  # fmt: skip
    assert arbre(page).xpath("(//div[@class='cartes'])[1]/article/@id")[0] == f"demande-{rendue}"  # what waits for him first
    assert textes(page, f"//article[@id='demande-{rendue}']//div[@class='message-info']") == [
        f"Retour de la scolarité : Dossier incomplet {INC_02} Le CV. À compléter avant le {jour(demain)}"
    ]
    assert textes(page, f"//article[@id='demande-{refusee}']//p[@class='message-erreur']") == [
        "Motif du refus : Subdivision non compétente pour ce terrain : Dépend de <Nancy>."
    ]
    assert (await nadia.ouvrir(f"/demandes/{autre}")).status_code == 404
    assert (await nadia.ouvrir(f"/demandes/{autre}/saisie")).status_code == 404
    assert (await nadia.ouvrir(f"/demandes/{autre}/suppression")).status_code == 404
    assert (await nadia.ouvrir(f"/demandes/{autre}/etablissements?q=x")).status_code == 404


async def test_the_notice_of_an_open_campaign_is_on_the_dashboard(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    await monde.campagne("HGE", subdivision="NANCY", ouverture=2, cloture_depot=9)
    await monde.campagne("HGE", subdivision="CAEN", ouverture=-9, cloture_depot=-1)
    page = await nadia.ouvrir("/tableau-de-bord")
    (notice,) = arbre(page).xpath("//div[@class='notice']/p")
    assert [e.tag for e in notice] == ["em"]
    assert f"ouverture le {jour(aujourdhui() + timedelta(days=2))}." in page.text
    assert arbre(page).xpath("//section[@class='campagnes']//a/@href") == [f"/demandes/nouvelle?campagne={scene.campagne.id}"]


async def test_the_return_of_the_scolarite_arrives_on_the_open_dashboard_of_its_rts_alone(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    await monde.soumise(scene.omar, scene.campagne, "ALLERGO")
    nadia, omar = await Ecran(scene.monde, scene.nadia).ouvrir(), await Ecran(scene.monde, scene.omar).ouvrir()
    assert (await nadia.recevoir(), await omar.recevoir()) == ("", "")
    await acte(scene, numero, "validations/rts", acte="valider", motif="Vu.")
    assert await nadia.recevoir() == ""  # nothing that he may read has changed
    await acte(scene, numero, "retour", motifs=["INC_02"], commentaire="Le CV.", echeance="2099-01-31")
    recu = await nadia.recevoir()
    assert recu.count('hx-target="#mes-demandes"') == 1
    assert "<strong>Retour de la scolarité : Dossier incomplet</strong>" in recu
    assert "Le CV." in recu
    frais = arbre(await (await monde.connecter(scene.nadia)).ouvrir("/tableau-de-bord")).xpath("//*[@id='mes-demandes']")[0]
    envoi = "\n".join(x.removeprefix("data: ") for x in recu.split("\n") if x.startswith("data: "))
    assert " ".join(envoi.split()).count("<article") == len(frais.xpath(".//article"))  # a message equals a fresh page
    assert await omar.recevoir() == ""
    assert await nadia.recevoir() == ""
    poste = await monde.connecter(scene.nadia)
    assert (await poste.poster(f"/demandes/{numero}/soumission", **await saisie_de(poste, numero))).status_code == 303
    assert "Dossier incomplet" not in await nadia.recevoir()
    await acte(scene, numero, "refus", motif_refus="REF_S_01", precision="")
    assert "<strong>Motif du refus :</strong> Agrément en cours" in await nadia.recevoir()
    assert await omar.recevoir() == ""
    assert (await (await monde.connecter(scene.claire)).ouvrir("/direct/tableau-de-bord")).status_code == 403


async def test_nothing_of_the_commission_reaches_the_rts_before_its_publication(scene: Scene) -> None:
    """Neither a count, nor a message, nor what a complement may lean on."""
    monde = scene.monde
    pres = await monde.personne("Hélène Marmoutier", fonction(Role.PRES))
    lea = await monde.connecter(await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO")))
    lieu = await site(monde, "670783273")
    ou = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id, "saisie_terrain": ""}
    numeros = []
    for n, sens in enumerate(({"sens": "ACCEPTE", "duree": "1", "phases": ["S"]},
                              {"sens": "REFUSE", "motif": "REF_C_02", "motif_texte": "Seul."})):  # fmt: skip
        ou["terrain_id"] = await terrain(monde, 41 + n, f"Unité {n}", lieu.id)
        numeros.append(await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire, **ou))
        avis = f"/lignes/{(await monde.ligne(numeros[n])).id}/avis-coordonnateur"
        assert (await lea.poster(avis, version=0, retour="/", **sens)).status_code == 303
    ecran = await Ecran(scene.monde, scene.nadia).ouvrir()
    avant, attendus = await comptes(scene, scene.nadia), []
    seance = await monde.seance("ALLERGO", scol=scene.claire)
    for geste in (monde.ouvrir, monde.clore):
        await geste(seance, pres=pres)
        attendus.append((await comptes(scene, scene.nadia), await ecran.recevoir()))
    assert [(await lire(monde, n)).statut for n in numeros] == [Statut.ACCEPTE, Statut.REFUSE]  # there is something to hide
    assert attendus == [(avant, "")] * 2
    nadia = await monde.connecter(scene.nadia)
    pages = []
    for numero in numeros:
        page = await nadia.ouvrir(f"/demandes/{numero}")
        pages.append((page.status_code, textes(page, "//p[@class='dossier-entete']/span"), "REF_C_02" in page.text))
        assert "Encadrement insuffisant" not in page.text
    assert pages == [(200, ["Validé administrativement"], False)] * 2
    for n in range(2):  # a complement leans on its principal, decided either way
        ou["terrain_id"] = (await lire(monde, numeros[n])).terrain_id
        complement = await monde.brouillon(scene.nadia, scene.campagne, "FST24", **ou)
        depot = await nadia.poster(
            f"/demandes/{complement}/soumission", **await saisie_de(nadia, complement) | {"type": "COMPLEMENT"}
        )
        assert depot.status_code == 303
    await ecran.recevoir()
    await monde.publier(seance, pres=pres)
    recu = await ecran.recevoir()
    assert f"<strong>Motif du refus :</strong> {(await lire(monde, numeros[1])).motif_refus}" in recu
    assert "Encadrement insuffisant" in recu
    assert await comptes(scene, scene.nadia) == [
        "0 En cours de saisie", "2 En cours de validation", "0 Validé administrativement", "1 Accepté", "1 Refusé",
    ]  # fmt: skip
