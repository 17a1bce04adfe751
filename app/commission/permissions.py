"""Who sees a séance, who plans it, who presides over it: pure predicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.commission.models import StatutSeance
from app.core.errors import Interdit
from app.core.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.commission.models import Seance
    from app.core.access import Droits, Faits, Portee

LECTEURS: Final = (Role.SCOL, Role.MEMBRE, Role.PRES, Role.ADMIN)
VOTANTS: Final = (Role.MEMBRE, Role.PRES)
JUGES: Final = (Role.COORD, Role.REP, *VOTANTS)
# The agency reads what has been decided, not what is being discussed.
LUES_PAR_ARS: Final = frozenset({StatutSeance.CLOSE, StatutSeance.PUBLIEE})


def concerne(portee: Portee, subdivision: str, formations: Collection[str]) -> bool:
    """Whether a function meets a séance: its subdivision, and one of its formations at least."""
    if not portee.couvre(subdivision):
        return False
    return portee.formations is None or not portee.formations.isdisjoint(formations)


def subdivisions_planifiables(droits: Droits) -> frozenset[str] | None:
    """Where this person plans séances; None means everywhere."""
    portees = droits.portees_de(Role.SCOL)
    if any(p.subdivisions is None for p in portees):
        return None
    return frozenset(s for p in portees for s in p.subdivisions or ())


def peut_planifier(droits: Droits, subdivision: str) -> bool:
    """The scolarité prepares the séances of its subdivisions."""
    return droits.couvre(Role.SCOL, subdivision)


def preside(droits: Droits, seance: Seance) -> bool:
    """The président of the commission of this subdivision, for all the formations of the séance."""
    codes = {f.formation for f in seance.formations}
    return any(
        p.couvre(seance.subdivision) and (p.formations is None or codes <= p.formations) for p in droits.portees_de(Role.PRES)
    )


def exiger_president(droits: Droits, seance: Seance) -> None:
    """Refuse the others.

    Raises:
        Interdit: only the président opens, closes, publishes and reopens.
    """
    if not preside(droits, seance):
        raise Interdit("Seul le président de la commission peut le faire.")


def exiger_planifier(droits: Droits, subdivision: str) -> None:
    """Refuse the others.

    Raises:
        Interdit: only the scolarité plans.
    """
    if not peut_planifier(droits, subdivision):
        raise Interdit("Les séances se planifient par la scolarité, dans ses subdivisions.")


def aveugle(droits: Droits, seance: Seance) -> bool:
    """Whether this person may still give an opinion on lines of the séance: he counts none before its opening."""
    if seance.statut is not StatutSeance.PLANIFIEE:
        return False
    codes = {f.formation for f in seance.formations}
    return any(concerne(p, seance.subdivision, codes) for p in droits.portees_de(Role.COORD, Role.REP))


def conduit(droits: Droits, seance: Seance) -> bool:
    """The secretary of the séance (the scolarité of its subdivision) or its président: agenda, attendance, discussion."""
    return peut_planifier(droits, seance.subdivision) or preside(droits, seance)


def exiger_conduite(droits: Droits, seance: Seance) -> None:
    """Refuse the others.

    Raises:
        Interdit: only the secretary and the président conduct the séance.
    """
    if not conduit(droits, seance):
        raise Interdit("La séance se conduit par son président et par la scolarité, qui en tient le secrétariat.")


def constate(droits: Droits, ligne: Faits) -> bool:
    """Who records the déport of somebody else on a line: the président and the secretary, who have none themselves."""
    return not droits.deporte(ligne) and not droits.roles_couvrants(ligne).isdisjoint({Role.SCOL, Role.PRES})


def se_deporte(droits: Droits, ligne: Faits) -> bool:
    """Who may declare a déport of his own: whoever says something of the line, unless it is his own demande."""
    return not droits.demandeur(ligne) and not droits.roles_couvrants(ligne).isdisjoint(JUGES)


def lit(droits: Droits, seance: Seance) -> bool:
    """Whether this person sees the séance, as the reads of `queries.visibles` say it."""
    codes = {f.formation for f in seance.formations}
    roles = (*LECTEURS, Role.ARS) if seance.statut in LUES_PAR_ARS else LECTEURS
    return any(concerne(p, seance.subdivision, codes) for p in droits.portees_de(*roles))
