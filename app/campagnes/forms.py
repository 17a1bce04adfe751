"""The form of a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.referentiel.models import Nature

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from app.campagnes.models import Campagne
    from app.core.forms import Saisie

# In the order of the calendar; each day is included, and none comes before the one above it, the publication included.
DATES: Final = {
    "ouverture": "Ouverture du dépôt",
    "cloture_depot": "Clôture du dépôt",
    "cloture_complements": "Fin des compléments",
    "cloture_avis": "Fin des avis",
}
AUTRES_DATES: Final = {"publication": "Publication prévue (facultative)", "debut_agrements": "Début des agréments"}


@dataclass(frozen=True, slots=True)
class CampagneSaisie:
    """A campaign as typed."""

    subdivision: str
    valeurs: dict[str, Any]
    formations: tuple[str, ...]

    @property
    def ouverture(self) -> date:
        """First day of the window."""
        return self.valeurs["ouverture"]  # type: ignore[no-any-return]

    @property
    def cloture_avis(self) -> date:
        """Last day of the window."""
        return self.valeurs["cloture_avis"]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Formulaire:
    """What the form shows: values typed or kept, errors by field."""

    champs: dict[str, str]
    formations: frozenset[str]
    natures: frozenset[str]  # « toutes les … » ticked
    erreurs: dict[str, str]


def lire_campagne(
    saisie: Saisie, subdivisions: Collection[str], natures: dict[str, list[str]], formations: Collection[str]
) -> CampagneSaisie | None:
    """The campaign, or None with the errors in *saisie*. *natures*: the formations behind each « toutes les … »."""
    libelle = saisie.texte("libelle", max_=120, requis="Donnez un libellé à la campagne.")
    subdivision = saisie.choix("subdivision", subdivisions, requis="Choisissez l'une de vos subdivisions.")
    dates = {nom: saisie.jour(nom, requis=f"{texte} : donnez une date.") for nom, texte in DATES.items()}
    publication = saisie.jour("publication")
    debut = saisie.jour("debut_agrements", requis="Donnez le premier jour des agréments.")
    _ordonner(saisie, {**dates, "publication": publication, "debut_agrements": debut})
    choisies = set(saisie.liste("formations", formations))
    for nature in saisie.liste("natures", natures):
        choisies |= set(natures[nature])
    if not choisies:
        saisie.erreurs["formations"] = "Cochez au moins une formation."
    notice = saisie.texte("notice", max_=10_000)
    if saisie.erreurs or subdivision is None:
        return None
    autres = {"libelle": libelle, "publication": publication, "debut_agrements": debut, "notice": notice}
    return CampagneSaisie(subdivision, {**autres, **dates}, tuple(sorted(choisies)))


def _ordonner(saisie: Saisie, dates: dict[str, date | None]) -> None:
    avant: tuple[str, date] | None = None
    for nom, jour in dates.items():
        if jour and avant and jour < avant[1]:
            saisie.erreurs[nom] = f"Cette date vient avant « {(DATES | AUTRES_DATES)[avant[0]]} »."
        if jour:
            avant = (nom, jour)


def montrer_actuelles(saisie: Saisie, campagne: Campagne, formations: Collection[str]) -> None:
    """Beside each field that says something else than what is stored now, what is stored."""
    tape, actuel = formulaire(saisie, formations=formations), formulaire(campagne=campagne)
    for nom, valeur in actuel.champs.items():
        if tape.champs[nom] != valeur:
            saisie.erreurs[nom] = f"Actuellement : {valeur or '(vide)'}"
    if tape.natures or tape.formations != actuel.formations:
        nombre = len(actuel.formations)
        saisie.erreurs["formations"] = f"Actuellement : {nombre} formation{'s' if nombre > 1 else ''}."


def formulaire(
    saisie: Saisie | None = None, campagne: Campagne | None = None, *, formations: Collection[str] = ()
) -> Formulaire:
    """From what was typed, else from a campaign, else empty."""
    noms = ("libelle", "subdivision", "notice", *DATES, *AUTRES_DATES)
    if saisie is not None:
        champs, cochees = {n: saisie.brut(n) for n in noms}, frozenset(saisie.liste("formations", formations))
        return Formulaire(champs, cochees, frozenset(saisie.liste("natures", set(Nature))), saisie.erreurs)
    if campagne is None:
        return Formulaire(dict.fromkeys(noms, ""), frozenset(), frozenset(), {})
    champs = {n: str(getattr(campagne, n) or "") for n in noms}  # a date as a date field wants it
    return Formulaire(champs, frozenset(f.formation for f in campagne.formations), frozenset(), {})
