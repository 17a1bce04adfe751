"""The stream of a séance's screen, beside its rows: the bar above the table, and déports at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.commission.discussion import etat_de, montrer
from app.commission.permissions import conduit, lit
from app.commission.queries import seance_visible
from app.core.errors import Introuvable
from app.core.templating import rendu
from app.liste.touches import BANDEAU, DEPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.discussion import Etat
    from app.commission.models import Seance
    from app.core.access import Droits
    from app.core.journal import Journal

PARTIE = '<hx-partial hx-target="#discussion" hx-swap="outerHTML">{html}</hx-partial>'
AGENDA = (
    '<hx-partial hx-target="#nouveautes" hx-swap="innerHTML">L\'ordre du jour a changé — '
    '<a href="" class="actualiser">Actualiser</a></hx-partial>'
)


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


@dataclass(frozen=True, slots=True)
class Salle:
    """The séance that a screen is one of; `projection` where it is the room's."""

    seance: Seance
    projection: bool

    @staticmethod
    async def ouvrir(session: AsyncSession, droits: Droits, parametres: Mapping[str, Any]) -> Salle | None:
        """The one that the address of the stream names, if this person sees it."""
        texte = str(parametres.get("seance", ""))
        if not (texte.isascii() and texte.isdecimal() and len(texte) < 16):
            return None
        try:
            seance = await seance_visible(session, droits, int(texte))
        except Introuvable:
            return None
        return Salle(seance, parametres.get("projection") == "1")

    def rendre(self, droits: Droits, lus: Mapping[int, Etat], actes: Iterable[Journal]) -> list[str]:
        """The bar, if an act moved it; nothing any more for whoever does not see the séance."""
        etat = lus.get(self.seance.id)
        if etat is None or not lit(droits, self.seance):
            return []
        d = montrer(droits, etat, conduit=conduit(droits, self.seance), projection=self.projection)
        html = rendu("commission/_discussion.html", d=d, message="", csrf_input="")
        rangee = any(a.action == "ordonner_agenda" and a.sujet_id == self.seance.id for a in actes)
        return [PARTIE.format(html=html)] + ([AGENDA] if rangee else [])
