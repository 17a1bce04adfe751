"""Several sorts at once: paging through everything gives what sorting in Python gives, on both databases, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.roles import Role
from app.liste.colonnes import colonnes
from app.liste.libelles import libelles
from app.tableau import requete
from app.tableau.etat import Etat
from tests.liste.modele import cle, lisibles
from tests.liste.rangees import eprouver, lire_ecran, semer
from tests.liste.test_filtres import MARC, RANGEES
from tests.liste.test_pages import SIGNES, marcher
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.support.application import Monde


async def test_paging_by_several_keys_is_sorting_in_python(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requete, "TAILLE", 5)
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL), fonction(Role.SCOL, subdivision="NANCY"))
    membre = await monde.personne("Marc Ottrott", fonction(Role.MEMBRE), fonction(Role.COORD, "MG"), rpps=MARC)
    rangees = await semer(monde, campagne.id, scol.id, *RANGEES, *SIGNES)
    async with monde.base() as session:
        lib = (await libelles(session)).listes
    postes = [await monde.connecter(qui) for qui in (scol, membre)]

    def propriete(ici: Callable[[Any], Any]) -> None:
        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(st.data())
        def tenue(data: st.DataObject) -> None:
            poste = data.draw(st.sampled_from(postes))
            codes = list(colonnes(poste.droits))
            choisis = data.draw(st.lists(st.sampled_from(codes), min_size=2, max_size=3, unique=True))
            tris = [(code, data.draw(st.booleans())) for code in choisis]
            attendues = lisibles(poste.droits, rangees)
            attendues.sort(key=lambda r: r["ordre"], reverse=tris[-1][1])
            for code, descend in reversed(tris):
                attendues.sort(key=lambda r, code=code: cle(poste.droits, code, r, lib)[0], reverse=descend)
            adresse = Etat().trie_par(tris).url("/demandes")
            vues, derniere = ici(marcher(poste, adresse))
            assert vues == [r["id"] for r in attendues], adresse
            assert ici(marcher(poste, derniere, "precedente"))[0] == vues, adresse

        tenue()

    await eprouver(propriete)


async def test_headers_tell_each_level_and_links_add_one(monde: Monde) -> None:
    poste = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    racine = lire_ecran(await poste.ouvrir("/demandes?tri=ville,-personne,inconnue,ville")).racine
    sens = {th.get("data-c"): th.get("aria-sort") for th in racine.xpath("//thead/tr[1]/th[@data-c]")}
    assert {c: s for c, s in sens.items() if s != "none"} == {"ville": "ascending", "personne": "descending"}
    assert [e.text_content() for e in racine.xpath('//small[@class="rang"]')] == [", tri n° 2", ", tri n° 1"]
    aussi = {a.get("data-tri"): (a.get("aria-label"), a.get("href")) for a in racine.xpath("//a[@data-tri]")}
    assert aussi["terrain"] == ("Trier aussi par Terrain", "/demandes?tri=ville%2C-personne%2Cterrain")
    assert aussi["ville"] == ("Inverser le tri par Ville", "/demandes?tri=-ville%2C-personne")
    assert aussi["personne"] == ("Ne plus trier par Prénom Nom", "/demandes?tri=ville")


async def test_a_long_name_loses_no_place(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requete, "TAILLE", 2)
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    longs = [{"terrain": f"{'é' * 190} {n}", "etablissement": f"{'à' * 190} {n % 2}"} for n in range(5)]
    faites = [r["id"] for r in await semer(monde, campagne.id, scol.id, *longs)]
    poste = await monde.connecter(scol)
    assert (await marcher(poste, "/demandes?tri=-terrain"))[0] == faites[::-1]
    assert (await marcher(poste, "/demandes?tri=etablissement,-terrain"))[0] == [faites[n] for n in (4, 2, 0, 3, 1)]
    # A place of another sort is none.
    deuxieme = lire_ecran(await poste.ouvrir("/demandes?tri=terrain")).suivante
    assert deuxieme is not None
    ailleurs = deuxieme.replace("tri=terrain", "tri=terrain,ville")
    assert lire_ecran(await poste.ouvrir(ailleurs)).lignes == faites[:2]
