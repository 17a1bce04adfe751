"""*Gestion des agréments*: who reads which, search, statut, pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.agrements.regles import Repere, Reperes, dates_liees, dates_propres, dernier_jour
from app.core.templating import aujourdhui
from app.referentiel.models import Praticien, Terrain
from tests.support.commission import AUTRE, DES, rpps

if TYPE_CHECKING:
    from tests.support.commission import Scene

DEMAIN, HIER = aujourdhui() + timedelta(days=1), aujourdhui() - timedelta(days=1)


async def poser(
    scene: Scene, n: int, *, nom: str = "Terrain", formation: str = DES, subdivision: str = "STRASBOURG", **v: Any
) -> None:
    """An agrément of an earlier campaign, in force unless told."""
    habituels = {"statut": StatutAgrement.ACTIF, "debut": date(2020, 5, 1), "fin": DEMAIN, "arrete": f"ARS-{n}"}
    async with scene.monde.base() as session:
        terrain = Terrain(numero=5000 + n, libelle=f"Unité {nom}", ville="Sélestat", recherche=f"unite {nom} selestat".lower())
        session.add(terrain)
        registre = {"profession": "10", "categorie": "C", "registre_date": aujourdhui(), "savoir_faire": []}
        session.add(Praticien(rpps=rpps(n), prenom="Zoé", nom=f"{nom}{n}", recherche=f"{nom}{n} zoe".lower(), **registre))
        await session.flush()
        session.add(
            Agrement(rpps=rpps(n), terrain_id=terrain.id, subdivision=subdivision, formation=formation,
                     type=TypeAgrement.PRINCIPAL, phases="SA", **{**habituels, **v})
        )  # fmt: skip


async def lus(scene: Scene, qui: str, requete: str = "") -> set[str]:
    """The holders that the list shows."""
    return set(re.findall(r'<th scope="row">Zoé (\w+)', await scene.page(qui, f"/agrements{requete}")))


async def test_each_one_reads_those_of_his_perimeter(scene: Scene) -> None:
    await poser(scene, 501)
    await poser(scene, 502, formation=AUTRE)
    await poser(scene, 503, subdivision="LIMOGES")
    attendus = {
        "coord": {"Terrain501"}, "voisine": {"Terrain502"}, "ailleurs": {"Terrain503"}, "rep": {"Terrain501", "Terrain502"},
        "scol": {"Terrain501", "Terrain502"}, "ars": {"Terrain501", "Terrain502"},
        "admin": {"Terrain501", "Terrain502", "Terrain503"},
    }  # fmt: skip
    assert {qui: await lus(scene, qui) for qui in attendus} == attendus
    scene.gens["rts"] = await scene.monde.personne("Zoé Terrain503", rpps=rpps(503))
    assert await lus(scene, "rts") == {"Terrain503"}  # his own, wherever


async def test_a_proposed_one_is_read_by_whoever_reads_the_decision(scene: Scene) -> None:
    scene.gens["rts"] = rts = await scene.nouveau_rts()
    ligne = await scene.demande(rts=rts)
    await scene.coord(ligne)
    seance = await scene.seance(DES)
    gens = ("rts", "scol", "coord", "voisine", "rep", "membre", "pres", "double", "ars", "admin")

    async def lecteurs() -> set[str]:
        return {q for q in gens if "Proposé — Arrêté ARS : en attente" in await scene.page(q, "/agrements?statut=PROPOSE")}

    assert await lecteurs() == set()
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    assert await lecteurs() == {"scol", "membre", "pres", "double", "ars", "admin"}
    assert "0 agrément" in await scene.page("rts", "/agrements?q=Rita")
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    assert await lecteurs() == set(gens) - {"voisine"}


async def test_it_is_searched_filtered_and_paged(scene: Scene) -> None:
    await poser(scene, 510, nom="Éole")
    await poser(scene, 511, fin=HIER)  # still ACTIF in the table: expired all the same
    await poser(scene, 512, formation=AUTRE, statut=StatutAgrement.SUSPENDU)
    tous = {"Éole510", "Terrain511", "Terrain512"}
    attendus = {
        "": tous, "?q=selestat": tous, "?q=" + rpps(511): {"Terrain511"}, "?q=anesthesie": {"Terrain512"},
        "?q=terrain511+allergologie": {"Terrain511"}, "?q=terrain511+anesthesie": set(), "?q=%25": set(),
        "?statut=ACTIF": {"Éole510"}, "?statut=ECHU": {"Terrain511"}, "?statut=SUSPENDU": {"Terrain512"},
        "?statut=RETIRE": set(), "?statut=INCONNU": tous, "?page=99": tous, "?page=x": tous,
    }  # fmt: skip
    assert {r: await lus(scene, "scol", r) for r in attendus} == attendus
    assert "Aucun agrément ne répond à cette recherche." in await scene.page("scol", "/agrements?statut=RETIRE")
    poste = await scene.poste("scol")
    fragment = await poste.ouvrir("/agrements?q=eole", htmx=True)
    assert fragment.text.lstrip().startswith("<section")


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_fifty_a_page_in_the_order_of_names(scene: Scene) -> None:
    async with scene.monde.base() as session:
        terrain = Terrain(numero=6000, libelle="Grand", recherche="grand")
        session.add(terrain)
        await session.flush()
        commun = {"terrain_id": terrain.id, "subdivision": "STRASBOURG", "formation": DES, "type": TypeAgrement.PRINCIPAL}
        for n in range(53):
            session.add(Agrement(rpps=rpps(600 + n), debut=date(2020, 5, 1), fin=DEMAIN, statut=StatutAgrement.ACTIF, **commun))
    pages = [await scene.page("scol", f"/agrements?page={n}") for n in (1, 2, 3)]
    assert [p.count('<th scope="row">') for p in pages] == [50, 3, 3]
    assert "53 agréments" in pages[0]
    assert "Page 1 sur 2" in pages[0]
    assert "Page suivante" not in pages[1]


def test_dates_last_days_included() -> None:
    assert dernier_jour(date(2027, 5, 1), 1) == date(2028, 4, 30)
    assert dernier_jour(date(2027, 11, 1), 5) == date(2032, 10, 31)
    assert dernier_jour(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert dates_propres(date(2027, 5, 1), 1, None) == (date(2027, 5, 1), date(2028, 4, 30))
    assert dates_propres(date(2027, 5, 1), 5, date(2027, 10, 31)) == (date(2027, 11, 1), date(2032, 10, 31))
    assert dates_liees(date(2027, 5, 1), None, None) is None
    assert dates_liees(date(2027, 5, 1), date(2027, 4, 30), None) is None
    assert dates_liees(date(2027, 5, 1), date(2028, 4, 30), None) == (date(2027, 5, 1), date(2028, 4, 30))


def test_what_bounds_a_complement_is_the_holder_s_own_principal_on_that_terrain() -> None:
    def repere(qui: str, terrain: int, type_: TypeAgrement, fin: date) -> Repere:
        return Repere(qui, terrain, DES, type_, date(2022, 5, 1), fin)

    principal, complementaire = TypeAgrement.PRINCIPAL, TypeAgrement.COMPLEMENTAIRE
    connus = Reperes([
        repere("a", 1, principal, date(2028, 4, 30)), repere("a", 2, principal, date(2030, 4, 30)),
        repere("b", 1, principal, date(2031, 4, 30)), repere("a", 1, complementaire, date(2032, 4, 30)),
    ])  # fmt: skip
    assert connus.fin_du_principal("a", 1, date(2027, 5, 1)) == date(2028, 4, 30)
    assert connus.fin_du_principal("a", 1, date(2028, 5, 1)) is None
    assert connus.fin_du_principal("a", 3, date(2027, 5, 1)) is None
    assert connus.fin_du_principal("a", None, date(2027, 5, 1)) is None
