"""The demonstration: the same for the same seed, and true to the rules that the services hold."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections import Counter, defaultdict
from itertools import combinations
from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.agrements.models import Agrement, StatutAgrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens
from app.avis.regles import Divergence, Jugement, comparer, verifier
from app.campagnes.models import Campagne, CampagneFormation
from app.cli import ETAPES
from app.commission.models import Presence, Seance, SeanceFormation, StatutSeance
from app.comptes.acces import composer_droits
from app.comptes.demonstration import JEANNE, KARIM, MARC, NADIA, NOMMES, PARCOURS, YVES
from app.comptes.models import Fonction, Personne
from app.core.db import creer_moteur, creer_sessions
from app.core.journal import Journal
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.texte import replier
from app.core.visibilite import Moment
from app.demandes.models import Choix, Demande, Ligne, Retour, VersionDossier
from app.demandes.mouvements import projection
from app.demandes.retours.models import Remarque
from app.demandes.saisie import comparaison
from app.demandes.statuts import MOMENT, Bloc, OrigineRefus, Statut, TypeDemande, Validation
from app.liste.demonstration import NOMBRE, charger_demonstration
from app.referentiel.models import Etablissement, Motif, Praticien
from app.referentiel.normalisation import rpps_valide, siret_valide
from tests.conftest import BASES, dans_un_fil

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import Grappe

_numeros = itertools.count(1)
Sessions = async_sessionmaker[AsyncSession]
NOMMES_PAR_LE_GUIDE = (
    "Odile Brunstatt", "Claire Rosheim", "Hugo Wantzenau", "Élise Kochersberg", "Marc Ottrott", "Sophie Niederbronn",
    "Léa Haguenau", "Lucas Obernai", "Inès Barr", "Hélène Marmoutier", "Paul Guebwiller", "Anne Thann", "Denis Soultz",
    "Jeanne Lutterbach", "Karim Ribeauvillé", "Nadia Turckheim", "Yves Molsheim",
)  # fmt: skip


async def _charger(sessions: Sessions, etape: str = "commission", graine: int = 2026) -> None:
    await charger_demonstration(sessions, etape=etape, graine=graine, console=None)


def _garnir(url: str) -> None:
    async def remplir() -> None:
        moteur = creer_moteur(url)
        await _charger(creer_sessions(moteur))
        await moteur.dispose()

    dans_un_fil(lambda: asyncio.run(remplir()))


@pytest.fixture(scope="module")
def demo_sqlite(modele_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default demonstration as a file, to be copied."""
    fichier = tmp_path_factory.mktemp("demonstration") / "modele.sqlite3"
    copy(modele_sqlite, fichier)
    _garnir(f"sqlite:///{fichier}")
    return fichier


@pytest.fixture(scope="module")
def demo_postgresql(pg: Grappe, modele_postgresql: str) -> str:
    """The same, as a template database."""
    _garnir(pg.base("demonstration", modele=modele_postgresql))
    return "demonstration"


