"""The table's live stream: each act becomes, for each reader, his own rendering of the rows that it touches."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from litestar import Request, get
from litestar.response import Stream
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits
from app.core.annexe import completer
from app.core.live import ENTETES, repris
from app.core.presence import PRESENCES
from app.demandes.models import Ligne
from app.liste.ecran import Ecran, lire_ecran
from app.liste.libelles import libelles
from app.liste.messages import Classe
from app.liste.presents import Presents
from app.liste.queries import lignes_brutes
from app.liste.salle import bandeaux, deporter, salle
from app.liste.touches import DEPORTS, SEANCE, TOUCHES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from app.core.journal import Journal
    from app.core.live import Direct
    from app.liste.vue import Vues


@dataclass
class Lot:
    """Some acts, and the bare rows that they touch: read once a process, rendered once for all who read the same."""

    actes: list[Journal]
    lignes: list[Any]
    lib: Any
    bandeaux: dict[int, Any]  # by séance, where an act moved what its bar shows
    rendus: dict[Any, asyncio.Future[bytes]] = field(default_factory=dict)

    @cached_property
    def auteurs(self) -> frozenset[int | None]:
        """Who acted."""
        return frozenset(a.auteur_id for a in self.actes)

    @cached_property
    def par_ligne(self) -> dict[int, list[Journal]]:
        """The acts on each row, in their order."""
        par: dict[tuple[str, Any], list[Journal]] = {}
        for a in self.actes:
            for sur in _sujets(a):
                par.setdefault(sur, []).append(a)
        cles = {x.id: (("s", x.seance_id), ("l", x.id), ("d", x.demande_id)) for x in self.lignes}
        return {i: sorted((a for cle in c for a in par.get(cle, ())), key=lambda a: a.id) for i, c in cles.items()}

    def reserves(self, personne_id: int) -> frozenset[int]:
        """The acts of *personne_id*'s own that nobody else sees change anything: his déports."""
        siens = (a for a in self.actes if a.action in DEPORTS and (a.apres or {}).get("personne_id") == personne_id)
        return frozenset(a.id for a in siens)

    async def rendu(self, cle: Any, rendre: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
        """What *rendre* makes, once for *cle*; a failure is not shared."""
        futur = self.rendus.get(cle)
        if futur is None:
            futur = self.rendus[cle] = asyncio.ensure_future(rendre())
            futur.add_done_callback(lambda f: self.rendus.pop(cle, None) if f.cancelled() or f.exception() else None)
        return futur.result() if futur.done() else await asyncio.shield(futur)


class Lots:
    """The last batches read; two hundred streams that wake on the same act share one reading."""

    def __init__(self, direct: Direct) -> None:
        self.direct = direct
        self._lots: OrderedDict[tuple[int, ...], asyncio.Future[Lot]] = OrderedDict()
        self._classes: WeakValueDictionary[Any, Classe] = WeakValueDictionary()

    def classe(self, droits: Droits, codes: tuple[str, ...], ecran: Ecran) -> Classe:
        """Those who receive the same messages."""
        cle = (droits.perimetre, codes, ecran.cle)
        classe = self._classes.get(cle)
        if classe is None:
            classe = self._classes[cle] = Classe(self.direct, droits.perimetre, codes, ecran)
        classe.ecran.seance = ecran.seance  # the last to come has read it last
        return classe

    async def de(self, actes: list[Journal]) -> Lot:
        """The rows behind *actes*."""
        cle = tuple(a.id for a in actes)
        futur = self._lots.get(cle)
        if futur is None:
            futur = self._lots[cle] = asyncio.ensure_future(self._lire(actes))
            futur.add_done_callback(lambda f: self._oublier(cle) if f.cancelled() or f.exception() else None)
            if len(self._lots) > 64:
                self._lots.popitem(last=False)
        return futur.result() if futur.done() else await asyncio.shield(futur)

    def _oublier(self, cle: tuple[int, ...]) -> None:
        # A reading that failed is not shared: the stream that resumes reads again.
        self._lots.pop(cle, None)

    async def _lire(self, actes: list[Journal]) -> Lot:
        utiles = [a for a in actes if a.action in TOUCHES]
        demandes = {a.demande_id for a in utiles if a.demande_id and not a.ligne_id}
        ids = {a.ligne_id for a in utiles if a.ligne_id}
        ids |= {i for a in utiles if a.action == "ordonner_agenda" for i in (a.apres or {}).get("lignes", ())}
        async with self.direct.sessions() as session:
            seances = [a.sujet_id for a in utiles if a.action in SEANCE]
            if seances:
                ids |= set((await session.execute(select(Ligne.id).where(Ligne.seance_id.in_(seances)))).scalars())
            lignes = await lignes_brutes(session, ids=sorted(ids), demandes=sorted(demandes))
            for ligne in lignes:
                PRESENCES.rafraichir(ligne)
            return Lot(utiles, lignes, await libelles(session), await bandeaux(session, actes))


def _sujets(acte: Journal) -> list[tuple[str, Any]]:
    if acte.action == "ordonner_agenda":
        return [("l", i) for i in (acte.apres or {}).get("lignes", ())]
    if acte.action in SEANCE:
        return [("s", acte.sujet_id)]
    return [("l", acte.ligne_id) if acte.ligne_id else ("d", acte.demande_id)]


class Suivi:
    """One reader's stream: his rights (read again at every beat), the columns that he shows, his screen."""

    def __init__(self, lots: Lots, droits: Droits, codes: tuple[str, ...], ecran: Ecran | None = None) -> None:
        self.lots, self.codes, self.ecran = lots, codes, ecran or Ecran()
        self.presents = Presents(self)
        self.regler(droits)

    def regler(self, droits: Droits) -> None:
        """Take these rights from now on."""
        if droits != getattr(self, "droits", None):
            self.droits = droits
            self.classe = self.lots.classe(droits, self.codes, self.ecran)
            self.presents.revoir()

    @property
    def vues(self) -> Vues:
        """His rights on lines."""
        return self.classe.vues

    async def rendre(self, actes: list[Journal]) -> bytes:
        """What this reader receives for *actes*: empty if they change nothing for him."""
        lot = await self.lots.de(actes)
        if (droits := deporter(self.droits, lot.actes)) is not self.droits:
            self.regler(droits)  # at once: the rights are read again at the next beat only
        moi = self.droits.personne_id if self.droits.personne_id in lot.auteurs else None
        siens = lot.reserves(self.droits.personne_id)
        corps = await lot.rendu((self.classe, moi, siens), lambda: self.classe.rendre(lot, moi, siens))
        seance = self.ecran.seance
        return corps + (salle(self.droits, seance, lot, projection=self.classe.projection) if seance else b"")


@get("/direct/demandes")
async def direct_demandes(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """The stream behind the table: `cols` are the columns shown, the rest its state, `depuis` the last act that it knew."""
    direct: Direct = request.app.state.direct
    lots = request.app.state.lots = getattr(request.app.state, "lots", None) or Lots(direct)
    ecran = await lire_ecran(session, droits, list(request.query_params.multi_items()))
    suivi = Suivi(lots, droits, tuple(request.query_params.get("cols", "").split(",")), ecran)
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), suivi.regler)

    flux = direct.flux(repris(request), suivi.rendre, battement, completer(request, droits, suivi.presents))
    return Stream(flux, media_type="text/event-stream", headers=ENTETES)
