"""Races: a whole commission saves on the same lines at once, while streams follow, break, and are taken up again."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

from tests.soak.bases import sessions_de
from tests.soak.ecrivains import Registre, Votant, a_l_oeuvre
from tests.soak.histoire import etat_des_lignes, verifier
from tests.soak.salle import Salle, preparer
from tests.soak.suiveur import Suiveur, attendre, comparer
from tests.support.serveur import Serveur

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def courir(
    url: str,
    donnees: Path,
    *,
    processus: int,
    ecritures: int,
    membres: int,
    suiveurs: int,
    graine: int = 1,
    accident: Callable[[], None] | None = None,
) -> tuple[Registre, list[str]]:
    """What everybody was told, and what is wrong. *accident* happens in the middle."""
    salle = await preparer(url, lignes=max(4, membres // 4), membres=membres)
    serveur = Serveur(donnees, base=url, processus=processus)
    serveur.delai = 60
    try:
        await asyncio.to_thread(serveur.demarrer)
        registre, suivis = await _partie(serveur.url, salle, suiveurs, ecritures, Random(graine), accident)
        async with sessions_de(url) as sessions, sessions() as session:
            fautes = await verifier(session, registre, depuis=salle.depuis)
            actes = {x: a for x, a in (await etat_des_lignes(session)).items() if a > salle.depuis}
        await attendre(suivis, actes, au_plus=20)
        fautes += [f for s in suivis for f in s.manques(actes)]
        fautes += await comparer(suivis, salle.membres[0], serveur.url, salle.seance)
        for s in suivis:
            s.tache.cancel()
    finally:
        await asyncio.to_thread(serveur.arreter)
    return registre, fautes + ([] if accident else serveur.fautes())


async def _partie(
    url: str, salle: Salle, nombre: int, ecritures: int, r: Random, accident: Callable[[], None] | None
) -> tuple[Registre, list[Suiveur]]:
    registre = Registre()
    suivis = [Suiveur(url, salle.membres[n % len(salle.membres)], salle.depuis) for n in range(nombre)]
    for s in suivis:
        s.tache = asyncio.create_task(s.suivre())
    await asyncio.gather(*(asyncio.wait_for(s.ouvert.wait(), 30) for s in suivis))
    votants = [Votant(url, j, registre, reprises=0.05) for j in salle.membres]
    votants += [Votant(url, j, registre, adresse="avis-coordonnateur") for j in salle.coordonnateurs]
    await a_l_oeuvre(votants, salle.lignes, r, ecritures=ecritures // 2)
    for s in suivis[::2]:
        await s.couper()
    if accident:
        await asyncio.to_thread(accident)
    await a_l_oeuvre(votants, salle.lignes, r, ecritures=ecritures - ecritures // 2)
    for votant in votants:
        await votant.http.aclose()
    return registre, suivis
