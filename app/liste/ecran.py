"""The table that a reader has in front of him, as his stream knows it: filters, sort, séance, and the page between two rows."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from app.commission.models import Seance, StatutSeance
from app.core.errors import Introuvable
from app.liste.queries import requete_de, seance_de
from app.tableau.etat import Etat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.tableau.requete import Page


@dataclass(slots=True)
class Ecran:
    """`etat.apres` and `etat.avant` are the rows around the page: what falls between them would be shown on it."""

    etat: Etat = field(default_factory=Etat)
    seance: Seance | None = None

    @property
    def cle(self) -> Any:
        """What the answer depends on, beside the reader's rights."""
        return self.etat.cle(), self.etat.apres, self.etat.avant

    def libre(self) -> bool:
        """Whether nothing but the perimeter, or a séance whose lines are frozen, chooses the rows: no query is needed."""
        place = self.etat.tri and (self.etat.apres or self.etat.avant)
        return not (self.etat.filtres or place or (self.seance and self.seance.statut is StatutSeance.PLANIFIEE))

    def retenues(self, droits: Droits, lignes: Sequence[Any]) -> dict[int, bool]:
        """The rows that a free screen keeps; whether each belongs on its page."""
        return {x.id: self._encadree(x.ordre) for x in lignes if self._siege(droits, x)}

    async def retenir(self, session: AsyncSession, droits: Droits, lignes: Sequence[Any]) -> dict[int, bool]:
        """The same for any screen, by the list's own masked conditions."""
        if self.libre():
            return self.retenues(droits, lignes)
        try:
            requete = await requete_de(session, droits, self.etat, self.seance)
        except Introuvable:  # the séance is no longer his to see
            return {}
        return await requete.reconnaitre(session, self.etat, [x.id for x in lignes])

    async def relire(self, session: AsyncSession, droits: Droits) -> None:
        """The séance has opened, closed, or come back."""
        with contextlib.suppress(Introuvable):
            self.seance = await seance_de(session, droits, self.etat)

    def _siege(self, droits: Droits, ligne: Any) -> bool:
        if self.seance is None:
            return True
        sienne = self.seance.statut is StatutSeance.CLOSE and droits.propre == ligne.rpps
        return bool(ligne.seance_id == self.seance.id) and not sienne

    def _encadree(self, ordre: int) -> bool:
        # Without a sort, rows come by their own number.
        apres, avant = self.etat.apres, self.etat.avant
        return (not apres or ordre > apres.ordre) and (not avant or ordre < avant.ordre)


def adresse(etat: Etat, codes: Sequence[str], page: Page, depuis: int) -> str:
    """Where the page listens: the columns shown, its own filters and sort, and the rows around it."""
    apres = etat.apres or page.precedente
    avant = (etat.avant if not etat.apres else None) or page.suivante
    nu = replace(etat, colonnes=tuple(codes), verrou="", apres=apres, avant=None)
    suite = [*nu.parametres(), *([("avant", avant.texte())] if avant else []), ("depuis", str(depuis))]
    return f"/direct/demandes?{urlencode(suite)}"
