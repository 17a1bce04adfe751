"""Filters are sets: whatever the order and the way that they came by, typed in the address, taken in a header or off a chip."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.liste.colonnes import TOUTES, colonnes
from app.liste.colonnes_seance import HORS_LISTE
from app.liste.libelles import libelles
from app.tableau import requete
from tests.liste.modele import TEXTES, cle, garde, lisibles
from tests.liste.rangees import Ecran, eprouver, lire_ecran, semer
from tests.liste.test_filtres import CHOIX, MOTS, RANGEES, lecteurs

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

REGLAGES = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
CODES = [c.code for c in TOUTES if c.code not in HORS_LISTE]  # those whose headers are shown
# A filter: a column, and one of its values.
UN = st.one_of(
    st.sampled_from([(c, v) for c, valeurs in CHOIX.items() for v in valeurs]),
    st.tuples(st.sampled_from(TEXTES), st.sampled_from([m for m in MOTS if m.strip()])),
)
# What somebody does with the headers: take one more filter, take one off by its chip, all of them, sort.
GESTES = st.one_of(
    UN.map(lambda f: ("ajouter", f)),
    UN.map(lambda f: ("ajouter", f)),
    st.integers(0, 5).map(lambda n: ("retirer", n)),
    st.just(("tout retirer", None)),
    st.sampled_from(CODES).map(lambda c: ("trier", c)),
)


@pytest.fixture
def petites_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requete, "TAILLE", 4)


@dataclass
class Main:
    """Somebody in front of his table, and what a plain model says that he should see."""

    poste: Poste
    rangees: list[dict[str, Any]]
    libelles: Any
    filtres: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tri: str = ""
    adresse: str = "/demandes?tout=1"

    async def ecran(self, adresse: str) -> Ecran:
        return lire_ecran(await self.poste.ouvrir(adresse, htmx=True, cible="section#tableau"))

    async def toutes(self, adresse: str) -> list[int]:
        """The rows of every page, in their order."""
        vues: list[int] = []
        while adresse:
            ecran = await self.ecran(adresse)
            vues, adresse = vues + ecran.lignes, ecran.suivante or ""
        return vues

    def attendues(self) -> list[int]:
        droits = self.poste.droits
        siennes = [r for r in lisibles(droits, self.rangees) if garde(droits, r, self.filtres)]
        if self.tri:
            siennes.sort(key=lambda r: cle(droits, self.tri, r, self.libelles))
        return [r["id"] for r in siennes]

    async def faire(self, geste: str, quoi: Any) -> None:
        """By the address that the screen itself offers, as the form of its headers or as a link."""
        offertes, ecran = colonnes(self.poste.droits), await self.ecran(self.adresse)
        if geste == "ajouter" and quoi[0] in offertes:
            code, valeur = quoi
            deja = () if code in TEXTES else self.filtres.get(code, ())
            self.filtres[code] = tuple(dict.fromkeys((*deja, valeur)))
            paires = [(n, v) for n, v in parse_qsl(urlsplit(self.adresse).query) if not (n == code and code in TEXTES)]
            self.adresse = "/demandes?" + urlencode([*paires, (code, valeur)])
        elif geste == "retirer" and (jetons := ecran.racine.xpath('//ul[@class="jetons"]//li//a')):
            rang = quoi % len(jetons)
            self.adresse = jetons[rang].get("href")
            self._oter(rang)
        elif geste == "tout retirer" and self.filtres:
            self.adresse, self.filtres = ecran.lien("Réinitialiser"), {}
        elif geste == "trier" and quoi in offertes and self.tri != quoi:
            self.adresse, self.tri = ecran.racine.xpath(f'//thead//th[@data-c="{quoi}"]//a')[0].get("href"), quoi

    def _oter(self, rang: int) -> None:
        ordre = [(c, v) for c in colonnes(self.poste.droits) if c in self.filtres for v in self.filtres[c]]
        code, valeur = ordre[rang]
        reste = tuple(v for v in self.filtres[code] if v != valeur)
        self.filtres = {c: v for c, v in self.filtres.items() if c != code} | ({code: reste} if reste else {})


async def mains(monde: Monde) -> list[Main]:
    campagne = await monde.campagne("MG")
    postes = await lecteurs(monde)
    assert postes[0].droits
    rangees = await semer(monde, campagne.id, postes[0].droits.personne_id, *RANGEES)
    async with monde.base() as session:
        lib = (await libelles(session)).listes
    return [Main(p, rangees, lib) for p in postes]


@pytest.mark.usefixtures("petites_pages")
async def test_any_sequence_of_headers_and_chips_shows_what_the_model_says(monde: Monde) -> None:
    tous = await mains(monde)

    async def jouer(modele: Main, gestes: list[tuple[str, Any]]) -> None:
        main = Main(modele.poste, modele.rangees, modele.libelles)
        for geste in gestes:
            await main.faire(*geste)
        assert await main.toutes(main.adresse) == main.attendues(), (main.adresse, gestes)

    def propriete(ici: Any) -> None:
        @settings(max_examples=40, **REGLAGES)
        @given(st.sampled_from(tous), st.lists(GESTES, min_size=1, max_size=5))
        def prouver(main: Main, gestes: list[tuple[str, Any]]) -> None:
            ici(jouer(main, gestes))

        prouver()

    await eprouver(propriete)


async def test_filters_are_sets_in_any_order_case_and_accent(monde: Monde) -> None:
    """And between columns, or inside one; the address says them in any order, a text in any letters."""
    tous = await mains(monde)

    async def comparer(main: Main, filtres: list[tuple[str, str]], melange: list[tuple[str, str]], autrement: str) -> None:
        par_colonne: dict[str, set[int]] = {}
        for code, valeur in filtres:
            par_colonne.setdefault(code, set()).update(
                await main.toutes("/demandes?" + urlencode([("tout", "1"), (code, valeur)]))
            )
        ensemble = await main.toutes("/demandes?" + urlencode([("tout", "1"), *filtres]))
        tout = await main.toutes("/demandes?tout=1")
        assert ensemble == [i for i in tout if all(i in gardees for gardees in par_colonne.values())]
        assert await main.toutes("/demandes?" + urlencode([*melange, ("tout", "1")])) == ensemble
        dits = [(c, getattr(v, autrement)() if c in TEXTES else v) for c, v in filtres]
        assert await main.toutes("/demandes?" + urlencode([("tout", "1"), *dits])) == ensemble
        sans = [(c, _sans_accents(v) if c in TEXTES else v) for c, v in filtres]
        assert await main.toutes("/demandes?" + urlencode([("tout", "1"), *sans])) == ensemble

    def propriete(ici: Any) -> None:
        # One text a column: the address keeps the first.
        filtres = st.lists(UN, min_size=1, max_size=4, unique_by=lambda f: f[0] if f[0] in TEXTES else f)

        @settings(max_examples=30, **REGLAGES)
        @given(
            st.sampled_from(tous), filtres, st.randoms(use_true_random=False), st.sampled_from(["upper", "title", "casefold"])
        )
        def prouver(main: Main, siens: list[tuple[str, str]], alea: Any, autrement: str) -> None:
            melange = list(siens)
            alea.shuffle(melange)
            ici(comparer(main, siens, melange, autrement))

        prouver()

    await eprouver(propriete)


def _sans_accents(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c)) or texte
