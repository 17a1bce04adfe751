"""The files themselves: read in pages, rendered in a thread, so that everybody else is answered meanwhile.

`ecrire_classeur` calls `avance` with the rows written so far: long work that can be left hangs there.
"""

from __future__ import annotations

import asyncio
import tempfile
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.core.journal import consigner, maintenant
from app.core.templating import PARIS
from app.exports.plan import VERSION, Valeurs, pages
from app.exports.tableur import Classeur
from app.exports.texte import MARQUE, en_csv
from app.liste import vue as v
from app.referentiel.models import Etablissement, Praticien
from app.tableau.vue import jetons

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.core.access import Droits
    from app.exports.plan import Plan

MORCEAU = 256 * 1024
# Two at a time in a process: more would only make each other wait, and everybody with them.
_places = asyncio.Semaphore(2)


async def tracer(session: AsyncSession, plan: Plan, *, format_: str, par: Droits) -> None:
    """Who takes how many rows, with which columns: in the journal before the first byte leaves."""
    apres = {
        "format": format_,
        "lignes": plan.lignes,
        "colonnes": list(plan.codes),
        "etat": plan.etat.url(""),
        "complet": plan.complet,
    }
    await consigner(session, "exporter", par=par, sujet="export", sujet_id=par.personne_id, apres=apres)


async def flux_csv(sessions: async_sessionmaker[AsyncSession], plan: Plan) -> AsyncIterator[bytes]:
    """The text, as it is read."""
    valeurs = Valeurs(plan)
    yield MARQUE.encode() + en_csv([[s.titre for s in plan.sorties]])
    async for lignes in pages(sessions, plan):
        async with _places:  # not while its reader takes his time
            texte = await asyncio.to_thread(en_csv, map(valeurs.de, lignes))
        yield texte


async def ecrire_classeur(
    sessions: async_sessionmaker[AsyncSession], plan: Plan, avance: Callable[[int], None] | None = None
) -> IO[bytes]:
    """The workbook, in a file without a name that goes away with its reader."""
    valeurs = Valeurs(plan)
    with tempfile.TemporaryDirectory(prefix="agrement-") as dossier:
        async with _places:
            fichier = tempfile.TemporaryFile()  # noqa: SIM115 (its reader closes it)
            classeur = await asyncio.to_thread(Classeur, fichier, dossier, [s.titre for s in plan.sorties], maintenant())
            async for lignes in pages(sessions, plan):
                await asyncio.to_thread(classeur.ecrire, lignes, valeurs.de)
                if avance:
                    avance(classeur.feuille.faites)
            await asyncio.to_thread(classeur.fermer, await _lisez_moi(sessions, plan))
    fichier.seek(0)
    return fichier


async def morceaux(fichier: IO[bytes]) -> AsyncIterator[bytes]:
    """A file in pieces."""
    with fichier:
        while morceau := await asyncio.to_thread(fichier.read, MORCEAU):
            yield morceau


async def _lisez_moi(sessions: async_sessionmaker[AsyncSession], plan: Plan) -> list[tuple[str, Any]]:
    async with sessions() as session:
        lues = [
            (await session.execute(select(func.max(colonne)))).scalar()
            for colonne in (Praticien.registre_date, Etablissement.registre_date)
        ]
    dates = [jour.isoformat() if jour else "aucun import" for jour in lues]
    filtres = [("Filtre", j.libelle) for j in jetons(plan.requete.colonnes, plan.etat, plan.lib, v.BASE)]
    tris = [
        f"{plan.requete.colonnes[code].libelle} ({'décroissant' if descend else 'croissant'})"
        for code, descend in plan.etat.tris
    ]
    return [
        ("version_export", VERSION),
        ("Contenu", "Tout ce que cette personne peut lire" if plan.complet else "Ce que le tableau affichait"),
        *([("Séance", plan.seance.libelle)] if plan.seance else []),
        *(filtres or [("Filtre", "aucun")]),
        ("Tri", ", puis ".join(tris) or "celui du tableau"),
        ("Lignes", plan.lignes),
        ("Demandé par", plan.droits.nom_complet),
        ("Le (heure de Paris)", maintenant().astimezone(PARIS).replace(tzinfo=None)),
        ("Date du registre des praticiens (RPPS)", dates[0]),
        ("Date du registre des établissements (FINESS)", dates[1]),
        ("Dictionnaire des colonnes", ""),
        *((s.titre, s.dit or "comme dans le tableau") for s in plan.sorties),
    ]
