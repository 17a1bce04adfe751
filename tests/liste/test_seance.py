"""A séance's table is for those who see the séance; a judgement tells no more than what its reader may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.roles import Role
from app.referentiel.normalisation import cle_rpps
from tests.liste.rangees import lire_ecran, propre
from tests.support.application import fonction

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste

JEANNE, MARC = cle_rpps("9970042001"), cle_rpps("9970042003")


async def juger(poste: Poste, ligne: int, quoi: str, version: int, **champs: object) -> None:
    assert (await poste.poster(f"/lignes/{ligne}/{quoi}", htmx=True, version=version, **champs)).status_code == 200


async def dire(poste: Poste, ligne: int, colonne: str) -> str:
    """The words of a cell, without what edits it."""
    e = lire_ecran(await poste.ouvrir("/demandes?tout=1"))
    td = e.racine.xpath(f'//tr[@id="ligne-{ligne}"]/td[@data-c="{colonne}"]')[0]
    return propre(td).removesuffix(" Modifier")


async def test_a_seance_is_seen_by_its_readers_alone(monde: Monde) -> None:
    scol, pres = [await monde.personne(n, fonction(r)) for n, r in (("Claire S", Role.SCOL), ("Yves P", Role.PRES))]
    jeanne = await monde.personne("Jeanne Auteur", rpps=JEANNE)
    campagne = await monde.campagne("MG", "ACP")
    dedans = await monde.validee(jeanne, campagne, "MG", scol=scol)
    await monde.validee(jeanne, campagne, "ACP", scol=scol)
    seance = await monde.seance("MG", scol=scol)
    autres: dict[str, Personne] = {
        "rts": jeanne,
        "coord": await monde.personne("Paul C", fonction(Role.COORD)),
        "rep": await monde.personne("Lou R", fonction(Role.REP)),
        "ailleurs": await monde.personne("Anne N", fonction(Role.SCOL, subdivision="NANCY"), fonction(Role.MEMBRE, "ACP")),
        "ars": await monde.personne("Inès A", fonction(Role.ARS)),
    }
    membre = await monde.personne("Rose M", fonction(Role.MEMBRE, "MG"))
    for etat in ("planifiée", "ouverte", "close"):
        for qui in (scol, pres, membre):
            e = lire_ecran(await (await monde.connecter(qui)).ouvrir(f"/demandes?seance={seance}"))
            # A planned séance has its lines; a line that it adjourned has left it.
            assert e.lignes == ([] if etat == "close" else [(await monde.ligne(dedans)).id]), (etat, qui.nom)
        for nom, qui in autres.items():
            attendu = 200 if nom == "ars" and etat == "close" else 404
            poste = await monde.connecter(qui)
            for suite in (f"seance={seance}", f"seance={seance}&statut=VALIDE_ADMIN&tri=ville", f"seance=0{seance}"):
                assert (await poste.ouvrir(f"/demandes?{suite}")).status_code == attendu, (etat, nom)
                assert (await poste.ouvrir(f"/demandes?{suite}", htmx=True)).status_code == attendu, (etat, nom)
        if etat == "planifiée":
            await monde.ouvrir(seance, pres=pres)
        elif etat == "ouverte":
            await monde.clore(seance, pres=pres)
    poste = await monde.connecter(scol)
    for faux in ("0", "-1", "99999", "9" * 15, "9" * 40, "x", "1 OR 1"):
        assert (await poste.ouvrir(f"/demandes?seance={faux}")).status_code == 404, faux


async def test_a_member_s_own_line_leaves_a_closed_seance_whatever_was_decided(monde: Monde) -> None:
    scol, pres = [await monde.personne(n, fonction(r)) for n, r in (("Claire S", Role.SCOL), ("Yves P", Role.PRES))]
    coord = await monde.connecter(await monde.personne("Paul C", fonction(Role.COORD)))
    marc = await monde.personne("Marc Membre", fonction(Role.MEMBRE), rpps=MARC)
    jeanne = await monde.personne("Jeanne Auteur", rpps=JEANNE)
    campagne = await monde.campagne("MG")
    sienne, autre = [(await monde.ligne(await monde.validee(x, campagne, "MG", scol=scol))).id for x in (marc, jeanne)]
    for ligne in (sienne, autre):
        await juger(coord, ligne, "avis-coordonnateur", 0, sens="ACCEPTE", duree="1", phases=["S"])
    seance = await monde.seance("MG", scol=scol)
    await monde.ouvrir(seance, pres=pres)
    poste, adresse = await monde.connecter(marc), f"/demandes?seance={seance}"
    assert lire_ecran(await poste.ouvrir(adresse)).lignes == [sienne, autre]
    assert [await dire(poste, sienne, c) for c in ("decision_coord", "decision_commission")] == ["Déport", "Déport"]
    await monde.clore(seance, pres=pres)
    close = lire_ecran(await poste.ouvrir(adresse))
    assert (close.lignes, close.compte) == ([autre], "1 sur 1 demande")
    assert await dire(poste, sienne, "statut") == "Validé administrativementDéport : vous êtes le demandeur"
    await monde.publier(seance, pres=pres)
    assert lire_ecran(await poste.ouvrir(adresse)).lignes == [sienne, autre]
    assert (await dire(poste, sienne, "decision_commission")).startswith("Accepté · 1 an")
    assert await dire(poste, sienne, "decision_coord") == "Déport"


async def test_the_rts_reads_the_decision_and_nothing_of_the_opinion_behind_it(monde: Monde) -> None:
    scol, pres = [await monde.personne(n, fonction(r)) for n, r in (("Claire S", Role.SCOL), ("Yves P", Role.PRES))]
    coord = await monde.connecter(await monde.personne("Paul C", fonction(Role.COORD)))
    jeanne = await monde.personne("Jeanne Auteur", rpps=JEANNE)
    demande = await monde.validee(jeanne, await monde.campagne("MG"), "MG", scol=scol)
    ligne = (await monde.ligne(demande)).id
    seance = await monde.seance("MG", scol=scol)
    await monde.ouvrir(seance, pres=pres)
    membre = await monde.connecter(pres)
    await juger(membre, ligne, "decision", 0, sens="ACCEPTE", duree="1", phases=["S"])
    await juger(coord, ligne, "avis-coordonnateur", 0, sens="REFUSE", motif="REF_C_01")
    # There is something that could leak: the opinion came after the decision, and the président is told.
    assert "avis modifié depuis" in await dire(membre, ligne, "decision_commission")
    rts = await monde.connecter(jeanne)
    for etape in (monde.clore, monde.publier):
        assert await dire(rts, ligne, "statut") == "Validé administrativement"
        assert await dire(rts, ligne, "decision_commission") == "—"
        await etape(seance, pres=pres)
    assert await dire(rts, ligne, "statut") == "Accepté"
    assert await dire(rts, ligne, "decision_commission") == "Accepté · 1 an Phases : SAC"
    cellule = await rts.ouvrir(f"/lignes/{ligne}/cellules/decision_commission", htmx=True)
    for texte in (cellule.text, (await rts.ouvrir(f"/demandes/{demande}")).text):
        assert "Accepté" in texte
        assert "avis modifié" not in texte
        assert "Activité insuffisante" not in texte
        assert "Yves" not in texte
