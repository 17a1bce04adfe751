"""The outbox against a real server: sent once through refusals, cuts, silences, deaths and two processes at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from app.core.journal import Journal, maintenant
from app.notifications import envois, smtp
from app.notifications.envois import ESSAIS_MAX, delai, envoyer_tout, prendre, relever_abandonnes
from app.notifications.genres import GENRES
from app.notifications.models import Courriel, Envoi, EtatEnvoi, Notification
from app.reglages_courrier import Smtp
from tests.support.commission import rpps

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.notifications.courrier import Poste
    from tests.support.application import Monde

RITA = "rita@exemple.fr"


@pytest.fixture
async def rita(monde: Monde, poste: Poste) -> Personne:
    """Somebody with a verified address, and an invitation to be told."""
    qui = await monde.personne("Rita Terrain", rpps=rpps(7))
    await poste.verifiee(qui, RITA)
    await ecrire(poste, qui)
    return qui


async def ecrire(poste: Poste, qui: Personne, n: int = 1) -> None:
    """One more mail to send: she is invited to renew, for the *n*th time."""
    async with poste.monde.base() as session:
        invitation = {"action": "inviter_renouvellement", "apres": {"rpps": qui.rpps}, "sujet": "invitation", "sujet_id": n}
        session.add(Journal(quand=maintenant(), auteur="Claire Rosheim", **invitation))
    await poste.distribuer()


async def avancer(poste: Poste, de: timedelta = timedelta(days=1)) -> None:
    """As if that long had passed for what waits."""
    async with poste.monde.base() as session:
        for envoi in await session.scalars(select(Envoi)):
            envoi.prochain -= de


async def test_a_mail_leaves_once(poste: Poste, rita: Personne) -> None:
    assert await poste.envoyer() == 1
    assert await poste.envoyer() == 0
    (recu,) = poste.boite.messages
    (envoi,) = await poste.envois()
    assert (recu["To"], recu["From"], recu["Message-ID"]) == (RITA, "Agrément <agrement@exemple.fr>", envoi.message_id)
    assert (envoi.etat, envoi.essais, envoi.parti_le is not None) == (EtatEnvoi.PARTI, 1, True)


@pytest.mark.parametrize("mot", ["rcpt 450 plus tard", "data 451 plus tard", "data 421 fermé"])
async def test_a_refusal_for_now_is_tried_again_later_and_not_before(poste: Poste, rita: Personne, mot: str) -> None:
    poste.boite.scenario = [mot]
    assert await poste.envoyer() == 0
    (envoi,) = await poste.envois()
    assert (envoi.etat, envoi.remis_le, mot.split(" ", 1)[1] in envoi.raison) == (EtatEnvoi.EN_ATTENTE, None, True)
    assert await poste.envoyer() == 0
    await avancer(poste)
    assert await poste.envoyer() == 1
    assert poste.boite.identifiants == [envoi.message_id]


@pytest.mark.parametrize("mot", ["rcpt 550 inconnu", "data 554 refusé"])
async def test_a_refusal_for_good_is_not_tried_again(poste: Poste, rita: Personne, mot: str) -> None:
    poste.boite.scenario = [mot]
    await poste.envoyer()
    await avancer(poste)
    assert (await poste.envoyer(), await poste.etats(), poste.boite.recus) == (0, ["ECHOUE"], [])


async def test_after_too_many_refusals_it_has_failed_and_says_why(poste: Poste, rita: Personne) -> None:
    poste.boite.scenario = ["rcpt 450 occupé"] * ESSAIS_MAX
    for _ in range(ESSAIS_MAX + 1):
        await poste.envoyer()
        await avancer(poste)
    (envoi,) = await poste.envois()
    assert (envoi.etat, envoi.essais, envoi.raison) == (EtatEnvoi.ECHOUE, ESSAIS_MAX, "450 occupé")


def test_waits_double_up_to_four_hours() -> None:
    for essais in range(1, 60):
        attendu = min(60 * 2 ** (essais - 1), 4 * 3600)
        assert 0.89 * attendu < delai(essais).total_seconds() < 1.11 * attendu


@pytest.mark.parametrize("mot", ["pris puis coupe", "coupe"])
async def test_cut_after_the_message_nobody_knows_and_it_is_not_sent_twice(poste: Poste, rita: Personne, mot: str) -> None:
    poste.boite.scenario = [mot]
    await poste.envoyer()
    await avancer(poste)
    await poste.envoyer()
    (envoi,) = await poste.envois()
    assert (envoi.etat, envoi.raison) == (
        EtatEnvoi.INCERTAIN, "remis au serveur, sans réponse : le serveur a coupé la connexion",
    )  # fmt: skip
    assert len(poste.boite.recus) == (mot != "coupe")


async def test_silence_after_the_message_is_not_waited_for_without_end(poste: Poste, rita: Personne, monkeypatch: Any) -> None:
    monkeypatch.setattr(envois, "Liaison", lambda serveur: smtp.Liaison(serveur, delai=0.3))
    poste.boite.scenario = ["pris puis muet"]
    await poste.envoyer()
    poste.boite.lache.set()
    (envoi,) = await poste.envois()
    assert (envoi.etat, envoi.raison) == (
        EtatEnvoi.INCERTAIN, "remis au serveur, sans réponse : le serveur n'a pas répondu à temps",
    )  # fmt: skip
    assert await poste.envoyer() == 0
    assert poste.boite.identifiants == [envoi.message_id]


async def test_nobody_listening_is_tried_again(poste: Poste, rita: Personne) -> None:
    sourd = replace(poste.settings, smtp=Smtp("127.0.0.1", 1, tls=False, starttls=False))
    assert await envoyer_tout(poste.monde.sessions, sourd) == 0
    await avancer(poste)
    assert await poste.envoyer() == 1


async def test_without_starttls_nothing_leaves_in_clear(poste: Poste, rita: Personne) -> None:
    clair = replace(poste.settings, smtp=replace(poste.serveur.smtp, starttls=True))
    assert await envoyer_tout(poste.monde.sessions, clair) == 0
    (envoi,) = await poste.envois()
    assert (envoi.etat, "STARTTLS" in envoi.raison, poste.boite.vus) == (EtatEnvoi.EN_ATTENTE, True, [])


async def test_a_killed_process_is_told_honestly(poste: Poste, rita: Personne) -> None:
    await ecrire(poste, rita, 2)
    avant, apres = [await prendre(poste.monde.sessions) for _ in range(2)]
    assert avant
    assert apres
    await envois.noter(poste.monde.sessions, apres, remis_le=maintenant())
    await relever_abandonnes(poste.monde.sessions)
    assert await poste.etats() == ["EN_COURS", "EN_COURS"]  # its holder may still live
    await avancer(poste)
    assert await poste.envoyer() == 1
    assert await poste.etats() == ["PARTI", "INCERTAIN"]
    assert poste.boite.identifiants == [avant.message_id]


async def test_whoever_slept_through_his_lease_sends_nothing(poste: Poste, rita: Personne) -> None:
    pris = await prendre(poste.monde.sessions)
    assert pris
    await avancer(poste)
    assert await poste.envoyer() == 1
    liaison = smtp.Liaison(poste.serveur.smtp)
    assert not await envois._envoyer(poste.monde.sessions, poste.settings, pris, liaison)
    await liaison.fermer()
    assert (await poste.etats(), len(poste.boite.recus)) == (["PARTI"], 1)


async def test_several_at_once_never_send_the_same_row(poste: Poste, rita: Personne) -> None:
    for n in range(2, 9):
        await ecrire(poste, rita, n)
    partis = await asyncio.gather(*(poste.envoyer() for _ in range(3)))
    assert sum(partis) == 8
    assert sorted(poste.boite.identifiants) == sorted(e.message_id for e in await poste.envois())


@pytest.mark.parametrize(
    ("valeurs", "raison"),
    [
        ({"immediat": False}, "ces courriels sont désactivés"),
        ({"adresse": "autre@exemple.fr"}, "l'adresse n'est plus la sienne"),
        ({"adresse": None, "nouvelle": RITA}, "l'adresse n'est plus la sienne"),
    ],
    ids=["off", "changed", "unverified"],
)
async def test_off_is_off_even_for_what_waits(poste: Poste, rita: Personne, valeurs: dict[str, Any], raison: str) -> None:
    async with poste.monde.base() as session:
        await session.execute(update(Courriel).values(**valeurs))
    assert await poste.envoyer() == 0
    (envoi,) = await poste.envois()
    assert (envoi.etat, envoi.raison, poste.boite.vus) == (EtatEnvoi.ANNULE, raison, [])


async def test_what_was_read_meanwhile_is_not_mailed(poste: Poste, rita: Personne) -> None:
    async with poste.monde.base() as session:
        await session.execute(update(Notification).values(lue_le=maintenant()))
    assert (await poste.envoyer(), await poste.etats(), poste.boite.vus) == (0, ["ANNULE"], [])


@pytest.mark.parametrize("piege", ["a@exemple.fr\r\nBcc: b@exemple.fr", "a@exemple.fr\nX: y"])
async def test_a_header_is_never_broken(poste: Poste, rita: Personne, piege: str) -> None:
    async with poste.monde.base() as session:
        await session.execute(update(Courriel).values(adresse=piege))
        await session.execute(update(Envoi).values(adresse=piege))
    await poste.envoyer()
    assert (await poste.etats(), poste.boite.vus, poste.boite.recus) == (["ECHOUE"], [], [])


async def test_dots_and_long_lines_arrive_as_they_left(poste: Poste, rita: Personne, monkeypatch: pytest.MonkeyPatch) -> None:
    phrase = ".\n..deux\n" + "é" * 1200
    monkeypatch.setitem(GENRES, "invitation", replace(GENRES["invitation"], courriel=lambda _: phrase))
    assert await poste.envoyer() == 1
    (recu,) = poste.boite.messages
    texte = recu.get_body(("plain",))
    assert texte
    assert phrase in texte.get_content().replace("\r\n", "\n")
