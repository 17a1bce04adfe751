"""An import from its file to the switch: read and guarded first, written beside, then one number moves."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update

from app.core.db import INJOIGNABLE
from app.core.errors import Conflit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.registres.fichiers import FichierRefuse
from app.registres.gardes import Gardes, Precedent, controler
from app.registres.generations import TABLES, Allure, comparer_generations, ecrire, perimees, precedent, retirer
from app.registres.models import CodeRegistre, EtatImport, ImportRegistre, Registre
from app.registres.suivi import suivre
from app.registres.tri import Tri

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.registres.lecture import Lecture, Paquet

Dire = Callable[[str, float], Awaitable[None]]

VIVANTS: Final = (EtatImport.EN_COURS, EtatImport.FAIT)
MUET: Final = timedelta(seconds=60)
SIGNE: Final = 2.0  # seconds between two signs of life while a file is read
TRANCHE: Final = 5_000  # records between two looks at the clock
_PHASES: Final = {"Lecture": (0.0, 0.45), "Écriture": (0.45, 0.8), "Suivi": (0.8, 0.83), "Nettoyage": (0.83, 1.0)}


class Repris(Exception):
    """Another run has taken this import over."""


class Importation:
    """One run. `dire` is told the phase and how far the whole is, from 0 to 1."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        lecture: Lecture,
        gardes: Gardes,
        *,
        par: Any,
        dire: Dire | None = None,
    ) -> None:
        self.sessions, self.lecture, self.gardes, self.par, self._dire = sessions, lecture, gardes, par, dire
        self.registre = lecture.registre
        self.ident = self.generation = 0
        self._avertissements: list[str] = []

    async def dire(self, phase: str, part: float) -> None:
        """Tell how far it is."""
        if self._dire:
            debut, fin = _PHASES[phase]
            await self._dire(phase, debut + (fin - debut) * min(part, 1.0))

    async def faire(self) -> ImportRegistre:
        """All of it.

        Raises:
            FichierRefuse: the old register stays; the report says why.
            Conflit: another import of this register is running.
        """
        avant = await self._commencer()
        try:
            await self._nettoyer(silencieux=True)
            with Tri() as tri:
                await self._lire(tri)
                self._avertissements = controler(self.lecture, tri.nombre, self.gardes, avant)
                await self._ecrire(tri)
            await self._basculer(await self._compter())
        except FichierRefuse as refus:
            await self._finir(EtatImport.REFUSE, self.lecture.rapport.dire() | {"refus_du_fichier": refus.message})
            await self._nettoyer(silencieux=True)
            raise
        except BaseException:
            # Stopped, cut off, or a defect of ours: whoever starts again need not wait for the silence.
            with contextlib.suppress(Repris, *INJOIGNABLE):
                await self._finir(EtatImport.INTERROMPU, self.lecture.rapport.dire(), tant_que=(EtatImport.EN_COURS,))
            raise
        finally:
            self.lecture.fermer()
        evenements = await suivre(self.sessions, self.registre, self.ident, lambda part: self.dire("Suivi", part))
        await self._completer({"evenements": evenements})
        await self._nettoyer()
        async with self.sessions() as session:
            return await session.get_one(ImportRegistre, self.ident)

    async def _commencer(self) -> Precedent | None:
        async with self.sessions() as session:
            await prendre_la_main(session)
            # A write first, of nothing: SQLite then lets nobody in between what is read here and what is written on it.
            await session.execute(update(ImportRegistre).where(ImportRegistre.id == 0).values(generation=0))
            await _interrompre(session, self.registre)
            derniere = select(func.max(ImportRegistre.generation)).where(ImportRegistre.registre == self.registre)
            self.generation = (await session.scalar(derniere) or 0) + 1
            quand = maintenant()
            ligne = ImportRegistre(
                registre=self.registre, generation=self.generation, fichier=self.lecture.nom[:200], etat=EtatImport.EN_COURS,
                rapport={}, par_id=self.par.personne_id if self.par else None, commence_le=quand, vu_le=quand,
            )  # fmt: skip
            session.add(ligne)
            await session.flush()
            self.ident = ligne.id
            avant = await precedent(session, self.registre)
            await session.commit()
        return avant

    @asynccontextmanager
    async def _pas(self, tant_que: tuple[EtatImport, ...] = VIVANTS) -> AsyncIterator[AsyncSession]:
        """One small commit, which first shows that this run still holds the import."""
        async with self.sessions() as session:
            tenu = (ImportRegistre.id == self.ident, ImportRegistre.etat.in_(tant_que))
            pris = await session.execute(update(ImportRegistre).where(*tenu).values(vu_le=maintenant()))
            if pris.rowcount != 1:  # type: ignore[attr-defined]
                raise Repris
            yield session
            await session.commit()

    async def _lire(self, tri: Tri) -> None:
        enregistrements, signe = self.lecture.enregistrements(), 0.0
        while await asyncio.to_thread(tri.ajouter, islice(enregistrements, TRANCHE)):
            await self.dire("Lecture", self.lecture.part)
            if time.monotonic() > signe:
                signe = time.monotonic() + SIGNE
                async with self._pas():
                    pass

    async def _ecrire(self, tri: Tri) -> None:
        paquets = self.lecture.paquets(tri.triees(), self.lecture.rapport)
        allure, fait = Allure(2_000), 0
        while paquet := await asyncio.to_thread(_prendre, paquets, allure.rangees):
            rangees = sum(len(r) for _, _, r in paquet)
            await allure.laisser()
            debut = time.monotonic()
            async with self._pas() as session:
                await ecrire(session, self.generation, paquet)
            allure.noter(rangees, debut)
            fait += len(paquet[-1][2])
            await self.dire("Écriture", fait / tri.nombre)

    async def _compter(self) -> dict[str, int]:
        async with self.sessions() as session:
            return await comparer_generations(session, self.registre, self.generation)

    async def _basculer(self, comptes: dict[str, int]) -> None:
        """The one moment when the register changes."""
        rapport, jour = self.lecture.rapport.dire() | comptes, self.lecture.jour
        if self._avertissements:
            rapport |= {"force": self.gardes.forcer[:500], "gardes": self._avertissements}
        async with self.sessions() as session:
            await prendre_la_main(session)
            fait = {"etat": EtatImport.FAIT, "rapport": rapport, "date_registre": jour, "fini_le": maintenant()}
            tenu = (ImportRegistre.id == self.ident, ImportRegistre.etat == EtatImport.EN_COURS)
            pris = await session.execute(update(ImportRegistre).where(*tenu).values(**fait))
            if pris.rowcount != 1:  # type: ignore[attr-defined]
                raise Repris
            valeurs = {"generation": self.generation, "date_registre": jour, "lu_le": maintenant()}
            ancien = await session.get(Registre, self.registre)
            avant = {"generation": ancien.generation, "date": ancien.date_registre.isoformat()} if ancien else None
            await session.merge(Registre(code=self.registre, **valeurs))
            apres = {
                "registre": self.registre,
                "generation": self.generation,
                "date": jour.isoformat() if jour else "",
                **comptes,
            }
            await consigner(
                session, "importer_registre", par=self.par, sujet="import_registre", sujet_id=self.ident, avant=avant,
                apres=apres, motif=self.gardes.forcer or None,
            )  # fmt: skip
            await session.commit()

    async def _nettoyer(self, *, silencieux: bool = False) -> None:
        """Take away every generation that is not read, this one's unfinished rows included."""
        for modele in TABLES[self.registre]:
            allure = Allure(2_000)
            while (vieille := await self._perimee(modele)) is not None:
                await allure.laisser()
                debut = time.monotonic()
                async with self.sessions() as session:
                    partis = await retirer(session, modele, vieille, allure.rangees)
                    await session.commit()
                allure.noter(partis, debut)
        if not silencieux:
            await self.dire("Nettoyage", 1.0)

    async def _perimee(self, modele: Any) -> int | None:
        async with self.sessions() as session:
            lue = await session.get(Registre, self.registre)
            return await perimees(session, modele, lue.generation if lue else None)

    async def _completer(self, ajout: dict[str, Any]) -> None:
        async with self._pas() as session:
            ligne = await session.get_one(ImportRegistre, self.ident)
            ligne.rapport = ligne.rapport | ajout

    async def _finir(self, etat: EtatImport, rapport: dict[str, Any], tant_que: tuple[EtatImport, ...] = VIVANTS) -> None:
        async with self._pas(tant_que) as session:
            fin = {"etat": etat, "rapport": rapport, "date_registre": self.lecture.jour, "fini_le": maintenant()}
            await session.execute(update(ImportRegistre).where(ImportRegistre.id == self.ident).values(**fin))


def _prendre(paquets: Any, rangees: int) -> Paquet:
    """Packets joined until they make *rangees* rows."""
    pris: Paquet = []
    for paquet in paquets:
        if not pris:
            pris = paquet
        else:
            for (_, _, deja), (_, _, suite) in zip(pris, paquet, strict=True):
                deja.extend(suite)
        if sum(len(r) for _, _, r in pris) >= rangees:
            break
    return pris


async def _interrompre(session: AsyncSession, registre: CodeRegistre) -> None:
    """An import that gives no sign of life was interrupted; one that does excludes another.

    Raises:
        Conflit: one is running.
    """
    en_cours = select(ImportRegistre).where(ImportRegistre.registre == registre, ImportRegistre.etat == EtatImport.EN_COURS)
    for autre in await session.scalars(en_cours):
        if maintenant() - autre.vu_le < MUET:
            raise Conflit(
                "Un import de ce registre est en cours : attendez sa fin (ou une minute, s'il vient d'être interrompu)."
            )
        autre.etat, autre.fini_le = EtatImport.INTERROMPU, maintenant()
