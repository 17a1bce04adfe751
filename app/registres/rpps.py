"""The ANS files of the RPPS: `Personne_activite`, and `SavoirFaire` beside it."""

from __future__ import annotations

import csv
import json
import re
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.core.texte import replier
from app.referentiel.normalisation import rpps_valide
from app.registres.fichiers import FichierRefuse, propre
from app.registres.lecture import SEPARATEUR, Lecture, Paquet, empreinte
from app.registres.models import CodeRegistre, RegistreActivite, RegistrePraticien

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.registres.rapport import Rapport

DONNEES: Final = Path(__file__).parent / "donnees"
PROFESSIONS: Final = frozenset({"10", "21", "40"})
RPPS, ACTIVITE, SAVOIR_FAIRE = "8", "A", "S"
ETUDIANT: Final = "E"
PAQUET: Final = 500  # practitioners

PERSONNE: Final = ("rpps", "nom", "prenom", "profession", "categorie", "savoir_faire")
LIEU: Final = (
    "mode",
    "secteur",
    "structure",
    "finess",
    "siret",
    "raison_sociale",
    "adresse",
    "code_postal",
    "ville",
    "code_insee",
)
_LONGS = {"raison_sociale": 200, "adresse": 200, "ville": 80, "structure": 40, "siret": 14, "finess": 9, "code_postal": 10,
          "code_insee": 5, "secteur": 8, "mode": 2}  # fmt: skip
_LIEU_LONGS = tuple(_LONGS[nom] for nom in LIEU)
_SUFFIXE = re.compile(r"\((?:coord\. )?structure\)")
_CHIFFRES = re.compile(r"[0-9]{11}")


def nom_de_colonne(titre: str) -> str:
    """« Code postal (coord. Structure) » → code_postal."""
    return re.sub(r"[^a-z0-9]+", "_", _SUFFIXE.sub("", replier(titre))).strip("_")


def _alias() -> dict[str, list[str]]:
    with (DONNEES / "colonnes_rpps.csv").open(encoding="utf-8", newline="") as flux:
        return {ligne["champ"]: ligne["colonnes"].split("|") for ligne in csv.DictReader(flux)}


class Entete:
    """Where each field is; a release that renames a column is read by its alias, one that drops it is refused."""

    def __init__(self, ligne: str, champs: tuple[str, ...], nature: str) -> None:
        titres = ligne.rstrip("\r").split(SEPARATEUR)
        self.separateurs = len(titres) - 1
        self.ferme = titres[-1] == ""  # each line ends with a separator
        noms = [nom_de_colonne(titre) for titre in titres]
        alias = _alias()
        places = {champ: next((noms.index(a) for a in alias[champ] if a in noms), -1) for champ in champs}
        if manquent := [alias[champ][0] for champ, place in places.items() if place < 0]:
            dites = ", ".join(manquent[:6]) + ("…" if len(manquent) > 6 else "")
            raise FichierRefuse(f"Ce fichier n'est pas une extraction {nature} : il n'a pas la colonne {dites}.")
        self.places = tuple(places[champ] for champ in champs)


class LecturePraticiens(Lecture):
    """`Personne_activite`; *savoir_faire* adds the qualifications that no activity line carries."""

    registre = CodeRegistre.RPPS
    nature = "« Personne_activite » du RPPS"

    def __init__(self, chemin: Path, nom: str = "", savoir_faire: Path | None = None) -> None:
        super().__init__(chemin, nom)
        self.autre = LectureSavoirFaire(savoir_faire) if savoir_faire else None

    @property
    def part(self) -> float:
        """Both files together."""
        return super().part if self.autre is None else 0.9 * super().part + 0.1 * self.autre.part

    def fermer(self) -> None:
        """Both files."""
        super().fermer()
        if self.autre is not None:
            self.autre.fermer()

    def enregistrements(self) -> Iterator[str]:
        """One record an activity, then one a qualification."""
        champs = ("type", "rpps", "profession", "nom", "prenom", "categorie", "savoir_faire", "mode", "secteur", "structure",
                  "finess", "siret", "raison", "numero", "repetition", "type_voie", "voie", "distribution", "code_postal",
                  "ville", "bureau", "insee")  # fmt: skip
        yield from lire(self, champs, self._activite)
        if self.autre is not None:
            yield from self.autre.enregistrements()

    def _activite(self, rpps: str, profession: str, valeurs: Sequence[str]) -> str:
        nom, prenom, categorie, savoir, mode, secteur, structure, finess, siret, raison = valeurs[:10]
        numero, repetition, type_voie, voie, distribution, code_postal, ville, bureau, insee = valeurs[10:]
        adresse = " ".join(x for x in (numero, repetition, type_voie, voie) if x) if voie else distribution
        lieu = (mode, secteur, structure, finess, siret, raison, adresse, code_postal, ville or bureau, insee)
        coupe = [x[:n] for x, n in zip(lieu, _LIEU_LONGS)]  # noqa: B905 (as many, by construction; said a million times)
        return SEPARATEUR.join((rpps, ACTIVITE, nom[:120], prenom[:120], profession, categorie[:2], savoir, *coupe))

    def paquets(self, tries: Iterator[str], rapport: Rapport) -> Iterator[Paquet]:
        """Practitioners with their activities."""
        praticiens: list[tuple[Any, ...]] = []
        activites: list[tuple[Any, ...]] = []
        for rpps, lignes in groupby(tries, key=lambda ligne: ligne[:11]):
            bruts = list(lignes)
            groupe = [ligne.split(SEPARATEUR) for ligne in bruts]
            if (fiche := _praticien(rpps, groupe)) is None:
                rapport.hors += 1  # a qualification of somebody whom no activity line names
                continue
            lieux = dict.fromkeys([tuple(g[7:]) for g in groupe if g[1] == ACTIVITE and (g[9] or g[12] or g[13])])
            praticiens.append((*fiche, empreinte("\n".join(bruts))))
            activites += [(rpps, *lieu) for lieu in lieux]
            if len(praticiens) >= PAQUET:
                yield _paquet(praticiens, activites)
                praticiens, activites = [], []
        if praticiens:
            yield _paquet(praticiens, activites)


