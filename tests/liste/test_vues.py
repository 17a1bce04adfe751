"""Views by name: one's own, or the service's; versioned, explicit, and never more than their reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select

from app.core.journal import Journal
from app.core.roles import Role
from app.tableau.models import VueEnregistree
from tests.liste.rangees import lire_ecran, propre
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

ETAT = "/demandes?decision_coord=REFUSE&ville=metz&tri=-ville,decision_coord&cols=ville,decision_coord&apres=WyJhIiwgMV0"


async def vues(poste: Poste, suite: str = "") -> dict[str, str]:
    """Name → address, with what is said beside."""
    reponse = await poste.ouvrir(f"/demandes/vues{suite}")
    assert reponse.status_code == 200
    lignes = html.fromstring(reponse.text).xpath('//ul[@aria-label="Vues enregistrées"]/li[a]')
    return {
        " ".join([propre(li.find("a")), *(propre(x) for x in li.findall("small"))]): li.find("a").get("href") for li in lignes
    }


async def gardee(monde: Monde, nom: str) -> VueEnregistree:
    async with monde.sessions() as session:
        return (await session.execute(select(VueEnregistree).where(VueEnregistree.nom == nom))).scalar_one()


async def changer(monde: Monde, poste: Poste, laquelle: str, /, **champs: Any) -> Any:
    vue = await gardee(monde, laquelle)
    return await poste.poster(
        f"/demandes/vues/{vue.id}/modification", **{"version": str(vue.version), "retour": ETAT, **champs}
    )


async def test_a_view_is_kept_applied_renamed_replaced_and_deleted(monde: Monde) -> None:
    claire = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    anne = await monde.connecter(await monde.personne("Anne Exemple", fonction(Role.SCOL)))
    reponse = await claire.poster("/demandes/vues", nom="Refus de Metz", retour=ETAT)
    assert (reponse.status_code, reponse.headers["location"].split("?")[0]) == (303, "/demandes/vues")
    adresse = "/demandes?ville=metz&decision_coord=REFUSE&tri=-ville%2Cdecision_coord&cols=ville%2Cdecision_coord"
    assert await vues(claire) == {"Refus de Metz": adresse}
    ecran = lire_ecran(await claire.ouvrir(adresse))
    assert ecran.jetons == ["Ville : « metz »", "Décision coordonnateur : Refusé"]
    assert await vues(anne) == {}

    deja = await claire.poster("/demandes/vues", nom="Refus de Metz", retour="/demandes")
    assert (deja.status_code, "déjà une vue de ce nom" in deja.text) == (409, True)
    assert (await changer(monde, claire, "Refus de Metz", acte="renommer", nom="Metz")).status_code == 303
    assert (await changer(monde, claire, "Metz", acte="remplacer", retour="/demandes?ville=colmar")).status_code == 303
    assert await vues(claire) == {"Metz": "/demandes?ville=colmar"}
    vue = await gardee(monde, "Metz")
    assert vue.version == 3
    # Read before it changed: nothing is written over.
    assert (await changer(monde, claire, "Metz", acte="remplacer", version="2")).status_code == 409
    for acte in ("modification", "suppression"):
        autrui = await anne.poster(f"/demandes/vues/{vue.id}/{acte}", version="3", acte="remplacer", retour="/demandes")
        assert autrui.status_code == 404, acte
    assert (await claire.poster(f"/demandes/vues/{vue.id}/suppression", version="2")).status_code == 409
    assert (await claire.poster(f"/demandes/vues/{vue.id}/suppression", version="3")).status_code == 303
    assert await vues(claire) == {}
    async with monde.base() as session:
        actes = (await session.scalars(select(Journal.action).where(Journal.sujet == "vue").order_by(Journal.id))).all()
    assert actes == ["garder_vue", "changer_vue", "changer_vue", "supprimer_vue"]


async def test_a_published_view_reaches_the_service_and_grants_nothing(monde: Monde) -> None:
    scol = fonction(Role.SCOL)
    claire = await monde.personne("Claire Exemple", scol)
    poste = await monde.connecter(claire)
    # Whom a member of the service, of another one, and of none, reads.
    rep, nancy = fonction(Role.REP), fonction(Role.MEMBRE, subdivision="NANCY")
    lecteurs = [await monde.connecter(await monde.personne(n, f)) for n, f in
                (("Rémi Exemple", rep), ("Nadia Exemple", nancy), ("Paul Exemple", fonction(Role.ADMIN, subdivision=None)))]  # fmt: skip
    rts = await monde.connecter(await monde.personne("Marc Terrain", rpps="99700366240"))
    await poste.poster("/demandes/vues", nom="Refus de Metz", retour=ETAT)
    assert [await vues(x) for x in (*lecteurs, rts)] == [{}] * 4
    membre = await monde.personne("Karim Exemple", fonction(Role.MEMBRE))
    sienne = await monde.connecter(membre)
    await sienne.poster("/demandes/vues", nom="La mienne", retour=ETAT)
    refus = await changer(monde, sienne, "La mienne", acte="publier")
    assert (refus.status_code, "Seule la scolarité publie" in refus.text) == (403, True)

    assert (await changer(monde, poste, "Refus de Metz", acte="publier")).status_code == 303
    dite = "Refus de Metz du service, par Claire Exemple"
    lues = [await vues(x) for x in (*lecteurs, rts)]
    tout = "/demandes?ville=metz&decision_coord=REFUSE&tri=-ville%2Cdecision_coord&cols=ville%2Cdecision_coord"
    assert [list(x) for x in lues] == [[dite], [], [dite], []]
    assert lues[2][dite] == tout
    assert await vues(sienne) == {"La mienne": tout, dite: tout}
    assert (await changer(monde, lecteurs[2], "Refus de Metz", acte="retirer")).status_code == 404

    # He is scolarité no more: his view is his own again.
    async with monde.base() as session:
        lue = await session.get(type(scol), claire.fonctions[0].id)
        lue.role = Role.ARS
    assert [await vues(x) for x in lecteurs] == [{}] * 3
    assert len(await vues(await monde.connecter(claire))) == 1


async def test_what_a_reader_may_not_use_is_left_out_of_a_view(monde: Monde) -> None:
    poste = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    cadre = await monde.personne("Marc Terrain", fonction(Role.ARS), rpps="99700366240")
    await poste.poster("/demandes/vues", nom="Refus", retour=ETAT)
    async with monde.base() as session:  # as if it had been kept when more could be read
        moi = await session.scalar(select(VueEnregistree))
        moi.etat += "&disparue=1&tri=disparue"
        session.add(
            VueEnregistree(personne_id=cadre.id, tableau="demandes", nom="Sienne", etat="cols=disparue,ville&disparue=x")
        )
    assert await vues(await monde.connecter(cadre)) == {"Sienne": "/demandes?cols=ville"}
    assert await vues(poste) == {"Refus": "/demandes?ville=metz&decision_coord=REFUSE&cols=ville%2Cdecision_coord"}
    rien = await poste.poster("/demandes/vues", nom="  ", retour="/demandes")
    assert (rien.status_code, "Donnez un nom" in rien.text) == (409, True)


async def test_a_view_of_a_seance_serves_the_next_one(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    une, autre = await monde.seance("MG", scol=scol), await monde.seance("CARDIO", scol=scol)
    poste = await monde.connecter(scol)
    await poste.poster("/demandes/vues", nom="Divergents", retour=f"/demandes?seance={une}&ville=metz")
    assert await vues(poste) == {}
    assert await vues(poste, f"?seance={autre}") == {"Divergents": f"/demandes?seance={autre}&ville=metz"}
