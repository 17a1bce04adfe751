"""What the bench runs on: generated demandes, the people who read them, a séance that is open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from app.commission.models import Seance, StatutSeance
from app.comptes.acces import empreinte
from app.comptes.models import Fonction, Personne, SessionWeb
from app.core.db import creer_moteur, creer_sessions
from app.core.journal import maintenant
from app.core.migrations import migrer
from app.core.roles import Role
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Statut
from app.liste.generation import generer_demandes
from app.referentiel.chargement import charger

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

MEMBRES = 200
LIGNES_EN_SEANCE = 400


async def preparer(url: str, nombre: int, console: Any) -> dict[str, Any]:
    """Fill the database behind *url* (once) and return what the scenarios need."""
    moteur = creer_moteur(url)
    sessions = creer_sessions(moteur)
    async with sessions() as session:
        deja = (await session.execute(select(func.count()).select_from(Demande))).scalar_one()
    if deja < nombre:
        async with sessions() as session:
            await charger(session)
            await session.commit()
        await generer_demandes(sessions, nombre=nombre, graine=1, console=console)
    await _gens(sessions)
    lignes = await _seance(sessions)
    await moteur.dispose()
    return {"lignes": lignes}


async def _gens(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions() as session:
        if (await session.execute(select(Personne.id).where(Personne.nom == "Mesure"))).first():
            await _rafraichir(session)
            return
        await _personne(session, "scol", Role.SCOL, ["STRASBOURG"])
        await _personne(session, "admin", Role.ADMIN, [])
        for i in range(MEMBRES):
            await _personne(session, f"membre-{i}", Role.MEMBRE, ["STRASBOURG"])
        await session.commit()


async def _rafraichir(session: AsyncSession) -> None:
    await session.execute(update(SessionWeb).values(vu=maintenant(), expire=maintenant() + timedelta(hours=12)))
    await session.commit()


async def _personne(session: AsyncSession, jeton: str, role: Role, subdivisions: list[str]) -> None:
    personne = Personne(prenom=jeton, nom="Mesure", rpps=None, email=None, telephone=None, recherche=f"mesure {jeton}")
    session.add(personne)
    await session.flush()
    session.add(
        Fonction(personne_id=personne.id, role=role, subdivisions=subdivisions, formations=[], debut=date(2020, 1, 1), fin=None)
    )
    instant = maintenant()
    session.add(
        SessionWeb(id_hash=empreinte(jeton), personne_id=personne.id, fournisseur="bench", id_token="", cree=instant,
                   vu=instant, expire=instant + timedelta(hours=12))
    )  # fmt: skip


async def _seance(sessions: async_sessionmaker[AsyncSession]) -> list[int]:
    """An open séance on some validated lines of Strasbourg; returns their ids."""
    async with sessions() as session:
        ouvertes = select(Ligne.id).where(Ligne.moment == Moment.SEANCE_OUVERTE).order_by(Ligne.id)
        if ids := list((await session.execute(ouvertes)).scalars()):
            return ids
        choisies = (
            select(Ligne.id)
            .where(Ligne.subdivision == "STRASBOURG", Ligne.statut == Statut.VALIDE_ADMIN, Ligne.rang == 0)
            .order_by(Ligne.id)
            .limit(LIGNES_EN_SEANCE)
        )
        ids = list((await session.execute(choisies)).scalars())
        seance = Seance(libelle="Mesure", subdivision="STRASBOURG", quand=maintenant(), statut=StatutSeance.OUVERTE,
                        quorum=1, votants=1, ouverte_le=maintenant())  # fmt: skip
        session.add(seance)
        await session.flush()
        await session.execute(
            update(Ligne)
            .where(Ligne.id.in_(ids))
            .values(moment=Moment.SEANCE_OUVERTE, seance_id=seance.id, stamp=Ligne.stamp + 1)
        )
        await session.commit()
        return ids


def schema(url: str) -> None:
    """The newest schema, through the real migrations."""
    migrer(url)
