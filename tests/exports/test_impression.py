"""On paper: the columns shown, every row of the filter, nothing to press; up to a stated limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html

from app.core.roles import Role
from app.exports import controllers, plan
from app.tableau import requete
from tests.exports.test_exports import gens, semees
from tests.liste.rangees import lire_ecran, propre
from tests.support.application import fonction

if TYPE_CHECKING:
    import pytest

    from tests.support.application import Monde


async def test_paper_holds_every_row_and_the_columns_of_the_screen(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    await semees(monde)
    monkeypatch.setattr(plan, "TAILLE", 4)
    for nom, poste in (await gens(monde)).items():
        suite = "cols=statut,personne,decision_commission&tri=-personne"
        ecran = lire_ecran(await poste.ouvrir(f"/demandes?{suite}"))
        racine = html.fromstring((await poste.ouvrir(f"/demandes/impression?{suite}")).text)
        rangees = [[propre(td) for td in tr] for tr in racine.xpath("//tbody/tr")]
        colonnes = [ecran.textes(th.get("data-c")) for th in ecran.racine.xpath("//thead/tr[1]/th[@data-c]")]
        montrees = [[c.removesuffix(" Modifier") for c in rangee] for rangee in zip(*colonnes, strict=True)]
        assert rangees == montrees, nom
        assert racine.xpath('//table//a[@class="modifier"]') == []
        assert len(rangees) > 1, nom


async def test_paper_says_filter_sort_and_where_it_stops(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    await semees(monde)
    poste = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL)))
    adresse = "/demandes/impression?ville=metz&tri=-ville,personne"
    racine = html.fromstring((await poste.ouvrir(adresse)).text)
    dit = propre(racine.xpath('//p[@class="contexte-impression"]')[0])
    assert dit.endswith("Claire Exemple · 8 lignes Filtres : Ville : « metz » Tri : Ville (décroissant), puis Prénom Nom")
    assert racine.xpath('//*[@role="alert"]') == []
    monkeypatch.setattr(requete, "TAILLE", 2)
    monkeypatch.setattr(plan, "TAILLE", 2)
    monkeypatch.setattr(controllers, "IMPRIMEES", 3)
    racine = html.fromstring((await poste.ouvrir(adresse)).text)
    assert len(racine.xpath("//tbody/tr")) == 3
    (alerte,) = racine.xpath('//*[@role="alert"]')
    assert propre(alerte).startswith("Seules les 3 premières lignes sont ici")
