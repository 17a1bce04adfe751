"""The coordonnateur: his rows, the dossiers that he opens, his opinion and its defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.avis.models import AvisCoordonnateur, Sens
from app.core.roles import Role
from app.demandes.statuts import TypeDemande
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES, FST, rpps

if TYPE_CHECKING:
    from tests.support.commission import Scene

AVIS = "avis-coordonnateur"
TOUTES = "/demandes?statut=EN_VALIDATION&statut=VALIDE_ADMIN"


def cochees(html: str, nom: str) -> list[str]:
    """The values ticked of a field."""
    return re.findall(rf'name="{nom}" value="([^"]*)" checked', html)


def lignes(html: str) -> set[int]:
    """The numbers of the rows of the table."""
    return {int(n) for n in re.findall(r'id="ligne-(\d+)"', html)}


async def test_he_sees_the_rows_of_his_formations_and_subdivisions_in_every_statut(scene: Scene) -> None:
    sienne, autre = await scene.demande(), await scene.demande(AUTRE)
    soumise = await scene.monde.ligne(
        await scene.monde.soumise(await scene.nouveau_rts(), scene.campagne, DES)
    )  # not validated yet
    assert lignes(await scene.page("scol", TOUTES)) == {sienne.id, autre.id, soumise.id}
    assert lignes(await scene.page("coord", TOUTES)) == {sienne.id, soumise.id}
    assert lignes(await scene.page("voisine", TOUTES)) == {autre.id}
    assert lignes(await scene.page("ailleurs", TOUTES)) == set()


async def test_he_opens_only_validated_dossiers_of_his_perimeter(scene: Scene) -> None:
    sienne = await scene.demande()
    soumise = await scene.monde.ligne(await scene.monde.soumise(await scene.nouveau_rts(), scene.campagne, DES))
    for qui, ligne, dossier, avis in (
        ("coord", sienne, 200, 200),
        ("coord", soumise, 403, 403),
        ("voisine", sienne, 404, 404),
        ("ailleurs", sienne, 404, 404),
    ):
        poste = await scene.poste(qui)
        assert (await poste.ouvrir(f"/demandes/{ligne.demande_id}")).status_code == dossier, qui
        assert (await poste.ouvrir(f"/lignes/{ligne.id}/{AVIS}")).status_code == avis, qui
    poste = await scene.poste("coord")
    page = (await poste.ouvrir(f"/demandes/{soumise.demande_id}")).text
    assert "s&#39;ouvrira quand la scolarité l&#39;aura validé administrativement" in page
    page = (await poste.ouvrir(f"/lignes/{soumise.id}/{AVIS}")).text
    assert "Les avis s&#39;ouvriront quand la scolarité aura validé le dossier" in page


async def test_the_form_proposes_the_duration_of_the_type_and_the_phases_asked_for(scene: Scene) -> None:
    attendus = {
        TypeDemande.NOUVEAU: ["1"],
        TypeDemande.RENOUVELLEMENT: ["5"],
        TypeDemande.CHANGEMENT_RTS: ["1"],
        TypeDemande.REEXAMEN: ["1"],
        TypeDemande.DEROGATION: ["1"],
        TypeDemande.COMPLEMENT: [],
        TypeDemande.EXTENSION_PHASE: [],
    }
    lus = {}
    for type_, proposee in attendus.items():
        ligne = await scene.demande(type_=type_, phases="AC", justification="Capacités insuffisantes.")
        html = await scene.page("coord", f"/lignes/{ligne.id}/{AVIS}")
        lus[type_] = cochees(html, "duree")
        assert cochees(html, "phases") == ["A", "C"], type_
        assert cochees(html, "sens") == [], type_
        assert ("celle de l'agrément principal" in html) is (proposee == []), type_
        for mot in ("Acceptée", "A l&#39;étude", "Refusée", "SOCLE", "APPRO", "CONSO", "Commentaire", "Enregistrer"):
            assert mot in html, mot
    assert lus == attendus


async def test_an_option_or_fst_is_proposed_for_the_phase_appro(scene: Scene) -> None:
    scene.gens["fst"] = await scene.monde.personne("Fanny Stage", fonction(Role.COORD, FST))
    ligne = await scene.demande(FST, phases="")
    assert cochees(await scene.page("fst", f"/lignes/{ligne.id}/{AVIS}"), "phases") == ["A"]


async def test_an_opinion_keeps_its_last_author_and_the_journal_both(scene: Scene) -> None:
    ligne = await scene.demande()
    reponse = await scene.poster("coord", ligne, AVIS, version=0, sens="ACCEPTE", duree="5", phases=["S", "C"])
    assert reponse.status_code == 200
    reponse = await scene.poster("coord2", ligne, AVIS, version=1, sens="REFUSE", motif="REF_C_01", duree="5", phases=["S"])
    assert reponse.status_code == 200
    avis = await scene.ecrit(AvisCoordonnateur, ligne)
    assert (avis.sens, avis.duree, avis.phases, avis.motif, avis.version) == (Sens.REFUSE, None, "", "REF_C_01", 2)
    assert avis.auteur_id == scene.gens["coord2"].id
    actes = await scene.actes("donner_avis_coord")
    assert [a.auteur for a in actes] == ["Corinne Allergo", "Colin Allergo"]
    assert [(a.avant or {}).get("sens") for a in actes] == [None, "ACCEPTE"]
    assert [(a.apres["sens"], a.apres["duree"], a.apres["phases"]) for a in actes] == [
        ("ACCEPTE", 5, "SC"),
        ("REFUSE", None, ""),
    ]


async def test_an_opinion_is_given_until_the_seance_closes_and_not_after(scene: Scene) -> None:
    ligne = await scene.demande()
    champs = {"sens": "ACCEPTE", "duree": "1", "phases": ["S"]}
    assert (await scene.poster("coord", ligne, AVIS, version=0, **champs)).status_code == 200
    seance = await scene.seance()
    assert (await scene.poster("coord", ligne, AVIS, version=1, **champs)).status_code == 200
    assert (await scene.poster("rep", ligne, "avis-representant", version=0, **champs)).status_code == 200
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    for _ in ("close", "publiée"):
        for qui, adresse, version in (("coord", AVIS, 2), ("rep", "avis-representant", 1)):
            reponse = await scene.poster(qui, ligne, adresse, version=version, **champs)
            assert reponse.status_code == 403
            assert "La séance est close" in reponse.text
        if (await scene.relire(ligne)).moment == "CLOSE":
            await scene.monde.publier(seance, pres=scene.gens["pres"])
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).version == 2


async def test_his_own_demande_takes_neither_opinion_nor_decision_and_says_so(scene: Scene) -> None:
    roles = [fonction(r, DES) for r in (Role.COORD, Role.MEMBRE)]
    scene.gens["juge"] = juge = await scene.monde.personne("Jeanne Partie", *roles, rpps=rpps(900))
    ligne, autre = await scene.demande(rts=juge), await scene.demande()
    await scene.seance()
    poste = await scene.poste("juge")
    for adresse in (AVIS, "decision"):
        assert (await poste.ouvrir(f"/lignes/{autre.id}/{adresse}")).status_code == 200
        reponse = await scene.poster("juge", ligne, adresse, version=0, sens="ACCEPTE", duree="1", phases=["S"])
        assert reponse.status_code == 403
        assert "Déport : vous êtes le demandeur" in reponse.text
    assert (await poste.poster(f"/lignes/{ligne.id}/complementaires", formation=AUTRE)).status_code == 403
    tableau = await scene.page("juge", TOUTES)
    debut = tableau.index(f'id="ligne-{ligne.id}"')
    assert "Déport : vous êtes le demandeur" in tableau[debut : tableau.index("</tr>", debut)]
    page = await scene.page("juge", f"/demandes/{ligne.demande_id}")
    assert "Vous ne donnez ni avis ni décision sur cette ligne." in page
    assert 'class="editeur"' not in page
    assert 'class="editeur"' in await scene.page("juge", f"/demandes/{autre.demande_id}")


async def test_an_opinion_older_than_a_reopening_says_so_on_the_dossier(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    chemin, scol = f"/demandes/{ligne.demande_id}", await scene.poste("scol")
    assert "antérieur à la réouverture" not in await scene.page("scol", chemin)
    formulaire = r'action="[^"]*/reouverture".*?name="version" value="(\d+)"'
    version = re.search(formulaire, await scene.page("scol", chemin), re.DOTALL)
    assert version
    for acte, n in (("reouverture", 0), ("validation-administrative", 1)):
        reponse = await scol.poster(f"{chemin}/{acte}", version=int(version[1]) + n, motif_reouverture="Pièce à revoir.")
        assert reponse.status_code == 303, reponse.text
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).version == 1  # kept
    assert "antérieur à la réouverture" in await scene.page("scol", chemin)
