"""The view-models of the registers' screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.core.templating import aujourdhui
from app.registres.models import CodeRegistre, EtatImport

if TYPE_CHECKING:
    from app.registres.models import ImportRegistre, Registre

PERIME: Final = 45  # days after which nothing should be validated on it
NOMS: Final = {CodeRegistre.RPPS: "Praticiens (RPPS)", CodeRegistre.FINESS: "Etablissements (FINESS)"}
ETATS: Final = {
    EtatImport.EN_COURS: "En cours",
    EtatImport.FAIT: "Fait",
    EtatImport.REFUSE: "Refusé",
    EtatImport.INTERROMPU: "Interrompu",
}
COMPTES: Final = (
    ("lignes", "Lignes lues"),
    ("hors", "Hors de nos professions"),
    ("total", "Retenus"),
    ("nouveaux", "Nouveaux"),
    ("changes", "Changés"),
    ("partis", "Partis"),
    ("refuses", "Lignes refusées"),
    ("evenements", "Événements levés"),
)


def registres(lus: dict[CodeRegistre, Registre], faits: list[ImportRegistre]) -> list[dict[str, Any]]:
    """Each register as it is read now."""
    return [_registre(code, lus.get(code), faits) for code in CodeRegistre]


def _registre(code: CodeRegistre, lu: Registre | None, faits: list[ImportRegistre]) -> dict[str, Any]:
    if lu is None:
        return {"nom": NOMS[code], "lu": None, "age": 0, "perime": False, "total": 0}
    age = (aujourdhui() - lu.date_registre).days
    fait = next((i for i in faits if i.registre is code and i.generation == lu.generation), None)
    total = fait.rapport.get("total") if fait else None
    return {"nom": NOMS[code], "lu": lu, "age": age, "perime": age > PERIME, "total": total}


def ligne(i: ImportRegistre) -> dict[str, Any]:
    """An import in the history."""
    return {
        "id": i.id,
        "registre": NOMS[i.registre],
        "fichier": i.fichier,
        "jour": i.date_registre,
        "etat": ETATS[i.etat],
        "quand": i.commence_le,
        "duree": round((i.fini_le - i.commence_le).total_seconds()) if i.fini_le else None,
        "total": i.rapport.get("total"),
        "refuses": i.rapport.get("refuses"),
    }


def rapport(i: ImportRegistre) -> dict[str, Any]:
    """An import with all that it told."""
    r = i.rapport
    raisons = [(raison, n, "refusée") for raison, n in r.get("refus", {}).items()]
    raisons += [(raison, n, "gardée") for raison, n in r.get("doutes", {}).items()]
    return ligne(i) | {
        "refus": r.get("refus_du_fichier", ""),
        "force": r.get("force", ""),
        "gardes": r.get("gardes", []),
        "comptes": [(nom, r[cle]) for cle, nom in COMPTES if cle in r and (r[cle] or cle != "hors")],
        "raisons": raisons,
        "exemples": r.get("exemples", []),
    }
