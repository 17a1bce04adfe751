"""From a dossier to its neighbours in the list that it was opened from, with its place, and back to the row that was left."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from lxml import html

from app.avis.models import Sens
from app.core.roles import Role
from app.demandes.statuts import Statut
from app.tableau import comptes, requete
from tests.liste.rangees import lire_ecran, propre, semer
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

# Sorted by formation or by opinion, the lines of a demande are scattered: MG and GERIATRIE stand far from each other.
RANGEES: tuple[dict[str, Any], ...] = (
    {"nom": "Rosheim", "formation": "MG", "attachees": ("ACP", "GERIATRIE"), "coord": Sens.ACCEPTE},
    {"nom": "Barr", "formation": "GERIATRIE", "attachees": ("MG",), "ville": "Colmar"},
    {"nom": "Obernai", "formation": "ACP", "attachees": ("MG",), "statut": Statut.EN_VALIDATION},
    {"nom": "Molsheim", "formation": "NEURO", "coord": Sens.REFUSE, "ville": "Colmar"},
    {"nom": "Andlau", "formation": "ACP", "attachees": ("NEURO", "MG"), "coord": Sens.A_L_ETUDE},
    {"nom": "Saverne", "formation": "MG", "statut": Statut.EN_VALIDATION, "ville": "Colmar"},
    {"nom": "Erstein", "formation": "MG", "coord": Sens.ACCEPTE},
)
LISTES = (
    "tout=1", "ville=colmar", "tri=formation", "tri=-formation", "statut=VALIDE_ADMIN&tri=-decision_coord", "formation=MG&tri=personne",
)  # fmt: skip


@pytest.fixture
def petites_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the nearest stop may be several pages away."""
    monkeypatch.setattr(requete, "TAILLE", 2)


async def scolarite(monde: Monde) -> tuple[Poste, list[dict[str, Any]]]:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    return await monde.connecter(scol), await semer(monde, campagne.id, scol.id, *RANGEES)


async def dossier(poste: Poste, adresse: str, **entetes: str) -> tuple[str, dict[str, str], str]:
    """What the page says of its place, its neighbours by their sense, and the way back."""
    reponse = await poste.http.get(adresse, headers=entetes)
    assert reponse.status_code == 200, adresse
    (haut,) = html.fromstring(reponse.text).xpath('//div[@class="parcours"]')
    places = [propre(x) for x in haut.xpath('.//span[@class="chiffres"]')]
    voisins = {a.get("rel"): a.get("href") for a in haut.xpath(".//nav//a")}
    return "".join(places), voisins, haut.xpath("./a/@href")[-1]


def ouvert(liste: str, demande: int) -> str:
    return f"/demandes/{demande}?{urlencode({'liste': liste})}"


def numero(adresse: str) -> int:
    return int(urlsplit(adresse).path.rpartition("/")[2])


async def rangs(poste: Poste, liste: str) -> list[int]:
    """Every line of a list, whatever its pages."""
    vues: list[int] = []
    adresse: str | None = f"/demandes?{liste}"
    while adresse:
        ecran = lire_ecran(await poste.ouvrir(adresse))
        vues, adresse = vues + ecran.lignes, ecran.suivante
    return vues


