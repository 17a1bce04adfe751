"""The people of one subdivision around a commission, and what they do in a line: opinions, decisions, séances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.agrements.models import Agrement
from app.avis.genres import GENRES
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens
from app.avis.regles import Jugement
from app.avis.service import juger
from app.commission.models import Seance, SeanceFormation
from app.core.journal import Journal
from app.core.roles import Role
from app.demandes.models import Demande, Ligne
from app.referentiel.normalisation import cle_rpps
from tests.support.application import fonction

if TYPE_CHECKING:
    import httpx

    from app.campagnes.models import Campagne
    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste

DES, AUTRE, FST = "ALLERGO", "AR", "FST01"
ECRITES = (AvisCoordonnateur, AvisRepresentant, Decision, Ligne, Demande, Seance, SeanceFormation, Agrement, Journal)


def rpps(n: int) -> str:
    """A fictitious number, its key right."""
    return cle_rpps(f"9970066{n:03}")


@dataclass
class Scene:
    """One campaign of Strasbourg, its people by role, their browsers."""

    monde: Monde
    campagne: Campagne
    gens: dict[str, Personne]
    postes: dict[str, Poste] = field(default_factory=dict)
    rts: int = 0

    async def poste(self, qui: str) -> Poste:
        """The browser of somebody, signed in once."""
        if qui not in self.postes:
            self.postes[qui] = await self.monde.connecter(self.gens[qui])
        return self.postes[qui]

    async def nouveau_rts(self) -> Personne:
        """One more practitioner."""
        self.rts += 1
        return await self.monde.personne(f"Rita Terrain{self.rts}", rpps=rpps(self.rts))

    async def demande(self, formation: str = DES, rts: Personne | None = None, **valeurs: Any) -> Ligne:
        """A validated dossier of a new RTS; its ligne de tête."""
        rts = rts or await self.nouveau_rts()
        numero = await self.monde.validee(rts, self.campagne, formation, scol=self.gens["scol"], **valeurs)
        return await self.monde.ligne(numero)

    async def juge(self, qui: str, ligne: Ligne, adresse: str, sens: Sens = Sens.ACCEPTE, version: int = 0, **dit: Any) -> None:
        """A judgement by the service: accepted for a year and the two first phases, unless told."""
        defaut = {"duree": 1, "phases": "SA"} if sens is Sens.ACCEPTE else {"motif": "REF_C_01"} if sens is Sens.REFUSE else {}
        async with self.monde.base() as session:
            lue = (await session.execute(select(Ligne).where(Ligne.id == ligne.id))).scalar_one()
            jugement = Jugement(sens, **{**defaut, **dit})
            await juger(
                session, lue, GENRES[adresse], jugement=jugement, version=version, par=self.monde.droits(self.gens[qui])
            )

    async def coord(self, ligne: Ligne, sens: Sens = Sens.ACCEPTE, version: int = 0, **dit: Any) -> None:
        """The coordonnateur's opinion."""
        await self.juge("coord", ligne, "avis-coordonnateur", sens, version, **dit)

    async def decide(self, ligne: Ligne, sens: Sens = Sens.ACCEPTE, version: int = 0, qui: str = "membre", **dit: Any) -> None:
        """The commission's decision."""
        await self.juge(qui, ligne, "decision", sens, version, **dit)

    async def poster(self, qui: str, ligne: Ligne, adresse: str, *, htmx: bool = True, **champs: Any) -> httpx.Response:
        """The form of a judgement, posted from the cell."""
        poste = await self.poste(qui)
        return await poste.poster(f"/lignes/{ligne.id}/{adresse}", htmx=htmx, **champs)

    async def seance(self, *formations: str, ouverte: bool = True) -> int:
        """A séance, opened with everybody there unless told."""
        numero = await self.monde.seance(*(formations or (DES, AUTRE, FST)), scol=self.gens["scol"])
        if ouverte:
            await self.monde.ouvrir(numero, pres=self.gens["pres"])
        return numero

    async def page(self, qui: str, chemin: str) -> str:
        """A page that must open."""
        reponse = await (await self.poste(qui)).ouvrir(chemin)
        assert reponse.status_code == 200, (qui, chemin, reponse.status_code)
        return reponse.text

    async def ecrit(self, table: Any, ligne: Ligne) -> Any:
        """The opinion or decision on a line, read afresh; None where there is none."""
        async with self.monde.sessions() as session:
            return (await session.execute(select(table).where(table.ligne_id == ligne.id))).scalar_one_or_none()

    async def relire(self, ligne: Ligne) -> Ligne:
        """A line, read afresh."""
        return await self.monde.ligne(ligne.demande_id, ligne.rang)

    async def comptes(self) -> dict[str, int]:
        """How many rows each table of the road holds, and the sum of the versions: nothing written, nothing moved."""
        async with self.monde.sessions() as session:
            n = {t.__tablename__: (await session.execute(select(func.count()).select_from(t))).scalar_one() for t in ECRITES}
            for table, colonne in ((Ligne, Ligne.stamp), (Demande, Demande.version), (Seance, Seance.version)):
                n[f"{table.__tablename__}.{colonne.key}"] = (await session.execute(select(func.sum(colonne)))).scalar_one() or 0
        return n

    async def actes(self, action: str) -> list[Journal]:
        """The journal's rows of one action."""
        async with self.monde.sessions() as session:
            requete = select(Journal).where(Journal.action == action).order_by(Journal.id)
            return list((await session.execute(requete)).scalars())


async def monter(monde: Monde) -> Scene:
    """The campaign and its people."""
    p = monde.personne
    gens = {
        "scol": await p("Sylvie Guichet", fonction(Role.SCOL)),
        "coord": await p("Corinne Allergo", fonction(Role.COORD, DES)),
        "coord2": await p("Colin Allergo", fonction(Role.COORD, DES)),
        "voisine": await p("Anne Esthesie", fonction(Role.COORD, AUTRE)),
        "ailleurs": await p("Lise Loin", fonction(Role.COORD, DES, subdivision="LIMOGES")),
        "rep": await p("Rémi Interne", fonction(Role.REP)),
        "membre": await p("Marc Membre", fonction(Role.MEMBRE)),
        "membre2": await p("Maud Membre", fonction(Role.MEMBRE)),
        "pres": await p("Paula Doyenne", fonction(Role.PRES)),
        "ars": await p("Agnès Agence", fonction(Role.ARS)),
        "admin": await p("Adam Ministre", fonction(Role.ADMIN, subdivision=None)),
        # Coordonnatrice and member of the commission at once.
        "double": await p("Dora Double", fonction(Role.COORD, DES), fonction(Role.MEMBRE)),
        "doublerep": await p("Rose Double", fonction(Role.REP), fonction(Role.PRES)),
    }
    return Scene(monde, await monde.campagne(DES, AUTRE, FST), gens)
