"""Before the séance nobody who may give an opinion reads another's; the coordonnateur's comment is the commission's only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.avis.models import Sens
from tests.support.commission import DES

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene

SECRET_COORD, SECRET_REP = "Motus de coordonnatrice", "Motus de représentant"
CELLULES = ("decision_rep", "decision_coord", "decision_commission")


async def jugee(scene: Scene) -> Ligne:
    """A line with two opinions, each with its reason and its secret."""
    ligne = await scene.demande()
    await scene.coord(ligne, Sens.REFUSE, motif="REF_C_09", motif_texte="Plateau vétuste", commentaire=SECRET_COORD)
    await scene.juge("rep", ligne, "avis-representant", duree=5, phases="C", commentaire=SECRET_REP)
    return ligne


async def lues(scene: Scene, qui: str, ligne: Ligne) -> dict[str, str]:
    """What each screen tells of the line: the table, the dossier, the three cells, the form of one's own opinion."""
    poste = await scene.poste(qui)
    chemins = {
        "tableau": "/demandes?statut=VALIDE_ADMIN",
        "dossier": f"/demandes/{ligne.demande_id}",
        **{c: f"/lignes/{ligne.id}/cellules/{c}" for c in CELLULES},
    }
    textes = {}
    for nom, chemin in chemins.items():
        reponse = await poste.ouvrir(chemin, htmx=nom in CELLULES)
        assert reponse.status_code == 200, (qui, chemin)
        # The choices of filters and forms name every decision.
        textes[nom] = re.sub(r"<form.*?</form>|<thead.*?</thead>|<select.*?</select>", "", reponse.text, flags=re.DOTALL)
    return textes


def dits(textes: dict[str, str], mot: str) -> set[str]:
    """The screens that say *mot*."""
    return {nom for nom, texte in textes.items() if mot in texte}


async def test_before_the_seance_givers_of_opinions_read_their_own_only(scene: Scene) -> None:
    ligne = await jugee(scene)
    temoin = await lues(scene, "membre", ligne)
    assert dits(temoin, "Plateau vétuste") == {"tableau", "dossier", "decision_coord", "decision_commission"}
    assert dits(temoin, "5 ans") == {"tableau", "dossier", "decision_rep"}
    for qui in ("coord", "coord2", "double"):
        textes = await lues(scene, qui, ligne)
        assert dits(textes, "Plateau vétuste") == {"tableau", "decision_coord", "dossier"}, qui
        assert dits(textes, "5 ans") == dits(textes, SECRET_REP) == set(), qui
        assert dits(textes, "repris du coordonnateur") == set(), qui
    for qui in ("rep", "doublerep"):
        textes = await lues(scene, qui, ligne)
        assert dits(textes, "5 ans") == {"tableau", "decision_rep", "dossier"}, qui
        for secret in ("Plateau vétuste", SECRET_COORD, "repris du coordonnateur", 'sens-refuse">Refusé<'):
            assert dits(textes, secret) == set(), (qui, secret)


async def test_a_conflict_tells_the_kind_of_opinion_that_one_may_give_and_no_other(scene: Scene) -> None:
    ligne = await jugee(scene)
    for qui, adresse, sien, autres in (
        ("double", "avis-coordonnateur", "Plateau vétuste", ("5 ans</", SECRET_REP, "Rémi Interne")),
        ("doublerep", "avis-representant", "5 ans", ("vétuste", SECRET_COORD, "Corinne Allergo")),
    ):
        reponse = await scene.poster(qui, ligne, adresse, version=0, sens="A_L_ETUDE", commentaire="Mien")
        assert reponse.status_code == 409
        assert sien in re.search(r"<dt>Actuelle</dt>.*?</dd>", reponse.text, re.DOTALL)[0]  # type: ignore[index]
        for autre in autres:
            assert autre not in re.sub(r"<label>.*?</label>", "", reponse.text), (qui, autre)
        poste = await scene.poste(qui)
        autre_adresse = {"avis-coordonnateur": "avis-representant", "avis-representant": "avis-coordonnateur"}[adresse]
        for interdite in (autre_adresse, "decision"):
            assert (await poste.ouvrir(f"/lignes/{ligne.id}/{interdite}", htmx=True)).status_code == 403, (qui, interdite)


async def test_in_seance_members_read_all_and_those_who_are_not_read_their_own(scene: Scene) -> None:
    ligne = await jugee(scene)
    await scene.seance(DES)
    for qui in ("membre", "double", "doublerep", "pres"):
        textes = await lues(scene, qui, ligne)
        assert dits(textes, "Plateau vétuste") >= {"tableau", "decision_coord"}, qui
        assert dits(textes, "5 ans") >= {"tableau", "decision_rep"}, qui
    for qui, autre in (("coord", "5 ans"), ("rep", "Plateau vétuste")):
        assert dits(await lues(scene, qui, ligne), autre) == set(), qui


async def test_the_coordonnateur_s_comment_is_read_by_the_commission_its_secretary_and_its_author_only(scene: Scene) -> None:
    rts = await scene.nouveau_rts()
    scene.gens["rts"] = rts
    ligne = await scene.demande(rts=rts)
    await scene.coord(ligne, commentaire=SECRET_COORD)
    lecteurs: dict[str, set[str]] = {}
    gens = ("rts", "scol", "coord", "rep", "membre", "double", "ars")
    seance = 0
    for moment in ("AVANT_SEANCE", "SEANCE_OUVERTE", "CLOSE", "PUBLIEE"):
        if moment == "SEANCE_OUVERTE":
            seance = await scene.seance(DES)
        elif moment == "CLOSE":
            await scene.monde.clore(seance, pres=scene.gens["pres"])
        elif moment == "PUBLIEE":
            await scene.monde.publier(seance, pres=scene.gens["pres"])
        assert (await scene.relire(ligne)).moment == moment
        lecteurs[moment] = set()
        for qui in gens:
            poste = await scene.poste(qui)
            chemins = [f"/demandes/{ligne.demande_id}", "/demandes?statut=VALIDE_ADMIN&statut=ACCEPTE"]
            chemins += [f"/lignes/{ligne.id}/avis-coordonnateur", f"/lignes/{ligne.id}/decision"]
            textes = [(await poste.ouvrir(c, htmx="/lignes/" in c)).text for c in chemins]
            if any(SECRET_COORD in t for t in textes):
                lecteurs[moment].add(qui)
    commission = {"scol", "coord", "membre", "double"}
    assert lecteurs == dict.fromkeys(("AVANT_SEANCE", "SEANCE_OUVERTE", "CLOSE", "PUBLIEE"), commission)


async def test_what_is_inherited_and_confirmed_takes_no_comment_with_it(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne, commentaire=SECRET_COORD)
    seance = await scene.seance(DES)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    (acte,) = await scene.actes("confirmer_decision")
    assert acte.apres["sens"] == "ACCEPTE"
    assert SECRET_COORD not in str(acte.apres)
    (avis,) = await scene.actes("donner_avis_coord")
    assert SECRET_COORD in str(avis.apres)
    # The agency reads the history, without it.
    page = await scene.page("ars", f"/demandes/{ligne.demande_id}")
    assert "Avis du coordonnateur" in page
    assert SECRET_COORD not in page
