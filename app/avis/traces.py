"""What the journal says of a judgement: the names of its acts, and its state before and after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.avis.genres import GENRES
from app.avis.models import Decision, Sens, Source
from app.avis.regles import Jugement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.avis.genres import Genre

_SUFFIXES: Final = {"avis-coordonnateur": "avis_coord", "avis-representant": "avis_rep", "decision": "decision"}
REPRENDRE: Final = "reprendre_avis"
# Undone, and done again, by whoever had acted.
DEFAIRE: Final = {adresse: f"defaire_{s}" for adresse, s in _SUFFIXES.items()}
REFAIRE: Final = {adresse: f"refaire_{s}" for adresse, s in _SUFFIXES.items()}
# What one may undo: action → address of the judgement.
MIENS: Final[dict[str, str]] = {
    **{str(g.action): adresse for adresse, g in GENRES.items()},
    REPRENDRE: "decision",
    **{action: adresse for actions in (DEFAIRE, REFAIRE) for adresse, action in actions.items()},
}
# Whatever writes a judgement: the acts of a closing count as somebody's touch, and are undone by a reopening only.
TOUS: Final[dict[str, str]] = {**MIENS, "confirmer_decision": "decision", "refuser_avec_principal": "decision"}
# Acts after which a line may have no judgement left.
EFFACANTS: Final = (REPRENDRE, "refuser_avec_principal", *DEFAIRE.values(), *REFAIRE.values())


def etat(ecrit: Any) -> dict[str, Any] | None:
    """A stored row as the journal tells it; None where there is none."""
    if ecrit is None:
        return None
    dit = Jugement.de(ecrit).en_clair()
    return dit | {"source": ecrit.source, "avis_version": ecrit.avis_version} if isinstance(ecrit, Decision) else dit


def valeurs(genre: Genre, dit: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of `etat`: as columns."""
    champs = ("sens", "duree", "phases", "motif", "motif_texte", "commentaire")
    lues: dict[str, Any] = {c: dit[c] for c in champs} | {"sens": Sens(dit["sens"])}
    if genre.table is Decision:
        lues |= {"source": Source(dit.get("source", Source.SAISIE)), "avis_version": dit.get("avis_version")}
    return lues
