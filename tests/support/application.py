"""The application in the test's own loop: people signed in, dossiers at any moment of their life, made by the services."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy import select

from app.campagnes.models import Campagne, CampagneFormation
from app.commission import service as seances
from app.commission import service_cloture
from app.commission.forms import SeanceSaisie
from app.commission.lecture import plan_de
from app.commission.models import Seance
from app.commission.queries import votants
from app.comptes.acces import composer_droits
from app.comptes.models import Fonction, Personne
from app.comptes.sessions import ouvrir
from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.demandes import traitement_service
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.mouvements import ligne_de_tete, modifier
from app.demandes.saisie import service as saisie
from app.demandes.saisie.contexte import contexte, ma_demande
from app.demandes.statuts import Bloc, TypeDemande
from app.main import creer_app
from app.referentiel.models import Formation, Praticien
from app.settings import lire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from litestar import Litestar
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.core.access import Droits
    from app.core.roles import Role
    from app.settings import Settings

HTMX = {"hx-request": "true", "hx-request-type": "partial"}
LIEU = "STRASBOURG"
QUALIFIE = [f"SM{n:02}" for n in range(1, 96)]


class Poste:
    """A browser with somebody signed in (or nobody); answers are never followed to another page."""

    def __init__(self, app: Litestar, jeton: str | None, droits: Droits | None) -> None:
        self.droits = droits
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        if jeton:
            self.http.cookies.set("session", jeton)

    async def ouvrir(self, chemin: str, *, htmx: bool = False, cible: str = "") -> httpx.Response:
        """GET, as a page or as the fragment that htmx asks for."""
        entetes = {**HTMX, "hx-target": cible} if htmx else {}
        return await self.http.get(chemin, headers=entetes)

    async def poster(self, chemin: str, *, htmx: bool = False, fichiers: Any = None, **champs: Any) -> httpx.Response:
        """POST a form with its token, as a page or through htmx; a list posts a field several times."""
        if "csrf" not in self.http.cookies:
            await self.http.get("/connexion")
        corps = {**champs, "_csrf_token": self.http.cookies["csrf"]}
        return await self.http.post(chemin, data=corps, files=fichiers, headers=HTMX if htmx else {})


class Monde:
    """One application, its database, its people. Dates of a campaign are days from today."""

    def __init__(self, app: Litestar, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.app, self.sessions = app, sessions

    @asynccontextmanager
    async def base(self) -> AsyncIterator[AsyncSession]:
        """A session of the database, committed at the end."""
        async with self.sessions() as session:
            yield session
            await session.commit()

    async def personne(self, nom: str, *fonctions: Fonction, rpps: str | None = None) -> Personne:
        """« Prénom Nom » with functions; with a *rpps*, also in the register, qualified for everything."""
        prenom, _, famille = nom.partition(" ")
        qui = Personne(prenom=prenom, nom=famille, rpps=rpps, recherche=nom.lower(), fonctions=list(fonctions))
        async with self.base() as session:
            session.add(qui)
            if rpps and await session.get(Praticien, rpps) is None:
                registre = {"profession": "10", "categorie": "C", "registre_date": aujourdhui(), "recherche": nom.lower()}
                session.add(Praticien(rpps=rpps, prenom=prenom, nom=famille, savoir_faire=QUALIFIE, **registre))
        return qui

    def droits(self, qui: Personne) -> Droits:
        """The rights that a request of *qui* is answered with today."""
        fonctions = [(f.role, f.subdivisions, f.formations, f.debut, f.fin) for f in qui.fonctions]
        return composer_droits(qui.id, qui.nom_complet, qui.rpps, fonctions, le=aujourdhui())

    async def connecter(self, qui: Personne | None = None) -> Poste:
        """A browser where *qui* is signed in."""
        if qui is None:
            return Poste(self.app, None, None)
        async with self.base() as session:
            jeton = await ouvrir(session, qui.id, fournisseur="demonstration", id_token="", ancien=None)
        return Poste(self.app, jeton, self.droits(qui))

    async def campagne(self, *formations: str, subdivision: str = LIEU, **jours: int) -> Campagne:
        """A campaign whose windows are all open, unless told."""
        ecarts = {"ouverture": -10, "cloture_depot": 20, "cloture_complements": 30, "cloture_avis": 40, "debut_agrements": 160}
        dates = {nom: aujourdhui() + timedelta(days=n) for nom, n in (ecarts | jours).items()}
        nouvelle = Campagne(libelle="Campagne d'essai", subdivision=subdivision, notice="Apportez le *projet*.", **dates)
        nouvelle.formations = [CampagneFormation(formation=f) for f in formations]
        async with self.base() as session:
            session.add(nouvelle)
        return nouvelle

    async def brouillon(self, rts: Personne, campagne: Campagne, formation: str, **valeurs: Any) -> int:
        """A draft with everything that a submission wants, at a place outside the register; the demande's number."""
        droits, type_ = self.droits(rts), valeurs.pop("type_", TypeDemande.NOUVEAU)
        async with self.base() as session:
            demandee = (await session.execute(select(Formation).where(Formation.code == formation))).scalar_one()
            praticien = (await session.execute(select(Praticien).where(Praticien.rpps == rts.rpps))).scalar_one()
            demande = await saisie.creer(
                session, campagne, formation=demandee, type_=type_, praticien=praticien, personne=rts, par=droits
            )
            tete = await ligne_de_tete(session, demande.id)
            tete.phases = valeurs.pop("phases", "SA")
            fixes = {
                "email": "rts@exemple.fr", "choix": Choix.ABSENT, "saisie_raison_sociale": "Maison de santé",
                "saisie_adresse": "1 rue des Écoles", "saisie_code_postal": "67000", "saisie_ville": "Strasbourg",
                "saisie_terrain": "Consultation", "capacite": 2, "projet": "Accueil et encadrement.",
            }  # fmt: skip
            await modifier(session, demande, version=demande.version, **{**fixes, **valeurs})
        return demande.id

    async def soumise(self, rts: Personne, campagne: Campagne, formation: str, **valeurs: Any) -> int:
        """The same, submitted."""
        numero, droits = await self.brouillon(rts, campagne, formation, **valeurs), self.droits(rts)
        async with self.base() as session:
            c = await contexte(session, *await ma_demande(session, droits, numero))
            await saisie.soumettre(session, c, version=c.demande.version, par=droits)
        return numero

    async def validee(self, rts: Personne, campagne: Campagne, formation: str, *, scol: Personne, **valeurs: Any) -> int:
        """The same, its three blocks validated by hand, then administratively."""
        numero, par = await self.soumise(rts, campagne, formation, **valeurs), self.droits(scol)
        async with self.base() as session:
            demande = (await session.execute(select(Demande).where(Demande.id == numero))).scalar_one()
            for bloc in Bloc:
                await traitement_service.valider_bloc(
                    session, demande, bloc, valide=True, motif="Vérifié.", version=demande.version, par=par
                )
            await traitement_service.valider(session, demande, version=demande.version, par=par)
        return numero

    async def ligne(self, demande: int, rang: int = 0) -> Ligne:
        """A line, read afresh."""
        async with self.sessions() as session:
            requete = select(Ligne).where(Ligne.demande_id == demande, Ligne.rang == rang)
            return (await session.execute(requete)).scalar_one()

    async def seance(self, *formations: str, scol: Personne, subdivision: str = LIEU) -> int:
        """A planned séance; its number."""
        prevue = SeanceSaisie("Séance d'essai", subdivision, maintenant(), "", formations)
        async with self.base() as session:
            return (await seances.planifier(session, prevue, par=self.droits(scol))).id

    async def seance_(self, session: AsyncSession, numero: int) -> Seance:
        """A séance with its formations."""
        seance = (await session.execute(select(Seance).where(Seance.id == numero))).scalar_one()
        await session.refresh(seance, ["formations"])
        return seance

    async def ouvrir(self, seance: int, *, pres: Personne) -> None:
        """Everybody is there."""
        async with self.base() as session:
            s = await self.seance_(session, seance)
            tous = await votants(session, s)
            await seances.ouvrir(
                session, s, version=s.version, presents=tous, votants=tous, sans_quorum=False, par=self.droits(pres)
            )

    async def clore(self, seance: int, *, pres: Personne) -> None:
        """The président confirms what is inherited."""
        async with self.base() as session:
            s, par = await self.seance_(session, seance), self.droits(pres)
            plan = await plan_de(session, s.id, par)
            await service_cloture.clore(
                session, s, version=s.version, reprises=len(plan.reprises), empreinte=plan.empreinte, par=par
            )

    async def publier(self, seance: int, *, pres: Personne) -> None:
        """The second act."""
        async with self.base() as session:
            s = await self.seance_(session, seance)
            await seances.publier(session, s, version=s.version, par=self.droits(pres))


