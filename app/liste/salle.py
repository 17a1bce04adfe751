"""The stream of a séance's screen, beside its rows: the bar above the table, and déports at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.commission.discussion import etat_de, montrer
from app.commission.permissions import conduit, lit
from app.core.live import RECHARGER, message
from app.core.templating import rendu
from app.liste.touches import BANDEAU, DEPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.discussion import Etat
    from app.commission.models import Seance
    from app.core.access import Droits
    from app.core.journal import Journal
    from app.liste.direct import Lot

PARTIE = '<hx-partial hx-target="#discussion" hx-swap="outerHTML">{html}</hx-partial>'


async def bandeaux(session: AsyncSession, actes: Iterable[Journal]) -> dict[int, Etat]:
    """What the bars of the séances that these acts moved show now: read once a process."""
    touchees = sorted({a.sujet_id for a in actes if a.action in BANDEAU and a.sujet == "seance"})
    return {numero: await etat_de(session, numero) for numero in touchees}


def deporter(droits: Droits, actes: Iterable[Journal]) -> Droits:
    """The rights after the déports among *actes*; a line added to any dossier stays shut until they are read again."""
    deports = droits.deports
    for acte in actes:
        if acte.action == "ajouter_complementaire" and deports:
            deports |= {acte.ligne_id or 0}
        apres = acte.apres or {}
        if acte.action in DEPORTS and apres.get("personne_id") == droits.personne_id:
            siennes = frozenset(apres.get("lignes", ()))
            deports = deports - siennes if acte.action == "lever_deport" else deports | siennes
    return droits if deports == droits.deports else replace(droits, deports=deports)


def salle(droits: Droits, seance: Seance, lot: Lot, *, projection: bool) -> bytes:
    """The bar of a séance's screen, if an act moved it; nothing any more for whoever does not see the séance."""
    etat = lot.bandeaux.get(seance.id)
    if etat is None or not lit(droits, seance):
        return b""
    d = montrer(droits, etat, conduit=conduit(droits, seance), projection=projection)
    html = rendu("commission/_discussion.html", d=d, message="", csrf_input="")
    rangee = any(a.action == "ordonner_agenda" and a.sujet_id == seance.id for a in lot.actes)
    return message(PARTIE.format(html=html)) + (RECHARGER if rangee else b"")
