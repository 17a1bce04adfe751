"""An import that is killed at any instant leaves the old register whole; the next one cleans up and goes through."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from app.core.journal import maintenant
from app.registres.models import EtatImport, ImportRegistre, Registre, RegistrePraticien
from tests.registres.outils import ACTIVITES, PETITES, importer

if TYPE_CHECKING:
    from pathlib import Path

# The import is slowed down, so that it is killed in the middle of its writing on any machine.
LENT = """
import asyncio, sys
from pathlib import Path
from app import models
from app.core.db import creer_moteur, creer_sessions
from app.registres import generations, importation, rpps
from tests.registres.outils import PETITES, importer
generations.PEU, generations.Allure.laisser, rpps.PAQUET = 20, lambda self: asyncio.sleep(0.15), 10
importation.Allure = lambda depart: generations.Allure(20)
asyncio.run(importer(creer_sessions(creer_moteur(sys.argv[1])), Path(sys.argv[2])))
"""


async def _attendre_lignes(sessions: Any, generation: int, processus: Any) -> None:
    fin = time.monotonic() + 60
    ecrites = select(func.count()).select_from(RegistrePraticien).where(RegistrePraticien.generation == generation)
    while time.monotonic() < fin:
        async with sessions() as session:
            if (await session.execute(ecrites)).scalar_one():
                return
        if processus.returncode is not None:
            raise AssertionError((await processus.stderr.read()).decode())
        await asyncio.sleep(0.02)
    raise AssertionError("rien n'a été écrit")


@pytest.mark.parametrize("attente", [0.0, 0.5])
async def test_killed_import_leaves_the_old_register_whole(sessions: Any, base: str, tmp_path: Path, attente: float) -> None:
    await importer(sessions, ACTIVITES)
    commande = (sys.executable, "-c", LENT, base, str(ACTIVITES))
    processus = await asyncio.create_subprocess_exec(*commande, stderr=asyncio.subprocess.PIPE, env={**os.environ})
    await _attendre_lignes(sessions, 2, processus)
    await asyncio.sleep(attente)
    processus.send_signal(signal.SIGKILL)
    await processus.wait()
    async with sessions() as session:
        lu = (await session.scalars(select(Registre))).one()
        lues = select(func.count()).select_from(RegistrePraticien)
        courantes = (await session.execute(lues.where(RegistrePraticien.generation == lu.generation))).scalar_one()
        restes = (await session.execute(lues.where(RegistrePraticien.generation != lu.generation))).scalar_one()
        assert (lu.generation, courantes) == (1, 240)
        assert 0 < restes < 240
        await session.execute(
            update(ImportRegistre).where(ImportRegistre.id == 2).values(vu_le=maintenant() - timedelta(minutes=2))
        )
        await session.commit()
    fait = await importer(sessions, ACTIVITES, PETITES)
    async with sessions() as session:
        etats = list(await session.scalars(select(ImportRegistre.etat).order_by(ImportRegistre.id)))
        total = (await session.execute(lues)).scalar_one()
    assert (etats, total, fait.generation) == ([EtatImport.FAIT, EtatImport.INTERROMPU, EtatImport.FAIT], 240, 3)
