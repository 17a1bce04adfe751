"""Two people in front of a real server: what one saves reaches the other's stream, and not the third's."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from app.core.roles import Role
from app.referentiel.normalisation import cle_rpps
from tests.liste.suivis import CODES, Recu, rangees
from tests.support.application import HTMX, fonction
from tests.support.serveur import Serveur

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.application import Monde, Poste

JEANNE = cle_rpps("9970042001")


@asynccontextmanager
async def flux(url: str, poste: Poste) -> AsyncIterator[list[str]]:
    """An open stream, and the events that it has brought so far."""
    evenements: list[str] = []
    ouvert = asyncio.Event()

    async def lire() -> None:
        reste = ""
        adresse, cookies = f"{url}/direct/demandes?cols={','.join(CODES)}", {"session": poste.http.cookies["session"]}
        async with httpx.AsyncClient(cookies=cookies, timeout=60) as client, client.stream("GET", adresse) as reponse:
            assert reponse.headers["content-type"].startswith("text/event-stream")
            async for morceau in reponse.aiter_text():
                ouvert.set()
                *faits, reste = (reste + morceau).split("\n\n")
                evenements.extend(faits)

    tache = asyncio.create_task(lire())
    await asyncio.wait_for(ouvert.wait(), 10)
    yield evenements
    tache.cancel()
    await asyncio.gather(tache, return_exceptions=True)


async def test_a_decision_reaches_the_other_member_s_stream(monde: Monde, base: str, tmp_path: Path) -> None:
    scol, pres = [await monde.personne(n, fonction(r)) for n, r in (("Claire S", Role.SCOL), ("Yves P", Role.PRES))]
    membre = await monde.personne("Rose Membre", fonction(Role.MEMBRE))
    jeanne = await monde.personne("Jeanne Auteur", rpps=JEANNE)
    demande = await monde.validee(jeanne, await monde.campagne("MG"), "MG", scol=scol)
    ligne = (await monde.ligne(demande)).id
    await monde.ouvrir(await monde.seance("MG", scol=scol), pres=pres)
    rose, yves, rts = [await monde.connecter(x) for x in (membre, pres, jeanne)]
    dossier = tmp_path / "serveur"
    dossier.mkdir()
    serveur = Serveur(dossier, base=base, AGREMENT_COURRIER="console")  # the counter is another story
    await asyncio.to_thread(serveur.demarrer)
    try:
        async with flux(serveur.url, yves) as recus, flux(serveur.url, rts) as sourds:
            async with httpx.AsyncClient(base_url=serveur.url, cookies={"session": rose.http.cookies["session"]}) as client:
                await client.get("/connexion")
                champs = {"version": "0", "sens": "ACCEPTE", "duree": "1", "phases": "S", "_csrf_token": client.cookies["csrf"]}
                reponse = await client.post(f"/lignes/{ligne}/decision", data=champs, headers=HTMX)
                assert reponse.status_code == 200
            debut = asyncio.get_running_loop().time()
            while len(recus) < 2 and asyncio.get_running_loop().time() - debut < 10:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
        async with httpx.AsyncClient(base_url=serveur.url, cookies={"session": yves.http.cookies["session"]}) as client:
            fraiche = rangees((await client.get(f"/demandes?cols={','.join(CODES)}")).text)
    finally:
        await asyncio.to_thread(serveur.arreter)
    recu = Recu.lire(recus[1].encode())
    assert (recus[0], recus[1].partition("\n")[0].partition(":")[0]) == (": rien", "id")
    assert recu.remplacees == fraiche == {ligne: fraiche[ligne]}
    assert recu.marques[ligne].startswith("modifié par Rose Membre à ")
    assert sourds == [": rien"]
    assert serveur.fautes() == []
