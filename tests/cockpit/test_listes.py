"""*Terrains*, *Etablissements*, *Praticiens*: who sees which, what filters, orders, counts and files say to each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from app.tableau import comptes
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.cockpit.conftest import Cockpit

LISTES = ("/terrains", "/etablissements", "/praticiens")
LECTEURS = ("scol", "loin", "admin")
AUTRES = ("coord", "membre", "ars", "rts")


@pytest.fixture(autouse=True)
def _comptes_neufs() -> None:
    comptes._comptes.clear()


def lus(html: str, colonne: str) -> list[str]:
    """The words of a column, in the order of the rows."""
    corps = html[html.index('id="corps"') :]
    cellules = re.findall(rf'data-c="{colonne}"><span class="texte">(.*?)</span>(?:<|\n)', corps, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", c).strip() for c in cellules]


async def scene(cockpit: Cockpit) -> None:
    """One place of each subdivision, one that both use, one of nobody's."""
    site = await cockpit.site("Clinique des Éperviers")
    for n, (nom, lieu) in enumerate((("Réa", "STRASBOURG"), ("Urgences", "LIMOGES")), 1):
        t = await cockpit.terrain(
            nom, subdivision=lieu, etablissement_id=site.id, titulaire_rpps=(await cockpit.praticien(n, nom)).rpps
        )
        await cockpit.agrement(t, n, subdivision=lieu)
    commun = await cockpit.terrain("Partagé", subdivision=None)
    await cockpit.praticien(3, "Commun")
    await cockpit.agrement(commun, 3)
    await cockpit.agrement(commun, 3, subdivision="LIMOGES", formation="AR")
    await cockpit.terrain("Nulle part", subdivision=None)


async def test_each_scolarite_sees_the_terrains_of_its_subdivisions_and_counts_its_own_agrements(cockpit: Cockpit) -> None:
    await scene(cockpit)
    attendus = {
        "scol": ({"Réa", "Partagé"}, {"1"}, "2 sur 2 terrains"),
        "loin": ({"Urgences", "Partagé"}, {"1"}, "2 sur 2 terrains"),
        "admin": ({"Réa", "Urgences", "Partagé", "Nulle part"}, {"1", "2", "—"}, "4 sur 4 terrains"),
    }
    for qui, (noms, nombres, compte) in attendus.items():
        html = await cockpit.page(qui, "/terrains")
        assert (set(lus(html, "terrain")), set(lus(html, "agrements"))) == (noms, nombres), qui
        assert compte in html


async def test_what_is_elsewhere_is_neither_filtered_nor_sorted_nor_written_to_a_file(cockpit: Cockpit) -> None:
    await scene(cockpit)
    for qui in LECTEURS:
        vus = set(lus(await cockpit.page(qui, "/terrains"), "terrain"))
        for filtre in (
            "terrain=u",
            "titulaire=zoe",
            "agrements=AVEC",
            "etablissement=eperviers",
            "tri=agrements",
            "tri=-dernier",
        ):
            html = await cockpit.page(qui, f"/terrains?{filtre}")
            assert set(lus(html, "terrain")) <= vus, (qui, filtre)
            fichier = (await cockpit.page(qui, f"/terrains/export.csv?{filtre}")).splitlines()
            assert [x.split(";")[1] for x in fichier[1:]] == lus(html, "terrain"), (qui, filtre)


async def test_practitioners_are_those_of_the_subdivisions(cockpit: Cockpit) -> None:
    await scene(cockpit)
    vus = {qui: set(lus(await cockpit.page(qui, "/praticiens"), "personne")) for qui in ("scol", "loin")}
    assert vus == {"scol": {"Zoé Réa", "Zoé Commun"}, "loin": {"Zoé Urgences", "Zoé Commun"}}
    assert "Allergologie" in await cockpit.page("scol", "/praticiens?qualification=SM57")


async def test_a_local_site_is_seen_where_something_leads_to_it(cockpit: Cockpit) -> None:
    site = await cockpit.site("Cabinet Secret")
    await cockpit.terrain("Chez elle", etablissement_id=site.id)
    filtre = "/etablissements?etablissement=secret"
    assert {qui: len(lus(await cockpit.page(qui, filtre), "etablissement")) for qui in LECTEURS} == {
        "scol": 1,
        "loin": 0,
        "admin": 1,
    }
    assert (await cockpit.lire("loin", f"/etablissements/{site.id}")).status_code == 404


