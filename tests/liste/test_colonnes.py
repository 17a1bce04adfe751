"""*Filtrer les colonnes* and *Verrouillage de la colonne*: kept for one person, in one table, until he wants the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.roles import Role
from app.liste.colonnes import TOUTES
from app.liste.colonnes_seance import HORS_LISTE, SEANCE
from tests.liste.rangees import Ecran, lire_ecran, semer
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

TOUS = [c.code for c in TOUTES]
CODES = [c for c in TOUS if c not in HORS_LISTE]


async def ecran(poste: Poste, adresse: str = "/demandes") -> Ecran:
    return lire_ecran(await poste.ouvrir(adresse))


def montrees(e: Ecran) -> list[str]:
    """The columns of the headers, which are those of the rows and the boxes that are ticked."""
    codes = [th.get("data-c") for th in e.racine.xpath("//thead/tr[1]/th[@data-c]")]
    assert [td.get("data-c") for td in e.racine.xpath('(//tbody[@id="corps"]/tr[@id])[1]/td[@data-c]')] in ([], codes)
    assert e.racine.xpath('//details[@id="choix-colonnes"]//input[@name="cols"][@checked]/@value') == codes
    return codes


def verrou(e: Ecran) -> str:
    choisi = e.racine.xpath('//select[@name="verrou"]/option[@selected]/@value')
    assert e.racine.xpath("//table/@data-verrou") == (choisi or [""])
    return choisi[0] if choisi else ""


async def test_columns_and_lock_are_kept_for_one_person_and_restored(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    claire = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    anne = await monde.personne("Anne Exemple", fonction(Role.SCOL))
    await semer(monde, campagne.id, claire.id, {}, {"ville": "Colmar"})
    poste, autre = await monde.connecter(claire), await monde.connecter(anne)
    assert montrees(await ecran(poste)) == CODES

    choix = ["statut", "personne", "terrain"]
    reponse = await poste.poster("/demandes/colonnes", cols=choix, verrou="personne", retour="/demandes?ville=colmar&tri=ville")
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/demandes?ville=colmar&tri=ville")
    gardee = await ecran(poste, reponse.headers["location"])
    assert (montrees(gardee), verrou(gardee)) == (choix, "personne")
    # The filter of a column that is hidden is still there to be seen, and to be removed.
    assert gardee.jetons == ["Ville : « colmar »"]
    assert (gardee.compte, gardee.textes("personne")) == ("1 sur 2 demandes", ["Jeanne Exemple"])
    assert montrees(await ecran(await monde.connecter(claire))) == choix
    assert montrees(await ecran(autre)) == CODES

    reponse = await poste.poster("/demandes/colonnes", cols=choix, verrou="personne", defaut="1", retour="/demandes?tout=1")
    assert reponse.headers["location"] == "/demandes?tout=1"
    restauree = await ecran(poste)
    assert (montrees(restauree), verrou(restauree)) == (CODES, "")


async def test_the_address_wins_over_what_is_kept(monde: Monde) -> None:
    poste = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    await poste.poster("/demandes/colonnes", cols=["statut", "ville"], verrou="statut", retour="/demandes")
    venue = await ecran(poste, "/demandes?cols=terrain,rpps,inconnue&verrou=rpps")
    assert (montrees(venue), verrou(venue)) == (["terrain", "rpps"], "rpps")
    # What was just chosen is shown, whatever the address that one came from said.
    reponse = await poste.poster("/demandes/colonnes", cols=["ville"], retour="/demandes?cols=terrain&verrou=rpps&tri=ville")
    assert reponse.headers["location"] == "/demandes?tri=ville"
    assert montrees(await ecran(poste, reponse.headers["location"])) == ["ville"]


async def test_nothing_chosen_or_nothing_known_shows_everything(monde: Monde) -> None:
    poste = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    for champs, vues in (({}, TOUS), ({"cols": ["inconnue"]}, TOUS), ({"cols": CODES}, CODES), ({"cols": TOUS}, TOUS)):
        await poste.poster("/demandes/colonnes", retour="https://ailleurs.example/", verrou="inconnue", **champs)
        e = await ecran(poste)
        assert (montrees(e), verrou(e)) == (vues, "")


async def test_a_seance_keeps_its_own_columns(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    seance = await monde.seance("MG", scol=scol)
    poste, adresse = await monde.connecter(scol), f"/demandes?seance={seance}"
    assert montrees(await ecran(poste, adresse)) == list(SEANCE)
    reponse = await poste.poster("/demandes/colonnes", cols=["statut", "personne"], verrou="statut", retour=adresse)
    assert reponse.headers["location"] == adresse
    en_seance = await ecran(poste, adresse)
    assert (montrees(en_seance), verrou(en_seance)) == (["statut", "personne"], "statut")
    assert montrees(await ecran(poste)) == CODES
    await poste.poster("/demandes/colonnes", defaut="1", retour=adresse)
    assert montrees(await ecran(poste, adresse)) == list(SEANCE)


async def test_columns_are_put_in_ones_own_order_and_back(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    await semer(monde, campagne.id, scol.id, {})
    poste = await monde.connecter(scol)
    ordre = ["ville", *(c for c in CODES if c != "ville")]
    await poste.poster("/demandes/colonnes", cols=ordre, ordre=ordre, retour="/demandes")
    assert montrees(await ecran(poste)) == ordre
    # One step up or down without a script, the panel open where it was.
    reponse = await poste.poster("/demandes/colonnes", cols=ordre, ordre=ordre, descendre="ville", retour="/demandes?ville=s")
    assert reponse.headers["location"] == "/demandes?ville=s&ouvrir=ville#colonne-ville"
    bougee = await ecran(poste, "/demandes?ville=s&ouvrir=ville")
    assert montrees(bougee)[:2] == [CODES[0], "ville"]
    assert bougee.racine.xpath('//details[@id="choix-colonnes"][@open]//button[@autofocus]/@value') == ["ville"]
    # A hidden column keeps its place; one that nobody placed stays beside its neighbour.
    await poste.poster("/demandes/colonnes", cols=["ville", "rpps"], ordre=["ville", "statut", "rpps"], retour="/demandes")
    assert montrees(await ecran(poste)) == ["ville", "rpps"]
    await poste.poster("/demandes/colonnes", defaut="1", retour="/demandes")
    assert montrees(await ecran(poste)) == CODES


async def test_a_column_that_is_gone_is_dropped_with_a_notice(monde: Monde) -> None:
    poste = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    assert (await ecran(poste, "/demandes?cols=ville")).racine.xpath('//p[@class="ecartees"]') == []
    e = await ecran(poste, "/demandes?cols=ville,disparue,partie,ville")
    assert montrees(e) == ["ville"]
    (avis,) = e.racine.xpath('//p[@class="ecartees"]')
    assert avis.text == "2 colonnes demandées n'existent pas, ou plus, dans ce tableau."


async def test_the_link_holds_the_whole_view(monde: Monde) -> None:
    claire = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    anne = await monde.connecter(await monde.personne("Anne Exemple", fonction(Role.SCOL)))
    ordre = ["terrain", "ville", "statut"]
    await claire.poster("/demandes/colonnes", cols=ordre, ordre=ordre, verrou="ville", retour="/demandes")
    (lien,) = (await ecran(claire, "/demandes?ville=metz&tri=-ville,statut")).racine.xpath("//input[@data-lien]/@value")
    chemin = lien.removeprefix("http://127.0.0.1:8000")
    assert chemin == "/demandes?ville=metz&tri=-ville%2Cstatut&cols=terrain%2Cville%2Cstatut&verrou=ville"
    chez_anne = await ecran(anne, chemin)
    assert (montrees(chez_anne), verrou(chez_anne), chez_anne.jetons) == (ordre, "ville", ["Ville : « metz »"])
