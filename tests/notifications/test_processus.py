"""Real processes: killed with a mail in hand, started again, two at a time; the console beside them."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.notifications.models import Envoi
from tests.notifications.test_envois import RITA, avancer, ecrire
from tests.support import serveur as processus
from tests.support.commission import rpps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.notifications.courrier import Poste
    from tests.support.application import Monde


@contextmanager
def application(dossier: Path, base: str, poste: Poste) -> Iterator[processus.Serveur]:
    """One process that serves, tells and sends."""
    dossier.mkdir(exist_ok=True)
    reglages = {"AGREMENT_SMTP_URL": poste.serveur.url, "AGREMENT_MAIL_FROM": "agrement@exemple.fr"}
    lance = processus.Serveur(dossier, base=base, **reglages)
    lance.demarrer()
    try:
        yield lance
    finally:
        lance.arreter(signal.SIGKILL)
    assert lance.fautes() == []


async def jusqu_a(vrai: Callable[[], bool], delai: float = 40.0) -> None:
    """Wait for it."""
    fin = time.monotonic() + delai
    while not vrai():
        assert time.monotonic() < fin
        await asyncio.sleep(0.1)


async def partis(poste: Poste, n: int) -> None:
    """Wait until so many left."""
    fin = time.monotonic() + 40
    while (await poste.etats()).count("PARTI") < n:
        assert time.monotonic() < fin, await poste.etats()
        await asyncio.sleep(0.2)


async def test_a_kill_with_a_mail_in_hand_sends_none_twice(monde: Monde, poste: Poste, base: str, tmp_path: Path) -> None:
    qui = await monde.personne("Rita Terrain", rpps=rpps(7))
    await poste.verifiee(qui, RITA)
    await ecrire(poste, qui, 1)
    await ecrire(poste, qui, 2)
    poste.boite.scenario = ["pris puis muet"]
    with application(tmp_path / "a", base, poste):
        await jusqu_a(lambda: len(poste.boite.recus) == 1)  # taken, and never answered
    assert await poste.etats() == ["EN_COURS", "EN_ATTENTE"]
    poste.boite.lache.set()
    async with monde.base() as session:
        for envoi in await session.scalars(select(Envoi).where(Envoi.remis_le.is_not(None))):
            envoi.prochain -= timedelta(hours=1)
    with application(tmp_path / "a", base, poste):
        await partis(poste, 1)
    assert await poste.etats() == ["INCERTAIN", "PARTI"]
    assert sorted(poste.boite.identifiants) == sorted(e.message_id for e in await poste.envois())


async def test_two_processes_and_the_console_send_each_mail_once(monde: Monde, poste: Poste, base: str, tmp_path: Path) -> None:
    qui = await monde.personne("Rita Terrain", rpps=rpps(7))
    await poste.verifiee(qui, RITA)
    reglages = {"AGREMENT_SMTP_URL": poste.serveur.url, "AGREMENT_MAIL_FROM": "agrement@exemple.fr"}
    for n in range(1, 13):
        await ecrire(poste, qui, n)
    await avancer(poste)
    with application(tmp_path / "a", base, poste):
        env = processus.environnement(tmp_path / "a", base, None, reglages)
        console = await asyncio.create_subprocess_exec(
            processus.sys.executable, "-m", "app.cli", "courrier", "envoyer", env=env, cwd=processus.RACINE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert (await console.communicate())[0].endswith(b"courriel(s) parti(s).\n")
        await partis(poste, 12)
    assert sorted(poste.boite.identifiants) == sorted(e.message_id for e in await poste.envois())
