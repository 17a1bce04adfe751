"""The three columns of judgement, from a row's values to a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape

from app.avis.cellules import DEPORT, VIDE, cellule, provenance, resume
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.access import Vue
    from app.liste.libelles import Libelles

# The deadline of a return is its readers' alone, in a column that everybody reads.
ECHEANCE: Final = {"echeance_retour": Ligne.echeance_retour}
RETARD: Final = {"echeance_retour": (Objet.RETOUR,)}
_RESUME = ("sens", "duree", "phases", "motif", "motif_texte")


def en_retard(r: Any, vue: Vue) -> str:
    """The mark of a row whose return is past its deadline."""
    passe = r.echeance_retour is not None and Objet.RETOUR in vue.lit and r.echeance_retour < aujourdhui()
    return ' <span class="retard">Retour en retard</span>' if passe else ""


def cellule_jugement(code: str, nom: str) -> Callable[[Any, Vue, Libelles], str]:
    """The cell of column *code*, which shows the judgement *nom*; the commission's inherits the coordonnateur's."""

    def simple(r: Any, vue: Vue, lib: Libelles) -> str:
        return cellule(code, r.id, _resume(r, nom, lib), vue=vue, source=_source(r, nom, lib))

    def commission(r: Any, vue: Vue, lib: Libelles) -> str:
        if r.decision_sens is None:
            heritee = r.heritee_sens is not None
            source = _source(r, "heritee", lib)
            return cellule(code, r.id, _resume(r, "heritee", lib), vue=vue, source=source, heritee=heritee)
        modifie = r.heritee_version is not None and r.heritee_version != (r.decision_avis_version or 0)
        return cellule(code, r.id, _resume(r, nom, lib), vue=vue, source=_source(r, nom, lib), modifie_depuis=modifie)

    return commission if nom == "decision" else simple


def _resume(r: Any, nom: str, lib: Libelles) -> str:
    sens, duree, phases, motif, texte = (getattr(r, f"{nom}_{champ}") for champ in _RESUME)
    return resume(sens, duree, phases, motif, texte, motifs=lib.listes["motif"])


def _source(r: Any, nom: str, lib: Libelles) -> str:
    return provenance(lib.noms.get(getattr(r, f"{nom}_auteur_id"), ""), getattr(r, f"{nom}_quand"))


def cellule_divergence(r: Any, vue: Vue, lib: Libelles) -> str:
    """Only for whoever reads both opinions."""
    if not {Objet.AVIS_COORD, Objet.AVIS_REP} <= vue.lit:
        return DEPORT if vue.deport else VIDE
    return f'<span class="divergence divergence-{r.divergence.lower()}">{escape(lib.de("divergence", r.divergence))}</span>'
