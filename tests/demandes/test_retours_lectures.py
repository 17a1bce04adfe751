"""What each reads of the loop: nothing internal for the RTS, what overlaps for the scolarité, and screens that follow."""

from __future__ import annotations

import asyncio
import html
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.core.roles import Role
from app.core.templating import aujourdhui, jour
from app.demandes.jumelles import Recouvrement, jumelles
from app.demandes.models import Choix
from app.demandes.retours.direct import Suivi as SuiviSaisie
from app.demandes.statuts import Statut, TypeDemande
from tests.demandes.outils import arbre, champs, etat, lire, saisie_de, site, terrain, textes
from tests.demandes.test_ensemble import requetes
from tests.demandes.test_retours import agir, remarquer, remarques, retourner
from tests.support.application import fonction
from tests.support.ecran import Ecran, Suite

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene

INTERNES = ("Bas-les-pattes", "Sous-le-manteau", "Entre-nous", "Motif-interne", "Claire", "Rosheim", "NON_VALIDE", "Invalidé")


class Saisie(Suite):
    """An open draft: what its stream brings, as a browser would receive it."""

    def __init__(self, scene: Scene, numero: int) -> None:
        super().__init__(scene.monde)
        self.suivi = SuiviSaisie(self.direct, scene.monde.droits(scene.nadia), numero)

    async def ouvrir(self) -> Saisie:
        """What is there already is on the page."""
        await self.recevoir()
        return self

    async def recevoir(self) -> str:
        """As it is read."""
        return html.unescape(await super().recevoir())


async def test_no_page_nor_message_of_the_rts_holds_anything_internal(scene: Scene) -> None:
    """Reasons kept by the scolarité, verdicts, what is only prepared, names: all there for Claire, none for Nadia."""
    monde, claire, nadia = scene.monde, await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    tableau = await Ecran(scene.monde, scene.nadia).ouvrir()
    saisie = await Saisie(scene, numero).ouvrir()
    lus: list[str] = []
    vues: list[str] = []

    async def regarder() -> None:
        adresses = ("/tableau-de-bord", f"/demandes/{numero}", f"/demandes/{numero}/saisie", "/demandes", "/moi")
        lus.extend([(await nadia.ouvrir(adresse)).text for adresse in adresses])
        lus.extend([await tableau.recevoir(), await saisie.recevoir()])
        vues.append((await claire.ouvrir(f"/demandes/{numero}")).text)

    await agir(claire, scene, numero, "validations/rts", acte="invalider", motif="Motif-interne")
    await remarquer(claire, scene, numero, "champ:projet", "INC_02", "Bas-les-pattes")
    await regarder()
    async with monde.base() as session:  # prepared, and taken back: never sent
        (preparee,) = await remarques(scene, numero)
        await session.delete(await session.merge(preparee))
    un = await remarquer(claire, scene, numero, "champ:capacite", "INC_09", "Public")
    await retourner(claire, scene, numero)
    await regarder()
    bientot = (aujourdhui() + timedelta(days=40)).isoformat()
    await agir(claire, scene, numero, "retour/prolongation", echeance=bientot, motif_prolongation="Sous-le-manteau")
    await agir(claire, scene, numero, f"remarques/{un}/annulation", motif_annulation="Entre-nous")
    await regarder()
    await nadia.poster(f"/demandes/{numero}/soumission", **await saisie_de(nadia, numero))
    await regarder()
    await agir(claire, scene, numero, "refus", motif_refus="REF_S_04", precision="Public")
    await regarder()
    assert [x for x in INTERNES if not any(x in v for v in vues)] == ["NON_VALIDE"]  # the negative test could fail
    assert [(x, n) for x in INTERNES for n, lu in enumerate(lus) if x in lu] == []
    assert sum("Public" in lu for lu in lus) > 4


async def test_a_refusal_is_previewed_word_for_word(scene: Scene) -> None:
    monde, claire, nadia = scene.monde, await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    avant, adresse = await etat(monde, numero), f"/demandes/{numero}/refus"
    manque = await agir(claire, scene, numero, "refus/apercu", motif_refus="REF_S_04", precision="")
    assert (manque.status_code, "Ce motif demande une précision." in manque.text) == (422, True)
    apercu = await agir(claire, scene, numero, "refus/apercu", motif_refus="REF_S_04", precision="Dépend de <Nancy>.")
    (fragment,) = textes(apercu, "//div[@id='apercu-refus']/p[@class='message-erreur']")
    assert fragment == "Motif du refus : Subdivision non compétente pour ce terrain : Dépend de <Nancy>."
    version = (await lire(monde, numero)).version
    seul = await claire.poster(
        f"{adresse}/apercu", htmx=True, motif_refus="REF_S_04", precision="Dépend de <Nancy>.", version=version
    )
    assert textes(seul, "//p[@class='message-erreur']") == [fragment]
    assert await etat(monde, numero) == avant  # a preview writes nothing
    pret = champs(apercu, adresse)
    autre = await claire.poster(adresse, **pret | {"precision": "Dépend de Reims."})
    assert (autre.status_code, "Le texte a changé depuis son aperçu" in autre.text) == (422, True)
    assert "Dépend de Reims." in textes(autre, "//div[@id='apercu-refus']/p[@class='message-erreur']")[0]
    assert (await claire.poster(adresse, **pret)).status_code == 303
    for page in ("/tableau-de-bord", f"/demandes/{numero}"):
        assert textes(await nadia.ouvrir(page), "//p[@class='message-erreur']") == [fragment]
    refus = await nadia.poster(f"{adresse}/apercu", motif_refus="REF_S_04", precision="X", version=1)
    assert refus.status_code == 403


