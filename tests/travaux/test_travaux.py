"""Long work: its author alone, in small steps, held by one run at a time, left and taken up again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select, update

from app.core.journal import maintenant
from app.core.roles import Role
from app.travaux.genres import GENRES, Genre
from app.travaux.models import EtatTravail, Travail
from app.travaux.service import MUET, Travaux
from tests.liste.rangees import propre
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.comptes.models import Personne
    from app.travaux.avance import Avance
    from tests.support.application import Monde


class Essai:
    """A kind of work that waits to be let on, five items at ten a step… or fails where it is told to."""

    def __init__(self) -> None:
        self.passage, self.chute, self.faits = asyncio.Event(), -1, list[int]()

    async def faire(self, avance: Avance) -> None:
        """One item a step, from where it stands."""
        while avance.fait < avance.total:
            await self.passage.wait()
            async with avance.pas(1):
                if avance.fait == self.chute:
                    raise ValueError("essai")
                avance.resultat = {"vus": [*avance.resultat.get("vus", []), avance.fait]}
            self.faits.append(avance.fait)


@pytest.fixture
def essai() -> Iterator[Essai]:
    """The kind « essai », for one test."""
    un = Essai()
    GENRES["essai"] = Genre(un.faire, annulation="/essai/{}/annulation")
    yield un
    del GENRES["essai"]


async def lancer(monde: Monde, qui: Personne, total: int = 5) -> int:
    """A piece of work whose request is committed."""
    travaux: Travaux = monde.app.state.travaux
    async with monde.base() as session:
        droits = monde.droits(qui)
        return (await travaux.creer(session, "essai", libelle="Essai de cinq", total=total, entree={}, par=droits)).id


async def lire(monde: Monde, numero: int) -> Travail:
    """As the database has it."""
    async with monde.sessions() as session:
        return (await session.execute(select(Travail).where(Travail.id == numero))).scalar_one()


async def jusqu_a(monde: Monde, numero: int, condition: Any) -> Travail:
    """Wait for it, four seconds at most."""
    for _ in range(200):
        travail = await lire(monde, numero)
        if condition(travail):
            return travail
        await asyncio.sleep(0.02)
    raise AssertionError((travail.etat, travail.fait, travail.resultat))


def fini(t: Travail) -> bool:
    """Over."""
    return t.etat is EtatTravail.FINI


async def vieillir(monde: Monde, numero: int) -> None:
    """No sign for half a minute."""
    async with monde.base() as session:
        ancien = {"vu_le": maintenant() - MUET - timedelta(seconds=1)}
        await session.execute(update(Travail).where(Travail.id == numero).values(**ancien))


async def test_it_is_left_and_come_back_to_by_its_author_alone(monde: Monde, essai: Essai) -> None:
    claire, autre = [await monde.personne(n, fonction(Role.SCOL)) for n in ("Claire Exemple", "Paul Exemple")]
    numero = await lancer(monde, claire)
    poste, adresse = await monde.connecter(claire), f"/travaux/{numero}"
    page = html.fromstring((await poste.ouvrir(adresse)).text)
    assert next(propre(p) for p in page.xpath('//section[@id="travail"]/p')) == "En cours : 0 sur 5."
    assert [(x.get("value"), x.get("max")) for x in page.iter("progress")] == [("0", "5")]
    assert page.xpath('//section[@id="travail"]/@hx-trigger') == ["every 500ms"]
    assert page.xpath(f'//noscript//a[@href="{adresse}"]/text()') == ["Actualiser"]
    etranger = await monde.connecter(autre)
    assert (await etranger.ouvrir(adresse)).status_code == (await etranger.ouvrir("/travaux/999999")).status_code == 404
    assert (await etranger.poster(f"{adresse}/reprise")).status_code == 404
    assert "Essai de cinq" not in (await etranger.ouvrir("/travaux")).text
    assert (await poste.poster(f"{adresse}/reprise")).status_code == 409  # it runs
    essai.passage.set()
    assert (await jusqu_a(monde, numero, fini)).resultat == {"vus": [0, 1, 2, 3, 4]}
    fragment = (await poste.ouvrir(adresse, htmx=True)).text
    assert fragment.startswith("<section")
    assert ("every 500ms" in fragment, "Terminé" in fragment) == (False, True)
    assert "Terminé" in (await poste.ouvrir("/travaux")).text


async def test_nothing_starts_when_the_request_is_not_committed(monde: Monde, essai: Essai) -> None:
    claire = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    essai.passage.set()
    async with monde.sessions() as session:
        await monde.app.state.travaux.creer(session, "essai", libelle="x", total=2, entree={}, par=monde.droits(claire))
        await session.rollback()
    numero = await lancer(monde, claire, total=1)
    await jusqu_a(monde, numero, fini)
    assert essai.faits == [1]


async def test_an_interrupted_one_says_so_and_goes_on_where_it_stopped(monde: Monde, essai: Essai) -> None:
    claire = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    essai.chute = 2
    essai.passage.set()
    numero = await lancer(monde, claire)
    travail = await jusqu_a(monde, numero, lambda t: t.etat is EtatTravail.ECHOUE)
    assert (travail.fait, travail.resultat) == (2, {"vus": [0, 1]})
    poste, adresse = await monde.connecter(claire), f"/travaux/{numero}"
    page = html.fromstring((await poste.ouvrir(adresse)).text)
    assert propre(page.xpath('//p[@role="alert"]')[0]).startswith("Une erreur l'a arrêté")
    assert page.xpath("//main//form/@action") == [f"{adresse}/reprise", f"/essai/{numero}/annulation"]
    essai.chute = -1
    assert (await poste.poster(f"{adresse}/reprise")).headers["location"] == adresse
    assert (await jusqu_a(monde, numero, fini)).resultat == {"vus": [0, 1, 2, 3, 4]}
    assert (await poste.poster(f"{adresse}/reprise")).status_code == 409  # over


async def test_a_run_that_another_has_taken_over_writes_nothing_more(monde: Monde, essai: Essai) -> None:
    claire = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    numero = await lancer(monde, claire)
    await asyncio.sleep(0.1)  # it waits to be let on: silent for everybody else
    await vieillir(monde, numero)
    poste, adresse = await monde.connecter(claire), f"/travaux/{numero}"
    assert "Plus rien n&#39;avance depuis trente secondes" in (await poste.ouvrir(adresse)).text
    reponses = await asyncio.gather(*(poste.poster(f"{adresse}/reprise") for _ in range(3)))
    assert sorted(r.status_code for r in reponses) == [303, 409, 409]
    essai.passage.set()
    assert (await jusqu_a(monde, numero, fini)).resultat == {"vus": [0, 1, 2, 3, 4]}  # each item once
    assert sorted(essai.faits) == [1, 2, 3, 4, 5]


async def test_an_application_that_stops_leaves_its_work_to_be_taken_up(monde: Monde, essai: Essai) -> None:
    claire = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    autre = Travaux(monde.sessions)
    essai.passage.set()
    async with autre.ouvert(), monde.base() as session:
        numero = (await autre.creer(session, "essai", libelle="x", total=500, entree={}, par=monde.droits(claire))).id
        await session.commit()
        await jusqu_a(monde, numero, lambda t: t.fait >= 2)
    arrete = await lire(monde, numero)
    assert 2 <= arrete.fait < 500
    assert arrete.resultat == {"vus": list(range(arrete.fait))}
    assert maintenant() - arrete.vu_le > MUET  # said at once, not guessed half a minute later
    await asyncio.sleep(0.1)
    assert (await lire(monde, numero)).fait == arrete.fait
    poste = await monde.connecter(claire)
    assert (await poste.poster(f"/travaux/{numero}/reprise")).status_code == 303
    await jusqu_a(monde, numero, lambda t: t.fait > arrete.fait)
