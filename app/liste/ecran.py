"""The table that a reader has in front of him, as his stream knows it: filters, sort, séance, and the page between two rows."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from app.commission.models import Seance, StatutSeance
from app.commission.permissions import LUES_PAR_ARS
from app.core.errors import Introuvable
from app.liste.queries import ecran_de, est_projete, requete_de, seance_de
from app.tableau.etat import Etat, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.tableau.etat import Curseur
    from app.tableau.requete import Page


@dataclass(slots=True)
class Ecran:
    """`du` and `au` are the first and the last row of the page, where it has neighbours: what falls between belongs on it."""

    etat: Etat = field(default_factory=Etat)
    seance: Seance | None = None
    du: Curseur | None = None
    au: Curseur | None = None

    @property
    def projection(self) -> bool:
        """Whether it is the room's."""
        return self.seance is not None and est_projete(self.etat)

    @property
    def cle(self) -> Any:
        """What the answer depends on, beside the reader's rights."""
        return self.etat.cle(), self.etat.apres, self.etat.avant, self.du, self.au

    def libre(self) -> bool:
        """Whether nothing but the perimeter, or a séance whose lines are frozen, chooses the rows: no query is needed."""
        trie = self.etat.tri or self.seance  # a séance comes in the order of its agenda
        place = trie and (self.etat.apres or self.etat.avant or self.du or self.au)
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
        return await requete.reconnaitre(session, self.etat, [x.id for x in lignes], self.du, self.au)

    async def relire(self, session: AsyncSession, droits: Droits) -> None:
        """The séance has opened, closed, or come back."""
        with contextlib.suppress(Introuvable):
            self.seance = await seance_de(session, droits, self.etat)

    def _siege(self, droits: Droits, ligne: Any) -> bool:
        if self.seance is None:
            return True
        retiree = self.seance.statut is StatutSeance.CLOSE and droits.demandeur(ligne)
        retiree = retiree or (self.seance.statut in LUES_PAR_ARS and droits.recuse(ligne))
        return bool(ligne.seance_id == self.seance.id) and not retiree

    def _encadree(self, ordre: int) -> bool:
        # Without a sort, rows come by their own number.
        e = self.etat
        apres, avant = e.apres, None if e.apres else e.avant
        dehors = (apres and ordre <= apres.ordre) or (avant and ordre >= avant.ordre)
        return not (dehors or (self.du and ordre < self.du.ordre) or (self.au and ordre > self.au.ordre))


async def lire_ecran(session: AsyncSession, droits: Droits, parametres: list[tuple[str, str]]) -> Ecran:
    """The opposite of `adresse`; what it does not understand is dropped."""
    recus = dict(parametres)
    etat, seance = await ecran_de(session, droits, parametres)
    du, au = (place(recus.get(nom, ""), len(etat.tris)) for nom in ("du", "au"))
    return Ecran(etat, seance, du, au)


def adresse(etat: Etat, codes: Sequence[str], page: Page, depuis: int) -> str:
    """Where the page listens: the columns shown, its own filters and sort, and where it begins and ends."""
    suite = replace(etat, colonnes=tuple(codes), verrou="").parametres()
    bouts = {"du": None if etat.apres else page.precedente, "au": page.suivante if etat.apres or not etat.avant else None}
    suite += [(nom, c.texte()) for nom, c in bouts.items() if c]
    return f"/direct/demandes?{urlencode([*suite, ('depuis', str(depuis))])}"
