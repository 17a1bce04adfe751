"""The column *Rapport de visite*: when it was deposited, or that it is missing where the campaign asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape
from sqlalchemy import String, and_, case, cast

from app.core.visibilite import Objet
from app.demandes.models import Demande, Ligne, RapportVisite
from app.demandes.rapport.queries import demande_sql, jour_court
from app.tableau.colonnes import Colonne, Filtre, Sortie

if TYPE_CHECKING:
    from app.core.access import Vue
    from app.liste.libelles import Libelles

DEPOSE, ABSENT, NON_DEMANDE = "DEPOSE", "ABSENT", "NON_DEMANDE"
RAPPORTS: Final = {DEPOSE: "Déposé", ABSENT: "Absent", NON_DEMANDE: "Non demandé"}
JOINTURE: Final = (RapportVisite, and_(RapportVisite.demande_id == Ligne.demande_id, RapportVisite.retire.is_(False)))
_ETAT: Final = case((RapportVisite.demande_id.is_not(None), DEPOSE), (demande_sql(Demande), ABSENT), else_=NON_DEMANDE)
# Missing first, then by date of deposit.
_RANG: Final = case({DEPOSE: "2 " + cast(RapportVisite.depose_le, String), ABSENT: "0"}, value=_ETAT, else_="1")


def _lu(r: Any, vue: Vue) -> str | None:
    return r.rapport if Objet.RAPPORT_VISITE in vue.lit else None


def _cellule(r: Any, vue: Vue, lib: Libelles) -> str:
    lu = _lu(r, vue)
    if lu == DEPOSE:
        return f"Déposé le {jour_court(r.rapport_depose_le)}"
    absent = f'<span class="rapport-absent">{escape(lib.de("rapport", ABSENT))}</span>'
    return absent if lu == ABSENT else '<span class="vide">—</span>'


def _mot(r: Any, vue: Vue, lib: Libelles) -> str | None:
    lu = _lu(r, vue)
    return lib.de("rapport", lu) if lu else None


def _depot(r: Any, vue: Vue, _lib: Libelles) -> str | None:
    return jour_court(r.rapport_depose_le) if _lu(r, vue) == DEPOSE else None


COLONNE: Final = Colonne(
    "rapport", "Rapport de visite", {"rapport": _ETAT, "rapport_depose_le": RapportVisite.depose_le}, _cellule, Filtre.CHOIX,
    _ETAT, objet=Objet.RAPPORT_VISITE, choix="rapport", condition=_ETAT.__eq__,
    sur=frozenset({"demande", "rapport"}), rang=_RANG,
    sorties=(
        Sortie("Rapport de visite", _mot, "déposé, absent, ou non demandé par la campagne"),
        Sortie("Rapport de visite : déposé le", _depot, "JJ/MM/AAAA"),
    ),
)  # fmt: skip