@pytest.mark.parametrize("qui", AUTRES)
async def test_for_anybody_else_these_pages_do_not_exist(cockpit: Cockpit, qui: str) -> None:
    t = await cockpit.terrain()
    chemins = [*LISTES, *(f"{x}/export.csv" for x in LISTES), f"/terrains/{t.numero}", "/terrains/nouveau", "/evenements",
               f"/terrains/fusions/nouvelle?terrain={t.id}", f"/terrains/{t.numero}/modification"]  # fmt: skip
    assert {(await cockpit.lire(qui, c)).status_code for c in chemins} == {404}
    for verbe in ("modification", "etat"):
        assert (await cockpit.poster(qui, f"/terrains/{t.numero}/{verbe}", version="1")).status_code == 404


async def test_a_row_of_elsewhere_is_no_page(cockpit: Cockpit) -> None:
    t = await cockpit.terrain(subdivision="LIMOGES")
    assert [(await cockpit.lire(q, f"/terrains/{t.numero}")).status_code for q in LECTEURS] == [404, 200, 200]


async def test_filters_ignore_accents_and_case_and_say_which_one_to_drop(cockpit: Cockpit) -> None:
    site = await cockpit.site("Hôpital Œuvré", ville="Sélestat")
    await cockpit.terrain("Réanimation Élargie", etablissement_id=site.id)
    for filtre in ("terrain=REANIMATION elargie", "etablissement=hopital oeuvre", "ville=selestat"):
        assert lus(await cockpit.page("scol", f"/terrains?{quote(filtre, safe='=')}"), "terrain") == ["Réanimation Élargie"]
    html = await cockpit.page("scol", "/terrains?terrain=rien")
    assert "Aucun terrain ne correspond à ces filtres." in html
    assert "il y en aurait 1" in html


async def test_numbers_sort_as_numbers(cockpit: Cockpit) -> None:
    for n in (2, 10, 9):
        await cockpit.terrain(numero=n)
    assert lus(await cockpit.page("scol", "/terrains"), "numero") == ["2", "9", "10"]
    assert lus(await cockpit.page("scol", "/terrains?tri=-numero"), "numero") == ["10", "9", "2"]


async def test_pages_go_by_key_on_every_column(cockpit: Cockpit) -> None:
    for n in range(53):
        await cockpit.terrain(f"T{n % 7}")
    for tri in ("numero", "terrain", "agrements", "dernier", "etat", "ville", "titulaire"):
        html = await cockpit.page("scol", f"/terrains?tri={tri}")
        suite = re.search(r'href="([^"]+)"[^>]*rel="next"', html)
        assert suite, tri
        tous = lus(html, "numero") + lus(await cockpit.page("scol", suite[1].replace("&amp;", "&")), "numero")
        assert (len(tous), len(set(tous))) == (53, 53), tri


async def test_columns_are_kept_per_person_and_list(cockpit: Cockpit) -> None:
    await cockpit.terrain()
    await cockpit.poster(
        "scol", "/terrains/colonnes", cols=["numero", "terrain"], ordre=["numero", "terrain"], retour="/terrains"
    )
    html = await cockpit.page("scol", "/terrains")
    assert (len(lus(html, "terrain")), lus(html, "ville")) == (1, [])
    assert lus(await cockpit.page("scol2", "/terrains"), "ville") == ["—"]


@pytest.mark.parametrize("chemin", LISTES)
async def test_a_list_costs_the_same_for_one_row_and_for_fifty(cockpit: Cockpit, chemin: str) -> None:
    async def compter() -> int:
        with requetes(cockpit.monde.app.state.moteur) as vues:
            await cockpit.page("scol", chemin)
        return len(vues)

    async def ajouter(n: int) -> None:
        site = await cockpit.site(f"Site {n}")
        p = await cockpit.praticien(n, f"Nom{n}")
        await cockpit.agrement(await cockpit.terrain(f"T{n}", etablissement_id=site.id, titulaire_rpps=p.rpps), n)

    await ajouter(1)
    await cockpit.page("scol", chemin)
    un = await compter()
    for n in range(2, 51):
        await ajouter(n)
    assert await compter() <= un
