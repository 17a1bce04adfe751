"""FINESS in its two formats: FINESS+ (JSON) and the historic etalab CSV, which is no longer produced."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypedDict

import msgspec

from app.registres.fichiers import FichierRefuse
from app.registres.flux_json import Raccourci, elements
from app.registres.lecture import Lecture, Paquet
from app.registres.models import CodeRegistre
from app.registres.sites import Brut, Tables, enregistrement, paquets_de_sites

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.registres.rapport import Rapport


class _Infos(TypedDict, total=False):
    numFinessPm: str | None
    statutJuridique: str | None


class _InfosSite(TypedDict, total=False):
    numFinessEge: str | None
    siret: str | None
    nomEgeCourt: str | None
    nomEgeLong: str | None
    espic: list[str] | None
    dateFermeture: str | None


class _Adresse(TypedDict, total=False):
    usageAdresse: str | None
    numeroVoie: str | None
    complementVoie: str | None
    typeVoie: str | None
    libelleVoie: str | None
    lieuDit: str | None
    cogCommune: str | None
    codePostal: str | None
    ligneAcheminement: str | None


class _Site(TypedDict, total=False):
    informationsGeneralesEGE: _InfosSite
    categorieentiteGeographiqueExercice: str | None
    adresse: list[_Adresse] | None
    etatObjet: str | None


class _Entite(TypedDict, total=False):
    informationsGeneralesPMEJ: _Infos
    ege: list[_Site] | None


# An element begins with this key: two of them tell where one ends; only what is read above is made into objects.
ENTITE: Final = Raccourci('"informationsGeneralesPMEJ"', msgspec.json.Decoder(_Entite).decode)
VERSION: Final = "v1."  # another minor only adds keys
DEBUT_CSV: Final = "finess;etalab;"
CHAMPS_CSV: Final = 32
_SITE = "03"
_LETTRES_98: Final = frozenset("JKLM")  # 9J, 9K…: the Pacific


class LectureSites(Lecture):
    """What both formats share."""

    registre = CodeRegistre.FINESS
    nature = "FINESS"

    def __init__(self, chemin: Path, nom: str = "", tables: Tables | None = None) -> None:
        super().__init__(chemin, nom)
        self.tables = tables or Tables()

    def paquets(self, tries: Iterator[str], rapport: Rapport) -> Iterator[Paquet]:
        """Rows of sites."""
        return paquets_de_sites(tries, rapport)

    def _faire(self, brut: Brut) -> str | None:
        return enregistrement(brut, self.rapport.lignes, self.tables, self.rapport, self.jour)


class LectureFiness(LectureSites):
    """FINESS+: `pmej[]` are entités juridiques, their `ege[]` the sites, closed ones included."""

    nature = "FINESS+"

    def enregistrements(self) -> Iterator[str]:
        """One record a site.

        Raises:
            FichierRefuse: another JSON, a version that is not known, or an unfinished file.
        """
        version, entites = "", 0
        for cle, valeur in elements(self.flux.textes(), {"pmej": ENTITE}):
            if cle == "schemaVersion":
                version = str(valeur)
                _controler(version)
            elif cle == "generatedAt":
                self.jour = _jour(str(valeur)[:10]) or self.jour
            elif cle == "pmej":
                entites += 1
                yield from self._sites(_objet(valeur))
        _controler(version)
        if not entites:
            raise FichierRefuse("Ce fichier FINESS+ n'a aucune entité juridique (« pmej »).")

    def _sites(self, entite: dict[str, Any]) -> Iterator[str]:
        infos = _objet(entite.get("informationsGeneralesPMEJ"))
        for ege in _liste(entite.get("ege")):
            self.rapport.lignes += 1
            if enregistre := self._faire(_site(_objet(ege), _texte(infos, "numFinessPm"), _texte(infos, "statutJuridique"))):
                yield enregistre


def _controler(version: str) -> None:
    if not version.startswith(VERSION):
        dite = f"« {version[:20]} »" if version else "absente"
        raise FichierRefuse(f"Version de schéma FINESS+ {dite} : cette application lit la version 1.")


def _site(ege: dict[str, Any], finess_ej: str, statut: str) -> Brut:
    infos = _objet(ege.get("informationsGeneralesEGE"))
    adresses = [_objet(a) for a in _liste(ege.get("adresse"))]
    a = next((x for x in adresses if x.get("usageAdresse") == _SITE), adresses[0] if adresses else {})
    espic = _liste(infos.get("espic"))
    return Brut(
        finess=_texte(infos, "numFinessEge"), finess_ej=finess_ej, siret=_texte(infos, "siret"),
        court=_texte(infos, "nomEgeCourt"), long=_texte(infos, "nomEgeLong"),
        categorie=_texte(ege, "categorieentiteGeographiqueExercice"), statut=statut, espic=str(espic[0]) if espic else "",
        voie=(_texte(a, "numeroVoie"), _texte(a, "complementVoie"), _texte(a, "typeVoie").upper(), _texte(a, "libelleVoie")),
        distribution=_texte(a, "lieuDit"), insee=_texte(a, "cogCommune"), code_postal=_texte(a, "codePostal"),
        acheminement=_texte(a, "ligneAcheminement"), actif=ege.get("etatObjet") == "A",
        ferme_le=_texte(infos, "dateFermeture")[:10],
    )  # fmt: skip


def _texte(objet: dict[str, Any], cle: str) -> str:
    """Names come padded."""
    valeur = objet.get(cle)
    return " ".join(valeur.split()) if isinstance(valeur, str) else ""


def _objet(valeur: Any) -> dict[str, Any]:
    return valeur if isinstance(valeur, dict) else {}


def _liste(valeur: Any) -> list[Any]:
    return valeur if isinstance(valeur, list) else []


def _jour(texte: str) -> date | None:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        return None


class LectureFinessHistorique(LectureSites):
    """`etalab-cs1100502` and `-507`: `structureet` lines; sites that closed are not in it."""

    nature = "FINESS (etalab)"

    def enregistrements(self) -> Iterator[str]:
        """One record a site.

        Raises:
            FichierRefuse: another file, or one that stops in the middle of a line.
        """
        lignes = self.flux.lignes()
        tete = next(lignes, "")
        if not tete.startswith(DEBUT_CSV):
            raise FichierRefuse(f"Ce n'est pas un fichier FINESS etalab : sa première ligne commence par « {DEBUT_CSV} ».")
        self.jour = _jour(tete.strip().rpartition(";")[2]) or self.jour
        for numero, ligne in enumerate(lignes, 2):
            if not ligne.startswith("structureet;"):
                continue
            self.rapport.lignes += 1
            champs = next(csv.reader([ligne.rstrip("\r")], delimiter=";"))
            if len(champs) != CHAMPS_CSV:
                if self.flux.coupee:
                    raise FichierRefuse(f"Le fichier est tronqué : la ligne {numero}, la dernière, est incomplète.")
                self.rapport.refuser(numero, f"La ligne n'a pas {CHAMPS_CSV} champs", str(len(champs)))
            elif enregistre := self._faire(_structure([" ".join(c.split()) for c in champs])):
                yield enregistre


def _structure(c: list[str]) -> Brut:
    code_postal, _, acheminement = c[15].partition(" ")
    return Brut(
        finess=c[1], finess_ej=c[2], siret=c[22], court=c[3], long=c[4], categorie=c[18], espic=c[26],
        voie=(c[7], c[10], c[8].upper(), c[9]), distribution=c[11], insee=_insee(c[13], c[12]), code_postal=code_postal,
        acheminement=acheminement,
    )  # fmt: skip


def _insee(departement: str, commune: str) -> str:
    """« 9A », « 101 » → 97101; « 9J », « 613 » → 98613."""
    if departement[:1] == "9" and departement[1:].isalpha():
        return ("98" if departement[1] in _LETTRES_98 else "97") + commune
    return departement + commune


def lecture_finess(chemin: Path, nom: str = "", tables: Tables | None = None) -> LectureSites:
    """The adapter of a file, by what it begins with; one that cannot be read at all says so when it is read."""
    sonde = LectureFiness(chemin, nom, tables)
    try:
        debut = next(sonde.flux.textes(), "")
    except FichierRefuse:
        return sonde
    return LectureFinessHistorique(chemin, nom, tables) if debut.startswith(DEBUT_CSV) else sonde
