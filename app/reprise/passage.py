"""One passage over a file: rows in steps, a dry run or an import, carried by a travail or by the console."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.comptes.acces import droits_de_personne
from app.core.errors import Interdit
from app.reprise.bilan import Bilan
from app.reprise.fichier import ouvrir, rangees
from app.reprise.mots import mots
from app.reprise.permissions import exiger_reprendre, perimetre
from app.reprise.regles import Lecteur
from app.reprise.service import PAS, Reprise, deja_reprises, ecrire
from app.travaux.genres import Genre, inscrire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.reprise.fichier import Fichier
    from app.reprise.mots import Mots
    from app.reprise.regles import Constat, Lue
    from app.travaux.avance import Avance

ESSAI: Final = "reprise-essai"
IMPORT: Final = "reprise"
PAS_ESSAI: Final = 200


@dataclass
class Passage:
    """Reads on; what it has met is in `bilan`. `permises` None means every subdivision."""

    fichier: Fichier
    mots: Mots
    source: str
    permises: frozenset[str] | None
    bilan: Bilan

    def __post_init__(self) -> None:
        self.lecteur = Lecteur(self.mots)
        self._brutes = rangees(self.fichier)

    def passer(self, combien: int) -> None:
        """Skip what an interrupted run has done: read, so that an identifier seen there is known, and not counted again."""
        for brute in islice(self._brutes, combien):
            self.lecteur.lire(brute)

    def pas(self, combien: int) -> tuple[int, list[Lue]]:
        """How many more rows were read, and those of them that may be imported."""
        lus, bonnes = 0, []
        for brute in islice(self._brutes, combien):
            lus += 1
            x = self.lecteur.lire(brute)
            self.bilan.noter(self.lecteur.ecarts, self.lecteur.avis)
            if x is None:
                continue
            if self.permises is not None and x.subdivision not in self.permises:
                self.bilan.ailleurs += 1
            else:
                bonnes.append(x)
        return lus, bonnes

    async def essayer(self, session: AsyncSession, bonnes: list[Lue]) -> None:
        """Count what an import would do of them."""
        deja = await deja_reprises(session, self.source, [x.identifiant for x in bonnes])
        self.bilan.deja += len(deja)
        self.bilan.importables += len(bonnes) - len(deja)

    async def importer(self, session: AsyncSession, reprise: Reprise, bonnes: list[Lue]) -> None:
        """Write them; the caller commits."""
        neuves = await ecrire(session, reprise, bonnes)
        self.bilan.importees += neuves
        self.bilan.deja += len(bonnes) - neuves


def constats(fichier: Fichier, mots_: Mots) -> Iterator[tuple[str, Constat]]:
    """Everything that is told of a file, row after row."""
    lecteur = Lecteur(mots_)
    for brute in rangees(fichier):
        lecteur.lire(brute)
        yield from (("écartée", c) for c in lecteur.ecarts)
        yield from (("avertissement", c) for c in lecteur.avis)


async def _ouvert(avance: Avance) -> Passage:
    entree = avance.entree
    fichier = await asyncio.to_thread(ouvrir, Path(entree["chemin"]))
    async with avance.sessions() as session:
        lus = await mots(session)
        droits = await droits_de_personne(session, avance.personne_id)
    passage = Passage(fichier, lus, entree["source"], perimetre(droits), Bilan.de(avance.resultat))
    passage.passer(avance.fait)
    return passage


async def faire_essai(avance: Avance) -> None:
    """The dry run: it writes its report, and nothing else."""
    passage = await _ouvert(avance)
    while avance.fait < avance.total:
        lus, bonnes = passage.pas(PAS_ESSAI)
        async with avance.pas(lus or avance.total - avance.fait) as session:
            await passage.essayer(session, bonnes)
            avance.resultat = passage.bilan.en_clair()


async def faire_import(avance: Avance) -> None:
    """The import, each step asked anew for the rights of whoever started it.

    Raises:
        Interdit: he lost them meanwhile; what is done is done, once.
    """
    passage = await _ouvert(avance)
    reprise = Reprise(avance.entree["source"], avance.entree["annee"], passage.mots, None)
    while avance.fait < avance.total:
        async with avance.sessions() as session:
            reprise.par = await droits_de_personne(session, avance.personne_id)
        exiger_reprendre(reprise.par)
        if perimetre(reprise.par) != passage.permises:
            raise Interdit("Vos subdivisions ont changé depuis le début de la reprise.")
        lus, bonnes = passage.pas(PAS)
        async with avance.pas(lus or avance.total - avance.fait, ecrit=True) as session:
            await passage.importer(session, reprise, bonnes)
            avance.resultat = passage.bilan.en_clair()


inscrire(ESSAI, Genre(faire_essai, suite="/reprises/{}"))
inscrire(IMPORT, Genre(faire_import, suite="/reprises/{}"))
