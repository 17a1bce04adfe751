"""Imports: guards, the switch, what the Cockpit follows, and what nobody sees meanwhile."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from app.core.errors import Conflit
from app.core.journal import Journal, maintenant
from app.referentiel.chargement import charger
from app.referentiel.models import Etablissement, Praticien
from app.registres import importation
from app.registres.fichiers import FichierRefuse
from app.registres.gardes import Gardes
from app.registres.models import (
    CodeRegistre,
    EtatImport,
    EvenementRegistre,
    ImportRegistre,
    Registre,
    RegistreActivite,
    RegistrePraticien,
    RegistreSite,
)
from app.registres.queries import praticien_du_registre, site_du_registre
from tests.registres.outils import ACTIVITES, ALSACE, ETALAB, EXTRAIT, PETITES, SAVOIRS, copie, importer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HAUTEPIERRE = "670783273"
AISSATA = "99700900014"


async def _compte(sessions: Any, modele: Any) -> int:
    async with sessions() as session:
        return (await session.execute(select(func.count()).select_from(modele))).scalar_one()


async def _etat(sessions: Any) -> list[tuple[Any, ...]]:
    """What is read of both registers, whole."""
    async with sessions() as session:
        lus = [tuple(x) for x in await session.execute(select(Registre.code, Registre.generation).order_by(Registre.code))]
        for modele, cle in ((RegistrePraticien, RegistrePraticien.rpps), (RegistreSite, RegistreSite.finess)):
            dites = select(modele.generation, cle, modele.empreinte).order_by(cle)
            lus += [tuple(x) for x in await session.execute(dites)]
        lus.append((await session.execute(select(func.count()).select_from(RegistreActivite))).scalar_one())
        return lus


async def test_import_is_read_at_once_reported_and_journalled(sessions: Any) -> None:
    fait = await importer(sessions, ACTIVITES, savoir_faire=SAVOIRS)
    assert {c: fait.rapport[c] for c in ("lignes", "total", "nouveaux", "changes", "partis", "refuses", "evenements")} == {
        "lignes": 276, "total": 240, "nouveaux": 240, "changes": 0, "partis": 0, "refuses": 1, "evenements": 0,
    }  # fmt: skip
    assert (fait.etat, str(fait.date_registre), fait.fichier) == (EtatImport.FAIT, "2026-11-23", ACTIVITES.name)
    async with sessions() as session:
        aissata = await praticien_du_registre(session, f"8 {AISSATA}")
        assert aissata is not None
        assert (aissata.nom, aissata.savoir_faire) == ("AGRÉMONT", ["SM54"])
        actes = list(await session.scalars(select(Journal).where(Journal.action == "importer_registre")))
    assert [(a.sujet_id, a.apres["generation"]) for a in actes] == [(fait.id, 1)]


async def test_second_import_counts_what_moved_and_leaves_one_generation(sessions: Any, tmp_path: Path) -> None:
    await importer(sessions, ACTIVITES)

    def changer(texte: str) -> str:
        lignes = texte.splitlines(keepends=True)
        parti, garde = lignes[2].split("|")[1], [x for x in lignes if x.split("|")[1] != lignes[2].split("|")[1]]
        assert parti == "99700900022"
        return "".join(garde).replace("STAGIERAC", "AUTREMENT").replace("ÉCHANTILLON|ANNE-LAURE", "ECHANTILLON|ANNE-LAURE")

    fait = await importer(sessions, copie(tmp_path, ACTIVITES, changer))
    assert (fait.rapport["total"], fait.rapport["nouveaux"], fait.rapport["partis"]) == (239, 0, 1)
    assert fait.rapport["changes"] > 0
    assert await _compte(sessions, RegistrePraticien) == 239


FAUX: dict[str, tuple[Any, Callable[[str], Any], str]] = {
    "colonne": (ACTIVITES, lambda t: t.replace("Numéro FINESS site|", "Autre|", 1), "n'a pas la colonne numero_finess_site"),
    "tronqué": (ACTIVITES, lambda t: t[:-40], "est tronqué : la ligne 277"),
    "raccourci": (ACTIVITES, lambda t: "".join(t.splitlines(keepends=True)[:150]), "149 lignes contre 276"),
    "autre": (ACTIVITES, lambda _t: SAVOIRS.read_text("utf-8"), "n'est pas une extraction"),
    "latin": (ACTIVITES, lambda t: t.encode("cp1252", "replace"), "n'est pas en UTF-8 (octet"),
    "utf16": (ACTIVITES, lambda t: t.encode("utf-16"), "n'est pas en UTF-8"),
    "vide": (ACTIVITES, lambda _t: b"", "Le fichier est vide"),
    "image": (ACTIVITES, lambda _t: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "n'est pas en UTF-8"),
    "zip": (ACTIVITES, lambda _t: b"PK\x03\x04" + b"\x00" * 100, "archive zip"),
    "sans fin": (ACTIVITES, lambda _t: "a" * 200_000, "pas un fichier de lignes"),
    "html": (ACTIVITES, lambda _t: "<!DOCTYPE html>\n<p>Maintenance</p>\n", "n'est pas une extraction"),
    "json": (EXTRAIT, lambda t: t[: len(t) // 2], "JSON est tronqué"),
    "version": (EXTRAIT, lambda t: t.replace('"v1.0.0"', '"v2.0.0"'), "Version de schéma FINESS+ « v2.0.0 »"),
    "sans version": (EXTRAIT, lambda t: t.replace("schemaVersion", "autre"), "Version de schéma FINESS+ absente"),
    "autre json": (EXTRAIT, lambda _t: '{"schemaVersion": "v1.0.0", "sites": []}', "aucune entité juridique"),
    "profond": (EXTRAIT, lambda _t: '{"pmej": ' + "[" * 100_000, "FINESS+"),
    "bombe": (ALSACE, lambda _t: b" " * (90 << 20), "démesuré"),
    "etalab": (ETALAB, lambda t: t.rstrip()[:-2000], "tronqué"),
    "petit": (EXTRAIT, lambda t: t, "2 lignes contre 117"),
}


@pytest.mark.parametrize("cas", FAUX)
async def test_file_that_is_not_right_is_refused_and_the_old_register_stays(sessions: Any, tmp_path: Path, cas: str) -> None:
    await importer(sessions, ACTIVITES)
    await importer(sessions, ALSACE)
    avant = await _etat(sessions)
    modele, changer, dit = FAUX[cas]
    with pytest.raises(FichierRefuse) as refus:
        await importer(sessions, copie(tmp_path, modele, changer))
    assert dit in refus.value.message
    assert await _etat(sessions) == avant
    async with sessions() as session:
        dernier = (await session.scalars(select(ImportRegistre).order_by(ImportRegistre.id.desc()).limit(1))).one()
    assert (dernier.etat, dernier.rapport["refus_du_fichier"]) == (EtatImport.REFUSE, refus.value.message)


async def test_truncated_gzip_is_refused(sessions: Any, tmp_path: Path) -> None:
    coupe = tmp_path / ALSACE.name
    for octets, dit in ((ALSACE.read_bytes()[:-500], "tronqué"), (ALSACE.read_bytes()[:200] + b"\xff" * 400, "abîmé")):
        coupe.write_bytes(octets)
        with pytest.raises(FichierRefuse, match=dit):
            await importer(sessions, coupe)
    assert await _compte(sessions, RegistreSite) == 0


async def test_guards_are_passed_over_with_a_reason_that_is_kept(sessions: Any) -> None:
    with pytest.raises(FichierRefuse, match="moins que le minimum de 100000"):
        await importer(sessions, ALSACE, Gardes())
    fait = await importer(sessions, ALSACE, Gardes(forcer="Extrait d'essai"))
    assert fait.rapport["force"] == "Extrait d'essai"
    assert "moins que le minimum" in fait.rapport["gardes"][0]
    async with sessions() as session:
        acte = (await session.scalars(select(Journal).where(Journal.action == "importer_registre"))).one()
    assert acte.motif == "Extrait d'essai"


async def test_older_file_is_refused(sessions: Any, tmp_path: Path) -> None:
    await importer(sessions, ACTIVITES)
    vieux = copie(tmp_path, ACTIVITES, lambda t: t, "PS_LibreAcces_Personne_activite_202510010000.txt")
    with pytest.raises(FichierRefuse, match="il date du"):
        await importer(sessions, vieux)
    sans_date = copie(tmp_path, ACTIVITES, lambda t: t, "activites.txt")
    with pytest.raises(FichierRefuse, match="La date du registre ne se lit"):
        await importer(sessions, sans_date)


async def test_readers_see_the_old_register_whole_until_the_switch(
    sessions: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await importer(sessions, ALSACE)
    vus: list[tuple[int, str]] = []
    vrai = importation.Importation._basculer

    async def regarder(self: Any, comptes: Any) -> None:
        async with sessions() as session:
            site = await site_du_registre(session, HAUTEPIERRE)
            assert site is not None
            vus.append((await _compte(sessions, RegistreSite), site.raison_sociale))
        await vrai(self, comptes)

    monkeypatch.setattr(importation.Importation, "_basculer", regarder)
    await importer(sessions, copie(tmp_path, ALSACE, lambda t: t.replace("HOPITAL DE HAUTEPIERRE", "HAUTEPIERRE NEUF")))
    assert vus == [(234, "HOPITAL DE HAUTEPIERRE")]
    async with sessions() as session:
        site = await site_du_registre(session, HAUTEPIERRE)
    assert site is not None
    assert (site.raison_sociale, await _compte(sessions, RegistreSite)) == ("HAUTEPIERRE NEUF", 117)


async def test_one_import_of_a_register_at_a_time_and_a_silent_one_is_taken_over(sessions: Any) -> None:
    quand = maintenant()
    ligne = {"registre": CodeRegistre.FINESS, "generation": 1, "fichier": "x", "etat": EtatImport.EN_COURS, "rapport": {}}
    async with sessions() as session:
        session.add(ImportRegistre(**ligne, commence_le=quand, vu_le=quand))
        session.add(RegistreSite(generation=1, finess="670000001", raison_sociale="RESTE", type_code="CH", ouvert=True, recherche="", empreinte=0))  # fmt: skip
        await session.commit()
    with pytest.raises(Conflit, match="Un import de ce registre est en cours"):
        await importer(sessions, ALSACE)
    async with sessions() as session:
        await session.execute(update(ImportRegistre).values(vu_le=quand - timedelta(minutes=2)))
        await session.commit()
    fait = await importer(sessions, ALSACE)
    async with sessions() as session:
        etats = list(await session.scalars(select(ImportRegistre.etat).order_by(ImportRegistre.id)))
    assert (etats, fait.generation) == ([EtatImport.INTERROMPU, EtatImport.FAIT], 2)
    assert await _compte(sessions, RegistreSite) == 117


def _changer_sites(texte: str) -> str:
    lu = json.loads(texte)
    for entite in lu["pmej"]:
        for ege in entite["ege"]:
            infos = ege["informationsGeneralesEGE"]
            if infos["numFinessEge"] == HAUTEPIERRE:
                infos["nomEgeCourt"] = infos["nomEgeLong"] = "HOPITAL NEUF DE HAUTEPIERRE"
            if infos["numFinessEge"] == "680000320":
                ege["etatObjet"], infos["dateFermeture"] = "I", "2023-11-01"
    return json.dumps(lu)


async def test_cockpit_follows_and_what_differs_is_told_once(sessions: Any, tmp_path: Path) -> None:
    async with sessions() as session:
        await charger(session)
        ailleurs = (
            Etablissement.finess.not_like("67%"),
            Etablissement.finess.not_like("68%"),
            Etablissement.finess.not_like("08%"),
        )
        await session.execute(update(Etablissement).where(*ailleurs).values(finess=None))
        await session.commit()
    assert (await importer(sessions, ALSACE)).rapport["evenements"] == 0
    change = copie(tmp_path, ALSACE, _changer_sites)
    assert [(await importer(sessions, change)).rapport["evenements"] for _ in range(2)] == [2, 0]
    async with sessions() as session:
        evenements = list(await session.scalars(select(EvenementRegistre).order_by(EvenementRegistre.genre)))
        sites = {e.finess: e for e in await session.scalars(select(Etablissement).where(Etablissement.finess.is_not(None)))}
    assert [(e.genre.value, e.etablissement_id) for e in evenements] == [
        ("FERMETURE", sites["680000320"].id), ("RENOMMAGE", sites[HAUTEPIERRE].id),
    ]  # fmt: skip
    assert (sites["680000320"].actif, sites[HAUTEPIERRE].raison_sociale) == (False, "HOPITAL DE HAUTEPIERRE")
    assert {(e.registre, str(e.registre_date)) for e in sites.values()} == {("FINESS", "2023-12-31")}
    assert (await importer(sessions, ALSACE)).rapport["evenements"] == 1  # open again


async def test_extract_that_is_carried_no_longer_writes_what_follows_a_register(sessions: Any, tmp_path: Path) -> None:
    async with sessions() as session:
        await charger(session)
        await session.commit()
    await importer(sessions, copie(tmp_path, ALSACE, _changer_sites))
    async with sessions() as session:
        await charger(session)
        await session.commit()
        lus = {e.finess: e for e in await session.scalars(select(Etablissement))}
    assert (lus["680000320"].actif, lus["680000320"].registre) == (False, "FINESS")
    assert (lus[HAUTEPIERRE].actif, lus[HAUTEPIERRE].registre) == (True, "FINESS")


async def test_practitioner_who_leaves_and_comes_back(sessions: Any, tmp_path: Path) -> None:
    fiche = {"profession": "10", "categorie": "C", "savoir_faire": [], "registre_date": maintenant().date(), "recherche": ""}
    async with sessions() as session:
        session.add(Praticien(rpps=AISSATA, nom="Agrémont", prenom="Aïssata", **fiche))
        await session.commit()
    assert (await importer(sessions, ACTIVITES)).rapport["evenements"] == 0
    sans = copie(tmp_path, ACTIVITES, lambda t: "".join(x for x in t.splitlines(keepends=True) if AISSATA not in x))
    genres = []
    for fichier in (sans, sans, ACTIVITES):
        await importer(sessions, fichier, replace(PETITES, bande=50))
        async with sessions() as session:
            genres.append(
                [g.value for g in await session.scalars(select(EvenementRegistre.genre).order_by(EvenementRegistre.id))]
            )
    assert genres == [["DEPART"], ["DEPART"], ["DEPART", "RETOUR"]]
    async with sessions() as session:
        praticien = await session.get_one(Praticien, AISSATA)
    assert (praticien.actif, praticien.nom, praticien.savoir_faire) == (True, "Agrémont", ["SM54"])


def test_samples_are_what_they_say() -> None:
    assert len(gzip.decompress(ALSACE.read_bytes())) > 100_000
