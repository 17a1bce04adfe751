"""What is kept of each comparison, and its reading: the history of a block, and what has changed since a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.core.journal import maintenant
from app.demandes.rapprochement.models import Cause, Verification
from app.demandes.rapprochement.semblables import signature
from app.demandes.statuts import Bloc, Validation
from app.referentiel.comparaison import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Demande
    from app.referentiel.table_iso import Comparaison, Ligne

GARDEES = 60  # of a dossier's comparisons, the newest that its page reads


def noter(session: AsyncSession, demande: Demande, blocs: Mapping[Bloc, Comparaison], *, cause: Cause, auteur: str) -> None:
    """Keep comparisons, with the state that each block has now."""
    quand = maintenant()
    etats = {bloc: getattr(demande, f"validation_{bloc}") for bloc in blocs}
    session.add_all(
        Verification(demande_id=demande.id, **rangee(bloc, c, etat=etats[bloc], cause=cause, quand=quand, auteur=auteur))
        for bloc, c in blocs.items()
    )


def rangee(bloc: Bloc, c: Comparaison, *, etat: Validation, cause: Cause, quand: Any, auteur: str) -> dict[str, Any]:
    """The columns of a comparison that is kept."""
    return {
        "bloc": bloc, "cause": cause, "quand": quand, "auteur": auteur, "etat": etat, "regle": c.regle,
        "registre": c.registre, "registre_date": c.registre_date, "signature": signature(bloc, c), "comparaison": c.en_clair(),
    }  # fmt: skip


async def verifications(session: AsyncSession, demande_id: int) -> dict[Bloc, list[Verification]]:
    """What is kept of a dossier's blocks, newest first."""
    requete = select(Verification).where(Verification.demande_id == demande_id).order_by(Verification.id.desc())
    lues: dict[Bloc, list[Verification]] = {bloc: [] for bloc in Bloc}
    for v in await session.scalars(requete.limit(GARDEES)):
        lues[v.bloc].append(v)
    return lues


def nouveaux_ecarts(etat: Validation, maintenant_: Comparaison, gardees: Sequence[Verification]) -> list[Ligne]:
    """The differences that a block which is validated has taken since: they change nothing, and are told.

    A person has seen those of his decision; the machine, none. A register that only grew old tells nothing of the block.
    """
    if etat is Validation.NON_VALIDE or not gardees:
        return []
    decision = next((v for v in gardees if v.cause in (Cause.DECISION, Cause.SOUMISSION)), gardees[-1])
    vus = {(x["champ"], x["verdict"], tuple(x["formes"])) for x in decision.comparaison["lignes"]}
    neufs = [x for x in maintenant_.ecarts if (x.champ, x.verdict.value, tuple(x.formes)) not in vus]
    return [x for x in neufs if x.verdict is not Verdict.PERIME]
