"""The only writer of reports of visits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.demandes.models import Ligne, RapportVisite
from app.demandes.rapport.queries import depose, rapport_de

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.fichiers import Depot
    from app.demandes.models import Demande

PERIME = "Ce rapport a changé entre-temps : rien n'est enregistré. Ce que vous aviez saisi est conservé."


@dataclass(frozen=True, slots=True)
class Visite:
    """What is said of a visit."""

    visite_le: date
    visiteurs: str
    constats: str


def exiger_depot(droits: Droits, lignes: list[Ligne]) -> None:
    """Refuse whoever does not deposit reports here, or not now.

    Raises:
        Interdit: by role, or by where the dossier stands.
    """
    if not depose(droits, lignes):
        raise Interdit("Le rapport de visite est déposé par la scolarité, une fois le dossier validé et avant la clôture.")


async def deposer(
    session: AsyncSession,
    demande: Demande,
    lignes: list[Ligne],
    visite: Visite,
    fichier: Depot | None,
    *,
    version: int,
    par: Droits,
) -> None:
    """Deposit, or replace; without a file the one that is there stays.

    Raises:
        Interdit: see `exiger_depot`.
        Conflit: somebody wrote it since it was read.
    """
    await _exiger_encore(session, lignes, par)
    valeurs: dict[str, Any] = asdict(visite) | {"par_id": par.personne_id, "depose_le": maintenant(), "retire": False}
    valeurs |= asdict(fichier) if fichier else {}
    ancien = await rapport_de(session, demande.id)
    avant = _trace(ancien) if ancien and not ancien.retire else None
    if ancien is None and version == 0:
        session.add(RapportVisite(demande_id=demande.id, **valeurs))
        await session.flush()
    else:
        await _ecrire(session, demande.id, version, valeurs)
    await _fini(session, "deposer_rapport", demande, par, version + 1, avant)


async def retirer(session: AsyncSession, demande: Demande, lignes: list[Ligne], *, version: int, par: Droits) -> None:
    """Withdraw what should not have been deposited.

    Raises:
        Interdit, Conflit: see `deposer`.
    """
    await _exiger_encore(session, lignes, par)
    ancien = await rapport_de(session, demande.id)
    await _ecrire(session, demande.id, version, {"retire": True})
    await _fini(session, "retirer_rapport", demande, par, version + 1, _trace(ancien) if ancien else None)


async def _exiger_encore(session: AsyncSession, lignes: list[Ligne], par: Droits) -> None:
    """Once nobody else writes: a séance may have closed while the file came."""
    await prendre_la_main(session)
    for ligne in lignes:
        await session.refresh(ligne)
    exiger_depot(par, lignes)


async def _ecrire(session: AsyncSession, demande_id: int, version: int, valeurs: dict[str, Any]) -> None:
    requete = update(RapportVisite).where(RapportVisite.demande_id == demande_id, RapportVisite.version == version)
    ecrit = await session.execute(requete.values(**valeurs, version=version + 1).execution_options(synchronize_session=False))
    if ecrit.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)


async def _fini(
    session: AsyncSession, action: str, demande: Demande, par: Droits, version: int, avant: dict[str, Any] | None
) -> None:
    await session.execute(update(Ligne).where(Ligne.demande_id == demande.id).values(stamp=Ligne.stamp + 1))
    neuf = await session.get(RapportVisite, demande.id, populate_existing=True)
    apres = _trace(neuf) if neuf and not neuf.retire else None
    commun = {"sujet": "rapport_visite", "sujet_id": demande.id, "demande_id": demande.id, "version": version}
    await consigner(session, action, par=par, avant=avant, apres=apres, **commun)  # type: ignore[arg-type]


def _trace(rapport: RapportVisite) -> dict[str, Any]:
    """Which file and which visit; the findings have their own readers, the journal has others."""
    return {"nom": rapport.nom, "sha256": rapport.sha256, "visite_le": rapport.visite_le.isoformat()}
