"""The page and the counter: each one's own, with or without a script, told as it happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from app.core.access import Droits
from app.core.journal import maintenant
from app.core.roles import Role
from app.notifications import service
from app.notifications.models import Notification
from app.notifications.sonnette import SONNETTE, Cloche
from tests.support.application import fonction
from tests.support.commission import rpps

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.notifications.courrier import Poste
    from tests.support.application import Monde
    from tests.support.application import Poste as Navigateur


DITS = "//p[@class='dit']/strong"


@pytest.fixture
async def sylvie(monde: Monde) -> Personne:
    """The scolarité."""
    return await monde.personne("Sylvie Guichet", fonction(Role.SCOL))


async def dire(monde: Monde, qui: Personne, n: int, *, genre: str = "a_verifier", depuis: int = 0, jours: int = 0) -> None:
    """So many things to tell."""
    quand = maintenant() - timedelta(days=jours)
    async with monde.base() as session:
        for i in range(n):
            session.add(
                Notification(
                    personne_id=qui.id, acte_id=depuis + i, genre=genre, titre=f"Demande n° {depuis + i} à vérifier",
                    lien="/demandes", quand=quand,
                )
            )  # fmt: skip


async def cloche(ecran: Navigateur, chemin: str = "/notifications") -> str:
    """The counter's words on a page."""
    arbre = html.fromstring((await ecran.ouvrir(chemin)).text)
    return " ".join(arbre.get_element_by_id("cloche").text_content().split())


async def titres(ecran: Navigateur, chemin: str = "/notifications") -> list[str]:
    """What a page lists."""
    return [str(x.text_content()) for x in html.fromstring((await ecran.ouvrir(chemin)).text).xpath(DITS)]


async def test_the_counter_is_a_word_and_a_number_on_every_page(monde: Monde, sylvie: Personne) -> None:
    ecran = await monde.connecter(sylvie)
    assert await cloche(ecran, "/") == "Notifications"
    await dire(monde, sylvie, 2)
    assert {await cloche(ecran, x) for x in ("/", "/moi", "/notifications", "/campagnes")} == {"Notifications 2 non lues"}
    await dire(monde, sylvie, 120, depuis=10)
    assert await cloche(ecran) == "Notifications 99+ non lues"


async def test_reading_one_another_again_and_all(monde: Monde, sylvie: Personne) -> None:
    ecran = await monde.connecter(sylvie)
    await dire(monde, sylvie, 3)
    await dire(monde, sylvie, 1, genre="reprise", depuis=7)
    async with monde.sessions() as session:
        ids = list(await session.scalars(select(Notification.id).order_by(Notification.id)))
    await ecran.poster(f"/notifications/{ids[2]}/lecture", puis="rester")
    assert await titres(ecran) == [f"Demande n° {n} à vérifier" for n in (7, 1, 0, 2)]  # unread first
    assert await titres(ecran, "/notifications?etat=lues") == ["Demande n° 2 à vérifier"]
    assert await titres(ecran, "/notifications?genre=reprise&etat=non-lues") == ["Demande n° 7 à vérifier"]
    await ecran.poster(f"/notifications/{ids[2]}/lecture", puis="non-lue")
    assert await cloche(ecran) == "Notifications 4 non lues"
    await ecran.poster("/notifications/lecture", jusqu_a=str(ids[-1]), genre="reprise")
    assert await cloche(ecran) == "Notifications 3 non lues"
    await dire(monde, sylvie, 1, depuis=20)
    await ecran.poster("/notifications/lecture", jusqu_a=str(ids[-1]), genre="")
    assert await titres(ecran, "/notifications?etat=non-lues") == ["Demande n° 20 à vérifier"]  # it came meanwhile


