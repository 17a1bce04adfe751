"""Registers at full size, invented: 2.3 million RPPS lines, 175,000 FINESS+ sites with the weight of the real file.

Nobody's numbers on purpose: 99700… is too small a range for 1.6 million people, so the generated ones begin with 99 and
run on; they are never committed.
"""

from __future__ import annotations

import gzip
import itertools
import json
from typing import TYPE_CHECKING, Any, Final

from stdnum import luhn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIGNES, SITES = 2_300_000, 175_000
PAR_ENTITE: Final = 2
# Of twenty people, those of our professions (médecins, pharmaciens, dentistes): the real share, rounded up.
METIERS: Final = ("10",) * 6 + ("21",) * 2 + ("40",) + ("60",) * 8 + ("70",) * 2 + ("50",)
NOMS: Final = ("AGRÉMONT", "STAGIERAC", "ÉCHANTILLON", "SAINT-GALMIER", "D'ESSAI", "LE TÉMOIN", "ŒUVRARD", "FICTIF")
PRENOMS: Final = ("AÏSSATA", "GAËLLE", "ANNE-LAURE", "MAXENCE", "ZOÉ", "THÉO", "INÈS", "JEAN-PAUL")
ENTETE: Final = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Libellé civilité d'exercice|"
    "Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|"
    "Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|"
    "Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|"
    "Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|"
    "Enseigne commerciale site|Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|"
    "Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|"
    "Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|Mention distribution (coord. structure)|"
    "Bureau cedex (coord. structure)|Code postal (coord. structure)|Code commune (coord. structure)|"
    "Libellé commune (coord. structure)|Code pays (coord. structure)|Libellé pays (coord. structure)|"
    "Téléphone (coord. structure)|Téléphone 2 (coord. structure)|Télécopie (coord. structure)|"
    "Adresse e-mail (coord. structure)|Code Département (structure)|Libellé Département (structure)|"
    "Ancien identifiant de la structure|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|"
    "Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|"
    "Libellé genre activité|"
)


def ecrire_rpps(fichier: Path, lignes: int = LIGNES, *, tour: int = 0) -> None:
    """*lignes* activities, 1.4 a person; another *tour* renames a few people and forgets a few."""
    with fichier.open("w", encoding="utf-8", newline="\n") as flux:
        flux.write(ENTETE + "\n")
        flux.writelines(itertools.islice(_activites(tour), lignes))


def _activites(tour: int) -> Iterator[str]:
    for i in itertools.count():
        if tour and i % 997 == 0:
            continue
        debut = f"99{i:08}"
        rpps = debut + luhn.calc_check_digit(debut)
        nom = NOMS[(i + (tour if i % 499 == 0 else 0)) % 8]
        tete = (
            f"8|{rpps}|8{rpps}|DR|Docteur|MME|Madame|{nom}|{PRENOMS[i // 8 % 8]}|{METIERS[i % 20]}|Profession|C|Civil|S|"
            f"Spécialité ordinale|SM{1 + i % 95:02}|Qualification de l'essai|"
        )
        for j in range(1 + (i % 5 < 2)):
            yield tete + _lieu(i, j, rpps)


def _lieu(i: int, j: int, rpps: str) -> str:
    departement = 1 + (i + j) % 95
    fin = (
        f"{1 + i % 200}||R|Rue|DES ESSAIS NUMERO {i % 5000}||{departement:02}000 VILLE DE L'ESSAI CEDEX|{departement:02}000|"
        f"{departement:02}001|Ville de l'Essai|99000|France|0388000000|||essai@exemple.fr|{departement:02}|Département|"
        f"1{i:09}|CNOM/CNOM/ARS|"
    )
    if i % 2:
        return f"L|Libéral, indépendant, artisan|||||R{i:010}|CABINET DU DR {NOMS[i % 8]}||||{fin}SA07|Cabinet individuel|||||GENR01|Activité de soin et de pharmacie|\n"
    finess = f"{departement:02}{i % 900000:07}"
    return (
        f"S|Salarié|26340011{i % 1000000:06}|263400111|{finess}|{finess}|F{finess}|CENTRE HOSPITALIER DE L'ESSAI {i % 3000}||||{fin}"
        "SA01|Etablissement public de santé|||||GENR01|Activité de soin et de pharmacie|\n"
    )


