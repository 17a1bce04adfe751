"""The form of a campaign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.campagnes.forms_reglages import Reglages, lire_reglages
from app.referentiel.models import Nature

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from app.campagnes.models import Campagne
    from app.core.forms import Saisie
    from app.referentiel.models import Motif, TypePiece

# In the order of the calendar; each day is included, and none comes before the one above it, the séance's included.
DATES: Final = {
    "ouverture": "Ouverture du dépôt",
    "cloture_depot": "Clôture du dépôt",
    "cloture_complements": "Fin des compléments",
    "cloture_avis": "Fin des avis",
}
AUTRES_DATES: Final = {
    "seance_prevue": "Séance prévue (facultative)",
    "publication": "Publication prévue (facultative)",
    "debut_agrements": "Début des agréments",
}
_NOMS: Final = ("libelle", "subdivision", "notice", *DATES, *AUTRES_DATES)
_ANNEE: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class CampagneSaisie:
    """A campaign as typed."""

    subdivision: str
    valeurs: dict[str, Any]
    formations: tuple[str, ...]
    reglages: Reglages

    @property
    def ouverture(self) -> date:
        """First day of the window."""
        return self.valeurs["ouverture"]  # type: ignore[no-any-return]

    @property
    def cloture_avis(self) -> date:
        """Last day of the window."""
        return self.valeurs["cloture_avis"]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Listes:
    """What the form offers: the formations behind each « toutes les … », reasons, kinds of pièces."""

    subdivisions: Collection[str]
    natures: dict[str, list[str]]
    motifs: Sequence[Motif]
    types_piece: Sequence[TypePiece]

    @property
    def formations(self) -> list[str]:
        """Every code."""
        return [code for codes in self.natures.values() for code in codes]


@dataclass(frozen=True, slots=True)
class Formulaire:
    """What the form shows: values typed or kept, errors by field."""

    champs: dict[str, str]
    formations: frozenset[str]
    natures: frozenset[str]  # « toutes les … » ticked
    voie_bloquante: bool
    reglages: Reglages
    erreurs: dict[str, str]


def lire_campagne(saisie: Saisie, listes: Listes) -> CampagneSaisie | None:
    """The campaign, or None with the errors in *saisie*."""
    libelle = saisie.texte("libelle", max_=120, requis="Donnez un libellé à la campagne.")
    subdivision = saisie.choix("subdivision", listes.subdivisions, requis="Choisissez l'une de vos subdivisions.")
    dates = {nom: saisie.jour(nom, requis=f"{texte} : donnez une date.") for nom, texte in DATES.items()}
    autres = {nom: saisie.jour(nom) for nom in ("seance_prevue", "publication")}
    autres["debut_agrements"] = saisie.jour("debut_agrements", requis="Donnez le premier jour des agréments.")
    _ordonner(saisie, {**dates, **autres})
    choisies = set(saisie.liste("formations", listes.formations))
    for nature in saisie.liste("natures", listes.natures):
        choisies |= set(listes.natures[nature])
    if not choisies:
        saisie.erreurs["formations"] = "Cochez au moins une formation."
    notice = saisie.texte("notice", max_=10_000)
    reglages = lire_reglages(saisie, listes.motifs, listes.types_piece)
    if saisie.erreurs or subdivision is None:
        return None
    valeurs = {"libelle": libelle, "notice": notice, "voie_bloquante": saisie.coche("voie_bloquante"), **dates, **autres}
    return CampagneSaisie(subdivision, valeurs, tuple(sorted(choisies)), reglages)


def _ordonner(saisie: Saisie, dates: dict[str, date | None]) -> None:
    avant: tuple[str, date] | None = None
    for nom, jour in dates.items():
        if jour and avant and jour < avant[1]:
            saisie.erreurs[nom] = f"Cette date vient avant « {(DATES | AUTRES_DATES)[avant[0]]} »."
        if jour:
            avant = (nom, jour)


def montrer_actuelles(saisie: Saisie, actuel: Formulaire, listes: Listes) -> None:
    """Beside each field that says something else than what is stored now, what is stored."""
    tape = tape_de(saisie, listes)
    for nom, valeur in actuel.champs.items():
        if tape.champs[nom] != valeur:
            saisie.erreurs[nom] = f"Actuellement : {valeur or '(vide)'}"
    if tape.natures or tape.formations != actuel.formations:
        nombre = len(actuel.formations)
        saisie.erreurs["formations"] = f"Actuellement : {nombre} formation{'s' if nombre > 1 else ''}."
    if tape.voie_bloquante != actuel.voie_bloquante:
        saisie.erreurs["voie_bloquante"] = f"Actuellement : {'cochée' if actuel.voie_bloquante else 'non cochée'}"
    if set(tape.reglages.motifs) != set(actuel.reglages.motifs):
        saisie.erreurs["motifs"] = "Les motifs ont changé entre-temps : enregistrer garde ceux qui sont cochés ici."
    if set(tape.reglages.pieces) != set(actuel.reglages.pieces):
        saisie.erreurs["pieces"] = "Les pièces ont changé entre-temps : enregistrer garde celles qui sont cochées ici."


def tape_de(saisie: Saisie, listes: Listes) -> Formulaire:
    """From what was typed."""
    return Formulaire(
        {n: saisie.brut(n) for n in _NOMS},
        frozenset(saisie.liste("formations", listes.formations)),
        frozenset(saisie.liste("natures", set(Nature))),
        saisie.coche("voie_bloquante"),
        lire_reglages(saisie, listes.motifs, listes.types_piece),
        saisie.erreurs,
    )


def vide(reglages: Reglages) -> Formulaire:
    """A new campaign, with what the rule proposes."""
    return Formulaire(dict.fromkeys(_NOMS, ""), frozenset(), frozenset(), voie_bloquante=True, reglages=reglages, erreurs={})


def de_campagne(campagne: Campagne, reglages: Reglages) -> Formulaire:
    """As stored."""
    champs = {n: str(getattr(campagne, n) or "") for n in _NOMS}  # a date as a date field wants it
    formations = frozenset(f.formation for f in campagne.formations)
    return Formulaire(champs, formations, frozenset(), campagne.voie_bloquante, reglages, {})


def copie(campagne: Campagne, reglages: Reglages, permises: Collection[str]) -> Formulaire:
    """A past campaign as next year's: dates a year later, the years of its name too."""
    lue = de_campagne(campagne, reglages)
    dates = {n: str(un_an_apres(jour)) for n in (*DATES, *AUTRES_DATES) if (jour := getattr(campagne, n))}
    libelle = _ANNEE.sub(lambda m: str(int(m[0]) + 1), campagne.libelle)
    champs = lue.champs | dates | {"libelle": libelle}
    return Formulaire(champs, lue.formations & set(permises), frozenset(), lue.voie_bloquante, reglages, {})


def un_an_apres(jour: date) -> date:
    """The same day of the next year; 29 February gives the 28th."""
    try:
        return jour.replace(year=jour.year + 1)
    except ValueError:
        return jour.replace(year=jour.year + 1, day=28)
