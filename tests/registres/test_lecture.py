"""The official files as rows: headers that drift, people who are not merged, the two formats of FINESS."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from app.referentiel.chargement import DONNEES as REFERENCE
from app.registres.fichiers import FichierRefuse, Flux
from app.registres.finess import LectureFiness, LectureFinessHistorique, lecture_finess
from app.registres.flux_json import elements
from app.registres.lecture import jour_du_nom
from app.registres.rpps import LecturePraticiens, LectureSavoirFaire, nom_de_colonne
from app.registres.tri import Tri
from tests.registres.outils import ACTIVITES, ALSACE, ETALAB, EXTRAIT, SAVOIRS, copie, rangees, sites

if TYPE_CHECKING:
    from pathlib import Path


def test_rpps_keeps_everybody_once_and_says_what_it_leaves_out() -> None:
    lecture = LecturePraticiens(ACTIVITES, savoir_faire=SAVOIRS)
    lus = rangees(lecture)
    praticiens = {p["rpps"]: p for p in lus["registre_praticien"]}
    assert (len(praticiens), len(lus["registre_praticien"]), lecture.rapport.lignes) == (240, 240, 276)
    assert lecture.rapport.exemples == [
        {"ligne": 276, "raison": "Identifiant ADELI ou autre : seul le RPPS est tenu", "valeur": "679990011", "refuse": True}
    ]
    assert lecture.jour == date(2026, 11, 23)
    assert praticiens["99700900014"] | {"empreinte": 0} == {
        "rpps": "99700900014", "nom": "AGRÉMONT", "prenom": "AÏSSATA", "profession": "10", "categorie": "C",
        "savoir_faire": '["SM54"]', "empreinte": 0,
    }  # fmt: skip
    assert sum(p["categorie"] == "E" for p in praticiens.values()) == 6


def test_rpps_several_activities_and_quotes_are_kept() -> None:
    lus = rangees(LecturePraticiens(ACTIVITES))["registre_activite"]
    siennes = [a for a in lus if a["rpps"] == "99700900014"]
    assert [(a["raison_sociale"], a["code_postal"], a["ville"]) for a in siennes] == [
        ("CH BEZIERS", "34525", "Béziers"),
        ('CLINIQUE "LES ESSAIS" S.A.', "GL", "GL 5O 2QJ CHELTENHAM"),
    ]
    cabinet = next(a for a in lus if a["rpps"] == "99700900030")
    assert (cabinet["mode"], cabinet["structure"], cabinet["finess"], cabinet["adresse"]) == (
        "L",
        "R9970000003",
        "",
        "173 Rue DES ESSAIS",
    )


def test_rpps_homonyms_are_two_people() -> None:
    praticiens = rangees(LecturePraticiens(ACTIVITES))["registre_praticien"]
    noms = [(p["nom"], p["prenom"]) for p in praticiens]
    doubles = {n for n in noms if noms.count(n) > 1}
    assert doubles
    assert all(len({p["rpps"] for p in praticiens if (p["nom"], p["prenom"]) == n}) == noms.count(n) for n in doubles)


def test_rpps_savoir_faire_file_adds_what_activities_lack(tmp_path: Path) -> None:
    def ajouter(texte: str) -> str:
        modele = texte.splitlines()[1].split("|")
        return texte + "|".join([*modele[:9], "CAPA", "Capacité", "CAPA07", "Angéiologie", ""]) + "\n"

    autre = copie(tmp_path, SAVOIRS, ajouter)
    premier = rangees(LecturePraticiens(ACTIVITES, savoir_faire=autre))["registre_praticien"][0]
    assert json.loads(premier["savoir_faire"]) == ["CAPA07", "SM54"]
    assert len(list(LectureSavoirFaire(SAVOIRS).enregistrements())) == 260


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("Code rôle", "Code fonction"),
        ("Libellé civilité d'exercice", "Libellé civilité exercice"),
        ("Code postal (coord. structure)", "Code postal (coord. Structure)"),
        ("Nom d'exercice", "Nom d’exercice"),
        ("Numéro FINESS site", "FINESS site"),
    ],
)
def test_rpps_header_that_drifts_is_read_as_before(tmp_path: Path, avant: str, apres: str) -> None:
    assert avant in ACTIVITES.read_text("utf-8").splitlines()[0]
    derive = copie(tmp_path, ACTIVITES, lambda t: t.replace(avant, apres, 1))
    assert rangees(LecturePraticiens(derive)) == rangees(LecturePraticiens(ACTIVITES))


def test_rpps_columns_may_change_places(tmp_path: Path) -> None:
    def retourner(texte: str) -> str:
        return "".join("|".join(reversed(ligne.split("|")[:-1])) + "|\n" for ligne in texte.splitlines())

    retournees = rangees(LecturePraticiens(copie(tmp_path, ACTIVITES, retourner)))
    assert retournees == rangees(LecturePraticiens(ACTIVITES))


def test_rpps_bad_lines_are_told_and_doubtful_ones_kept(tmp_path: Path) -> None:
    def abimer(texte: str) -> str:
        lignes = texte.splitlines(keepends=True)
        lignes[3] = lignes[3].replace("|", "", 1)
        lignes[4] = lignes[4].replace("99700900048", "99700900049")
        lignes[5] = lignes[5].replace("|99700900", "|9970090X", 1)
        lignes[6] = lignes[6].replace("|10|Médecin|", "|60|Infirmier|", 1)
        return "".join(lignes)

    lecture = LecturePraticiens(copie(tmp_path, ACTIVITES, abimer))
    lus = {p["rpps"] for p in rangees(lecture)["registre_praticien"]}
    assert {e["ligne"]: e["raison"] for e in lecture.rapport.exemples} == {
        4: "La ligne n'a pas 56 séparateurs",
        5: "La clé du numéro RPPS est fausse : ligne gardée",
        6: "Le numéro RPPS ne compte pas onze chiffres",
        276: "Identifiant ADELI ou autre : seul le RPPS est tenu",
    }
    assert "99700900049" in lus
    assert (lecture.rapport.hors, lecture.rapport.refus.total(), lecture.rapport.doutes.total()) == (1, 3, 1)


def test_names_of_columns_are_folded() -> None:
    assert nom_de_colonne("Identifiant technique de la structure") == "identifiant_technique_de_la_structure"
    assert nom_de_colonne("Code Département (structure)") == "code_departement"


@pytest.mark.parametrize(
    ("nom", "jour"),
    [
        ("PS_LibreAcces_Personne_activite_202611230000.txt", date(2026, 11, 23)),
        ("finess-structures-journalier-20260309.json.gz", date(2026, 3, 9)),
        ("finess-structures-mensuel-202603.json.gz", date(2026, 3, 1)),
        ("etalab-cs1100502-stock-20250526-0337.csv", date(2025, 5, 26)),
        ("registre.txt", None),
        ("20269999.txt", None),
    ],
)
def test_date_is_read_in_the_name(nom: str, jour: date | None) -> None:
    assert jour_du_nom(nom) == jour


def test_finess_plus_keeps_the_closed_site() -> None:
    lecture = lecture_finess(EXTRAIT)
    ouvert, ferme = rangees(lecture)["registre_site"]
    assert (ouvert["finess"], ouvert["raison_sociale"], ouvert["raison_longue"], ouvert["type_code"], ouvert["ouvert"]) == (
        "010780195", "CLINIQUE CONVERT", "CLINIQUE DOCTEUR CONVERT", "PRIVE", True,
    )  # fmt: skip
    assert (ferme["finess"], ferme["raison_sociale"], ferme["ouvert"], ferme["ferme_le"]) == (
        "010787190", "SMUR POLYCLINIQUE AMBERIEU", False, date(1993, 1, 1),
    )  # fmt: skip
    assert lecture.jour == date(2026, 3, 9)


def test_finess_historic_csv_keeps_quotes_and_old_insee_codes() -> None:
    lecture = lecture_finess(ETALAB)
    lus = {s["finess"]: s for s in rangees(lecture)["registre_site"]}
    assert (type(lecture), lecture.jour, len(lus)) == (LectureFinessHistorique, date(2026, 5, 12), 12)
    assert lus["980501506"]["raison_sociale"] == 'LIEU DE VIE "MAVOUNA MEMA 1"'
    codes = [
        (s["code_insee"], s["departement"]) for f in ("970102018", "970100400", "970400024", "980600027") for s in [lus[f]]
    ]
    assert codes == [("97701", "977"), ("97801", "978"), ("97411", "974"), ("98613", "986")]


def _historique(dossier: Path) -> Path:
    """The Alsatian sites as the historic format would say them."""
    fichier = dossier / "etalab-cs1100502-stock-20231231-0000.csv"
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        flux.write("finess;etalab;117;2023-12-31\n")
        plume = csv.writer(flux, delimiter=";", lineterminator="\n")
        for entite in sites(ALSACE)["pmej"]:
            for ege in entite["ege"]:
                i, a = ege["informationsGeneralesEGE"], ege["adresse"][0]
                debut = [
                    "structureet",
                    i["numFinessEge"],
                    entite["informationsGeneralesPMEJ"]["numFinessPm"],
                    i["nomEgeCourt"],
                    i["nomEgeLong"],
                ]
                lieu = [
                    a.get("numeroVoie", ""),
                    a.get("typeVoie", ""),
                    a.get("libelleVoie", ""),
                    a.get("complementVoie", ""),
                    a.get("lieuDit", ""),
                ]
                insee = a["cogCommune"]
                adresse = ["", "", *lieu, insee[2:], insee[:2], "", f"{a['codePostal']} {a['ligneAcheminement']}", "", ""]
                codes = [ege["categorieentiteGeographiqueExercice"], "", "", "", i.get("siret", ""), "", "", ""]
                plume.writerow([*debut, *adresse, *codes, (i.get("espic") or [""])[0], "", "", "", "", ""])
    return fichier


def test_finess_both_formats_give_the_same_sites(tmp_path: Path) -> None:
    un, autre = rangees(lecture_finess(ALSACE)), rangees(lecture_finess(_historique(tmp_path)))
    sans_ej_statut = [{c: v for c, v in s.items() if c != "empreinte"} for s in un["registre_site"]]
    assert sans_ej_statut == [{c: v for c, v in s.items() if c != "empreinte"} for s in autre["registre_site"]]
    assert len(sans_ej_statut) == 117


def test_type_etablissement_is_that_of_the_reference_list() -> None:
    with (REFERENCE / "etablissements.csv").open(encoding="utf-8", newline="") as flux:
        attendus = {ligne["finess"]: ligne["type_code"] for ligne in csv.DictReader(flux)}
    lus = {s["finess"]: s["type_code"] for s in rangees(lecture_finess(ALSACE))["registre_site"]}
    assert {f: t for f, t in lus.items() if f in attendus} == {f: t for f, t in attendus.items() if f in lus}
    assert set(lus.values()) >= {"CHU", "CH", "CHS", "ESPIC", "PRIVE", "CLCC"}


def test_finess_twice_the_same_number_is_kept_once(tmp_path: Path) -> None:
    def doubler(texte: str) -> str:
        lu = json.loads(texte)
        lu["pmej"] += lu["pmej"]
        return json.dumps(lu)

    lecture = LectureFiness(copie(tmp_path, EXTRAIT, doubler))
    assert len(rangees(lecture)["registre_site"]) == 2
    assert dict(lecture.rapport.refus) == {"Le numéro FINESS est deux fois dans le fichier": 2}


def test_json_is_read_whatever_the_pieces_and_the_order_of_keys(tmp_path: Path) -> None:
    lu: dict[str, Any] = sites(EXTRAIT)
    a_l_envers = {cle: lu[cle] for cle in reversed(lu)}
    a_l_envers["pmej"] = [dict(reversed(list(e.items()))) for e in lu["pmej"]]
    for texte in (json.dumps(lu), json.dumps(a_l_envers, indent=3)):
        for taille in (1, 7, 100_000):
            morceaux = iter([texte[i : i + taille] for i in range(0, len(texte), taille)])
            assert [x for cle, x in elements(morceaux) if cle == "pmej"] == lu["pmej"]
        fichier = copie(tmp_path, EXTRAIT, lambda _t, texte=texte: texte)
        assert rangees(LectureFiness(fichier)) == rangees(LectureFiness(EXTRAIT))


def test_sort_gives_every_line_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.registres.tri.RANG", 7)
    lignes = [f"{i * 37 % 100:03}" for i in range(100)]
    with Tri() as tri:
        assert tri.ajouter(lignes) == 100
        assert list(tri.triees()) == sorted(lignes)


@pytest.mark.parametrize("texte", ['{"a": [1, 2', '{"a": 1', "[1]", "", '{"a" 1}', '{"a": [1 2]}', "{a: 1}"])
def test_json_that_is_not_whole_is_refused(texte: str) -> None:
    with pytest.raises(FichierRefuse):
        list(elements(iter([texte])))


def test_lines_are_read_across_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.registres.fichiers.MORCEAU", 3)
    fichier = tmp_path / "x.txt"
    fichier.write_text("\ufeffé|è\nœuvre\nfin", "utf-8")
    flux = Flux(fichier)
    assert (list(flux.lignes()), flux.coupee) == (["é|è", "œuvre", "fin"], True)
