"""What the scolarité sorts its work by: since when it is whose turn, and whether the three validations are there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape
from sqlalchemy import ColumnElement, String, and_, bindparam, case, false, or_, true

from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.demandes.statuts import Statut, Validation
from app.liste.statut_lu import statut_dit
from app.tableau.colonnes import Colonne, Filtre, Sortie

if TYPE_CHECKING:
    from app.core.access import Vue
    from app.liste.libelles import Libelles

EN_ATTENTE: Final = (Statut.EN_SAISIE, Statut.EN_VALIDATION, Statut.VALIDE_ADMIN)
# By code of the choice: from so many days, to so many.
TRANCHES: Final[dict[str, tuple[int, int | None]]] = {"0-7": (0, 7), "8-15": (8, 15), "16-30": (16, 30), "31-": (31, None)}


def jours(depuis: str) -> int:
    """How many days ago."""
    return max(0, (aujourdhui() - date.fromisoformat(depuis)).days)


def en_jours(nombre: int) -> str:
    """« aujourd'hui », « 1 jour », « 12 jours »."""
    return "aujourd'hui" if nombre == 0 else f"{nombre} jour{'s' if nombre > 1 else ''}"


def _il_y_a(age: int) -> Any:
    """The day that is *age* days ago, said when the statement runs: statements are kept."""

    def jour() -> str:
        return (aujourdhui() - timedelta(days=age)).isoformat()

    return bindparam(None, callable_=jour, type_=String, unique=True)


def dans(tranche: str, jour: Any = Ligne.depuis) -> ColumnElement[bool]:
    """The lines whose turn came that long ago."""
    du, au = TRANCHES[tranche]
    recentes = and_(jour <= _il_y_a(du)) if du else true()
    return recentes if au is None else and_(recentes, jour >= _il_y_a(au))


def attente(lu: Any) -> Colonne:
    """*lu* is the statut as its reader may know it: what is decided for him no longer waits."""
    jour = case((lu.in_(EN_ATTENTE), Ligne.depuis), else_="")

    def cellule(r: Any, vue: Vue, _lib: Libelles) -> str:
        if not r.depuis or statut_dit(r, vue) not in EN_ATTENTE:
            return '<span class="vide">—</span>'
        le = date.fromisoformat(r.depuis)
        return f'<time datetime="{r.depuis}">{le:%d/%m/%Y}</time> <small>{en_jours(jours(r.depuis))}</small>'

    def condition(valeur: str) -> ColumnElement[bool]:
        return and_(jour != "", dans(valeur, jour)) if valeur in TRANCHES else false()

    def valeur(r: Any, vue: Vue, _lib: Any) -> str | None:
        return r.depuis if statut_dit(r, vue) in EN_ATTENTE else None

    valeurs = {"depuis": jour, "statut": lu}
    sorties = (Sortie("En attente depuis", valeur, "date ISO"),)
    return Colonne("attente", "En attente depuis", valeurs, cellule, Filtre.CHOIX, jour, choix="attente", condition=condition,
                   classe="chiffres", sorties=sorties)  # fmt: skip


def validations() -> Colonne:
    """The three together: what keeps a dossier from being validated."""
    trois = (Ligne.validation_rts, Ligne.validation_etablissement, Ligne.validation_terrain)
    acquises = and_(*(v.in_((Validation.AUTO, Validation.MANUEL)) for v in trois))
    invalide = or_(*(v == Validation.INVALIDE for v in trois))
    etat = case((acquises, "ACQUISES"), (invalide, "INVALIDE"), else_="RESTENT")

    def cellule(r: Any, vue: Vue, lib: Libelles) -> str:
        if Objet.VALIDATIONS not in vue.lit or r.validations is None:
            return '<span class="vide">—</span>'
        return str(escape(lib.de("validations", r.validations)))

    return Colonne("validations", "Les trois validations", {"validations": etat}, cellule, Filtre.CHOIX, etat,
                   objet=Objet.VALIDATIONS, choix="validations", condition=lambda v: etat == v)  # fmt: skip
