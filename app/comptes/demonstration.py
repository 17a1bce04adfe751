"""People of the demonstration: named ones, whom guides and tests know, then as many RTS as the demandes need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from app.comptes.models import Fonction, Personne
from app.core.roles import Role
from app.core.texte import replier
from app.referentiel.demonstration import RPPS_DEMONSTRATION, Monde
from app.referentiel.normalisation import cle_rpps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.core.demonstration import Lot, Rangee

STRASBOURG: Final = ("STRASBOURG",)
TOUTES: Final[tuple[str, ...]] = ()
PARCOURS: Final = ("ACP", "ALLERGO", "NEPHRO", "NEURO")


@dataclass(frozen=True, slots=True)
class Nomme:
    """Somebody of the demonstration. `rang` numbers those who have an RPPS; `qualifie` is their formation."""

    prenom: str
    nom: str
    fonctions: tuple[tuple[Role, tuple[str, ...], tuple[str, ...]], ...] = ()
    rang: int | None = None
    qualifie: str = ""
    expiree: bool = False  # functions that ended last year

    @property
    def nom_complet(self) -> str:
        """Prénom Nom."""
        return f"{self.prenom} {self.nom}"

    @property
    def rpps(self) -> str | None:
        """The same whatever the seed."""
        return cle_rpps(f"{RPPS_DEMONSTRATION}{self.rang:05}") if self.rang else None


def _n(nom_complet: str, *fonctions: tuple[Role, tuple[str, ...], tuple[str, ...]], **autres: object) -> Nomme:
    prenom, _, nom = nom_complet.partition(" ")
    return Nomme(prenom, nom, fonctions, **autres)  # type: ignore[arg-type]


def _coordonnateur(nom_complet: str, formations: str) -> Nomme:
    return _n(nom_complet, (Role.COORD, STRASBOURG, tuple(formations.split())))


_MEMBRE: Final = (Role.MEMBRE, STRASBOURG, TOUTES)

JEANNE: Final = _n("Jeanne Lutterbach", rang=1, qualifie="GERIATRIE")
KARIM: Final = _n("Karim Ribeauvillé", rang=2, qualifie="MG")
NADIA: Final = _n("Nadia Turckheim", rang=3, qualifie="ALLERGO")
MARC: Final = _n("Marc Ottrott", (Role.COORD, STRASBOURG, ("CARDIO", "OPT_DSM79")), _MEMBRE, rang=4, qualifie="CARDIO")
SIMONE: Final = _n("Simone Wissembourg", rang=5, qualifie="NEPHRO")
ODILE: Final = _n("Odile Brunstatt", (Role.ADMIN, TOUTES, TOUTES))
CLAIRE: Final = _n("Claire Rosheim", (Role.SCOL, STRASBOURG, TOUTES))
HUGO: Final = _n("Hugo Wantzenau", (Role.SCOL, STRASBOURG, TOUTES))
ELISE: Final = _coordonnateur("Élise Kochersberg", "MG")
SOPHIE: Final = _coordonnateur("Sophie Niederbronn", "AR")
LEA: Final = _coordonnateur("Léa Haguenau", " ".join(PARCOURS))
LUCAS: Final = _n("Lucas Obernai", (Role.REP, STRASBOURG, TOUTES))
INES: Final = _n("Inès Barr", (Role.REP, STRASBOURG, ("MG",)), _MEMBRE)
HELENE: Final = _n("Hélène Marmoutier", (Role.PRES, STRASBOURG, TOUTES))
PAUL: Final = _n("Paul Guebwiller", _MEMBRE)
ANNE: Final = _n("Anne Thann", _MEMBRE)
DENIS: Final = _n("Denis Soultz", (Role.ARS, ("STRASBOURG", "NANCY", "REIMS"), TOUTES))
YVES: Final = _n("Yves Molsheim", (Role.COORD, STRASBOURG, ("HGE",)), expiree=True)

_COORDONNATEURS: Final = tuple(
    _coordonnateur(nom, formations)
    for nom, formations in {
        "Agnès Wasselonne": "PSYCHIATRIE OPT_DSM94 FST01",
        "Bruno Marckolsheim": "PEDIATRIE OPT_DSM89 CHIR_PED",
        "Carole Benfeld": "URGENCE FST16",
        "Daniel Erstein": "GERIATRIE FST17 FST09",
        "Esther Bouxwiller": "RADIO MED_NUC",
        "Franck Rhinau": "GYN_OBS GYN_MED",
        "Gisèle Sarreguemines": "HGE CVD",
        "Henri Brumath": "PNEUMO OPT_DSM93 FST24",
        "Irène Gerstheim": "COT CPRE CMF CHIR_ORALE",
        "Jérôme Lembach": "MIR MIIC MIT",
        "Katia Offendorf": "ONCO HEMATO GENETIQUE",
        "Lionel Seltz": "OPHTALMO ORL NEUROCHIR",
        "Monique Villé": "EDN RHUMATO DERMATO",
        "Noël Reichshoffen": "MPR FST21",
        "Odette Schirmeck": "URO CTCV CHIR_VASC MED_VASC",
        "Pierre Lauterbourg": "BIOMED MED_LEGALE SANTE_PUB MST",
    }.items()
)
_MEMBRES: Final = tuple(
    _n(nom, _MEMBRE)
    for nom in (
        "Alice Munster", "Bernadette Altkirch", "Christian Masevaux", "Diane Ferrette", "Edmond Huningue",
        "Florence Kaysersberg", "Georges Rouffach", "Huguette Cernay", "Ivan Dannemarie", "Jacqueline Ensisheim",
        "Kévin Sierentz", "Louise Hirsingue", "Martine Wintzenheim", "Norbert Andolsheim", "Olga Lapoutroie",
        "Philippe Orbey", "Rose Riquewihr", "Serge Eguisheim",
    )
)  # fmt: skip

# A small commission elsewhere: scolarité, coordonnateur of everything, représentant, président, five membres.
_AILLEURS: Final[dict[str, str]] = {
    "NANCY": "Aline Toul, Basile Lunéville, Chloé Briey, David Pompey, Elsa Baccarat, Fabrice Vézelise, "
    "Garance Blâmont, Henriette Nomeny, Ivanne Cirey",
    "REIMS": "Alban Épernay, Barbara Sézanne, Corentin Fismes, Denise Vertus, Eudes Dormans, Félicie Vitry, "
    "Guy Suippes, Hortense Montmirail, Igor Avize",
    "BESANCON": "Amélie Ornans, Baptiste Morteau, Colette Baume, Dorothée Levier, Éric Quingey, Flora Rougemont, "
    "Gérard Amancey, Hermine Roulans, Isidore Pierrefontaine",
}
_ROLES_AILLEURS: Final = (Role.SCOL, Role.COORD, Role.REP, Role.PRES, *(Role.MEMBRE,) * 5)


def _ailleurs() -> Iterable[Nomme]:
    for subdivision, noms in _AILLEURS.items():
        for nom, role in zip(noms.split(", "), _ROLES_AILLEURS, strict=True):
            yield _n(nom, (role, (subdivision,), TOUTES))


NOMMES: Final[dict[str, Nomme]] = {
    n.nom_complet: n
    for n in (
        JEANNE, KARIM, NADIA, MARC, ODILE, CLAIRE, HUGO, ELISE, SOPHIE, LEA, LUCAS, INES, HELENE, PAUL, ANNE, DENIS,
        YVES, *_COORDONNATEURS, *_MEMBRES, *_ailleurs(), SIMONE,
    )
}  # fmt: skip


def email(prenom: str, nom: str) -> str:
    """An address of a reserved domain: no message ever leaves."""
    return "{}.{}@exemple.test".format(*(re.sub(r"[^a-z0-9]+", "-", replier(x)).strip("-") for x in (prenom, nom)))


class Gens:
    """Who does what in the demonstration."""

    def __init__(self, monde: Monde) -> None:
        self._monde = monde
        self.nommes = {nom: self._ajouter(n) for nom, n in NOMMES.items()}

    def _ajouter(self, n: Nomme) -> Rangee:
        lot, jour = self._monde.lot, self._monde.jour
        if n.rang:
            self._monde.praticien(n.qualifie, (n.prenom, n.nom), n.rang)
        personne = inscrire(lot, n.prenom, n.nom, n.rpps)
        debut = date(jour.year - 3, 9, 1)
        fin = jour - timedelta(days=200) if n.expiree else None
        for role, subdivisions, formations in n.fonctions:
            lot.ajouter(
                Fonction,
                personne_id=personne["id"],
                role=role,
                subdivisions=list(subdivisions),
                formations=list(formations),
                debut=debut,
                fin=fin,
            )
        return personne

    def rts(self, formation: str) -> tuple[Rangee, Rangee]:
        """A new RTS: his row of the register, his person."""
        praticien = self._monde.praticien(formation)
        return praticien, inscrire(self._monde.lot, praticien["prenom"], praticien["nom"], praticien["rpps"])

    def de(self, n: Nomme) -> Rangee:
        """The row of a named person."""
        return self.nommes[n.nom_complet]

    def tenant(self, role: Role, subdivision: str, formation: str | None = None) -> list[Rangee]:
        """The people who hold a function there, in force."""
        return [
            self.de(n)
            for n in NOMMES.values()
            if not n.expiree and any(_couvre(f, role, subdivision, formation) for f in n.fonctions)
        ]


def _couvre(fonction: tuple[Role, tuple[str, ...], tuple[str, ...]], role: Role, ou: str, quoi: str | None) -> bool:
    sien, subdivisions, formations = fonction
    return sien is role and (not subdivisions or ou in subdivisions) and (not formations or quoi is None or quoi in formations)


def inscrire(lot: Lot, prenom: str, nom: str, rpps: str | None) -> Rangee:
    """A row of `personne`."""
    adresse = email(prenom, nom)
    recherche = replier(f"{nom} {prenom} {rpps or ''} {adresse}")
    numero = len(lot.rangees(Personne))
    # 03 53 01 and 06 39 98 are kept by the regulator for fiction.
    telephone = f"03 53 01 {numero // 100 % 100:02} {numero % 100:02}"
    return lot.ajouter(Personne, prenom=prenom, nom=nom, rpps=rpps, email=adresse, telephone=telephone, recherche=recherche)
