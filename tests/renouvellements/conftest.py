"""Agréments that end in a campaign of Strasbourg, and the people around them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.referentiel.models import Praticien, Terrain
from app.referentiel.normalisation import cle_rpps
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement
from app.travaux.models import EtatTravail, Travail
from tests.support.application import fonction
from tests.support.ecran import Ecran

if TYPE_CHECKING:
    import httpx

    from app.campagnes.models import Campagne
    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste


@dataclass
class Fins:
    """Claire invites; agréments end the day before those of the campaign begin."""

    monde: Monde
    campagne: Campagne
    claire: Personne
    gens: dict[str, Personne] = field(default_factory=dict)
    numeros: int = 0

    def rpps(self) -> str:
        """A fictitious number, another one each time."""
        self.numeros += 1
        return cle_rpps(f"9970040{self.numeros:03}")

    async def rts(self, nom: str, *, email: str | None = "rts@exemple.fr", compte: bool = True) -> str:
        """A RTS of the register; his RPPS."""
        rpps = self.rpps()
        if compte:
            self.gens[rpps] = await self.monde.personne(nom, rpps=rpps)
            async with self.monde.base() as session:
                (await session.merge(self.gens[rpps], load=True)).email = email
            return rpps
        prenom, _, famille = nom.partition(" ")
        async with self.monde.base() as session:
            registre = {"profession": "10", "categorie": "C", "registre_date": aujourdhui(), "savoir_faire": []}
            session.add(Praticien(rpps=rpps, prenom=prenom, nom=famille, recherche=nom.lower(), **registre))
        return rpps

    async def agrement(self, rpps: str, *, terrain: int | None = None, **valeurs: Any) -> Agrement:
        """One in force that ends; on a known terrain if one is given."""
        async with self.monde.base() as session:
            if terrain is None:
                self.numeros += 1
                t = Terrain(numero=6000 + self.numeros, libelle=f"Unité {self.numeros}", ville="Sélestat", recherche="unite")
                session.add(t)
                await session.flush()
                terrain = t.id
            fixes: dict[str, Any] = {
                "subdivision": "STRASBOURG", "formation": "ALLERGO", "type": TypeAgrement.PRINCIPAL, "phases": "SA",
                "debut": date(2020, 5, 1), "fin": self.campagne.debut_agrements - timedelta(days=1),
                "statut": StatutAgrement.ACTIF, "arrete": "ARS-1",
            }  # fmt: skip
            fait = Agrement(rpps=rpps, terrain_id=terrain, **fixes | valeurs)
            session.add(fait)
        return fait

    async def poste(self, qui: Personne | str | None = None) -> Poste:
        """A browser where somebody is signed in: Claire, or a RTS by his number."""
        return await self.monde.connecter(self.gens[qui] if isinstance(qui, str) else qui or self.claire)

    async def ecran(self, rpps: str) -> Ecran:
        """The open dashboard of a RTS."""
        return await Ecran(self.monde, self.gens[rpps]).ouvrir()

    async def envoyer(self, *rpps: str, poste: Poste | None = None, genre: str = "invitations", **champs: Any) -> Any:
        """Confirm a batch and wait for its end; its result."""
        poste = poste or await self.poste()
        fait = await poste.poster(f"/campagnes/{self.campagne.id}/{genre}", rpps=list(rpps), **champs)
        return await self.fini(poste, fait)

    async def fini(self, poste: Poste, reponse: httpx.Response) -> Any:
        """The work that an answer leads to, once it is over."""
        assert reponse.status_code == 303, reponse.text[-800:]
        numero = int(reponse.headers["location"].rpartition("/")[2])
        for _ in range(400):
            async with self.monde.sessions() as session:
                travail = (await session.scalars(select(Travail).where(Travail.id == numero))).one()
            if travail.etat is not EtatTravail.EN_COURS:
                assert travail.etat is EtatTravail.FINI
                return travail.resultat
            await asyncio.sleep(0.02)
        raise AssertionError("le travail ne finit pas")

    async def invitations(self) -> list[InvitationRenouvellement]:
        """Those of the base."""
        async with self.monde.sessions() as session:
            return list(await session.scalars(select(InvitationRenouvellement).order_by(InvitationRenouvellement.id)))

    async def reponse(self, agrement: Agrement) -> AgrementInvite:
        """What is kept of the answer for one agrément."""
        async with self.monde.sessions() as session:
            return (await session.scalars(select(AgrementInvite).where(AgrementInvite.agrement_id == agrement.id))).one()


@pytest.fixture
async def fins(monde: Monde) -> Fins:
    """Nobody's agrément ends yet."""
    campagne = await monde.campagne("ALLERGO", "HGE", "FST24")
    return Fins(monde, campagne, await monde.personne("Claire Rosheim", fonction(Role.SCOL)))
