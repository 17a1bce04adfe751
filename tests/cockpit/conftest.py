"""The scolarités of two subdivisions, and places for them to keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes.models import Choix
from app.referentiel.models import Etablissement, Origine, Praticien, Terrain
from app.referentiel.service import recherche_terrain
from tests.support.application import fonction
from tests.support.commission import DES, rpps

if TYPE_CHECKING:
    import httpx

    from app.campagnes.models import Campagne
    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste


@dataclass
class Cockpit:
    """People of Strasbourg and of Limoges, one campaign in each."""

    monde: Monde
    campagnes: dict[str, Campagne]
    gens: dict[str, Personne]
    postes: dict[str, Poste] = field(default_factory=dict)
    faits: int = 0

    async def poste(self, qui: str) -> Poste:
        """The browser of somebody."""
        if qui not in self.postes:
            self.postes[qui] = await self.monde.connecter(self.gens[qui])
        return self.postes[qui]

    async def lire(self, qui: str, chemin: str) -> httpx.Response:
        """A page, whatever it answers."""
        return await (await self.poste(qui)).ouvrir(chemin)

    async def page(self, qui: str, chemin: str) -> str:
        """A page that must open."""
        reponse = await self.lire(qui, chemin)
        assert reponse.status_code == 200, (qui, chemin, reponse.status_code)
        return reponse.text

    async def poster(self, qui: str, chemin: str, **champs: Any) -> httpx.Response:
        """A plain form."""
        return await (await self.poste(qui)).poster(chemin, **champs)

    async def site(self, nom: str = "Hôpital d'essai", *, finess: str | None = None, **v: Any) -> Etablissement:
        """A local site, or with a *finess* one of the register."""
        lieu: dict[str, Any] = {"adresse": "1 rue Haute", "code_postal": "67000", "ville": "Strasbourg", "code_insee": "67482",
                                "departement": "67", "actif": True, "recherche": nom.lower()}  # fmt: skip
        origine = Origine.REGISTRE if finess else Origine.LOCAL
        fait = Etablissement(raison_sociale=nom, finess=finess, type_code="CH", origine=origine,
                             registre="FINESS" if finess else "", **{**lieu, **v})  # fmt: skip
        async with self.monde.base() as session:
            session.add(fait)
        return fait

    async def terrain(self, libelle: str = "Consultation", *, subdivision: str | None = "STRASBOURG", **v: Any) -> Terrain:
        """A terrain that the scolarité of *subdivision* made."""
        self.faits += 1
        numero = v.pop("numero", 900 + self.faits)
        fait = Terrain(numero=numero, libelle=libelle, subdivision=subdivision, actif=True,
                       recherche=recherche_terrain(numero, libelle, ""), **v)  # fmt: skip
        async with self.monde.base() as session:
            session.add(fait)
        return fait

    async def praticien(self, n: int, nom: str = "Holder") -> Praticien:
        """Somebody of the register."""
        fait = Praticien(rpps=rpps(n), prenom="Zoé", nom=nom, profession="10", categorie="C", savoir_faire=["SM57"], actif=True,
                         registre_date=aujourdhui(), recherche=f"{nom} zoe".lower())  # fmt: skip
        async with self.monde.base() as session:
            session.add(fait)
        return fait

    async def agrement(self, terrain: Terrain, n: int, *, subdivision: str = "STRASBOURG", **v: Any) -> int:
        """In force, unless told."""
        dates = {"debut": date(2024, 5, 1), "fin": aujourdhui() + timedelta(days=300)}
        fait = Agrement(rpps=rpps(n), terrain_id=terrain.id, subdivision=subdivision, type=TypeAgrement.PRINCIPAL,
                        **{**dates, "formation": DES, "statut": StatutAgrement.ACTIF, **v})  # fmt: skip
        async with self.monde.base() as session:
            session.add(fait)
        return fait.id

    async def demande(self, terrain: Terrain, n: int, *, subdivision: str = "STRASBOURG", soumise: bool = True) -> int:
        """A demande on a terrain."""
        rts = await self.monde.personne(f"Rita Demande{n}", rpps=rpps(n))
        self.gens[f"rts{n}"] = rts
        faire = self.monde.soumise if soumise else self.monde.brouillon
        lieu = {"choix": Choix.REGISTRE, "etablissement_id": terrain.etablissement_id, "terrain_id": terrain.id}
        vides = dict.fromkeys(
            ("saisie_raison_sociale", "saisie_adresse", "saisie_code_postal", "saisie_ville", "saisie_terrain"), ""
        )
        return await faire(rts, self.campagnes[subdivision], DES, **lieu, **vides)

    async def un(self, table: Any, numero: Any) -> Any:
        """A row, read afresh."""
        async with self.monde.sessions() as session:
            return (await session.execute(select(table).where(table.id == numero))).scalar_one()


@pytest.fixture
async def cockpit(monde: Monde) -> Cockpit:
    """On a fresh database."""
    p = monde.personne
    gens = {
        "scol": await p("Sylvie Guichet", fonction(Role.SCOL)),
        "scol2": await p("Simon Second", fonction(Role.SCOL)),
        "loin": await p("Lise Loin", fonction(Role.SCOL, subdivision="LIMOGES")),
        "admin": await p("Adam Ministre", fonction(Role.ADMIN, subdivision=None)),
        "coord": await p("Corinne Allergo", fonction(Role.COORD, DES)),
        "membre": await p("Marc Membre", fonction(Role.MEMBRE)),
        "ars": await p("Agnès Agence", fonction(Role.ARS)),
        "rts": await p("Rita Terrain", rpps=rpps(700)),
    }
    campagnes = {s: await monde.campagne(DES, subdivision=s) for s in ("STRASBOURG", "LIMOGES")}
    return Cockpit(monde, campagnes, gens)