async def test_pages_follow_one_another_without_hole_nor_double(monde: Monde, sylvie: Personne) -> None:
    ecran = await monde.connecter(sylvie)
    await dire(monde, sylvie, 70)
    async with monde.base() as session:
        for n in await session.scalars(select(Notification).where(Notification.acte_id < 12)):
            n.lue_le = maintenant()
    vus, chemin = [], "/notifications"
    while chemin:
        page = html.fromstring((await ecran.ouvrir(chemin)).text)
        vus += [x.text_content() for x in page.xpath(DITS)]
        suite = [a.get("href") for a in page.xpath("//section[@id='liste-notifications']//a") if a.text_content() == "Suite"]
        chemin = str(suite[0]) if suite else ""
    assert vus == [f"Demande n° {n} à vérifier" for n in [*range(69, 11, -1), *range(11, -1, -1)]]


async def test_a_place_that_means_nothing_is_the_first_page(monde: Monde, sylvie: Personne) -> None:
    ecran = await monde.connecter(sylvie)
    await dire(monde, sylvie, 2)
    for apres in ("1", "2-3", "0-x", "-", f"1-{2**80}", "\x00"):
        reponse = await ecran.http.get("/notifications", params={"apres": apres, "genre": "x", "etat": "y"})
        assert (reponse.status_code, reponse.text.count('class="dit"')) == (200, 2), apres


async def test_nobody_reads_or_marks_another_s(monde: Monde, sylvie: Personne) -> None:
    await dire(monde, sylvie, 1)
    autre = await monde.connecter(await monde.personne("Luc Voisin", fonction(Role.SCOL)))
    assert await titres(autre) == []
    async with monde.sessions() as session:
        ident = (await session.scalars(select(Notification.id))).one()
    for puis in ("ouvrir", "rester", "non-lue"):
        assert (await autre.poster(f"/notifications/{ident}/lecture", puis=puis)).status_code == 404
    await autre.poster("/notifications/lecture", jusqu_a="999999", genre="")
    async with monde.sessions() as session:
        assert (await session.scalars(select(Notification.lue_le))).one() is None


async def test_the_bell_rings_on_open_pages_of_whoever_is_told_and_of_nobody_else(monde: Monde, poste: Poste) -> None:
    rita, sylvie = await monde.personne("Rita Terrain", rpps=None), await monde.personne("Sylvie G", fonction(Role.SCOL))
    sonneries = {qui.id: 0 for qui in (rita, sylvie)}
    cloches = {qui.id: Cloche(monde.sessions, qui.id, 0, 0) for qui in (rita, sylvie)}

    def compter(ident: int):
        def reveil() -> None:
            sonneries[ident] += 1

        return reveil

    taire = [c.ecouter(compter(n)) for n, c in cloches.items()]
    assert [await c.prendre() for c in cloches.values()] == [b"", b""]  # nothing moved since the pages were made
    await monde.soumise(await monde.personne("Nadia T", rpps=rpps(77)), await monde.campagne("MG"), "MG")
    await poste.distribuer()
    await asyncio.sleep(0.1)  # PostgreSQL tells the other processes; here the commit does
    assert (sonneries[rita.id], sonneries[sylvie.id] > 0) == (0, True)  # on PostgreSQL, also by its word to the others
    dit = (await cloches[sylvie.id].prendre()).decode()
    assert ("Notifications <strong" in dit, "Une nouvelle notification" in dit) == (True, True)
    assert await cloches[sylvie.id].prendre() == b""
    for finir in taire:
        finir()
    assert SONNETTE.pages.keys().isdisjoint({rita.id, sylvie.id})


async def test_old_ones_are_purged_with_their_mails(monde: Monde, sylvie: Personne) -> None:
    await dire(monde, sylvie, 2, jours=400)
    await dire(monde, sylvie, 1, depuis=5, jours=300)
    async with monde.base() as session:
        assert await service.purger(session) == (2, 0)
    async with monde.sessions() as session:
        assert list(await session.scalars(select(Notification.acte_id))) == [5]


def test_the_counter_is_no_part_of_the_rights() -> None:
    assert Droits(1, "A", non_lues=3, sans_adresse=True) == Droits(1, "A")
    assert hash(Droits(1, "A", non_lues=3)) == hash(Droits(1, "A"))
