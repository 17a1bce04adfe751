"""Kills: a server, its connections or its database cut in the middle of writes, then what stands after the restart."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.core.journal import Journal
from tests.soak.bases import sessions_de
from tests.soak.ecrivains import Redacteur, Registre, Votant, jusqu_a
from tests.soak.histoire import etat_des_lignes, verifier, verifier_brouillons
from tests.soak.salle import preparer
from tests.soak.suiveur import Suiveur, attendre
from tests.support.serveur import Serveur

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.postgres import Grappe


class Coupures:
    """One server on one database, cut again and again; `registre` is of the round under way."""

    def __init__(self, url: str, donnees: Path, *, processus: int = 1, pg: Grappe | None = None, graine: int = 1) -> None:
        self.url, self.pg, self.r = url, pg, Random(graine)
        self.serveur = Serveur(donnees, base=url, processus=processus)
        self.registre = Registre()
        self.confirmees = self.en_doute = 0
        self.debout = False

    async def mener(self, coupures: int, dire: Callable[[str], None] = print) -> list[str]:
        """What is wrong, in words."""
        self.salle = await preparer(self.url, lignes=5, membres=6, brouillons=3)
        self.marque = self.salle.depuis
        url = self.serveur.url
        self.redacteurs = [Redacteur(url, j, self.registre, d) for j, d in self.salle.brouillons]
        self.gens = [Votant(url, j, self.registre, reprises=0.05) for j in self.salle.membres] + self.redacteurs
        self.gens += [Votant(url, j, self.registre, adresse="avis-coordonnateur") for j in self.salle.coordonnateurs]
        self.suiveur = Suiveur(url, self.salle.membres[0], self.salle.depuis)
        suite, fautes = asyncio.create_task(self.suiveur.suivre()), []
        try:
            for n in range(1, coupures + 1):
                fautes += [f"coupure {n} : {f}" for f in await self._tour(n)]
                if n % 10 == 0:
                    dire(f"coupures : {n} / {coupures}, {self.confirmees} confirmées, {len(fautes)} faute(s)")
            fautes += await self._reprise()
        finally:
            suite.cancel()
            await asyncio.to_thread(self.serveur.arreter)
            await asyncio.gather(*(x.http.aclose() for x in self.gens))
        return fautes

    async def _tour(self, n: int) -> list[str]:
        fautes = await self._reprise()
        assez = asyncio.Event()
        travail = asyncio.create_task(jusqu_a(assez, self.gens, self.salle.lignes, self.r))
        await self._quelques_ecritures(self.r.randrange(1, 25))
        await asyncio.to_thread(self._couper, n)
        await asyncio.sleep(0.2)
        assez.set()
        await travail
        await asyncio.sleep(0.2)  # PostgreSQL ends what it had begun
        fautes += await self._verifier()
        for x in self.gens:
            x.registre = self.registre
        return fautes

    async def _quelques_ecritures(self, nombre: int) -> None:
        """Wait for some confirmations, so that every cut falls among writes, however slow the machine is."""
        fin = asyncio.get_running_loop().time() + 8
        while len(self.registre.acquittees) < nombre and asyncio.get_running_loop().time() < fin:
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.r.uniform(0, 0.1))

    async def _reprise(self) -> list[str]:
        """The server answers, and the stream has caught up with all that was written before."""
        if not self.debout:
            await asyncio.to_thread(self.serveur.demarrer)
            self.debout = True
        async with sessions_de(self.url) as sessions, sessions() as session:
            actes = {x: a for x, a in (await etat_des_lignes(session)).items() if a > self.salle.depuis}
        await attendre([self.suiveur], actes, au_plus=15)
        return self.suiveur.manques(actes)

    def _couper(self, n: int) -> None:
        if self.pg and n % 5 == 0:
            self.pg.couper()
        elif self.pg and n % 5 == 2:
            self.pg.rompre(self.url.rpartition("/")[2])
        else:
            self.serveur.arreter(signal.SIGKILL)
            self.debout = False

    async def _verifier(self) -> list[str]:
        fautes = _integrite(self.url)
        async with sessions_de(self.url) as sessions, sessions() as session:
            fautes += await verifier(session, self.registre, depuis=self.marque, complet=False)
            fautes += await verifier_brouillons(session, self.redacteurs, self.registre, self.salle.depuis)
            self.marque = (await session.execute(select(func.max(Journal.id)))).scalar_one()
        self.confirmees += len(self.registre.acquittees)
        self.en_doute += len(self.registre.doutes)
        self.registre = self.registre.suivant()
        return fautes

    def fautes_du_serveur(self) -> list[str]:
        """Its log, when nothing but itself was cut; a database that is cut may be told as 503, and nothing else."""
        return [x for x in self.serveur.fautes() if not (self.pg and '"statut": 503' in x)]


def _integrite(url: str) -> list[str]:
    if not url.startswith("sqlite"):
        return []
    with sqlite3.connect(url.removeprefix("sqlite:///")) as base:
        lus = [x[0] for x in base.execute("PRAGMA integrity_check")]
        orphelines = list(base.execute("PRAGMA foreign_key_check"))
    base.close()
    return [f"integrity_check : {x}" for x in lus if x != "ok"] + [f"orpheline : {x}" for x in orphelines]
