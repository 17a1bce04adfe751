"""What a conflict shows: *la vôtre*, *actuelle*, *d'origine*, with what differs; and what a merge says in the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from app.avis.cellules import resume
from app.avis.fusion import CHAMPS, lire_origine
from app.avis.models import Sens
from app.avis.queries import nom_de
from app.avis.regles import Jugement
from app.core.templating import heure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Ligne

MOTS: Final = {
    "sens": "décision", "duree": "durée", "phases": "phases", "motif": "motif", "motif_texte": "précision",
    "commentaire": "commentaire",
}  # fmt: skip


def champs(j: Jugement, **autres: str) -> dict[str, Any]:
    """A judgement as a form's values."""
    return {
        "sens": j.sens.value,
        "duree": str(j.duree or ""),
        "phases": j.phases,
        "motif": j.motif or "",
        "motif_texte": j.motif_texte,
        "commentaire": j.commentaire,
        **autres,
    }


async def conflit_de(
    session: AsyncSession, ligne: Ligne, saisi: dict[str, Any], actuel: Any, motifs: Mapping[str, tuple[str, bool]]
) -> dict[str, Any]:
    """Nothing typed is lost, nothing written is overwritten: the values one above the other."""
    labels = {code: libelle for code, (libelle, _) in motifs.items()}
    la = champs(Jugement.de(actuel)) if actuel else None
    origine = lire_origine(saisi.get("origine", ""), ligne)
    ecarts = [c for c in CHAMPS if _dit(saisi, c) != _dit(la, c)]
    # Where a refusal faces an acceptance, what the one has and the other cannot have says no more than the decision.
    if "sens" in ecarts:
        ecarts = [c for c in ecarts if c in {"sens", "commentaire"}]
    titres = [("La vôtre", saisi), ("Actuelle", la), *([("D'origine", origine)] if origine else [])]
    return {
        "valeurs": [_valeur(titre, v, labels, frozenset(ecarts)) for titre, v in titres],
        "ecarts": [MOTS[c] for c in ecarts],
        "qui": await nom_de(session, actuel.auteur_id) if actuel else "",
        "quand": actuel.quand if actuel else None,
    }


def _dit(v: Mapping[str, Any] | None, champ: str) -> str:
    return str((v or {}).get(champ) or "")


def _valeur(titre: str, v: Mapping[str, Any] | None, motifs: dict[str, str], ecarts: frozenset[str]) -> dict[str, Any]:
    sens, duree = _dit(v, "sens"), _dit(v, "duree")
    duree = "" if sens == Sens.REFUSE else duree  # typed before the refusal, and not kept
    html = resume(
        Sens(sens) if sens else None,
        int(duree) if duree in {"1", "5"} else None,
        _dit(v, "phases"),
        _dit(v, "motif"),
        _dit(v, "motif_texte"),
        motifs,
        ecarts,
    )
    return {
        "titre": titre,
        "resume": Markup(html),  # noqa: S704 (`resume` escapes)
        "commentaire": _dit(v, "commentaire"),
        "marque": "commentaire" in ecarts,
    }


async def fusion_dite(session: AsyncSession, fondue: tuple[int, Any]) -> str:
    """« fusionné avec la modification de Corinne Allergo (14:02) »."""
    auteur, quand = fondue
    qui = await nom_de(session, auteur)
    return f"fusionné avec la modification{f' de {qui}' if qui else ''} ({heure(quand)})"


def resume_de(j: Any, motifs: dict[str, str]) -> str:
    """A judgement, stored or not, in a cell's words."""
    if j is None:
        return resume(None, None, None, None, None, motifs)
    return resume(j.sens, j.duree, j.phases, j.motif, j.motif_texte, motifs)
