"""An open séance, its members signed in, and drafts that their RTS are writing: what kills, races and streams fall upon."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.comptes.sessions import ouvrir
from app.core.journal import Journal
from app.core.roles import Role
from app.referentiel.normalisation import cle_rpps
from tests.soak.bases import sessions_de
from tests.support.application import Monde, fonction

if TYPE_CHECKING:
    from typing import Any

    from app.comptes.models import Personne

FORMATION = "MG"


@dataclass(slots=True)
class Salle:
    """Keys of lines and drafts, ids of sessions; `depuis` is the last act before anything happens."""

    seance: int
    lignes: list[int] = field(default_factory=list)
    membres: list[str] = field(default_factory=list)
    coordonnateurs: list[str] = field(default_factory=list)
    brouillons: list[tuple[str, int]] = field(default_factory=list)
    depuis: int = 0


async def preparer(url: str, *, lignes: int = 8, membres: int = 10, coordonnateurs: int = 2, brouillons: int = 0) -> Salle:
    """Through the services, before any server is there."""
    async with sessions_de(url) as sessions:
        monde = Monde(None, sessions)  # type: ignore[arg-type]
        scol, pres = [await monde.personne(f"Alex {r.title()}", fonction(r)) for r in (Role.SCOL, Role.PRES)]
        campagne = await monde.campagne(FORMATION)
        rts = await monde.personne("Camille Terrain", rpps=cle_rpps("9970036624"))
        numeros = [await monde.validee(rts, campagne, FORMATION, scol=scol, saisie_terrain=f"Étage {n}") for n in range(lignes)]
        salle = Salle(await monde.seance(FORMATION, scol=scol))
        for role, nombre, ou in ((Role.MEMBRE, membres, salle.membres), (Role.COORD, coordonnateurs, salle.coordonnateurs)):
            ou += [
                await _jeton(sessions, await monde.personne(f"{role.title()} Numéro-{n}", fonction(role)))
                for n in range(nombre)
            ]
        await monde.ouvrir(salle.seance, pres=pres)
        for n in range(brouillons):
            redacteur = await monde.personne(f"Rts Numéro-{n}", rpps=cle_rpps(f"99700367{n:02}"))
            numero = await monde.brouillon(redacteur, campagne, FORMATION)
            salle.brouillons.append((await _jeton(sessions, redacteur), numero))
        salle.lignes = [(await monde.ligne(n)).id for n in numeros]
        async with sessions() as session:
            salle.depuis = (await session.execute(select(func.max(Journal.id)))).scalar_one()
    return salle


async def _jeton(sessions: Any, qui: Personne) -> str:
    async with sessions() as session:
        jeton = await ouvrir(session, qui.id, fournisseur="demonstration", id_token="", ancien=None)
        await session.commit()
    return jeton
