"""The table's live stream: each act becomes, for each reader, his own rendering of the rows that it touches."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from litestar import Request, get
from litestar.response import Stream
from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits, peut_lire
from app.core.live import ENTETES, message, repris
from app.core.templating import heure
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.liste import vue as v
from app.liste.colonnes import colonnes
from app.liste.libelles import libelles
from app.liste.queries import lignes_brutes
from app.liste.touches import ENTREES, SEANCE, TOUCHES, moment_avant

if TYPE_CHECKING:
    from app.core.journal import Journal
    from app.core.live import Direct
    from app.tableau.colonnes import Colonne

REMPLACER = '<hx-partial hx-target="#ligne-{id}:not(:has(.editeur))" hx-swap="outerMorph">{html}</hx-partial>'
MARQUER = (
    '<hx-partial hx-target="#ligne-{id} .editeur .marque" hx-swap="innerHTML">modifié par {qui} à {heure} — '
    '<a href="/demandes/{demande}">voir</a></hx-partial>'
)
RETIRER = '<hx-partial hx-target="#ligne-{id}" hx-swap="delete"></hx-partial>'
NOUVEAUTES = (
    '<hx-partial hx-target="#nouveautes" hx-swap="innerHTML">La liste a changé — '
    '<a href="" class="actualiser">Actualiser</a></hx-partial>'
)


@dataclass(frozen=True, slots=True)
class Lot:
    """Some acts, and the bare rows that they touch: read once a process, whoever follows."""

    actes: list[Journal]
    lignes: list[Any]
    lib: Any


class Lots:
    """The last batches read; two hundred streams that wake on the same act share one reading."""

    def __init__(self, direct: Direct) -> None:
        self.direct = direct
        self._lots: OrderedDict[tuple[int, ...], asyncio.Future[Lot]] = OrderedDict()

    async def de(self, actes: list[Journal]) -> Lot:
        """The rows behind *actes*."""
        cle = tuple(a.id for a in actes)
        futur = self._lots.get(cle)
        if futur is None:
            futur = self._lots[cle] = asyncio.ensure_future(self._lire(actes))
            futur.add_done_callback(lambda lu: self._oublier(cle, lu))
            if len(self._lots) > 64:
                self._lots.popitem(last=False)
        return await asyncio.shield(futur)

    def _oublier(self, cle: tuple[int, ...], lu: asyncio.Future[Lot]) -> None:
        # A reading that failed is not the answer for ever: those who come back read again.
        if lu.cancelled() or lu.exception():
            self._lots.pop(cle, None)

    async def _lire(self, actes: list[Journal]) -> Lot:
        utiles = [a for a in actes if a.action in TOUCHES]
        demandes = {a.demande_id for a in utiles if a.demande_id and not a.ligne_id}
        ids = {a.ligne_id for a in utiles if a.ligne_id}
        async with self.direct.sessions() as session:
            seances = [a.sujet_id for a in utiles if a.action in SEANCE]
            if seances:
                ids |= set((await session.execute(select(Ligne.id).where(Ligne.seance_id.in_(seances)))).scalars())
            lignes = await lignes_brutes(session, ids=sorted(ids), demandes=sorted(demandes))
            return Lot(utiles, lignes, await libelles(session))


class Suivi:
    """One reader's stream: his rights (read again at every beat), the columns that he shows."""

    def __init__(self, lots: Lots, droits: Droits, codes: tuple[str, ...]) -> None:
        self.lots = lots
        self.codes = codes
        self.regler(droits)

    def regler(self, droits: Droits) -> None:
        """Take these rights from now on."""
        self.droits = droits
        self.registre: dict[str, Colonne] = colonnes(droits)
        self.montrees = tuple(c for c in self.registre if c in self.codes)

    async def rendre(self, actes: list[Journal]) -> bytes:
        """What this reader receives for *actes*: empty if they change nothing for him."""
        lot = await self.lots.de(actes)
        vues, parties, entree = v.Vues(self.droits), [], False
        for ligne in lot.lignes:
            siens = [a for a in lot.actes if _concerne(a, ligne)]
            vue = vues.de(ligne)
            if Objet.LIGNE not in vue.lit:
                parties += self._retirer(ligne, siens)
                continue
            vus = [a for a in siens if TOUCHES[a.action] & vue.lit]
            if vus:
                parties += self._remplacer(ligne, vue, vus[-1], lot)
                entree = entree or any(a.action in ENTREES for a in vus)
        if entree:
            parties.append(NOUVEAUTES)
        return message("".join(parties)) if parties else b""

    def _remplacer(self, ligne: Any, vue: Any, acte: Journal, lot: Lot) -> list[str]:
        html = v.rendre_ligne(ligne, vue, self.montrees, self.registre, lot.lib)
        marque = "" if acte.auteur_id == self.droits.personne_id else MARQUER.format(
            id=ligne.id, qui=escape(acte.auteur), heure=heure(acte.quand), demande=ligne.demande_id
        )  # fmt: skip
        return [REMPLACER.format(id=ligne.id, html=html), marque]

    def _retirer(self, ligne: Any, actes: list[Journal]) -> list[str]:
        """The line has left this reader's scope: only if it was in it before."""
        for acte in actes:
            avant = moment_avant(acte.avant)
            faits = SimpleNamespace(moment=avant, subdivision=ligne.subdivision, formation=ligne.formation, rpps=ligne.rpps)
            if avant and peut_lire(self.droits, Objet.LIGNE, faits):
                return [RETIRER.format(id=ligne.id)]
        return []


def _concerne(acte: Journal, ligne: Any) -> bool:
    if acte.ligne_id:
        return bool(acte.ligne_id == ligne.id)
    return acte.demande_id == ligne.demande_id if acte.demande_id else acte.action in SEANCE


@get("/direct/demandes")
async def direct_demandes(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """The stream behind the table: `cols` are the columns shown, `depuis` the last act that the page knew."""
    direct: Direct = request.app.state.direct
    lots = request.app.state.lots = getattr(request.app.state, "lots", None) or Lots(direct)
    suivi = Suivi(lots, droits, tuple(request.query_params.get("cols", "").split(",")))
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")
    _ = session

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), suivi.regler)

    return Stream(direct.flux(repris(request), suivi.rendre, battement), media_type="text/event-stream", headers=ENTETES)