def ecrire_finess(fichier: Path, sites: int = SITES, *, tour: int = 0) -> None:
    """*sites* under half as many entités juridiques, 40 % of them closed, with the events that make the real file heavy."""
    with gzip.open(fichier, "wt", encoding="utf-8", compresslevel=1) as flux:
        flux.write('{"schemaVersion": "v1.0.0", "generatedAt": "2026-08-01T04:00:00Z", "gcc": [], "gco": [], "pmej": [')
        for rang in range(0, sites, PAR_ENTITE):
            entite = _entite(rang, min(PAR_ENTITE, sites - rang), tour)
            flux.write((", " if rang else "") + json.dumps(entite, ensure_ascii=False))
        flux.write("]}")


def _entite(rang: int, combien: int, tour: int) -> dict[str, Any]:
    debut = f"{1 + rang % 95:02}{rang:06}"
    infos = {
        "pmSmsseId": str(rang), "codeApe": "86.10Z", "dateCreation": "1994-01-01", "denominationPm": f"ENTITE {rang}",
        "denominationLonguePmSmsse": f"ENTITE JURIDIQUE DE L'ESSAI {rang}", "numFinessPm": debut + luhn.calc_check_digit(debut),
        "siren": f"{rang:09}", "statutJuridique": ("13", "60", "73")[rang % 3], "typePersonneMorale": "01",
    }  # fmt: skip
    egs = [_site(rang + k, tour) for k in range(combien)]
    return {"informationsGeneralesPMEJ": infos, "adresse": [_adresse(rang, "02")], "contact": [], "engagement": [],
            "evenement": _evenements(rang, 6), "ege": egs, "etatObjet": "A", "dateDerniereMaj": "2023-12-31 00:00:00"}  # fmt: skip


def _site(i: int, tour: int) -> dict[str, Any]:
    debut = f"{1 + i % 95:02}{i:06}"
    ferme = i % 5 < 2
    infos = {
        "egeId": str(i), "dateOuverture": "1956-11-16", "datePremiereAutorisation": "1956-11-16",
        "nomEgeCourt": f"SITE {i + (tour if i % 97 == 0 else 0)}      ", "nomEgeLong": f"SITE DE L'ESSAI NUMERO {i}        ",
        "numFinessEge": debut + luhn.calc_check_digit(debut), "siret": _siret(i),
        **({"espic": ["1"]} if i % 8 == 0 else {}), **({"dateFermeture": "2019-03-03"} if ferme else {}),
    }  # fmt: skip
    return {
        "informationsGeneralesEGE": infos, "categorieentiteGeographiqueExercice": ("355", "500", "620", "124")[i % 4],
        "modefixationtarifaire": "07", "typeBudget": ["01"], "adresse": [_adresse(i, "03")],
        "contact": [{"typeContact": {"roleContact": "01"}, "telecom": {"telephone": "0388000000"}}],
        "engagement": [{"engagementId": str(i), "typeEngagement": "CONV", "sousTypeEngagement": "ASE",
                        "dateEffetEngagement": "1974-03-25", "autoriteRegulationEngagement": []}],
        "evenement": _evenements(i, 8), "roleEge": [], "etatObjet": "I" if ferme else "A", "dateDerniereMaj": "2021-10-18 00:00:00",
    }  # fmt: skip


def _adresse(i: int, usage: str) -> dict[str, Any]:
    departement = f"{1 + i % 95:02}"
    return {
        "usageAdresse": usage, "numeroVoie": str(1 + i % 200), "typeVoie": ("AV", "AV  ", "R   ", "r")[i % 4],
        "libelleVoie": f"DE L'ESSAI {i % 5000}    ", "cogCommune": f"{departement}001", "ligneAcheminement": "VILLE DE L'ESSAI CEDEX 2",
        "ligneQuatre": "62 AVENUE DE L'ESSAI", "codePostal": f"{departement}000",
        "coordonneesGeographique": {"coordonneeX": "6570414.61", "coordonneeY": "873766.07", "directionLatitude": "46.211257",
                                    "directionLongitude": "5.254203", "cleInInteropBAN": "01053_1950_00062", "scoreBAN": "0.97"},
    }  # fmt: skip


def _evenements(i: int, combien: int) -> list[dict[str, str]]:
    return [
        {"evenementId": f"{i}{k}", "dateEnregistrement": "2023-03-15 11:21:01", "dateEvenement": "1956-11-16", "etatObjet1": "003",
         "identifiantObjet1": str(i), "systemeMaitre": "01", "typeObjet1": "EG", "codeEvenement": "003"}
        for k in range(combien)
    ]  # fmt: skip


def _siret(i: int) -> str:
    siren = f"0{i:07}" + luhn.calc_check_digit(f"0{i:07}")
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")