async def test_an_agrement_in_force_is_shown_and_proposed_as_the_reason(scene: Scene) -> None:
    monde, claire, fin = (
        scene.monde,
        await scene.monde.connecter(scene.claire),
        scene.campagne.debut_agrements + timedelta(days=300),
    )
    lieu = await site(monde, "670783273")
    unite = await terrain(monde, 41, "Unité", lieu.id)
    debut = fin - timedelta(days=1800)
    tenu = {"terrain_id": unite, "formation": "ALLERGO", "subdivision": "STRASBOURG", "phases": "S", "type": TypeAgrement.PRINCIPAL,
            "statut": StatutAgrement.ACTIF, "debut": debut}  # fmt: skip
    async with monde.base() as session:
        session.add(Agrement(rpps=scene.nadia.rpps, fin=fin, **tenu))
    ou = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id, "saisie_terrain": "", "terrain_id": unite}
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", **ou)
    extension = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", type_=TypeDemande.EXTENSION_PHASE,
                                    **ou | {"terrain_id": await terrain(monde, 42, "Autre", lieu.id)})  # fmt: skip
    autre = await monde.soumise(scene.omar, scene.campagne, "ALLERGO", **ou)
    page = await claire.ouvrir(f"/demandes/{numero}")
    dit = textes(page, "//article[@class='signalements']/p")
    assert dit[0] == (
        f"Agrément en cours : ce RTS a déjà, pour Allergologie sur le terrain n° 41 — Unité, un agrément du {jour(debut)} "
        f"au {jour(fin)} ."
    ).replace(" .", ".")
    propose = champs(page, f"/demandes/{numero}/refus/apercu#refuser")
    apercu = await claire.poster(f"/demandes/{numero}/refus/apercu", **propose)
    assert textes(apercu, "//div[@id='apercu-refus']/p[@class='message-erreur']") == [
        f"Motif du refus : Agrément en cours : du {jour(debut)} au {jour(fin)}."
    ]
    assert (await claire.poster(f"/demandes/{numero}/refus", **champs(apercu, f"/demandes/{numero}/refus"))).status_code == 303
    assert "Agrément en cours" not in " ".join(
        textes(await claire.ouvrir(f"/demandes/{extension}"), "//article[@class='signalements']")
    )
    dits = textes(await claire.ouvrir(f"/demandes/{autre}"), "//article[@class='signalements']/p")
    assert [x.split(" : ")[0].split(" pour ")[0] for x in dits] == ["Terrain déjà agréé"]
    assert "signalements" not in (await (await monde.connecter(scene.nadia)).ouvrir(f"/demandes/{numero}")).text


async def test_twins_are_told_to_the_scolarite(scene: Scene) -> None:
    monde, claire = scene.monde, await scene.monde.connecter(scene.claire)
    premiere = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Étage 1")
    ailleurs = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Étage 2")
    meme_lieu = await monde.soumise(scene.omar, scene.campagne, "ALLERGO", saisie_terrain="ETAGE 1")
    await monde.soumise(scene.omar, scene.campagne, "HGE", saisie_terrain="Étage 1")  # another formation
    await monde.brouillon(scene.omar, scene.campagne, "ALLERGO", saisie_terrain="Étage 2")  # never filed
    nancy = await monde.campagne("ALLERGO", subdivision="NANCY")
    await monde.soumise(scene.nadia, nancy, "ALLERGO", saisie_terrain="Étage 1")  # another campaign
    async with monde.sessions() as session:
        lues = await jumelles(session, monde.droits(scene.claire))
        assert [(x.de, x.demande.id, x.recouvrement) for x in lues] == [
            (ailleurs, premiere, Recouvrement.MEME_RTS), (meme_lieu, premiere, Recouvrement.MEME_TERRAIN)
        ]  # fmt: skip
        for qui in (scene.rose, scene.nadia, await monde.personne("Léa Haguenau", fonction(Role.COORD))):
            assert (qui.nom, await jumelles(session, monde.droits(qui))) == (qui.nom, [])
    dits = textes(await claire.ouvrir(f"/demandes/{premiere}"), "//article[@class='signalements']/p")
    assert [x.split(" (")[0] for x in dits] == [
        f"Même RTS et même formation, sur un autre terrain : demande n° {ailleurs} , Nadia Turckheim, Étage 2",
        f"Même terrain et même formation, par un autre RTS : demande n° {meme_lieu} , Omar Wittenheim, ETAGE 1",
    ]
    await agir(claire, scene, ailleurs, "refus", motif_refus="REF_S_02", precision="")
    dits = textes(await claire.ouvrir(f"/demandes/{premiere}"), "//article[@class='signalements']/p")
    assert len(dits) == 1  # refused: open no more


