"""From what a FINESS file says of a site to a row: the same for every format."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from app.core.texte import replier
from app.referentiel.normalisation import finess_valide, siret_valide
from app.registres.fichiers import propre
from app.registres.lecture import SEPARATEUR, Paquet, empreinte
from app.registres.models import RegistreSite
from app.registres.rpps import DONNEES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.registres.rapport import Rapport

PAQUET: Final = 1000
COLONNES: Final = (
    "finess", "finess_ej", "siret", "raison_sociale", "raison_longue", "categorie", "type_code", "adresse", "code_postal",
    "ville", "code_insee", "departement", "ouvert", "ferme_le", "recherche", "empreinte",
)  # fmt: skip
_FINESS = re.compile(r"[0-9][0-9AB][0-9]{7}")
_CEDEX = re.compile(r"\s+CEDEX\b.*", re.IGNORECASE)
_STATUTS: Final = {"1000": "public", "2000": "prive", "3000": "prive"}
_OUTRE_MER = ("97", "98")


@dataclass(slots=True)
class Brut:
    """A site as a file says it, trimmed; `ferme_le` is a date as text, or nothing."""

    finess: str
    finess_ej: str = ""
    siret: str = ""
    court: str = ""
    long: str = ""
    categorie: str = ""
    statut: str = ""
    espic: str = ""
    voie: tuple[str, ...] = ()  # number, repetition, kind, name: the last one decides whether there is a street
    distribution: str = ""
    insee: str = ""
    code_postal: str = ""
    acheminement: str = ""
    actif: bool = True
    ferme_le: str = ""


def table(fichier: str, cle: str, valeur: str) -> dict[str, str]:
    """Two columns of a carried table."""
    return {ligne[cle]: ligne[valeur] for ligne in lignes_de(fichier)}


def lignes_de(fichier: str) -> list[dict[str, str]]:
    """A carried table."""
    with (DONNEES / fichier).open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


@dataclass(slots=True)
class Tables:
    """What a site is read with; *communes* give a town its name, by INSEE code."""

    communes: dict[str, str] = field(default_factory=dict)
    insee: dict[str, str] = field(default_factory=lambda: table("insee.csv", "finess", "cog"))
    agregats: dict[str, str] = field(default_factory=lambda: table("categories.csv", "code", "agregat"))
    domaines: dict[str, str] = field(default_factory=lambda: table("categories.csv", "code", "domaine"))
    statuts: dict[str, str] = field(default_factory=lambda: table("statuts_juridiques.csv", "code", "groupe"))
    chu: frozenset[str] = field(default_factory=lambda: frozenset(table("chu_chr.csv", "finess_ej", "nom")))


@cache
def _regles() -> list[tuple[list[tuple[str, frozenset[str]]], str]]:
    """Conditions (what, one of) and the type that they make, in order; the last rule has none."""
    noms = {"categories": "categorie", "agregats": "agregat", "domaines": "domaine", "entite": "entite", "espic": "espic",
            "statut": "statut"}  # fmt: skip
    lues = sorted(lignes_de("types_etablissement.csv"), key=lambda ligne: int(ligne["ordre"]))
    return [([(nom, frozenset(r[colonne].split("|"))) for colonne, nom in noms.items() if r[colonne]], r["type"]) for r in lues]


def type_de(b: Brut, t: Tables) -> str:
    """The type d'établissement, by the first rule that holds."""
    agregat, domaine = t.agregats.get(b.categorie, ""), t.domaines.get(b.categorie, "")
    entite = "chu" if b.finess_ej in t.chu else ""
    return _type(b.categorie, agregat, domaine, entite, b.espic, _STATUTS.get(t.statuts.get(b.statut, ""), ""))


@lru_cache(maxsize=4096)
def _type(categorie: str, agregat: str, domaine: str, entite: str, espic: str, statut: str) -> str:
    dit = {"categorie": categorie, "agregat": agregat, "domaine": domaine, "entite": entite, "espic": espic, "statut": statut}
    return next(type_ for conditions, type_ in _regles() if all(dit[nom] in permis for nom, permis in conditions))


def departement(insee: str) -> str:
    """Three characters overseas, two elsewhere (2A and 2B in Corsica)."""
    return insee[:3] if insee.startswith(_OUTRE_MER) else insee[:2]


def enregistrement(b: Brut, numero: int, t: Tables, rapport: Rapport, jour: date | None) -> str | None:
    """The record of a site, or None when it is refused; it begins with its FINESS."""
    if not _FINESS.fullmatch(b.finess):
        rapport.refuser(numero, "Le numéro FINESS n'en est pas un", b.finess)
        return None
    if not (b.court or b.long):
        rapport.refuser(numero, "Le site n'a pas de nom", b.finess)
        return None
    _douter(b, numero, rapport)
    insee = t.insee.get(b.insee, b.insee)[:5]
    ville = t.communes.get(insee) or _CEDEX.sub("", b.acheminement)
    adresse = " ".join(x for x in b.voie if x) if b.voie and b.voie[-1] else b.distribution
    ferme = not b.actif or bool(b.ferme_le and (jour is None or b.ferme_le <= jour.isoformat()))
    champs = (
        b.finess, b.finess_ej[:9], b.siret[:14], (b.court or b.long)[:200], (b.long or b.court)[:200], b.categorie[:8],
        type_de(b, t), adresse[:200], b.code_postal[:5], ville[:80], insee, departement(insee), "" if ferme else "1",
        b.ferme_le if ferme else "",
    )  # fmt: skip
    ligne = SEPARATEUR.join(champs)
    if ligne.count(SEPARATEUR) != len(champs) - 1 or not ligne.isprintable():
        return SEPARATEUR.join(propre(x).replace(SEPARATEUR, " ") for x in champs)
    return ligne


def _douter(b: Brut, numero: int, rapport: Rapport) -> None:
    if not finess_valide(b.finess):
        rapport.douter(numero, "La clé du numéro FINESS est fausse : site gardé", b.finess)
    if b.siret and not siret_valide(b.siret):
        rapport.douter(numero, "Le SIRET du site n'est pas valide : gardé tel quel", b.siret)


def paquets_de_sites(tries: Iterator[str], rapport: Rapport) -> Iterator[Paquet]:
    """Rows of sorted records; a number that comes twice is kept once."""
    rangees: list[tuple[Any, ...]] = []
    dernier = ""
    for ligne in tries:
        if ligne[:9] == dernier:
            rapport.refuser(0, "Le numéro FINESS est deux fois dans le fichier", dernier)
            continue
        dernier = ligne[:9]
        rangees.append(_rangee(ligne))
        if len(rangees) >= PAQUET:
            yield [(RegistreSite, COLONNES, rangees)]
            rangees = []
    if rangees:
        yield [(RegistreSite, COLONNES, rangees)]


def _rangee(ligne: str) -> tuple[Any, ...]:
    *textes, ouvert, ferme_le = ligne.split(SEPARATEUR)
    finess, ej, siret, court, long, *suite = textes
    noms = court if replier(court) == replier(long) else f"{court} {long}"
    recherche = replier(f"{noms} {suite[4]} {finess} {siret}")[:500]
    return (finess, ej, siret or None, court, long, *suite, bool(ouvert), jour_lu(ferme_le), recherche, empreinte(ligne))


def jour_lu(texte: str) -> date | None:
    """A date written AAAA-MM-JJ, or None."""
    try:
        return date.fromisoformat(texte) if texte else None
    except ValueError:
        return None
