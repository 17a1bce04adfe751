"""A column, declared once: display, filter, sort, live message and count all derive from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, String, and_, case, func, null, or_, true, type_coerce

from app.core.access import Droits, Vue, masque_sql, parmi
from app.core.etendue import jamais_lisible, toujours_lisible
from app.core.texte import replier
from app.core.visibilite import Objet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Filtre(enum.StrEnum):
    """How a header filters."""

    TEXTE = "TEXTE"
    CHOIX = "CHOIX"


def masque(droits: Droits, objets: Sequence[Objet], base: Any) -> ColumnElement[bool] | None:
    """The rows where this person may read all of *objets*; None where he may on every row that he sees."""
    caches = [o for o in objets if o is not Objet.LIGNE and not toujours_lisible(droits, o)]
    return and_(*(masque_sql(droits, o, base) for o in caches)) if caches else None


def masquer(droits: Droits, objets: Sequence[Objet], expression: Any, base: Any) -> Any:
    """*expression*, or NULL on the rows where this person may not read *objets*: the database never sends it.

    What he may read nowhere is not even named.
    """
    if jamais_lisible(droits, *objets):
        return null()
    lisible = masque(droits, objets, base)
    return expression if lisible is None else case((lisible, expression), else_=None)


@dataclass(frozen=True, slots=True)
class Sortie:
    """One column of a file: its title, its plain value from a row's values, what it holds."""

    titre: str
    valeur: Callable[[Any, Vue, Any], str | int | None]
    dit: str = ""


@dataclass(frozen=True, slots=True)
class Colonne:
    """One column of a table whose rows are `base`.

    `valeurs` maps a label to the SQL expression that the cell needs; `sur` names the tables to join for them; each is
    masked by `objet`. `cellule` turns a row's values into escaped HTML. `choix` names the list of labels of a CHOIX.
    `aussi` is what must be readable beside `objet`, and `objets` names the values that others mask. `tri` is what is
    filtered on, and sorted on too unless there is a `rang` (with `sur_rang` to join for it). `sorties` are its columns in
    a file: the words of the cell where none is said.
    """

    code: str
    libelle: str
    valeurs: Mapping[str, Any]
    cellule: Callable[[Any, Vue, Any], str]
    filtre: Filtre
    tri: Any
    objet: Objet = Objet.LIGNE
    choix: str = ""
    condition: Callable[[str], ColumnElement[bool]] | None = None
    sur: frozenset[str] = field(default=frozenset())
    classe: str = ""
    rang: Any = None
    sur_rang: frozenset[str] = field(default=frozenset())
    objets: Mapping[str, tuple[Objet, ...]] = field(default_factory=dict)
    aussi: tuple[Objet, ...] = ()
    sorties: tuple[Sortie, ...] = ()

    @property
    def requis(self) -> tuple[Objet, ...]:
        """All that must be readable for the column to be."""
        return (self.objet, *self.aussi)

    def en_fichier(self) -> tuple[Sortie, ...]:
        """What a file holds of it."""
        return self.sorties or (Sortie(self.libelle, lambda r, vue, lib: Markup(self.cellule(r, vue, lib)).striptags()),)  # noqa: S704

    def cle(self, droits: Droits, base: Any) -> Any:
        """What rows are sorted on: text, never NULL, and where this person may not read, as if there were nothing."""
        nue = self.tri if self.rang is None else self.rang
        masquee = self.masquee(droits, nue, base)
        # As text: "" is no member of an enumeration, nor is what a cursor says.
        texte = type_coerce(masquee, String)
        # A column of the base is never NULL: bare, it lets an index give the order.
        return texte if masquee is nue and not self.sur_rang else func.coalesce(texte, "")

    def offerte(self, droits: Droits) -> bool:
        """Whether this person may ever read it: a column that is not offered cannot be filtered nor sorted on."""
        return not jamais_lisible(droits, *self.requis)

    def valeur(self, nom: str, droits: Droits, base: Any) -> Any:
        """One of the values that the cell needs, masked."""
        return masquer(droits, self.objets.get(nom, self.requis), self.valeurs[nom], base)

    def masquee(self, droits: Droits, expression: Any, base: Any) -> Any:
        """*expression*, masked as the column is."""
        return masquer(droits, self.requis, expression, base)

    def filtrer(self, droits: Droits, valeurs: tuple[str, ...], base: Any) -> ColumnElement[bool]:
        """The rows kept by *valeurs*: any of the choices, or every word of the text; never by what is hidden."""
        if self.filtre is Filtre.TEXTE:
            visible = self.masquee(droits, self.tri, base)
            return and_(true(), *(visible.contains(mot, autoescape=True) for mot in replier(valeurs[0]).split()))
        if self.condition is not None:
            retenues = or_(*(self.condition(v) for v in valeurs))
            lisible = masque(droits, self.requis, base)
            return retenues if lisible is None else and_(lisible, retenues)
        return parmi(self.masquee(droits, self.tri, base), valeurs)
