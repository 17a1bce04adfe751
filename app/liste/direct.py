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
from app.core.access import Droits, Vue
from app.core.live import ENTETES, RECHARGER, message, repris
from app.core.templating import heure
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.liste import vue as v
from app.liste.colonnes_seance import registre
from app.liste.libelles import libelles
from app.liste.queries import lignes_brutes
from app.liste.salle import Salle, bandeaux, deporter
from app.liste.touches import DE_SEANCE, DEPORTS, ENTREES, SANS_ECRITURE, SANS_MARQUE, SEANCE, TOUCHES, moment_avant

if TYPE_CHECKING:
    from app.core.journal import Journal
    from app.core.live import Direct
    from app.tableau.colonnes import Colonne

REMPLACER = '<hx-partial hx-target="#ligne-{id}:not(:has(.editeur))" hx-swap="outerMorph">{html}</hx-partial>'
MARQUER = (
    '<hx-partial hx-target="#ligne-{id} .editeur .marque" hx-swap="innerHTML">modifié par {qui} à {heure} — '
    '<a href="/demandes/{demande}">voir</a></hx-partial>'
)
RETIRER = (
    '<hx-partial hx-target="#ligne-{id}:not(:has(.editeur))" hx-swap="delete"></hx-partial>'
    '<hx-partial hx-target="#ligne-{id} .editeur .marque" hx-swap="innerHTML">cette ligne a quitté votre liste</hx-partial>'
)
NOUVEAUTES = (
    '<hx-partial hx-target="#nouveautes" hx-swap="innerHTML">La liste a changé — '
    '<a href="" class="actualiser">Actualiser</a></hx-partial>'
)


# An editor may be open on the line: its reader is told who changed it. Nobody else learns a name.
EDITABLES = frozenset({Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION})
RIEN = Vue(frozenset(), frozenset(), deport=False)
PLEIN = 150  # rows in a message: past that, the reader is told to read the list again


@dataclass(frozen=True, slots=True)
class Lot:
    """Some acts, and the bare rows that they touch: read once a process, whoever follows."""

    actes: list[Journal]
    lignes: list[Any]
    lib: Any
    bandeaux: dict[int, Any]  # by séance, where an act moved what its bar shows


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
            futur.add_done_callback(lambda f: self._oublier(cle) if f.cancelled() or f.exception() else None)
            if len(self._lots) > 64:
                self._lots.popitem(last=False)
        return await asyncio.shield(futur)

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
            return Lot(utiles, lignes, await libelles(session), await bandeaux(session, actes))


class Suivi:
    """One reader's stream: his rights (read again at every beat), the columns that he shows."""

    def __init__(self, lots: Lots, droits: Droits, codes: tuple[str, ...], salle: Salle | None = None) -> None:
        self.lots = lots
        self.codes = codes
        self.salle = salle
        self.regler(droits)

    def regler(self, droits: Droits) -> None:
        """Take these rights from now on."""
        self.droits = droits
        seance, self.projection = (self.salle.seance, self.salle.projection) if self.salle else (None, False)
        self.registre: dict[str, Colonne] = registre(droits, seance, projection=self.projection)
        self.montrees = tuple(c for c in self.codes if c in self.registre)

    async def rendre(self, actes: list[Journal]) -> bytes:
        """What this reader receives for *actes*: empty if they change nothing for him.

        Those who have the same rights and columns share it, but for the author, whom no editor tells of himself.
        """
        lot = await self.lots.de(actes)
        if (droits := deporter(self.droits, lot.actes)) is not self.droits:
            self.regler(droits)  # at once: the rights are read again at the next beat only
        vues, parties, entree = v.Vues(self.droits, projection=self.projection), [], False
        for ligne in lot.lignes:
            vue = vues.de(ligne)
            siens = [(a, _vue_avant(vues, a, ligne)) for a in lot.actes if _concerne(a, ligne) and self._me_concerne(a)]
            vus = [a for a, avant in siens if TOUCHES[a.action] & _changes(a, avant, vue)]
            if Objet.LIGNE not in vue.lit:
                parties += [RETIRER.format(id=ligne.id)] if any(Objet.LIGNE in avant.lit for _, avant in siens) else []
            elif vus:
                parties.append(self._remplacer(ligne, vue, vus[-1], lot))
                entree = entree or any(a.action in ENTREES for a in vus)
        if len(parties) > PLEIN:
            return RECHARGER
        if entree:
            parties.append(NOUVEAUTES)
        parties += self.salle.rendre(self.droits, lot.bandeaux, lot.actes) if self.salle else []
        return message("".join(parties)) if parties else b""

    def _me_concerne(self, acte: Journal) -> bool:
        if acte.action in DEPORTS:
            return bool((acte.apres or {}).get("personne_id") == self.droits.personne_id)
        return acte.action not in DE_SEANCE or self.salle is not None

    def _remplacer(self, ligne: Any, vue: Vue, acte: Journal, lot: Lot) -> str:
        html = v.rendre_ligne(ligne, vue, self.montrees, self.registre, lot.lib, coche=v.cochable(self.droits))
        nommable = vue.ecrit & EDITABLES and acte.auteur_id != self.droits.personne_id and acte.action not in SANS_MARQUE
        marque = MARQUER.format(
            id=ligne.id, qui=escape(acte.auteur), heure=heure(acte.quand), demande=ligne.demande_id
        ) if nommable else ""  # fmt: skip
        return REMPLACER.format(id=ligne.id, html=html) + marque


def _vue_avant(vues: v.Vues, acte: Journal, ligne: Any) -> Vue:
    """What this reader could do with the line before the act moved it."""
    moment = moment_avant(acte, ligne.id)
    if moment is None:
        return RIEN
    fixes = {nom: getattr(ligne, nom) for nom in ("id", "subdivision", "formation", "rpps")}
    return vues.de(SimpleNamespace(moment=moment, **fixes))


def _changes(acte: Journal, avant: Vue, apres: Vue) -> frozenset[Objet]:
    """The objets that this reader sees change: all that he reads, or his rights alone where nothing was written."""
    if acte.action in SANS_ECRITURE:
        return (avant.lit ^ apres.lit) | (avant.ecrit ^ apres.ecrit)
    return avant.lit | apres.lit


def _concerne(acte: Journal, ligne: Any) -> bool:
    if acte.action == "ordonner_agenda":
        return ligne.id in (acte.apres or {}).get("lignes", ())
    if acte.action in SEANCE:
        return bool(acte.sujet_id == ligne.seance_id)
    return bool(acte.ligne_id == ligne.id if acte.ligne_id else acte.demande_id == ligne.demande_id)


@get("/direct/demandes")
async def direct_demandes(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """The stream behind the table: `cols` are the columns shown, `depuis` the last act that the page knew."""
    direct: Direct = request.app.state.direct
    lots = request.app.state.lots = getattr(request.app.state, "lots", None) or Lots(direct)
    salle = await Salle.ouvrir(session, droits, request.query_params)
    suivi = Suivi(lots, droits, tuple(request.query_params.get("cols", "").split(",")), salle)
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), suivi.regler)

    return Stream(direct.flux(repris(request), suivi.rendre, battement), media_type="text/event-stream", headers=ENTETES)
