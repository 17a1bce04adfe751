"""A register's file that comes from the screen, and the long work that imports it."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.core.access import Droits
from app.core.errors import Conflit
from app.registres.fichiers import FichierRefuse
from app.registres.finess import lecture_finess
from app.registres.gardes import Gardes
from app.registres.importation import Importation
from app.registres.models import CodeRegistre, ImportRegistre
from app.registres.permissions import exiger_importer
from app.registres.queries import tables_des_sites
from app.registres.rpps import LecturePraticiens
from app.travaux.genres import Genre, inscrire

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.registres.lecture import Lecture
    from app.travaux.avance import Avance
    from app.travaux.models import Travail
    from app.travaux.service import Travaux

GENRE: Final = "import_registre"
TAILLE_MAX: Final = 1 << 30  # of a form: the largest real file is 0.8 GiB, a tenth of it once compressed
PARTS: Final = 100
OUBLI: Final = 7 * 24 * 3600  # seconds that the file of an interrupted import waits to be taken up again
_NOM: Final = re.compile(r"[^A-Za-z0-9._-]+")


def nom_sur(nom: str) -> str:
    """The name of a file alone, without anything that a path or a terminal would read."""
    return _NOM.sub("_", nom.replace("\\", "/").rpartition("/")[2]).lstrip(".")[-120:] or "fichier"


def ranger(source: IO[bytes], donnees: Path, nom: str) -> Path:
    """Copy what was received beside the data, in pieces."""
    dossier = donnees / "imports"
    dossier.mkdir(parents=True, exist_ok=True)
    for vieux in dossier.iterdir():
        if time.time() - vieux.stat().st_mtime > OUBLI:
            vieux.unlink(missing_ok=True)
    chemin = dossier / f"{secrets.token_hex(8)}-{nom_sur(nom)}"
    with chemin.open("xb") as sortie:
        chemin.chmod(0o600)
        shutil.copyfileobj(source, sortie, 1 << 20)
    return chemin


async def lancer(
    session: AsyncSession,
    travaux: Travaux,
    registre: CodeRegistre,
    fichiers: list[tuple[str, Path]],
    forcer: str,
    *,
    par: Droits,
) -> Travail:
    """Import *fichiers* (the register's, then that of the savoir-faire) as long work."""
    exiger_importer(par)
    entree = {
        "registre": registre, "fichiers": [(nom_sur(nom), str(chemin)) for nom, chemin in fichiers], "forcer": forcer,
        "nom": par.nom_complet,
    }  # fmt: skip
    libelle = f"Import du registre {registre} : {nom_sur(fichiers[0][0])}"[:200]
    return await travaux.creer(session, GENRE, libelle=libelle, total=PARTS, entree=entree, par=par)


async def importer(avance: Avance) -> None:
    """What the work does; a run that is taken up again begins anew, the register being whole."""
    e, fait = avance.entree, 0
    avance.fait = 0

    async def dire(_phase: str, part: float) -> None:
        nonlocal fait
        if (neufs := int(part * PARTS) - fait) > 0:
            fait += neufs
            await avance.marquer(neufs)

    par = Droits(avance.personne_id, e["nom"])
    try:
        importation = Importation(avance.sessions, await _lecture(avance), Gardes(forcer=e["forcer"]), par=par, dire=dire)
        try:
            await importation.faire()
        finally:
            avance.resultat = {"import": importation.ident}
    except (FichierRefuse, Conflit) as refus:
        avance.resultat |= {"refus": refus.message}
    await avance.marquer(PARTS - fait)
    for _nom, chemin in e["fichiers"]:
        await asyncio.to_thread(Path(chemin).unlink, missing_ok=True)


async def _lecture(avance: Avance) -> Lecture:
    (nom, chemin), *autres = [(nom, Path(chemin)) for nom, chemin in avance.entree["fichiers"]]
    if not chemin.exists():
        raise FichierRefuse("Le fichier déposé n'est plus là : déposez-le de nouveau.")
    if avance.entree["registre"] == CodeRegistre.RPPS:
        return LecturePraticiens(chemin, nom, savoir_faire=autres[0][1] if autres else None)
    async with avance.sessions() as session:
        return lecture_finess(chemin, nom, await tables_des_sites(session))


async def import_du_travail(session: AsyncSession, travail: Travail) -> int | None:
    """The import that a piece of work made; None when it stopped before."""
    ident: Any = (travail.resultat or {}).get("import")
    return await session.scalar(select(ImportRegistre.id).where(ImportRegistre.id == (ident or 0)))


inscrire(GENRE, Genre(importer, suite="/registres/travaux/{}", exiger=exiger_importer))
