"""The view-model of a piece of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.travaux.genres import GENRES
from app.travaux.models import EtatTravail
from app.travaux.service import interrompu

if TYPE_CHECKING:
    from app.travaux.models import Travail


def vue_de(travail: Travail) -> dict[str, Any]:
    """Where it stands, in words, and what may be done of it."""
    genre = GENRES.get(travail.genre)
    arrete = interrompu(travail)
    return {
        "id": travail.id,
        "libelle": travail.libelle,
        "cree_le": travail.cree_le,
        "fait": travail.fait,
        "total": travail.total,
        "tourne": travail.etat is EtatTravail.EN_COURS and not arrete,
        "arrete": arrete,
        "erreur": travail.etat is EtatTravail.ECHOUE,
        "etat": "Interrompu" if arrete else "Terminé" if travail.etat is EtatTravail.FINI else "En cours",
        "suite": genre.suite.format(travail.id) if genre and genre.suite and travail.etat is EtatTravail.FINI else "",
        "annulation": genre.annulation.format(travail.id) if genre and genre.annulation and travail.fait else "",
    }