def _paquet(praticiens: list[tuple[Any, ...]], activites: list[tuple[Any, ...]]) -> Paquet:
    return [
        (RegistrePraticien, (*PERSONNE, "empreinte"), praticiens),
        (RegistreActivite, ("rpps", *LIEU), activites),
    ]


def _praticien(rpps: str, groupe: list[list[str]]) -> tuple[str, ...] | None:
    """Who somebody is: what he is as a practitioner, rather than as the student that he has been."""
    lignes = [g for g in groupe if g[1] == ACTIVITE]
    if not lignes:
        return None
    tete = next((g for g in lignes if g[5] != ETUDIANT), lignes[0])
    savoirs = {g[6] if g[1] == ACTIVITE else g[2] for g in groupe}
    savoirs.discard("")
    return rpps, tete[2], tete[3], tete[4], tete[5], _codes(tuple(sorted(savoirs)))


@lru_cache(maxsize=4096)
def _codes(savoirs: tuple[str, ...]) -> str:
    return json.dumps(savoirs)


class LectureSavoirFaire(Lecture):
    """`SavoirFaire`: who has which qualification."""

    registre = CodeRegistre.RPPS
    nature = "« SavoirFaire » du RPPS"

    def enregistrements(self) -> Iterator[str]:
        """One record a qualification."""
        return lire(self, ("type", "rpps", "profession", "savoir_faire"), self._savoir)

    def _savoir(self, rpps: str, _profession: str, valeurs: Sequence[str]) -> str:
        return SEPARATEUR.join((rpps, SAVOIR_FAIRE, valeurs[0]))

    def paquets(self, tries: Iterator[str], rapport: Rapport) -> Iterator[Paquet]:
        """It makes no rows by itself."""
        raise NotImplementedError


def lire(lecture: Lecture, champs: tuple[str, ...], faire: Callable[[str, str, Sequence[str]], str]) -> Iterator[str]:
    """The records of the lines that concern us; *champs* begin with type, rpps, profession.

    Raises:
        FichierRefuse: another file, or one that stops in the middle of a line.
    """
    flux, rapport, dernier = lecture.flux, lecture.rapport, ""
    lignes = flux.lignes()
    entete = Entete(next(lignes, ""), champs, lecture.nature)
    a_type, a_rpps, a_profession, *autres = entete.places
    attendu, tete, choisir = entete.separateurs, max(a_type, a_rpps, a_profession) + 1, choisir_parmi(autres)
    for numero, ligne in enumerate(lignes, 2):
        rapport.lignes += 1
        if ligne.count(SEPARATEUR) != attendu or flux.coupee:
            _incomplete(ligne, numero, entete, rapport, coupee=flux.coupee)
            if ligne.count(SEPARATEUR) != attendu:
                continue
        v = ligne.split(SEPARATEUR, tete)
        rpps = v[a_rpps].strip()
        if v[a_type] != RPPS:
            rapport.refuser(numero, "Identifiant ADELI ou autre : seul le RPPS est tenu", propre(rpps))
        elif v[a_profession] not in PROFESSIONS:
            rapport.hors += 1
        elif not _CHIFFRES.fullmatch(rpps):
            rapport.refuser(numero, "Le numéro RPPS ne compte pas onze chiffres", propre(rpps))
        else:
            if rpps != dernier and not rpps_valide(rpps):
                rapport.douter(numero, "La clé du numéro RPPS est fausse : ligne gardée", rpps)
            dernier = rpps
            yield faire(rpps, v[a_profession], choisir(ligne))


def choisir_parmi(places: list[int]) -> Callable[[str], Sequence[str]]:
    """The fields at *places* of a line, trimmed; most lines need no trimming."""
    prendre = itemgetter(*places, 0)  # one more, so that a single place gives a tuple too

    def choisir(ligne: str) -> Sequence[str]:
        if ligne.isprintable() and " |" not in ligne and "| " not in ligne:
            champs: tuple[str, ...] = prendre(ligne.split(SEPARATEUR))
            return champs[:-1]
        return [champ.strip() for champ in prendre(propre(ligne).split(SEPARATEUR))[:-1]]

    return choisir


def _incomplete(ligne: str, numero: int, entete: Entete, rapport: Rapport, *, coupee: bool) -> None:
    compte = ligne.count(SEPARATEUR)
    if coupee and (compte != entete.separateurs or not (entete.ferme and ligne.endswith(SEPARATEUR))):
        raise FichierRefuse(f"Le fichier est tronqué : la ligne {numero}, la dernière, est incomplète.")
    if compte != entete.separateurs:
        rapport.refuser(numero, f"La ligne n'a pas {entete.separateurs} séparateurs", str(compte))