@pytest.mark.usefixtures("petites_pages")
async def test_each_demande_is_one_stop_of_the_list_and_leads_back_to_its_row(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    demande = {r["id"]: r["demande"] for r in rangees}
    eparses = 0
    for liste in LISTES:
        lignes = await rangs(poste, liste)
        arrets = list(dict.fromkeys(demande[x] for x in lignes))
        eparses += len([d for d, _ in groupby(demande[x] for x in lignes)]) > len(arrets)
        compte = lire_ecran(await poste.ouvrir(f"/demandes?{liste}")).compte
        assert int(compte.split()[0]) == len(arrets)
        vus, adresse = [], ouvert(liste, arrets[0])
        while adresse:
            place, voisins, retour = await dossier(poste, adresse)
            vus.append(numero(adresse))
            assert place == f"{len(vus)}/{len(arrets)}", liste
            assert [numero(voisins[x]) for x in ("prev",) if x in voisins] == vus[-2:-1]
            page, _, ancre = retour.partition("#ligne-")
            assert int(ancre) in lire_ecran(await poste.ouvrir(page)).lignes, retour
            assert liste in {"tout=1", page.partition("?")[2].partition("&apres=")[0]}
            adresse = voisins.get("next", "")
        assert vus == arrets, liste
    assert eparses == 2  # these lists do take a demande apart


@pytest.mark.usefixtures("petites_pages")
async def test_whoever_has_not_left_his_page_finds_that_very_page(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    demande = {r["id"]: r["demande"] for r in rangees}
    adresse: str | None = "/demandes?tri=personne"
    pages = 0
    while adresse:
        ecran = lire_ecran(await poste.ouvrir(adresse))
        for ligne in ecran.lignes:
            suite = urlencode({"liste": urlsplit(adresse).query, "ligne": ligne})
            _, _, retour = await dossier(poste, f"/demandes/{demande[ligne]}?{suite}")
            assert retour == f"{adresse}#ligne-{ligne}"
        pages, adresse = pages + 1, ecran.suivante
    assert pages > 3


async def test_a_dossier_outside_the_filter_says_so_and_keeps_its_neighbours(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    par_nom = {r["nom"]: r["demande"] for r in rangees}
    place, voisins, retour = await dossier(poste, ouvert("ville=colmar", par_nom["Obernai"]))
    assert (place, {k: numero(v) for k, v in voisins.items()}) == (
        "hors filtre", {"prev": par_nom["Barr"], "next": par_nom["Molsheim"]},
    )  # fmt: skip
    assert retour == "/demandes?ville=colmar"
    trie, voisins, _ = await dossier(poste, ouvert("ville=colmar&tri=-personne", par_nom["Obernai"]))
    assert (trie, {k: numero(v) for k, v in voisins.items()}) == (
        "hors filtre", {"prev": par_nom["Saverne"], "next": par_nom["Molsheim"]},
    )  # fmt: skip


async def test_without_javascript_the_page_that_linked_here_is_the_list(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    adresse = f"/demandes/{rangees[-1]['demande']}"
    place, voisins, retour = await dossier(
        poste, adresse, referer="http://127.0.0.1:8000/demandes?ville=strasbourg&tri=personne"
    )
    assert (place, retour) == ("2/4", f"/demandes?ville=strasbourg&tri=personne#ligne-{rangees[-1]['id']}")
    assert all(parse_qs(urlsplit(v).query)["liste"] == ["ville=strasbourg&tri=personne"] for v in voisins.values())
    for autre in ("", "http://127.0.0.1:8000/agrements?q=x", "http://[", "/demandes/4?liste=ville%3Dcolmar"):
        assert await dossier(poste, adresse, referer=autre) == ("", {}, "/demandes"), autre


async def test_a_list_is_read_as_the_table_reads_it_and_is_never_an_address(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    demande = rangees[0]["demande"]
    for liste in (
        "//mal.exemple/",
        "https://mal.exemple/?x",
        "inconnu=1&cols=x",
        "apres=zzz&avant=%00",
        "a" * 20_000,
        "%ff=%fe",
    ):
        place, _, retour = await dossier(poste, ouvert(liste, demande))
        assert (place, retour.partition("#")[0]) == ("1/7", "/demandes?tout=1"), liste[:30]
    for liste in ("seance=999", "seance=x"):  # not a séance of his: no list at all, and the dossier opens
        assert await dossier(poste, ouvert(liste, demande)) == ("", {}, "/demandes")


async def test_neighbours_are_of_the_reader_s_own_list(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    assert len({numero(v) for v in (await dossier(poste, ouvert("tout=1", rangees[3]["demande"])))[1].values()}) == 2
    coord = await monde.connecter(await monde.personne("Corinne Neuro", fonction(Role.COORD, "NEURO")))
    siennes = [r["demande"] for r in rangees if r["formation"] == "NEURO"]
    assert len(siennes) == 2
    place, voisins, _ = await dossier(coord, ouvert("tout=1", siennes[0]))
    assert (place, {k: numero(v) for k, v in voisins.items()}) == ("1/2", {"next": siennes[1]})


async def test_the_cost_does_not_grow_with_the_list(monde: Monde) -> None:
    poste, rangees = await scolarite(monde)
    milieu = next(r["demande"] for r in rangees if r["nom"] == "Saverne")
    moteur = monde.app.state.direct.sessions.kw["bind"]
    couts = []
    for liste in ("ville=colmar&tri=formation", "tri=formation"):
        await dossier(poste, ouvert(liste, milieu))
        comptes._comptes.clear()  # the journal's reader forgets them too, sooner or later
        with requetes(moteur) as avec:
            await dossier(poste, ouvert(liste, milieu))
        couts.append(len(avec))
    with requetes(moteur) as sans:
        await dossier(poste, f"/demandes/{milieu}")
    assert couts[0] == couts[1]
    assert couts[0] - len(sans) <= 8
