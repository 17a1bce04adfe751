"""One stream, byte by byte: what is hidden shows neither in its words, nor in its ids, nor in its rhythm."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError

from app.core import live
from app.core.journal import Journal, consigner, maintenant
from app.core.roles import Role
from app.core.visibilite import Moment
from app.demandes.models import Demande
from app.liste import direct as module
from app.liste import messages
from app.liste.direct import Lots, Suivi
from app.referentiel.normalisation import cle_rpps
from tests.liste.rangees import semer
from tests.liste.suivis import CODES, Lecteur, Recu
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.support.application import Monde

JEANNE = cle_rpps("9970042001")
PING = b": ping\n\n"


async def toujours() -> bool:
    return True


async def noter(monde: Monde, *lignes: dict[str, Any], action: str = "decider_ligne") -> int:
    """Acts on these lines, in one transaction; the last one's number."""
    communs = {"quand": maintenant(), "auteur_id": None, "auteur": "Agrément", "action": action, "sujet": "ligne"}
    actes = [{**communs, "sujet_id": r["id"], "ligne_id": r["id"], "demande_id": r["demande"]} for r in lignes]
    async with monde.base() as session:
        await consigner(session, "connexion", par=None, sujet="personne", sujet_id=1)  # takes the lock, wakes the readers
        await session.execute(insert(Journal), actes)
        return int((await session.execute(select(func.max(Journal.id)))).scalar_one())


async def lus(flux: AsyncGenerator[bytes, None], secondes: float) -> list[bytes]:
    """Everything that comes within a time."""
    recus: list[bytes] = []

    async def lire() -> None:
        async for morceau in flux:
            recus.append(morceau)  # noqa: PERF401 (what came is kept when the time is over)

    tache = asyncio.create_task(lire())
    await asyncio.wait([tache], timeout=secondes)
    tache.cancel()
    await asyncio.gather(tache, return_exceptions=True)
    return recus


