"""Rows of the journal to be written by hundreds: a séance closes 400 lines in about a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from app.core.access import Droits


def acte(
    par: Droits,
    quand: datetime,
    action: str,
    *,
    demande_id: int,
    ligne_id: int | None = None,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
    motif: str | None = None,
    version: int | None = None,
) -> dict[str, Any]:
    """One act, on a line if one is given, else on the demande."""
    return {
        "quand": quand,
        "auteur_id": par.personne_id,
        "auteur": par.nom_complet,
        "action": str(action),
        "sujet": "ligne" if ligne_id else "demande",
        "sujet_id": ligne_id or demande_id,
        "demande_id": demande_id,
        "ligne_id": ligne_id,
        "avant": avant,
        "apres": apres,
        "motif": motif,
        "version": version,
        "lot": None,
        "annule": None,
    }