def fonction(role: Role, *formations: str, subdivision: str | None = LIEU, fin: date | None = None) -> Fonction:
    """A function in force; everywhere where *subdivision* is None, for all formations where none is named."""
    lieux = [subdivision] if subdivision else []
    return Fonction(role=role, subdivisions=lieux, formations=list(formations), debut=date(2020, 1, 1), fin=fin)


_LIBRES: dict[str, list[Litestar]] = defaultdict(list)


@contextmanager
def preter(reglages: Settings) -> Iterator[Litestar]:
    """An application of this mode. Making one costs more than most tests: whoever comes next has it, on another database."""
    libres = _LIBRES[reglages.mode]
    app = libres.pop() if libres else creer_app(reglages)
    app.state.settings = reglages
    yield app
    libres.append(app)


@asynccontextmanager
async def application(base: str, dossier: Path, sessions: Any) -> AsyncIterator[Monde]:
    """The demonstration mode on the database *base*, without its demonstration data."""
    reglages = lire({"AGREMENT_DATA_DIR": str(dossier), "AGREMENT_DATABASE_URL": base, "AGREMENT_COURRIER": "console"})
    with preter(replace(reglages, database_url=base)) as app:
        pret, fini = asyncio.Event(), asyncio.Event()

        async def vivre() -> None:
            async with app.lifespan():
                pret.set()
                await fini.wait()

        # In a task of its own: a fixture is left in another one than it was entered in, which the lifespan refuses.
        vie = asyncio.create_task(vivre())
        await asyncio.wait([vie, asyncio.create_task(pret.wait())], return_when=asyncio.FIRST_COMPLETED)
        if pret.is_set():
            yield Monde(app, sessions)
        fini.set()
        await vie
