"""A column, declared once: display, filter, sort, live message and count all derive from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, and_, case, func, null, or_, true, type_coerce

from app.core.access import Droits, Vue, masque_sql, parmi
from app.core.etendue import jamais_lisible, toujours_lisible
from app.core.texte import replier
from app.core.visibilite import Objet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Filtre(enum.StrEnum):
    """How a header filters."""

    TEXTE = "TEXTE"
    CHOIX = "CHOIX"


def masquer(droits: Droits, objet: Objet, expression: Any, base: Any) -> Any:
    """*expression*, or NULL on the rows where this person may not read *objet*: the database never sends it.

    What he may read nowhere is not even named.
    """
    if objet is Objet.LIGNE or toujours_lisible(droits, objet):
        return expression
    if jamais_lisible(droits, objet):
        return null()
    return case((masque_sql(droits, objet, base), expression), else_=None)


@dataclass(frozen=True, slots=True)
class Colonne:
    """One column of a table whose rows are `base`.

    `valeurs` maps a label to the SQL expression that the cell needs; `sur` names the tables to join for them; each is
    masked by `objet`. `cellule` turns a row's values into escaped HTML. `choix` names the list of labels of a CHOIX.
    `objets` names the values that another objet masks. `tri` is what is filtered on, and sorted on too unless there is
    a `rang` (with `sur_rang` to join for it).
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
    objets: Mapping[str, Objet] = field(default_factory=dict)

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
        return self.objet is Objet.LIGNE or not jamais_lisible(droits, self.objet)

    def valeur(self, nom: str, droits: Droits, base: Any) -> Any:
        """One of the values that the cell needs, masked."""
        return masquer(droits, self.objets.get(nom, self.objet), self.valeurs[nom], base)

    def masquee(self, droits: Droits, expression: Any, base: Any) -> Any:
        """*expression*, masked as the column is."""
        return masquer(droits, self.objet, expression, base)

    def filtrer(self, droits: Droits, valeurs: tuple[str, ...], base: Any) -> ColumnElement[bool]:
        """The rows kept by *valeurs*: any of the choices, or every word of the text; never by what is hidden."""
        if self.filtre is Filtre.TEXTE:
            visible = self.masquee(droits, self.tri, base)
            return and_(true(), *(visible.contains(mot, autoescape=True) for mot in replier(valeurs[0]).split()))
        if self.condition is not None:
            retenues = or_(*(self.condition(v) for v in valeurs))
            if self.objet is Objet.LIGNE or toujours_lisible(droits, self.objet):
                return retenues
            return and_(masque_sql(droits, self.objet, base), retenues)
        return parmi(self.masquee(droits, self.tri, base), valeurs)
