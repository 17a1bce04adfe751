"""What the columns of the three lists share: texts, choices, counts of agréments in force, each for whoever reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, case, func, select

from app.agrements.models import Agrement, StatutAgrement
from app.agrements.queries import portee
from app.core.access import Vue
from app.tableau.colonnes import Colonne, Filtre
from app.tableau.ordre import Chiffres, Octets, Plie

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from app.core.access import Droits

SANS_VUE = Vue(frozenset(), frozenset(), deport=False)  # no mask of the matrix applies to the Cockpit's records
VIDE = Markup('<span class="vide">—</span>')
AVEC, SANS = "AVEC", "SANS"
OUVERT, FERME = "OUVERT", "FERME"
LISTES: dict[str, dict[str, str]] = {
    "en_vigueur": {AVEC: "Avec agrément en vigueur", SANS: "Sans agrément en vigueur"},
    "ouverture": {OUVERT: "Ouvert", FERME: "Fermé"},
    "etat_terrain": {OUVERT: "Ouvert", FERME: "Fermé", "A_RAPPROCHER": "Repris, à rapprocher"},
    "presence": {OUVERT: "Actif", FERME: "Parti"},
    "origine": {
        "REGISTRE": "Registre",
        "LOCAL": "Local",
        "A_RAPPROCHER": "Repris, à rapprocher",
        "RAPPROCHE": "Local, rapproché",
    },
    "terrains": {AVEC: "Avec terrain", SANS: "Sans terrain"},
    "demandes": {AVEC: "Avec demande", SANS: "Sans demande"},
}


def texte(code: str, libelle: str, valeur: Any, **autres: Any) -> Colonne:
    """A text that may be missing; filtered and sorted folded, unless `tri` is folded already."""
    tri = func.coalesce(autres.pop("tri", None) if "tri" in autres else Plie(valeur), "")
    autres.setdefault("valeurs", {code: valeur})
    cellule = autres.pop("cellule", None) or (lambda r, _vue, _lib: Markup("{}").format(getattr(r, code) or VIDE))
    autres.setdefault("rang", Octets(tri))
    return Colonne(code, libelle, autres.pop("valeurs"), cellule, Filtre.TEXTE, tri, **autres)


def chiffres(code: str, libelle: str, valeur: Any, **autres: Any) -> Colonne:
    """Digits that are looked for as they are."""
    return texte(code, libelle, valeur, tri=valeur, classe="chiffres", **autres)


def choix(code: str, libelle: str, liste: str, valeur: Any, **autres: Any) -> Colonne:
    """One of a few; as its label."""

    def cellule(r: Any, _vue: Vue, lib: Any) -> str:
        lu = getattr(r, code)
        return Markup('<span class="etat etat-{}">{}</span>').format(str(lu).lower(), lib.de(liste, lu)) if lu else VIDE

    autres.setdefault("condition", lambda v: valeur == v)
    return Colonne(code, libelle, {code: valeur}, cellule, Filtre.CHOIX, valeur, choix=liste, **autres)


def nombre(code: str, libelle: str, liste: str, valeur: Any) -> Colonne:
    """How many: sorted as a number, filtered by some or none."""

    def condition(voulu: str) -> ColumnElement[bool]:
        return valeur > 0 if voulu == AVEC else valeur == 0  # type: ignore[no-any-return]

    def cellule(r: Any, _vue: Vue, _lib: Any) -> str:
        n = getattr(r, code)
        return str(n) if n else VIDE

    return Colonne(code, libelle, {code: valeur}, cellule, Filtre.CHOIX, valeur, choix=liste, condition=condition,
                   rang=Chiffres(valeur), classe="chiffres")  # fmt: skip


def lien(adresse: Callable[[Any], str], dit: Callable[[Any], str]) -> Callable[[Any, Vue, Any], str]:
    """A cell that leads somewhere."""
    return lambda r, _vue, _lib: Markup('<a href="{}">{}</a>').format(adresse(r), dit(r) or "Ouvrir")


def en_vigueur(le: date) -> ColumnElement[bool]:
    """In force on the day *le*."""
    return (Agrement.statut == StatutAgrement.ACTIF) & (Agrement.debut <= le) & (Agrement.fin >= le)


def agrements_en_vigueur(droits: Droits, le: date, *lies: Any, de: Any) -> Any:
    """How many, of those that this person may read, are tied so to a row of *de*."""
    return compter(func.count(Agrement.id), lies, portee(droits), en_vigueur(le), de=de)


def compter(quoi: Any, lies: Any, *conditions: Any, de: Any) -> Any:
    """A count for each row of *de*."""
    return select(quoi).where(*lies, *conditions).correlate(de).scalar_subquery()


def ouvert(condition: Any) -> Any:
    """OUVERT or FERME."""
    return case((condition, OUVERT), else_=FERME)
