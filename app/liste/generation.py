"""Demandes in great numbers, over the whole country, for load tests. The same seed gives the same ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import func, select, text

from app.avis.demonstration import REFUS, accepte
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens, Source
from app.campagnes.demonstration import Jours, campagne
from app.campagnes.models import Campagne
from app.comptes.demonstration import email, inscrire
from app.comptes.models import Personne
from app.core.demonstration import Lot, Rangee, a_heure, un
from app.core.templating import aujourdhui
from app.core.texte import replier
from app.demandes.demonstration import (
    PHASES,
    TYPES_AUTRES,
    TYPES_DES,
    projection,
    type_de_ligne,
)
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.statuts import OrigineRefus, Statut, Validation
from app.liste.demonstration import FORMATIONS
from app.referentiel.chargement import charger
from app.referentiel.demonstration import RPPS_DEMONSTRATION, Lieu, du_registre, est_des
from app.referentiel.lieux import convient
from app.referentiel.models import (
    Etablissement,
    Formation,
    Origine,
    Subdivision,
    Terrain,
)
from app.referentiel.noms import NOMS, PRENOMS, PROJETS, SERVICES
from app.referentiel.normalisation import cle_rpps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

PAR_LOT: Final = 2_000
RTS_MAX: Final = 50_000
PREMIER_RPPS: Final = 40_000  # the demonstration's people come before
TERRAINS: Final = 3_000
NOM: Final = "Charge"
# Demandes a year of each subdivision, estimated from the number of internes.
POIDS: Final = {
    "AIX_MARSEILLE": 600, "AMIENS": 300, "ANGERS": 330, "ANTILLES_GUYANE": 210, "BESANCON": 300, "BORDEAUX": 570,
    "BREST": 300, "CAEN": 330, "CLERMONT_FERRAND": 300, "DIJON": 300, "GRENOBLE": 330, "ILE_DE_FRANCE": 2000,
    "LILLE": 770, "LIMOGES": 180, "LYON": 600, "MONTPELLIER": 480, "NANCY": 450, "NANTES": 390, "NICE": 240,
    "OCEAN_INDIEN": 180, "POITIERS": 360, "REIMS": 300, "RENNES": 360, "ROUEN": 390, "SAINT_ETIENNE": 240,
    "STRASBOURG": 420, "TOULOUSE": 510, "TOURS": 330,
}  # fmt: skip
STATUTS: Final = {
    Statut.EN_SAISIE: 12, Statut.EN_VALIDATION: 18, Statut.VALIDE_ADMIN: 45, Statut.REFUSE: 5, Statut.ACCEPTE: 20,
}  # fmt: skip
PART_AVIS: Final = 0.6
PART_REFUS: Final = 0.08
_VALIDES: Final = (Statut.VALIDE_ADMIN, Statut.ACCEPTE)
_VALIDATIONS: Final = {False: {Validation.NON_VALIDE: 1}, True: {Validation.AUTO: 80, Validation.MANUEL: 20}}
_VOISINES: Final = {"FST17": 1, "FST09": 1, "FST01": 1, "GERIATRIE": 1}


@dataclass
class Reservoir:
    """What demandes are made of, weighed once: a draw must cost little."""

    alea: Random
    jour: date
    campagnes: dict[str, int]
    formations: dict[str, Formation]
    terrains: dict[str, list[tuple[int, Lieu]]]  # by formation
    auteur: int  # signs the opinions
    rts: int  # how many
    tirages: dict[str, Iterator[Any]] = field(default_factory=dict)

    def tirer(self, nom: str, poids: dict[Any, int]) -> Any:
        """One key by weight; drawn ten thousand at a time."""
        reste = next(self.tirages.get(nom, iter(())), None)
        if reste is None:
            self.tirages[nom] = iter(self.alea.choices(list(poids), weights=list(poids.values()), k=10_000))
            reste = next(self.tirages[nom])
        return reste

    def quand(self, ecart: int) -> datetime:
        """An instant *ecart* days ago, give or take three weeks."""
        return a_heure(self.jour, 9) - timedelta(days=ecart, minutes=self.alea.randint(0, 30_000))

    def rpps(self) -> tuple[str, str, str]:
        """A number, and always the same name with it."""
        rang = self.alea.randrange(self.rts)
        nom, prenom = NOMS[rang % len(NOMS)], PRENOMS[rang // len(NOMS) % len(PRENOMS)]
        return cle_rpps(f"{RPPS_DEMONSTRATION}{PREMIER_RPPS + rang:05}"), prenom, nom


def _demande(r: Reservoir, lot: Lot) -> None:
    """A demande with its lines."""
    subdivision = r.tirer("subdivision", POIDS)
    formation: str = r.tirer("formation", FORMATIONS)
    des = est_des(r.formations[formation])
    statut = r.tirer("statut", STATUTS)
    terrain_id, lieu = un(r.alea, r.terrains[formation])
    rpps, prenom, nom = r.rpps()
    depose = statut is not Statut.EN_SAISIE
    validation = {b: r.tirer("validation", _VALIDATIONS[depose]) for b in ("rts", "etablissement", "terrain")}
    refus = {"origine_refus": OrigineRefus.SCOLARITE, "motif_refus": "Agrément en cours"}
    creee = r.quand(60)
    demande = lot.ajouter(
        Demande,
        campagne_id=r.campagnes[subdivision], subdivision=subdivision, rpps=rpps, prenom=prenom, nom=nom,
        email=email(prenom, nom), type=r.tirer(f"type {des}", TYPES_DES if des else TYPES_AUTRES), statut=statut,
        choix=Choix.REGISTRE, etablissement_id=lieu.id, terrain_id=terrain_id, capacite=r.alea.randint(1, 4),
        projet=un(r.alea, PROJETS), depots=int(depose), creee_le=creee, soumise_le=creee if depose else None,
        validee_le=creee if statut in _VALIDES else None, **(refus if statut is Statut.REFUSE else {}),
        **{f"validation_{b}": v for b, v in validation.items()},
    )  # fmt: skip
    _lignes(r, lot, demande, lieu, formation)


def _lignes(r: Reservoir, lot: Lot, demande: Rangee, lieu: Lieu, formation: str) -> None:
    """The ligne de tête, sometimes another; their opinions."""
    copie = projection(demande, lieu)
    for rang, code in enumerate((formation, r.tirer("voisine", _VOISINES))):
        if rang and (code == formation or r.alea.random() > 0.15):
            return
        des = est_des(r.formations[code])
        type_ = type_de_ligne(demande["type"], des=des)
        phases = r.tirer("phases", PHASES) if des else "A"
        place = {"demande_id": demande["id"], "rang": rang, "ordre": demande["id"] * 100 + rang}
        ligne = lot.ajouter(Ligne, formation=code, type=type_, phases=phases, **place, **copie)
        if demande["statut"] in _VALIDES and r.alea.random() < PART_AVIS:
            _avis(r, lot, ligne)
        if demande["statut"] is Statut.ACCEPTE:
            decide = {"source": Source.CONFIRMEE, "quand": r.quand(5), **accepte(ligne)}
            lot.ajouter(Decision, ligne_id=ligne["id"], auteur_id=r.auteur, **decide)


def _avis(r: Reservoir, lot: Lot, ligne: Rangee) -> None:
    for modele in (AvisCoordonnateur, AvisRepresentant):
        jugement = accepte(ligne)
        if r.alea.random() < PART_REFUS:
            motif, texte = un(r.alea, REFUS)
            jugement = {"sens": Sens.REFUSE, "motif": motif, "motif_texte": texte}
        lot.ajouter(modele, ligne_id=ligne["id"], auteur_id=r.auteur, quand=r.quand(15), **jugement)


async def _reservoir(session: AsyncSession, alea: Random, nombre: int) -> Reservoir:
    """Read or make what demandes hang on."""
    await charger(session)
    lot, jour = await Lot.ouvrir(session), aujourdhui()
    formations = {f.code: f for f in await session.scalars(select(Formation))}
    registre = select(Etablissement).where(Etablissement.origine == Origine.REGISTRE).order_by(Etablissement.finess)
    sites = list(await session.scalars(registre))
    premier = (await session.scalar(select(func.max(Terrain.numero))) or 0) + 1
    combien = max(1, min(TERRAINS, nombre) // len(FORMATIONS))
    terrains = {f: _terrains(alea, lot, sites, f, combien) for f in FORMATIONS}
    for numero, terrain in enumerate(lot.rangees(Terrain), premier):
        terrain["numero"] = numero
    campagnes = await _campagnes(session, lot, jour)
    auteur = await session.scalar(select(Personne.id).where(Personne.nom == NOM, Personne.rpps.is_(None)))
    auteur = auteur or inscrire(lot, "Essais", NOM, None)["id"]
    await lot.ecrire(session)
    rts = max(1, min(RTS_MAX, nombre * 2 // 3))
    return Reservoir(alea, jour, campagnes, formations, terrains, auteur, rts)


def _terrains(alea: Random, lot: Lot, sites: list[Etablissement], formation: str, combien: int) -> list[tuple[int, Lieu]]:
    possibles, faits = [s for s in sites if convient(s, formation)] or sites, []
    for _ in range(combien):
        site, libelle = un(alea, possibles), un(alea, SERVICES[formation])
        recherche = replier(f"{libelle} {site.ville}")
        terrain = lot.ajouter(Terrain, libelle=libelle, etablissement_id=site.id, ville=site.ville, recherche=recherche)
        faits.append((terrain["id"], du_registre(site, libelle)))
    return faits


async def _campagnes(session: AsyncSession, lot: Lot, jour: date) -> dict[str, int]:
    """One a subdivision, in the newest years that overlap no other campaign there."""
    existantes = list(await session.scalars(select(Campagne)))
    ids = {c.subdivision: c.id for c in existantes if c.libelle.startswith(f"{NOM} ")}
    for subdivision in await session.scalars(select(Subdivision).order_by(Subdivision.code)):
        if subdivision.code in ids or subdivision.code not in POIDS:
            continue
        autres = [(c.ouverture, c.publication or c.cloture_avis) for c in existantes if c.subdivision == subdivision.code]
        jours = next(j for j in _calendriers(jour) if all(fin < j.ouverture or j.publication < de for de, fin in autres))
        libelle = f"{NOM} {subdivision.libelle}"
        ids[subdivision.code] = campagne(lot, libelle, subdivision.code, jours, FORMATIONS)["id"]
    return ids


def _calendriers(jour: date) -> Iterator[Jours]:
    return (Jours.depuis(jour, "commission", ans=ans) for ans in range(100))


async def generer_demandes(
    sessions: async_sessionmaker[AsyncSession], *, nombre: int, graine: int, console: Console | None
) -> None:
    """Add *nombre* demandes, one transaction every two thousand, so that an interruption leaves whole ones."""
    colonnes = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:>7} / {task.total}"))
    with Progress(*colonnes, TimeRemainingColumn(), console=console, disable=console is None) as barre:
        tache = barre.add_task("Demandes fictives", total=nombre)
        async with sessions() as session:
            r = await _reservoir(session, Random(graine), nombre)
            await session.commit()
            for debut in range(0, nombre, PAR_LOT):
                lot = await Lot.ouvrir(session)
                combien = min(PAR_LOT, nombre - debut)
                for _ in range(combien):
                    _demande(r, lot)
                await lot.ecrire(session)
                await session.commit()
                barre.advance(tache, combien)
            # What so many rows at once have changed; by itself the database would see it minutes later.
            await session.execute(text("ANALYZE"))
            await session.commit()
