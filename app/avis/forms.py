"""Reading a judgement that was posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.avis.models import Sens
from app.avis.regles import LETTRES, Jugement

if TYPE_CHECKING:
    from app.core.forms import Saisie


def lire_jugement(saisie: Saisie) -> Jugement | None:
    """What was typed; None (with its message in `saisie.erreurs`) when no decision was chosen."""
    sens = saisie.choix("sens", [s.value for s in Sens], requis="Choisissez : accepté, à l'étude ou refusé.")
    duree = saisie.choix("duree", ("1", "5"))
    phases = saisie.liste("phases", LETTRES)
    motif = saisie.brut("motif")[:16] or None
    precision = saisie.texte("motif_texte", max_=2000)
    commentaire = saisie.texte("commentaire", max_=5000)
    if sens is None:
        return None
    lettres = "".join(x for x in LETTRES if x in phases)
    return Jugement(Sens(sens), int(duree) if duree else None, lettres, motif, precision, commentaire)
