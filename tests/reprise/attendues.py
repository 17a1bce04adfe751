"""What §4.9 leaves out of the export, said again by hand: nothing of the application is asked, nor its tables.

The specialities and the subdivisions are those that the file's own tool knows: every label that it holds is one of ours,
as we write it or nearly, but for the one of each that is named here.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

EXPORT = Path(__file__).parent / "donnees" / "demandes_outil_precedent.csv"
STATUTS = {"En cours de saisie", "En cours de validation", "Validé administrativement", "Refusé", "Accepté"}
DECISIONS = {"", "Acceptée", "A l'étude", "Refusée"}
INCONNUES = {"Cardiologie et maladies vasculaires", "Metz"}


def cle_juste(rpps: str) -> bool:
    """Eleven digits whose Luhn sum ends in 0."""
    if len(rpps) != 11 or not rpps.isdigit():
        return False
    doubles = [int(c) * (1 + n % 2) for n, c in enumerate(reversed(rpps))]
    return sum(d - 9 if d > 9 else d for d in doubles) % 10 == 0


@cache
def lignes() -> list[tuple[int, dict[str, str]]]:
    """(line of the file, cells): no cell of this one holds a line break."""
    with EXPORT.open(encoding="utf-8", newline="") as flux:
        return list(enumerate(csv.DictReader(flux), start=2))


@cache
def ecartees() -> dict[int, set[tuple[str, str]]]:
    """line → (column at fault, its value)."""
    vus: set[str] = set()
    faits: dict[int, set[tuple[str, str]]] = {}
    for n, d in lignes():
        fautes = set()
        if not cle_juste(d["rpps"]):
            fautes.add("rpps")
        if d["id"] in vus:
            fautes.add("id")
        fautes |= {c for c in ("specialite", "subdivision") if d[c] in INCONNUES}
        if d["statut"] not in STATUTS:
            fautes.add("statut")
        fautes |= {c for c in ("decision_interne", "decision_coordonnateur", "decision_commission") if d[c] not in DECISIONS}
        if d["duree_commission"] not in {"", "1", "5"}:
            fautes.add("duree_commission")
        if d["decision_commission"] == "Acceptée" and "1" not in (d["phase_socle"], d["phase_appro"], d["phase_conso"]):
            fautes.add("decision_commission")
        if d["statut"] == "Accepté" and not d["decision_commission"]:
            fautes.add("statut")
        if fautes:
            faits[n] = {(c, d[c]) for c in fautes}
        else:
            vus.add(d["id"])
    return faits


def bonnes() -> list[dict[str, str]]:
    """The rows that are imported."""
    return [d for n, d in lignes() if n not in ecartees()]
