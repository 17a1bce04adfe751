"""The digest: one a day and a person at most, of what is unread and was not mailed, and nothing when there is nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import update

from app.core.journal import maintenant
from app.notifications.models import Courriel, Envoi, Notification
from app.notifications.resumes import heure_venue, resumer

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.notifications.courrier import Poste
    from tests.support.application import Monde

MATIN = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


@pytest.fixture
async def sylvie(monde: Monde, poste: Poste) -> Personne:
    """Somebody who wants digests."""
    qui = await monde.personne("Sylvie Guichet")
    await poste.verifiee(qui, "sylvie@exemple.fr")
    return qui


async def dire(poste: Poste, qui: Personne, *genres: str, depuis: int = 0) -> None:
    """Things to tell."""
    async with poste.monde.base() as session:
        for n, genre in enumerate(genres):
            session.add(
                Notification(
                    personne_id=qui.id, acte_id=depuis + n, genre=genre, titre="Titre secret", texte="Nadia Turckheim",
                    lien="/demandes/1", quand=maintenant(),
                )
            )  # fmt: skip


async def test_the_digest_counts_and_tells_nothing_else(poste: Poste, sylvie: Personne) -> None:
    await dire(poste, sylvie, "a_verifier", "a_verifier", "reprise")
    assert (await resumer(poste.monde.sessions, poste.settings), await poste.envoyer()) == (1, 1)
    (recu,) = poste.boite.messages
    corps = str(recu.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert recu["Subject"] == "Agrément : 3 notifications non lues"
    assert [x for x in corps.splitlines() if x.startswith("- ")] == [
        "- 2 demandes à vérifier",
        "- 1 demande reprise par son auteur",
    ]
    assert "http://agrement.exemple.fr/notifications" in corps
    assert "secret" not in corps
    assert "Nadia" not in corps


async def test_one_a_day_whatever_comes_and_however_many_ask(poste: Poste, sylvie: Personne) -> None:
    with time_machine.travel(MATIN, tick=False) as heure:
        await dire(poste, sylvie, "a_verifier")
        faits = await asyncio.gather(*(resumer(poste.monde.sessions, poste.settings) for _ in range(3)))
        assert (sum(faits), await poste.envoyer()) == (1, 1)
        await dire(poste, sylvie, "a_verifier", depuis=10)
        heure.shift(timedelta(hours=9))
        assert (await resumer(poste.monde.sessions, poste.settings), await poste.envoyer()) == (0, 0)
        heure.shift(timedelta(hours=15))
        assert (await resumer(poste.monde.sessions, poste.settings), await poste.envoyer()) == (1, 1)
    assert [m["Subject"] for m in poste.boite.messages] == ["Agrément : 1 notification non lue"] * 2


async def test_nothing_to_say_is_no_mail(poste: Poste, sylvie: Personne) -> None:
    assert (await resumer(poste.monde.sessions, poste.settings), await poste.etats()) == (0, [])


async def test_what_was_read_between_the_making_and_the_sending_is_not_in_it(poste: Poste, sylvie: Personne) -> None:
    await dire(poste, sylvie, "a_verifier", "reprise")
    await resumer(poste.monde.sessions, poste.settings)
    async with poste.monde.base() as session:
        await session.execute(update(Notification).where(Notification.genre == "reprise").values(lue_le=maintenant()))
    await poste.envoyer()
    assert [m["Subject"] for m in poste.boite.messages] == ["Agrément : 1 notification non lue"]


@pytest.mark.parametrize("quand", ["before", "after"])
async def test_off_means_off(poste: Poste, sylvie: Personne, quand: str) -> None:
    await dire(poste, sylvie, "a_verifier")
    if quand == "after":
        assert await resumer(poste.monde.sessions, poste.settings) == 1
    async with poste.monde.base() as session:
        await session.execute(update(Courriel).values(resume=False))
    await resumer(poste.monde.sessions, poste.settings)
    assert (await poste.envoyer(), poste.boite.vus) == (0, [])


async def test_an_address_not_verified_gets_no_digest(poste: Poste, monde: Monde) -> None:
    qui = await monde.personne("Nils Nouveau")
    async with monde.base() as session:
        session.add(Courriel(personne_id=qui.id, nouvelle="nils@exemple.fr", version=1))
    await dire(poste, qui, "a_verifier")
    assert (await resumer(poste.monde.sessions, poste.settings), await poste.envoyer(), poste.boite.vus) == (0, 0, [])


async def test_what_a_lost_mail_told_is_told_by_the_next_digest(poste: Poste, sylvie: Personne) -> None:
    with time_machine.travel(MATIN, tick=False) as heure:
        await dire(poste, sylvie, "a_verifier")
        await resumer(poste.monde.sessions, poste.settings)
        poste.boite.scenario = ["coupe"]
        await poste.envoyer()
        assert await poste.etats() == ["INCERTAIN"]
        heure.shift(timedelta(days=1))
        assert (await resumer(poste.monde.sessions, poste.settings), await poste.envoyer()) == (1, 1)
    assert len(poste.boite.recus) == 1


async def test_a_digest_that_could_not_leave_in_its_day_gives_way_to_the_next(poste: Poste, sylvie: Personne) -> None:
    with time_machine.travel(MATIN, tick=False) as heure:
        await dire(poste, sylvie, "a_verifier")
        await resumer(poste.monde.sessions, poste.settings)
        poste.boite.scenario = ["rcpt 450 occupé"]
        await poste.envoyer()
        heure.shift(timedelta(days=1))
        await poste.envoyer()
        assert await resumer(poste.monde.sessions, poste.settings) == 1
        await poste.envoyer()
    assert (await poste.etats(), len(poste.boite.recus)) == (["ANNULE", "PARTI"], 1)


async def test_the_hour_is_of_paris_summer_and_winter(poste: Poste) -> None:
    for instant, venue in (
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 1, 5, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 6, 0, tzinfo=UTC), True),
    ):
        with time_machine.travel(instant, tick=False):
            assert heure_venue(poste.settings) is venue


async def test_no_digest_repeats_what_a_mail_has_told(poste: Poste, sylvie: Personne) -> None:
    await dire(poste, sylvie, "retour")
    async with poste.monde.base() as session:
        envoi = Envoi(
            cle="retour:0:1", personne_id=sylvie.id, genre="retour", adresse="sylvie@exemple.fr", message_id="<a@b>",
            contexte={}, prochain=maintenant(), cree_le=maintenant(), etat="PARTI", essais=1, raison="", version=1,
        )  # fmt: skip
        session.add(envoi)
        await session.flush()
        await session.execute(update(Notification).values(envoi_id=envoi.id))
    assert await resumer(poste.monde.sessions, poste.settings) == 0
