"""Demandes in numbers: quick, whole, the same for the same seed."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.avis.models import AvisCoordonnateur
from app.campagnes.models import Campagne
from app.comptes.models import Personne
from app.demandes.models import Demande, Ligne
from app.demandes.mouvements import projection
from app.demandes.statuts import Statut
from app.liste.demonstration import charger_demonstration
from app.liste.generation import POIDS, generer_demandes
from app.referentiel.models import Subdivision
from app.referentiel.normalisation import rpps_valide

Sessions = async_sessionmaker[AsyncSession]


async def _generer(sessions: Sessions, nombre: int = 500, graine: int = 1) -> None:
    await generer_demandes(sessions, nombre=nombre, graine=graine, console=None)


async def test_five_hundred_are_whole(sessions: Sessions) -> None:
    await _generer(sessions)
    async with sessions() as session:
        demandes = {d.id: d for d in await session.scalars(select(Demande))}
        lignes = list(await session.scalars(select(Ligne)))
        assert len(demandes) == 500
        assert Counter(x.rang for x in lignes)[0] == 500
        for ligne in lignes[:100]:
            attendue = await projection(session, demandes[ligne.demande_id])
            assert {c: getattr(ligne, c) for c in attendue} == attendue
        assert {d.statut for d in demandes.values()} == set(Statut)
        assert all(rpps_valide(d.rpps) and d.rpps.startswith("99700") for d in demandes.values())
        assert len(list(await session.scalars(select(AvisCoordonnateur)))) > 100


async def test_every_subdivision_has_its_weight(session: AsyncSession) -> None:
    assert set(await session.scalars(select(Subdivision.code))) == POIDS.keys()


async def test_a_second_run_adds_to_the_same_campaigns(sessions: Sessions) -> None:
    await _generer(sessions, 60)
    await _generer(sessions, 60, graine=2)
    async with sessions() as session:
        libelles = list(await session.scalars(select(Campagne.libelle)))
        assert sorted(libelles) == sorted(set(libelles))
        assert len(libelles) == len(POIDS)
        assert await session.scalar(select(func.count()).select_from(Demande)) == 120
        assert await session.scalar(select(func.count()).select_from(Personne)) == 1
        session.add(Personne(prenom="Nouvelle", nom="Venue", recherche="venue"))
        await session.flush()


async def test_load_stands_beside_the_demonstration(sessions: Sessions) -> None:
    await charger_demonstration(sessions, etape="commission", graine=3, console=None)
    await _generer(sessions, 60)
    async with sessions() as session:
        campagnes = list(await session.scalars(select(Campagne).where(Campagne.subdivision == "STRASBOURG")))
        (charge,) = (c for c in campagnes if c.libelle.startswith("Charge"))
        autres = [c for c in campagnes if c is not charge]
        assert autres
        assert [c for c in autres if c.ouverture <= charge.cloture_avis and charge.ouverture <= c.cloture_avis] == []
