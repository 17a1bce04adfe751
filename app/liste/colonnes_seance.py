"""The columns of a séance's screen alone: whoever does not see it has no such column to filter or sort on.

The place on the agenda may come from what opinions say, the marks from what members think: each is read with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, String, cast

from app.commission.agenda import numero
from app.commission.permissions import aveugle
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.liste.colonnes import colonnes
from app.liste.libelles import SANS
from app.tableau.colonnes import Colonne, Filtre

if TYPE_CHECKING:
    from app.commission.models import Seance
    from app.core.access import Droits, Vue
    from app.liste.libelles import Libelles

# Those that a séance shows first: all its lines have the same statut, and the three decisions fit on a screen.
SEANCE = ("agenda", "a_discuter", "personne", "formation", "terrain", "type_demande", "decision_rep", "decision_coord",
          "divergence", "decision_commission")  # fmt: skip
HORS_LISTE = frozenset({"divergence", "attente", "validations", "rapport"})  # the list opens on the tutorial's columns
RIEN: Final = '<span class="vide">—</span>'


def _agenda(r: Any, vue: Vue, _lib: Libelles) -> str:
    if Objet.DECISION not in vue.lit or r.agenda is None:
        return RIEN
    return numero(r.agenda) or '<span class="vide">à placer</span>'


def _place(valeur: str) -> ColumnElement[bool]:
    return Ligne.agenda == "" if valeur == SANS else Ligne.agenda != ""


def _a_discuter(r: Any, vue: Vue, _lib: Libelles) -> str:
    if Objet.COMMENTAIRE_COMMISSION not in vue.lit or not r.a_discuter:
        return RIEN
    return f'<span class="a-discuter"><span class="masque-visuel">A discuter, marques : </span>⚑ {r.a_discuter}</span>'


def _marquee(valeur: str) -> ColumnElement[bool]:
    return Ligne.a_discuter == 0 if valeur == SANS else Ligne.a_discuter > 0


DE_SEANCE: Final = (
    Colonne("agenda", "Ordre du jour", {"agenda": Ligne.agenda}, _agenda, Filtre.CHOIX, Ligne.agenda, objet=Objet.DECISION,
            choix="agenda", condition=_place, classe="etroite"),
    Colonne("a_discuter", "A discuter", {"a_discuter": Ligne.a_discuter}, _a_discuter, Filtre.CHOIX, Ligne.a_discuter,
            objet=Objet.COMMENTAIRE_COMMISSION, choix="a_discuter", condition=_marquee, classe="etroite",
            rang=cast(Ligne.a_discuter + 10_000, String)),
)  # fmt: skip


def offertes(droits: Droits) -> dict[str, Colonne]:
    """Those that this person may ever read, then all the others."""
    return {**{c.code: c for c in DE_SEANCE if c.offerte(droits)}, **colonnes(droits)}


def registre(droits: Droits, seance: Seance | None, *, projection: bool = False) -> dict[str, Colonne]:
    """The columns of a screen; a séance's own are hidden while one may still give an opinion on its lines."""
    if seance is None or aveugle(droits, seance):
        return colonnes(droits)
    return {code: c for code, c in offertes(droits).items() if not (projection and code == "a_discuter")}
