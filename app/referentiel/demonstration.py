"""Places and practitioners of the demonstration: real sites, invented surgeries, people who do not exist."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update
from stdnum import luhn

from app.core.demonstration import Lot, Rangee, tirer, un
from app.core.texte import replier
from app.referentiel.chargement import recherche_etablissement
from app.referentiel.lieux import (
    HORS_DU_REGISTRE,
    PART_CABINET,
    PART_HORS_FINESS,
    VILLES_COMTOISES,
    convient,
    poids,
)
from app.referentiel.models import (
    Commune,
    Etablissement,
    Formation,
    Nature,
    Origine,
    Praticien,
    Terrain,
    TypeEtablissement,
)
from app.referentiel.noms import HORS_FINESS, NOMS, PRENOMS, RUES, SERVICES
from app.referentiel.normalisation import cle_rpps

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

RPPS_DEMONSTRATION: Final = "99700"


@dataclass
class Lieu:
    """Where a demande is made, before any scolarité looked at it. `id` only where the register knows the site."""

    genre: str  # REGISTRE, CABINET or ABSENT, as the demande says it
    raison_sociale: str
    ville: str
    type_code: str
    terrain: str
    id: int | None = None
    finess: str = ""
    siret: str = ""
    adresse: str = ""
    code_postal: str = ""
    code_insee: str = ""
    nomme: bool = False  # of a named person: nothing about it is left to chance


@dataclass
class Monde:
    """What every step of the demonstration draws from; one source of chance for all."""

    alea: Random
    lot: Lot
    jour: date
    formations: dict[str, Formation]
    sites: dict[str, list[Etablissement]]  # by department, in the order of FINESS
    codes_postaux: dict[str, str]
    numero_terrain: int
    noms: list[tuple[str, str]]  # still to be given
    rang_rpps: int = 100  # below: the named people
    sirets: int = 0
    terrains: Counter[tuple[str, str]] = field(default_factory=Counter)
    fiches: dict[int, Any] = field(default_factory=dict)  # établissements of the Cockpit, by id
    fiches_terrains: dict[int, Rangee] = field(default_factory=dict)  # by id
    types: dict[str, str] = field(default_factory=dict)
    praticiens: dict[str, Rangee] = field(default_factory=dict)  # by RPPS

    @classmethod
    async def ouvrir(cls, session: AsyncSession, graine: int, jour: date) -> Monde:
        """Read the reference data, as if the register had been read today: the extract is of a year that is over."""
        alea = Random(graine)
        await dater_du_jour(session, jour)
        sites: dict[str, list[Etablissement]] = {}
        registre = select(Etablissement).where(Etablissement.origine == Origine.REGISTRE).order_by(Etablissement.finess)
        for site in await session.scalars(registre):
            sites.setdefault(site.departement, []).append(site)
        formations = {f.code: f for f in await session.scalars(select(Formation).order_by(Formation.code))}
        communes = await session.execute(select(Commune.code, Commune.codes_postaux))
        noms = [(prenom, nom) for prenom in PRENOMS for nom in NOMS]
        alea.shuffle(noms)
        numero = (await session.scalar(select(func.max(Terrain.numero))) or 0) + 1
        codes = {code: postaux.split()[0] for code, postaux in communes if postaux}
        monde = cls(alea, await Lot.ouvrir(session), jour, formations, sites, codes, numero, noms)
        monde.fiches = {site.id: site for ensemble in sites.values() for site in ensemble}
        monde.types = {t.code: t.libelle for t in await session.scalars(select(TypeEtablissement))}
        return monde

    def praticien(self, formation: str, nom: tuple[str, str] | None = None, rang: int | None = None) -> Rangee:
        """A row of the register fit for *formation*; for a FST, which asks for none, some DES."""
        if rang is None:
            self.rang_rpps += 1
            rang = self.rang_rpps
        prenom, nom_ = nom or self.noms.pop()
        rpps = cle_rpps(f"{RPPS_DEMONSTRATION}{rang:05}")
        self.praticiens[rpps] = self.lot.ajouter(
            Praticien,
            rpps=rpps,
            nom=nom_,
            prenom=prenom,
            profession="10",
            categorie="C",
            savoir_faire=self._savoir_faire(formation),
            registre_date=self.jour,
            recherche=replier(f"{nom_} {prenom}"),
        )
        return self.praticiens[rpps]

    def _savoir_faire(self, code: str) -> list[str]:
        propres = self.formations[code].savoir_faire
        return propres[:1] or self.formations[un(self.alea, ("MG", "GERIATRIE", "MIIC", "PSYCHIATRIE"))].savoir_faire[:1]

    def lieu(self, formation: str, departements: tuple[str, ...]) -> Lieu:
        """Somewhere that trains in *formation*."""
        sort = self.alea.random() * 100
        cabinet, absent = PART_CABINET.get(formation, 0), PART_HORS_FINESS.get(formation, 0)
        if sort < cabinet:
            return self.cabinet(departements)
        candidats = [s for d in departements for s in self.sites.get(d, ()) if convient(s, formation)]
        if sort < cabinet + absent or not candidats:
            return self._absent(formation, departements)
        site = candidats[tirer(self.alea, {i: poids(s) for i, s in enumerate(candidats)})]
        terrain = self._libelle(site.raison_sociale, un(self.alea, SERVICES[formation]))
        return du_registre(site, terrain)

    def service(self, raison_sociale: str, terrain: str) -> Lieu:
        """A given service of a site of the register."""
        site = next(s for sites in self.sites.values() for s in sites if s.raison_sociale == raison_sociale)
        self.terrains[raison_sociale, terrain] += 1
        return du_registre(site, terrain, nomme=True)

    def cabinet(self, departements: tuple[str, ...]) -> Lieu:
        """A surgery, which FINESS does not list."""
        nom = f"Cabinet {un(self.alea, NOMS)}"
        lieu = self._adresse(Lieu("CABINET", nom, "", "PRATICIEN", nom), departements)
        lieu.terrain = self._libelle(f"{nom} {lieu.ville}", nom)
        return lieu

    def _absent(self, formation: str, departements: tuple[str, ...]) -> Lieu:
        if not any(d in self.sites for d in departements):
            type_code, raison = un(self.alea, HORS_DU_REGISTRE)
        else:
            type_code, raison = un(self.alea, HORS_FINESS.get(formation, HORS_FINESS[""]))
        lieu = self._adresse(Lieu("ABSENT", raison, "", type_code, ""), departements)
        lieu.terrain = self._libelle(f"{raison} {lieu.ville}", un(self.alea, SERVICES[formation]))
        if self.alea.random() < 0.6:
            lieu.siret = self._siret()
        return lieu

    def _adresse(self, lieu: Lieu, departements: tuple[str, ...]) -> Lieu:
        connus = [s for d in departements for s in self.sites.get(d, ())]
        lieu.adresse = f"{self.alea.randint(1, 80)} {un(self.alea, RUES)}"
        if connus:
            voisin = un(self.alea, connus)
            lieu.ville, lieu.code_insee = voisin.ville, voisin.code_insee
            lieu.code_postal = self.codes_postaux.get(voisin.code_insee, voisin.code_postal)
        else:
            lieu.code_postal, lieu.ville, lieu.code_insee = un(self.alea, VILLES_COMTOISES)
        return lieu

    def _libelle(self, raison: str, terrain: str) -> str:
        """Two places of one site never have the same name."""
        self.terrains[raison, terrain] += 1
        deja = self.terrains[raison, terrain]
        return terrain if deja == 1 else f"{terrain} {deja}"

    def _siret(self) -> str:
        # No SIREN begins with 0000: valid keys, nobody's number.
        self.sirets += 1
        debut = f"0000{self.sirets:04}"
        siren = debut + luhn.calc_check_digit(debut)
        return siren + "0001" + luhn.calc_check_digit(siren + "0001")

    def local(self, lieu: Lieu) -> int:
        """The local site that the scolarité makes of a place that the register lacks."""
        fiche = self.lot.ajouter(
            Etablissement,
            siret=lieu.siret or None,
            raison_sociale=lieu.raison_sociale,
            type_code=lieu.type_code,
            adresse=lieu.adresse,
            code_postal=lieu.code_postal,
            ville=lieu.ville,
            code_insee=lieu.code_insee,
            departement=lieu.code_postal[:2],
            origine=Origine.LOCAL,
            recherche=recherche_etablissement(lieu.raison_sociale, lieu.ville, None, lieu.siret or None),
        )
        self.fiches[fiche["id"]] = SimpleNamespace(**fiche)
        return int(fiche["id"])

    def terrain(self, lieu: Lieu, rpps: str | None) -> Rangee:
        """The numbered terrain of a place."""
        numero, self.numero_terrain = self.numero_terrain, self.numero_terrain + 1
        fait = self.lot.ajouter(
            Terrain,
            numero=numero,
            libelle=lieu.terrain,
            etablissement_id=lieu.id,
            titulaire_rpps=rpps,
            adresse=lieu.adresse,
            code_postal=lieu.code_postal,
            ville=lieu.ville,
            recherche=replier(f"{numero} {lieu.terrain} {lieu.ville}")[:400],
        )
        self.fiches_terrains[fait["id"]] = fait
        return fait


async def dater_du_jour(session: AsyncSession, jour: date) -> None:
    """Date the register's sites of *jour*: what is older than the installation allows validates nothing by itself."""
    await session.execute(update(Etablissement).where(Etablissement.origine == Origine.REGISTRE).values(registre_date=jour))


def du_registre(site: Etablissement, terrain: str, *, nomme: bool = False) -> Lieu:
    """A service of a site of the register."""
    return Lieu(
        "REGISTRE", site.raison_sociale, site.ville, site.type_code, terrain, site.id,
        finess=site.finess or "", siret=site.siret or "", code_insee=site.code_insee, nomme=nomme,
    )  # fmt: skip


def est_des(formation: Formation) -> bool:
    """Whether it is a DES of medicine."""
    return formation.nature is Nature.DES and formation.filiere == "medecine"
