"""The export, imported: once however often, whole through a kill, as the matrix lets it be read, from the screen too."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import func, select

from app.agrements.models import Agrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.campagnes.models import Campagne
from app.core.journal import Journal, prendre_la_main
from app.core.roles import Role
from app.demandes.models import Demande, Ligne
from app.referentiel.models import Etablissement, Terrain
from app.reprise import service
from app.reprise.bilan import Bilan
from app.reprise.fichier import ouvrir
from app.reprise.models import DemandeReprise
from app.reprise.mots import mots
from app.reprise.passage import Passage
from app.reprise.service import Reprise
from app.travaux.models import EtatTravail, Travail
from tests.liste.rangees import lire_ecran, propre
from tests.reprise.attendues import EXPORT, bonnes, ecartees
from tests.support.application import fonction

if TYPE_CHECKING:
    from pathlib import Path

    from app.core.access import Droits
    from tests.support.application import Monde, Poste

COURT = 60  # rows of the export: a few of each kind


@pytest.fixture
def court(tmp_path: Path) -> Path:
    chemin = tmp_path / "court.csv"
    chemin.write_bytes(b"".join(EXPORT.read_bytes().splitlines(keepends=True)[: COURT + 1]))
    return chemin


def attendues() -> list[dict[str, str]]:
    return [d for d in bonnes() if int(d["id"]) <= COURT or d["id"] == "332"][
        : COURT - len([n for n in ecartees() if n <= COURT + 1])
    ]


async def importer(monde: Monde, chemin: Path, par: Droits | None, *, pas: int = 25, arret: int | None = None) -> Bilan:
    """As the console does; killed after *arret* steps."""
    async with monde.sessions() as session:
        lus = await mots(session)
    passage = Passage(ouvrir(chemin), lus, "Outil", None, Bilan())
    reprise, fait = Reprise("Outil", 2025, lus, par), 0
    while True:
        combien, prises = passage.pas(pas)
        if not combien or fait == arret:
            return passage.bilan
        async with monde.base() as session:
            await prendre_la_main(session)
            await passage.importer(session, reprise, prises)
        fait += 1


async def compte(monde: Monde, *tables: Any) -> list[int]:
    async with monde.sessions() as session:
        return [(await session.scalar(select(func.count()).select_from(t))) or 0 for t in tables]


TABLES = (
    Demande,
    Ligne,
    DemandeReprise,
    AvisCoordonnateur,
    AvisRepresentant,
    Decision,
    Etablissement,
    Terrain,
    Campagne,
    Journal,
)


async def test_importing_twice_is_importing_once(monde: Monde, court: Path) -> None:
    premier = await importer(monde, court, None)
    avant = await compte(monde, *TABLES)
    second = await importer(monde, court, None, pas=7)
    assert (premier.importees, premier.deja) == (len(attendues()), 0)
    assert (second.importees, second.deja) == (0, len(attendues()))
    assert (second.lues, second.ecartees) == (COURT, premier.ecartees)
    assert await compte(monde, *TABLES) == avant
    assert avant[:3] == [len(attendues())] * 3
    assert await compte(monde, Agrement) == [0]  # no export says since when


async def test_a_kill_in_the_middle_then_again_is_once(monde: Monde, court: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await importer(monde, court, None, arret=1)
    assert (await compte(monde, Demande))[0] < len(attendues())
    entiere, faits = service.consigner_en_lot, 0

    async def tuer(*a: Any) -> None:  # everything of a step is written but the journal, then nothing answers any more
        nonlocal faits
        faits += 1
        if faits == 2:
            raise ConnectionError
        await entiere(*a)

    monkeypatch.setattr(service, "consigner_en_lot", tuer)
    with pytest.raises(ConnectionError):
        await importer(monde, court, None, pas=10)
    monkeypatch.undo()
    await importer(monde, court, None)
    async with monde.sessions() as session:
        reprises = list(await session.scalars(select(DemandeReprise.identifiant)))
        orphelines = await session.scalar(select(func.count()).select_from(Demande).where(
            Demande.id.not_in(select(DemandeReprise.demande_id))))  # fmt: skip
        actes = await session.scalar(select(func.count()).select_from(Journal).where(Journal.action == service.ACTE))
    assert sorted(reprises) == sorted(d["id"] for d in attendues())
    assert (orphelines, actes) == (0, len(attendues()))


async def test_imported_rows_keep_their_words_and_are_read_by_the_matrix(monde: Monde, court: Path) -> None:
    await importer(monde, court, None)
    claire = await monde.connecter(await monde.personne("Claire Exemple", fonction(Role.SCOL, subdivision=None)))
    rose = await monde.connecter(
        await monde.personne("Rose Exemple", fonction(Role.REP, subdivision=None), fonction(Role.MEMBRE, subdivision=None))
    )
    ecran = lire_ecran(await claire.ouvrir("/demandes?tri=rpps"))
    tous = sorted(attendues(), key=lambda d: d["rpps"])[: len(ecran.lignes)]
    assert ecran.textes("rpps") == [d["rpps"] for d in tous]
    assert ecran.textes("statut") == [d["statut"] for d in tous]
    assert ecran.textes("subdivision") == [d["subdivision"] for d in tous]
    sans_rapport = lire_ecran(await claire.ouvrir("/demandes?cols=rapport&statut=ACCEPTE"))
    assert set(sans_rapport.textes("rapport")) == {"—"}  # they left it where they came from
    dits = Counter(d["statut"] for d in attendues())
    for statut, code in (("Accepté", "ACCEPTE"), ("Validé administrativement", "VALIDE_ADMIN")):
        page = lire_ecran(await claire.ouvrir(f"/demandes?statut={code}"))
        assert page.compte == f"{dits[statut]} sur {len(attendues())} demandes"
    # Whoever may give an opinion reads no other before a séance; once published he does.
    assert lire_ecran(await rose.ouvrir("/demandes?statut=VALIDE_ADMIN&decision_coord=ACCEPTE")).lignes == []
    acceptees = [d for d in attendues() if d["statut"] == "Accepté" and d["decision_coordonnateur"] == "Acceptée"]
    assert len(lire_ecran(await rose.ouvrir("/demandes?statut=ACCEPTE&decision_coord=ACCEPTE")).lignes) == len(acceptees)


async def test_unknown_places_wait_to_be_linked_and_nobody_picks_them(monde: Monde, court: Path) -> None:
    await importer(monde, court, None)
    async with monde.sessions() as session:
        lieux = list(await session.scalars(select(Etablissement).where(Etablissement.a_rapprocher)))
        terrains = list(await session.scalars(select(Terrain).where(Terrain.a_rapprocher)))
    hors_cabinet = {(d["etablissement"], d["ville"], d["type_etablissement"]) for d in attendues()
                    if d["type_etablissement"] != "Praticien MSU"}  # fmt: skip
    assert Counter((e.raison_sociale, e.ville) for e in lieux) == Counter((raison, ville) for raison, ville, _ in hors_cabinet)
    assert {e.actif for e in lieux} | {t.actif for t in terrains} == {False}
    assert {t.libelle for t in terrains} == {d["terrain"] for d in attendues()}


def formulaire(reponse: Any, action: str) -> bool:
    return bool(html.fromstring(reponse.text).xpath(f"//form[@action='{action}']"))


async def fini(monde: Monde) -> Travail:
    for _ in range(600):
        async with monde.sessions() as session:
            travail = (await session.scalars(select(Travail).order_by(Travail.id.desc()).limit(1))).one()
        if travail.etat is not EtatTravail.EN_COURS:
            assert travail.etat is EtatTravail.FINI
            return travail
        await asyncio.sleep(0.05)
    raise AssertionError("rien n'avance")


async def essayer(poste: Poste, nom: str, contenu: bytes, **autres: Any) -> Any:
    champs = {"source": "Outil", "annee": "2025"} | autres
    return await poste.poster("/reprises", fichiers={"fichier": (nom, contenu)}, **champs)


async def test_from_the_screen_the_dry_run_is_read_then_imported(monde: Monde, court: Path) -> None:
    odile = await monde.connecter(await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)))
    assert (await essayer(odile, "export.csv", court.read_bytes())).status_code == 303
    essai = await fini(monde)
    assert await compte(monde, Demande) == [0]
    rapport = await odile.ouvrir(f"/reprises/{essai.id}")
    mots_ = propre(html.fromstring(rapport.text))
    assert f"Importer les {len(attendues())} demandes" in mots_
    assert "Subdivision inconnue." in mots_
    telecharge = (await odile.ouvrir(f"/reprises/{essai.id}/rapport.csv")).text
    assert [int(x.split(";")[0]) for x in telecharge.splitlines()[1:]] == sorted(
        n for n, fautes in ecartees().items() if n <= COURT + 1 for _ in fautes
    )
    assert (await odile.poster(f"/reprises/{essai.id}/import")).status_code == 303
    fait = await fini(monde)
    assert fait.resultat is not None
    assert fait.resultat["importees"] == len(attendues())
    assert "Reprise terminée" in (await odile.ouvrir(f"/reprises/{fait.id}")).text
    assert (await odile.poster(f"/reprises/{essai.id}/import")).status_code == 303  # again: once
    await fini(monde)
    assert await compte(monde, Demande) == [len(attendues())]


async def test_the_scolarite_imports_its_own_subdivision_only(monde: Monde, court: Path) -> None:
    claire = await monde.connecter(await monde.personne("Claire Lyon", fonction(Role.SCOL, subdivision="LYON")))
    autre = await monde.connecter(await monde.personne("Anne Autre", fonction(Role.SCOL)))
    siennes = [d["id"] for d in attendues() if d["subdivision"] == "Lyon"]
    await essayer(claire, "export.csv", court.read_bytes())
    essai = await fini(monde)
    assert (await autre.ouvrir(f"/reprises/{essai.id}")).status_code == 404
    await claire.poster(f"/reprises/{essai.id}/import")
    await fini(monde)
    async with monde.sessions() as session:
        assert sorted(await session.scalars(select(DemandeReprise.identifiant))) == sorted(siennes)
    assert siennes


@pytest.mark.parametrize("role", [Role.COORD, Role.REP, Role.MEMBRE, Role.PRES, Role.ARS])
async def test_nobody_else_imports(monde: Monde, role: Role) -> None:
    poste = await monde.connecter(await monde.personne("Jean Exemple", fonction(role)))
    assert (await poste.ouvrir("/reprises")).status_code == 403
    assert (await essayer(poste, "export.csv", EXPORT.read_bytes())).status_code == 403


async def test_a_file_that_is_refused_hands_the_form_back(monde: Monde) -> None:
    odile = await monde.connecter(await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)))
    rendue = await essayer(odile, "x.csv", b"\xff\xfe", source="Mon outil")
    assert rendue.status_code == 422
    page = html.fromstring(rendue.text)
    assert propre(page.get_element_by_id("fichier-aide")).startswith("Ce fichier n'est pas en UTF-8")
    assert page.get_element_by_id("source").get("value") == "Mon outil"
    assert (await odile.poster("/reprises", source="", annee="1200")).status_code == 422
    assert await compte(monde, Travail) == [0]
