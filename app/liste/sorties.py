"""The columns of the list in a file: plain values, a code beside its label, a judgement in its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.visibilite import Objet
from app.demandes.statuts import TypeDemande
from app.tableau.colonnes import Sortie

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.access import Vue
    from app.liste.libelles import Libelles


def texte(libelle: str, nom: str) -> tuple[Sortie, ...]:
    """A text as it is."""
    return (Sortie(libelle, lambda r, _vue, _lib: getattr(r, nom), "texte"),)


def personne(libelle: str) -> tuple[Sortie, ...]:
    """« Jeanne Exemple »."""
    return (Sortie(libelle, lambda r, _vue, _lib: f"{r.prenom} {r.nom}", "prénom puis nom"),)


def code(libelle: str, liste: str, lire: Callable[[Any, Vue], str | None]) -> tuple[Sortie, ...]:
    """A code of *liste*, then its label; nothing where it may not be read."""

    def mot(r: Any, vue: Vue, lib: Libelles) -> str | None:
        lu = lire(r, vue)
        return lib.de(liste, lu) if lu else None

    return (
        Sortie(f"{libelle} (code)", lambda r, vue, _lib: lire(r, vue), f"code de la liste « {libelle} »"),
        Sortie(libelle, mot, "libellé du code qui précède"),
    )


def validation(libelle: str, nom: str) -> tuple[Sortie, ...]:
    """One of the three validations."""
    return code(libelle, "validation", lambda r, vue: getattr(r, nom) if Objet.VALIDATIONS in vue.lit else None)


def formation(libelle: str) -> tuple[Sortie, ...]:
    """The formation; a line that is attached names its tête, a dérogation says so."""

    def mot(r: Any, _vue: Vue, lib: Libelles) -> str:
        nom = lib.de("formation", r.formation)
        if r.rang:
            return f"{nom} (avec la demande n° {r.demande_id})"
        return f"Dérogation - {nom}" if r.type_demande == TypeDemande.DEROGATION else nom

    return (code(libelle, "formation", lambda r, _vue: r.formation)[0], Sortie(libelle, mot, "libellé du code qui précède"))


def jugement(libelle: str, nom: str, objet: Objet) -> tuple[Sortie, ...]:
    """An opinion or the decision: what it says, for how long, for which phases, why; the commission's also where from."""

    def partie(champ: str, rendre: Callable[[Any, Libelles], str | int | None]) -> Callable[[Any, Vue, Libelles], Any]:
        def valeur(r: Any, vue: Vue, lib: Libelles) -> str | int | None:
            if objet not in vue.lit:
                return None
            source = "heritee" if nom == "decision" and r.decision_sens is None else nom
            lu = getattr(r, f"{source}_{champ}")
            return None if lu is None or lu == "" else rendre(lu, lib)

        return valeur

    communes = (
        Sortie(f"{libelle} (code)", partie("sens", lambda x, _: x.value), "ACCEPTE, A_L_ETUDE ou REFUSE"),
        Sortie(libelle, partie("sens", lambda x, _: x.libelle), "libellé du code qui précède"),
        Sortie(f"{libelle} : durée (années)", partie("duree", lambda x, _: x), "1 ou 5 ; rien si liée au principal"),
        Sortie(f"{libelle} : phases", partie("phases", lambda x, _: " ".join(x)), "S socle, A appro., C consolidation"),
        Sortie(f"{libelle} : motif (code)", partie("motif", lambda x, _: x), "code du motif d'un refus"),
        Sortie(f"{libelle} : motif", partie("motif", lambda x, lib: lib.de("motif", x)), "libellé du code qui précède"),
        Sortie(f"{libelle} : précision", partie("motif_texte", lambda x, _: x), "texte qui complète le motif"),
    )
    return (*communes, Sortie(f"{libelle} : provenance", _provenance, PROVENANCES)) if nom == "decision" else communes


PROVENANCES = "reprise du coordonnateur, à confirmer ; décidée ; décidée, avis modifié depuis"


def _provenance(r: Any, vue: Vue, _lib: Libelles) -> str | None:
    if Objet.DECISION not in vue.lit:
        return None
    if r.decision_sens is None:
        return None if r.heritee_sens is None else "reprise du coordonnateur, à confirmer"
    modifie = r.heritee_version is not None and r.heritee_version != (r.decision_avis_version or 0)
    return "décidée, avis modifié depuis" if modifie and Objet.AVIS_COORD in vue.lit else "décidée"