async def test_the_same_demande_submitted_at_once_by_two_drafts_is_refused_with_the_other_s_number(scene: Scene) -> None:
    monde = scene.monde
    numeros = [await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO") for _ in range(2)]
    postes = [await monde.connecter(scene.nadia) for _ in numeros]
    saisies = [await saisie_de(p, n) for p, n in zip(postes, numeros, strict=True)]
    recues = await asyncio.gather(
        *[p.poster(f"/demandes/{n}/soumission", **s) for p, n, s in zip(postes, numeros, saisies, strict=True)]
    )
    statuts = [(await lire(monde, n)).statut for n in numeros]
    assert sorted(statuts) == [Statut.EN_SAISIE, Statut.EN_VALIDATION]
    perdant, gagnant = statuts.index(Statut.EN_SAISIE), statuts.index(Statut.EN_VALIDATION)
    assert recues[perdant].status_code in {409, 422}
    relue = await postes[perdant].poster(
        f"/demandes/{numeros[perdant]}/soumission", **await saisie_de(postes[perdant], numeros[perdant])
    )
    assert arbre(relue).xpath("//a[text()='Voir cette demande']/@href") == [f"/demandes/{numeros[gagnant]}"]


async def test_an_open_draft_follows_the_scolarite_and_keeps_what_is_typed(scene: Scene) -> None:
    claire, nadia = await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)
    numero = await scene.monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    un = await remarquer(claire, scene, numero, "champ:projet", "INC_02", "Trop court.")
    deux = await remarquer(claire, scene, numero, "champ:capacite", "INC_09", "Deux ?")
    await retourner(claire, scene, numero)
    ecran = await Saisie(scene, numero).ouvrir()
    assert await ecran.recevoir() == ""
    le = aujourdhui() + timedelta(days=50)
    await agir(claire, scene, numero, "retour/prolongation", echeance=le.isoformat(), motif_prolongation="Congés.")
    recu = await ecran.recevoir()
    assert (f"<strong>{jour(le)}</strong>" in recu, "<textarea" in recu, 'hx-target="#soumettre"' in recu) == (
        True,
        False,
        True,
    )
    await agir(claire, scene, numero, f"remarques/{un}/annulation", motif_annulation="Vu.")
    recu = await ecran.recevoir()
    assert (f'hx-target="#remarque-{un}"' in recu, f'hx-target="#remarque-{deux}"' in recu) == (True, False)
    assert "Annulée par la scolarité" in recu
    await agir(claire, scene, numero, "retour/annulation", motif_annulation="Erreur.")
    assert "Cette demande est en cours de validation : elle ne se modifie plus ici." in await ecran.recevoir()
    for qui, statut in ((scene.nadia, 200), (scene.omar, 404), (scene.claire, 403)):
        poste = await scene.monde.connecter(qui)
        if statut != 200:  # a stream that opens never ends
            assert (await poste.ouvrir(f"/direct/demandes/{numero}/saisie")).status_code == statut
    assert f"/direct/demandes/{numero}/saisie" not in (await nadia.ouvrir(f"/demandes/{numero}")).text


async def test_lists_of_returns_cost_the_same_for_one_and_for_many(scene: Scene) -> None:
    """The dashboard of a RTS with one returned dossier, and with six."""
    monde, claire, nadia = scene.monde, await scene.monde.connecter(scene.claire), await scene.monde.connecter(scene.nadia)

    async def une(n: int) -> None:
        numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain=f"Étage {n}")
        await remarquer(claire, scene, numero, "champ:projet", "INC_02")
        await retourner(claire, scene, numero)

    async def cout() -> int:
        await nadia.ouvrir("/tableau-de-bord")
        with requetes(monde) as vues:
            await nadia.ouvrir("/tableau-de-bord")
        return len(vues)

    await une(0)
    un: Any = await cout()
    for n in range(1, 6):
        await une(n)
    assert await cout() == un
