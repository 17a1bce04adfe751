"""A return as the RTS reads it: what, where, until when. No name, no reason that the scolarité keeps for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.campagnes.queries import libelles_motifs
from app.core.templating import jour
from app.demandes.retours import ancres
from app.demandes.retours.models import EtatRemarque
from app.demandes.retours.queries import en_retard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Demande, Retour
    from app.demandes.retours.models import Remarque

Vues = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Lexique:
    """The words of anchors and reasons, read once for many dossiers."""

    noms: dict[str, str]
    motifs: dict[str, str]


async def lexique(session: AsyncSession, demande_ids: list[int]) -> Lexique:
    """Those of these dossiers."""
    return Lexique(await ancres.noms(session, demande_ids), await libelles_motifs(session))


def retour(lu: Retour | None, demande: Demande, remarques: Sequence[Remarque], mots: Lexique) -> dict[str, Any] | None:
    """*Dossier incomplet*: its reasons, its remarks with how many are dealt with, its deadline."""
    if lu is None:
        return None
    vues = [_remarque(r, demande, mots) for r in remarques]
    return {
        "motifs": [mots.motifs.get(code, code) for code in lu.motifs],
        "commentaire": lu.commentaire,
        "echeance": jour(lu.echeance),
        "depassee": en_retard(lu),
        "remarques": vues,
        "compte": compte([v for v in vues if not v["annulee"]]),
    }


def _remarque(r: Remarque, demande: Demande, mots: Lexique) -> dict[str, Any]:
    return {
        "id": r.id,
        "place": ancres.place(r.ancre, demande),
        "lieu": mots.noms.get(r.ancre, "Dossier"),
        "motif": mots.motifs.get(r.motif, r.motif),
        "texte": r.texte,
        "annulee": r.etat is not EtatRemarque.ENVOYEE,
        "traitee": r.traitee,
        "reponse": r.reponse,
    }


def par_place(lu: dict[str, Any] | None) -> dict[str, Vues]:
    """Its remarks by the place where the draft shows them."""
    places: dict[str, Vues] = {}
    for v in lu["remarques"] if lu else ():
        places.setdefault(v["place"], []).append(v)
    return places


def lieux(lu: dict[str, Any] | None) -> dict[str, str]:
    """The place of each of its remarks, by the id that the draft gives it."""
    return {f"remarque-{v['id']}": v["lieu"] for v in lu["remarques"]} if lu else {}


def compte(actives: Vues) -> str:
    """« 3 remarques, 2 traitées »."""
    n, faites = len(actives), sum(v["traitee"] for v in actives)
    if not n:
        return ""
    return f"{n} remarque{'s' if n > 1 else ''}, {faites} traitée{'s' if faites > 1 else ''}"