@pytest.fixture(params=BASES)
async def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A session on the default demonstration."""
    if request.param == "sqlite":
        copy(request.getfixturevalue("demo_sqlite"), tmp_path / "demo.sqlite3")
        url = f"sqlite:///{tmp_path}/demo.sqlite3"
    else:
        pg: Grappe = request.getfixturevalue("pg")
        url = pg.base(f"demo_{next(_numeros)}", modele=request.getfixturevalue("demo_postgresql"))
    moteur = creer_moteur(url)
    async with creer_sessions(moteur)() as session:
        yield session
    await moteur.dispose()


async def _tous(session: AsyncSession, modele: Any, *ou: Any) -> list[Any]:
    return list(await session.scalars(select(modele).where(*ou)))


async def _principale(session: AsyncSession) -> Campagne:
    """The campaign of Strasbourg that holds the named demandes."""
    requete = select(Campagne).join(Demande, Demande.campagne_id == Campagne.id).where(Demande.rpps == KARIM.rpps)
    return (await session.scalars(requete)).one()


async def _empreinte(sessions: Sessions) -> str:
    somme = hashlib.sha256()
    async with sessions() as session:
        for table in (Personne, Demande, Ligne, AvisCoordonnateur, AvisRepresentant, Agrement, Journal):
            colonnes = table.__table__
            for rangee in await session.execute(select(colonnes).order_by(*colonnes.primary_key)):
                somme.update(repr(tuple(rangee)).encode())
    return somme.hexdigest()


async def test_same_seed_same_rows_other_seed_other_rows(tmp_path: Path, modele_sqlite: Path) -> None:
    empreintes = []
    for numero, graine in enumerate((7, 7, 8)):
        autres = _copie(modele_sqlite, tmp_path / f"{numero}.sqlite3")
        await _charger(autres, graine=graine)
        empreintes.append(await _empreinte(autres))
        await autres.kw["bind"].dispose()
    assert empreintes[0] == empreintes[1] != empreintes[2]


def _copie(modele: Path, fichier: Path) -> Sessions:
    copy(modele, fichier)
    return creer_sessions(creer_moteur(f"sqlite:///{fichier}"))


@pytest.mark.parametrize("etape", ETAPES)
async def test_every_etape_is_coherent(sessions: Sessions, etape: str) -> None:
    await _charger(sessions, etape)
    async with sessions() as session:
        principale = await _principale(session)
        statuts = Counter(d.statut for d in await _tous(session, Demande, Demande.campagne_id == principale.id))
        assert statuts.total() == NOMBRE
        assert _proportions(etape, statuts)
        await _projections_exactes(session)
        await _campagnes_disjointes(session)
        await _jugements_valables(session)


def _proportions(etape: str, statuts: Counter[Statut]) -> bool:
    """What most demandes are at this étape."""
    part = {statut: statuts[statut] / NOMBRE for statut in Statut}
    return {
        "saisie": part[Statut.EN_SAISIE] > 0.6 and not statuts[Statut.ACCEPTE],
        "validation": part[Statut.EN_VALIDATION] > 0.45 and not statuts[Statut.ACCEPTE],
        "commission": part[Statut.VALIDE_ADMIN] > 0.7 and not statuts[Statut.ACCEPTE],
        "close": part[Statut.ACCEPTE] > 0.6 and statuts[Statut.REFUSE] > 20,
    }[etape]


async def _projections_exactes(session: AsyncSession) -> None:
    lignes = defaultdict(list)
    for ligne in await _tous(session, Ligne):
        lignes[ligne.demande_id].append(ligne)
    await _tous(session, Etablissement)  # read at once, so that each projection finds its own in memory
    for demande in await _tous(session, Demande):
        attendue = await projection(session, demande)
        siennes = sorted(lignes.pop(demande.id), key=lambda x: x.rang)
        assert [x.rang for x in siennes] == list(range(len(siennes)))
        for ligne in siennes:
            assert {c: getattr(ligne, c) for c in attendue} == attendue
            assert ligne.ordre == demande.id * 100 + ligne.rang
            assert ligne.moment == _moment(demande)
    assert not lignes


def _moment(demande: Demande) -> Moment:
    if demande.statut is Statut.ACCEPTE or demande.origine_refus is OrigineRefus.COMMISSION:
        return Moment.PUBLIEE
    return MOMENT[demande.statut]


async def _campagnes_disjointes(session: AsyncSession) -> None:
    ouvertes = defaultdict(list)
    requete = select(Campagne, CampagneFormation.formation).join(CampagneFormation)
    for campagne, formation in await session.execute(requete):
        ouvertes[campagne.subdivision, formation].append(campagne)
        assert campagne.notice
    assert ouvertes
    for meme in ouvertes.values():
        for a, b in combinations(meme, 2):
            assert a.cloture_avis < b.ouverture or b.cloture_avis < a.ouverture


async def _jugements_valables(session: AsyncSession) -> None:
    """The form would take every one of them."""
    motifs = {m.code: m.commentaire_obligatoire for m in await _tous(session, Motif, Motif.contexte == "DEFAVORABLE")}
    lignes = {x.id: x for x in await _tous(session, Ligne)}
    for table in (AvisCoordonnateur, AvisRepresentant, Decision):
        for ecrit in await _tous(session, table):
            jugement = Jugement.de(ecrit)
            assert verifier(jugement, lignes[ecrit.ligne_id], motifs) == {}
            assert set("".join(jugement.phases)) <= set("SAC")


async def test_named_people_have_what_the_guide_says(demo: AsyncSession) -> None:
    assert set(NOMMES_PAR_LE_GUIDE) <= NOMMES.keys()
    personnes = {p.nom_complet: p for p in await _tous(demo, Personne)}
    assert personnes.keys() >= NOMMES.keys()
    assert len(personnes) == await demo.scalar(select(func.count()).select_from(Personne))
    assert {nom: personnes[nom].rpps for nom in NOMMES} == {nom: n.rpps for nom, n in NOMMES.items()}
    roles = defaultdict(set)
    for fonction in await _tous(demo, Fonction):
        roles[fonction.role].add(fonction.personne_id)
    assert roles.keys() == set(Role) - {Role.RTS}
    assert len(roles[Role.MEMBRE]) >= 20
    assert all(p.email.endswith("@exemple.test") and replier(p.email) == p.email for p in personnes.values())


async def test_an_expired_function_gives_no_right(demo: AsyncSession) -> None:
    yves = (await _tous(demo, Personne, Personne.nom == YVES.nom))[0]
    fonctions = [
        (f.role, f.subdivisions, f.formations, f.debut, f.fin)
        for f in await _tous(demo, Fonction, Fonction.personne_id == yves.id)
    ]
    droits = composer_droits(yves.id, yves.nom_complet, yves.rpps, fonctions, le=aujourdhui())
    assert (len(droits.expirees), droits.roles) == (1, frozenset())


async def test_demandes_of_named_people(demo: AsyncSession) -> None:
    async def de(rpps: str | None) -> list[tuple[str, Statut, int]]:
        requete = select(Ligne).where(Ligne.rpps == rpps).order_by(Ligne.id)
        return [(x.formation, x.statut, x.rang) for x in await demo.scalars(requete)]

    assert await de(JEANNE.rpps) == [
        ("GERIATRIE", Statut.VALIDE_ADMIN, 0),
        ("FST17", Statut.EN_SAISIE, 0),
        ("FST09", Statut.EN_SAISIE, 0),
    ]
    assert await de(KARIM.rpps) == [("MG", Statut.VALIDE_ADMIN, 0)]
    assert await de(MARC.rpps) == [("CARDIO", Statut.VALIDE_ADMIN, 0)]
    assert await de(NADIA.rpps) == []


@pytest.mark.parametrize("graine", [1, 2, 3])
async def test_named_people_know_the_outcome_whatever_the_seed(sessions: Sessions, graine: int) -> None:
    await _charger(sessions, "close", graine)
    async with sessions() as session:
        requete = select(Ligne.nom, Ligne.formation, Ligne.statut).where(Ligne.rpps.in_((KARIM.rpps, MARC.rpps)))
        assert set(await session.execute(requete)) == {
            (KARIM.nom, "MG", Statut.ACCEPTE),
            (MARC.nom, "CARDIO", Statut.ACCEPTE),
        }


async def test_the_coordonnateur_gives_no_opinion_on_his_own(demo: AsyncSession) -> None:
    marc = (await _tous(demo, Ligne, Ligne.rpps == MARC.rpps))[0]
    assert await demo.get(AvisRepresentant, marc.id) is not None
    assert await demo.get(AvisCoordonnateur, marc.id) is None
    auteurs = select(Ligne.id).join(AvisCoordonnateur).join(Personne, Personne.id == AvisCoordonnateur.auteur_id)
    assert (await demo.scalars(auteurs.where(Personne.rpps == Ligne.rpps))).all() == []


async def test_returned_dossiers_have_reasons_and_most_of_them_time_left(demo: AsyncSession) -> None:
    motifs = {m.code for m in await _tous(demo, Motif, Motif.contexte == "INCOMPLET")}
    retours = await _tous(demo, Retour)
    assert retours
    for retour in retours:
        demande = await demo.get_one(Demande, retour.demande_id)
        assert (demande.statut, demande.depots) == (Statut.EN_SAISIE, 1)
        remarques = await _tous(demo, Remarque, Remarque.retour_id == retour.id)
        assert set(retour.motifs) | {r.motif for r in remarques} <= motifs
        assert retour.motifs or remarques
        assert retour.echeance > retour.quand.date()
    a_temps = [r for r in retours if r.echeance >= aujourdhui()]
    assert len(a_temps) > len(retours) / 2  # most have time left, some wait for the scolarité
    assert len(a_temps) < len(retours)


async def test_rpps_are_valid_and_of_the_reserved_range(demo: AsyncSession) -> None:
    numeros = [*await demo.scalars(select(Praticien.rpps)), *await demo.scalars(select(Demande.rpps))]
    assert len(numeros) > NOMBRE
    assert [n for n in numeros if not (rpps_valide(n) and n.startswith("99700"))] == []
    sirets = set(await demo.scalars(select(Demande.saisie_siret))) - {""}
    assert sirets
    assert [s for s in sirets if not siret_valide(s)] == []


async def test_a_submission_froze_what_the_service_compares(demo: AsyncSession) -> None:
    versions = {v.demande_id: v for v in await _tous(demo, VersionDossier)}
    attente = await _tous(demo, Demande, Demande.statut == Statut.EN_VALIDATION)
    assert attente
    for demande in attente:
        blocs = await comparaison.comparer(demo, demande)
        auto = {b for b in Bloc if blocs[b].auto}
        assert {b for b in Bloc if getattr(demande, f"validation_{b}") is Validation.AUTO} <= auto
        figes, actuels = versions[demande.id].comparaison, comparaison.figer(blocs)
        for bloc in (Bloc.RTS, *([Bloc.ETABLISSEMENT] if demande.choix is Choix.REGISTRE else [])):
            assert _sans_registre(figes[bloc]) == _sans_registre(actuels[bloc])


def _sans_registre(bloc: dict[str, Any]) -> dict[str, Any]:
    """The registers were read again since: their names and days are the newer ones."""
    return {c: v for c, v in bloc.items() if not c.startswith("registre")}


async def test_validated_dossiers_have_their_three_blocks_and_a_terrain(demo: AsyncSession) -> None:
    valides = await _tous(demo, Demande, Demande.statut.in_((Statut.VALIDE_ADMIN, Statut.ACCEPTE)))
    assert valides
    for d in valides:
        etats = (d.validation_rts, d.validation_etablissement, d.validation_terrain)
        assert all(e.acquise for e in etats)
        assert None not in (d.terrain_id, d.etablissement_id, d.validee_le)


async def test_opinions_differ_in_every_way(demo: AsyncSession) -> None:
    principale = await _principale(demo)
    requete = (
        select(Ligne, AvisCoordonnateur, AvisRepresentant)
        .join(Demande, Demande.id == Ligne.demande_id)
        .outerjoin(AvisCoordonnateur, AvisCoordonnateur.ligne_id == Ligne.id)
        .outerjoin(AvisRepresentant, AvisRepresentant.ligne_id == Ligne.id)
        .where(Demande.campagne_id == principale.id, Ligne.statut == Statut.VALIDE_ADMIN)
    )
    lignes = (await demo.execute(requete)).all()
    comptes = Counter(comparer(coord, rep) for _, coord, rep in lignes)
    assert comptes.keys() == set(Divergence)
    assert comptes[Divergence.AUCUNE] > len(lignes) / 2
    assert {c.sens for _, c, _ in lignes if c} == set(Sens)


async def test_types_places_and_lines_are_varied(demo: AsyncSession) -> None:
    demandes = await _tous(demo, Demande)
    assert {d.type for d in demandes} >= set(TypeDemande) - {TypeDemande.REEXAMEN}
    assert {d.choix for d in demandes} == set(Choix)
    assert all(d.justification for d in demandes if d.type is TypeDemande.DEROGATION)
    par_formation = Counter(await demo.scalars(select(Ligne.formation).where(Ligne.rang == 0)))
    assert par_formation.most_common(1)[0][0] == "MG"
    assert len(par_formation) >= 45
    assert len(await _tous(demo, Ligne, Ligne.rang > 0)) > 30


async def test_the_seance_of_today_leaves_parcours_alone(demo: AsyncSession) -> None:
    (seance,) = await _tous(demo, Seance, Seance.statut == StatutSeance.PLANIFIEE)
    assert seance.quand.date() == aujourdhui()
    formations = set(await demo.scalars(select(SeanceFormation.formation).where(SeanceFormation.seance_id == seance.id)))
    assert formations.isdisjoint(PARCOURS)
    (parcours,) = await _tous(demo, Campagne, Campagne.libelle == "Parcours")
    assert parcours.ouverture < aujourdhui() < parcours.cloture_depot
    ouvertes = select(CampagneFormation.formation).where(CampagneFormation.campagne_id == parcours.id)
    assert set(await demo.scalars(ouvertes)) == set(PARCOURS)


async def test_past_seances_left_agrements(demo: AsyncSession) -> None:
    statuts = Counter(a.statut for a in await _tous(demo, Agrement))
    assert statuts[StatutAgrement.ACTIF] > 200
    assert statuts[StatutAgrement.ECHU] > 10
    for seance in await _tous(demo, Seance, Seance.statut == StatutSeance.PUBLIEE):
        presents = await demo.scalar(select(func.count()).where(Presence.seance_id == seance.id))
        assert presents == seance.votants >= seance.quorum
    acceptees = await demo.scalars(
        select(Ligne.id).join(Decision).where(Ligne.statut == Statut.ACCEPTE, Decision.sens == Sens.ACCEPTE)
    )
    assert set(acceptees) == {a.ligne_id for a in await _tous(demo, Agrement, Agrement.ligne_id.is_not(None))}


async def test_terrains_of_this_year_have_a_past(demo: AsyncSession) -> None:
    principale = await _principale(demo)
    ici = select(Demande.terrain_id).where(Demande.campagne_id == principale.id)
    passees = await _tous(demo, Demande, Demande.terrain_id.in_(ici), Demande.campagne_id != principale.id)
    assert len(passees) == 5 * 6
    assert {d.statut for d in passees} >= {Statut.ACCEPTE, Statut.REFUSE}
    siens = {(d.terrain_id, d.rpps) for d in await _tous(demo, Demande, Demande.campagne_id == principale.id)}
    assert {(d.terrain_id, d.rpps) for d in passees} <= siens


async def test_the_journal_is_in_the_order_of_time(demo: AsyncSession) -> None:
    quand = [j.quand for j in await demo.scalars(select(Journal).order_by(Journal.id))]
    assert quand == sorted(quand)
    actes = set(await demo.scalars(select(Journal.action)))
    assert actes >= {"creer", "soumettre", "retourner_incomplet", "refuser", "valider_administrativement"}
    soumises = set(await demo.scalars(select(Demande.id).where(Demande.soumise_le.is_not(None))))
    assert soumises == set(await demo.scalars(select(Journal.demande_id).where(Journal.action == "soumettre")))


async def test_new_rows_follow_those_of_the_demonstration(demo: AsyncSession) -> None:
    demo.add(Personne(prenom="Nouvelle", nom="Venue", recherche="venue nouvelle"))
    await demo.flush()
    assert await demo.scalar(select(func.max(Personne.id))) == (await _tous(demo, Personne, Personne.nom == "Venue"))[0].id