async def test_hidden_acts_leave_the_rhythm_and_the_bytes_as_they_were(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING", 0.25)
    direct = monde.app.state.direct
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    jeanne = await monde.personne("Jeanne Exemple", rpps=JEANNE)
    siennes = await semer(monde, campagne.id, scol.id, *({"rpps": JEANNE, "moment": Moment.SEANCE_OUVERTE} for _ in range(6)))
    depuis = await noter(monde, siennes[0])
    await direct.relever()
    lots = Lots(direct)

    async def suivre(qui: Any, *, acte: bool) -> list[bytes]:
        """Up to the third ping, acts going on until it has come: however slow the machine, it never comes before its time."""
        flux = direct.flux(depuis, Suivi(lots, monde.droits(qui), CODES).rendre, toujours)
        recus: list[bytes] = []

        async def lire() -> None:
            debut = time.monotonic()
            while recus.count(PING) < 3:
                recus.append(await anext(flux))
            assert time.monotonic() - debut > 3 * 0.24  # whatever waits to be read: none was sent before its time

        tache, n = asyncio.create_task(lire()), 0
        while not tache.done() and n < 200:
            await asyncio.sleep(0.14)
            if acte:
                await noter(monde, siennes[n % 5])
            n += 1
        await asyncio.wait_for(tache, 1)
        await flux.aclose()
        return recus

    calme = await suivre(jeanne, acte=False)
    assert calme == [b": rien\n\n", PING, PING, PING]
    assert await suivre(jeanne, acte=True) == calme
    # Acts, missed or not: there was something that could have been told.
    assert await suivre(jeanne, acte=False) == calme
    agitee = await suivre(scol, acte=True)
    assert sum(b"hx-partial" in x for x in agitee) >= 2


async def test_a_busy_stream_still_asks_whether_its_session_holds(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING", 0.2)
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    rangees = await semer(monde, campagne.id, scol.id, {})
    suivi = Suivi(Lots(monde.app.state.direct), monde.droits(scol), CODES)

    async def revoquee() -> bool:
        return False

    tache = asyncio.create_task(lus(monde.app.state.direct.flux(None, suivi.rendre, revoquee), 5))
    debut = asyncio.get_running_loop().time()
    while not tache.done():
        await noter(monde, *rangees, action="valider_bloc")
        await asyncio.sleep(0.05)
    assert asyncio.get_running_loop().time() - debut < 2


async def test_a_seance_of_many_lines_overflows_nobody(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads them is told to read the list again; whoever does not hears nothing."""
    monkeypatch.setattr(messages, "PLEIN", 20)
    direct = monde.app.state.direct
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    jeanne = await monde.personne("Jeanne Exemple", rpps=JEANNE)
    rangees = await semer(monde, campagne.id, scol.id, *({"rpps": JEANNE, "moment": Moment.SEANCE_OUVERTE} for _ in range(30)))
    lots = Lots(direct)
    ecoutes = {qui.prenom: direct.flux(None, Suivi(lots, monde.droits(qui), CODES).rendre, toujours) for qui in (scol, jeanne)}
    recus = {nom: [await anext(flux)] for nom, flux in ecoutes.items()}
    muette = asyncio.create_task(lus(ecoutes["Jeanne"], 1.5))
    dernier = await noter(monde, *(rangees * 25))
    while not recus["Claire"][-1].startswith(b"id: %d\n" % dernier):
        recus["Claire"].append(await asyncio.wait_for(anext(ecoutes["Claire"]), 30))
    recus["Jeanne"] += await muette
    await ecoutes["Claire"].aclose()
    assert recus["Jeanne"] == [b": rien\n\n"]
    assert recus["Claire"][-1] == b"id: %d\n%b" % (dernier, live.RECHARGER)
    assert {x.partition(b"\n")[2] for x in recus["Claire"][1:]} == {live.RECHARGER}


async def test_a_stream_comes_back_where_it_was_however_far(monde: Monde) -> None:
    direct = monde.app.state.direct
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    rangees = await semer(monde, campagne.id, scol.id, {})
    premier = await noter(monde, *rangees)
    dernier = await noter(monde, *(rangees * 1200))
    await direct.relever()
    manques = await direct.reprise(premier)
    assert [a.id for a in manques or []] == list(range(premier + 1, dernier + 1))
    assert len(manques or []) > live.LOT * 2
    assert await direct.reprise(dernier + 10) is None


async def test_a_row_in_edit_is_marked_and_never_replaced_nor_removed(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    coord = await monde.personne("Paul Exemple", fonction(Role.COORD))
    jeanne = await monde.personne("Jeanne Exemple", rpps=JEANNE)
    demande = await monde.brouillon(jeanne, campagne, "MG")
    numero = (await monde.ligne(demande)).id
    lecteurs = [Lecteur(monde, Lots(monde.app.state.direct), await monde.connecter(x)) for x in (scol, coord, jeanne)]
    for lecteur in lecteurs:
        assert set(await lecteur.regarder()) == {numero}
    await lecteurs[2].poste.poster(f"/demandes/{demande}/suppression", version=(await version(monde, demande)))
    for lecteur in lecteurs:
        recu = await lecteur.recevoir()
        assert (recu.retirees, recu.remplacees, recu.marques) == ({numero}, {}, {numero: "cette ligne a quitté votre liste"})
        assert await lecteur.regarder() == {}
        # `Recu` takes no target but the row that holds no editor, and the mark of the editor that is open.
        assert f'hx-target="#ligne-{numero}"' not in recu.octets.decode()


async def version(monde: Monde, demande: int) -> int:
    async with monde.sessions() as session:
        return int((await session.get(Demande, demande)).version)


async def test_a_reading_that_failed_is_not_shared(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    direct = monde.app.state.direct
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    rangees = await semer(monde, campagne.id, scol.id, {})
    dernier = await noter(monde, *rangees)
    actes = await direct.depuis(dernier - 1)
    suivi = Suivi(Lots(direct), monde.droits(scol), CODES)

    async def echouer(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("coupée"))

    with monkeypatch.context() as m:
        m.setattr(module, "lignes_brutes", echouer)
        with pytest.raises(OperationalError):
            await suivi.rendre(actes)
    await asyncio.sleep(0)
    assert set(Recu.lire(await suivi.rendre(actes)).remplacees) == {rangees[0]["id"]}
