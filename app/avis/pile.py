"""What one may undo and do again: one's own acts on judgements since this morning, a batch as one."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.avis.traces import DEFAIRE, MIENS, TOUS
from app.core.journal import Journal
from app.core.templating import PARIS, aujourdhui

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

_DEFONT = frozenset(DEFAIRE.values())
_DU_JOUR = (
    select(Journal.id, Journal.action, Journal.lot, Journal.annule)
    .where(
        Journal.auteur_id == bindparam("qui"), Journal.quand >= bindparam("matin"), Journal.action.in_(sorted(MIENS))
    )
    .order_by(Journal.id)
)  # fmt: skip
Unite = list[int]  # the acts that go together: one, or those of a batch


def ce_matin() -> datetime:
    """The start of today in Paris."""
    return datetime.combine(aujourdhui(), time(), PARIS).astimezone(UTC)


async def mes_actes(session: AsyncSession, personne_id: int) -> Sequence[Any]:
    """Mine, since this morning, oldest first."""
    return (await session.execute(_DU_JOUR, {"qui": personne_id, "matin": ce_matin()})).all()


def _unites(actes: Iterable[Any]) -> dict[Any, list[Any]]:
    """By batch or act, in the order of their last acts."""
    faites: dict[Any, list[Any]] = {}
    for acte in actes:
        cle = ("acte", acte.id) if acte.lot is None else ("lot", acte.lot)
        faites[cle] = [*faites.pop(cle, []), acte]
    return faites


def piles(actes: Sequence[Any]) -> tuple[list[Unite], list[Unite]]:
    """What may be undone and what may be done again, the next one last.

    An act undone leaves the first pile for the second; a new act empties the second. What an undo had to leave (somebody
    had touched it) is not proposed again.
    """
    a_defaire: dict[Any, list[Any]] = {}
    a_refaire: dict[Any, list[Any]] = {}
    unites = _unites(actes)
    cles = {acte.id: cle for cle, unite in unites.items() for acte in unite}
    for cle, unite in unites.items():
        visee = cles.get(unite[0].annule)
        if unite[0].annule is None:
            a_refaire.clear()
            a_defaire[cle] = unite
        elif unite[0].action in _DEFONT:
            a_defaire.pop(visee, None)
            a_refaire[cle] = unite
        else:
            a_refaire.pop(visee, None)
            a_defaire[cle] = unite
    annules = {acte.annule for acte in actes}
    reste = [[[a.id for a in u if a.id not in annules] for u in pile.values()] for pile in (a_defaire, a_refaire)]
    return [u for u in reste[0] if u], [u for u in reste[1] if u]


def du_lot(actes: Sequence[Any], lot: int) -> Unite:
    """The acts that stand of a batch: its own, or those that did it again."""
    suite = {a.annule: a for a in actes if a.annule}
    debout = []
    for acte in actes:
        if acte.lot != lot or acte.annule is not None:
            continue
        while (defait := suite.get(acte.id)) is not None:
            acte = suite.get(defait.id)  # noqa: PLW2901 (from redo to redo)
            if acte is None:
                break
        if acte is not None:
            debout.append(acte.id)
    return debout


def touche_depuis(suite: Sequence[Any], cible: int) -> Any:
    """The act of *suite* (those on one judgement from *cible* on, in order) that forbids to undo *cible*; None if none does.

    What its author did and undid since changes nothing. What anybody else did does.
    """
    apres = [a for a in suite if a.id > cible]
    mien = next((a for a in suite if a.id == cible), None)
    if mien is None:
        return suite[-1] if suite else None
    autre = next((a for a in reversed(apres) if a.auteur_id != mien.auteur_id), None)
    if autre is not None:
        return autre
    place, la = {a.id: n for n, a in enumerate(suite)}, len(suite) - 1
    while suite[la].id != cible:
        if not place.get(suite[la].annule):  # it stands for itself, or goes back before *cible*
            return suite[-1]
        la = place[suite[la].annule] - 1
    return None


def suites(actes: Iterable[Any]) -> dict[tuple[int, str], list[Any]]:
    """The acts by judgement: (line, its address)."""
    par: dict[tuple[int, str], list[Any]] = {}
    for acte in actes:
        par.setdefault((acte.ligne_id, TOUS[acte.action]), []).append(acte)
    return par
