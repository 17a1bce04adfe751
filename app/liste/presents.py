"""Who is on the rows of the table: what each tab says of itself, and what each reader may know of the others."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from litestar import Request, post
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.avis.cellules import COLONNES
from app.core.access import Droits, lisible_sql, peut_ecrire, peut_lire
from app.core.forms import lire
from app.core.presence import PRESENCES, SERVICE, SIGNES_MAX, Signe, signe
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.liste.vue import Vues

_ONGLET = re.compile(r"[a-z0-9]{1,16}")
_OBJETS = {adresse: objet for objet, adresse, _ in COLONNES.values()}
_FAITS = (Ligne.id, Ligne.moment, Ligne.subdivision, Ligne.formation, Ligne.rpps)


@post("/presence", status_code=204)
async def declarer(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> None:
    """All that one tab does now; lines that its reader does not see, and acts that he may not do, are left out in silence."""
    saisie = await lire(request)
    onglet = saisie.brut("onglet")
    if not _ONGLET.fullmatch(onglet):
        return
    mots = [str(x) for nom in ("saisit", "lit") for x in saisie.champs.get(nom, [])[:SIGNES_MAX]]
    dits = [mot.partition(":")[::2] for mot in mots]
    demandes = [(int(n), code) for n, code in dits if n.isascii() and n.isdecimal() and len(n) < 16]
    lignes: dict[int, Any] = {}
    if demandes:
        ids = sorted({n for n, _ in demandes})
        requete = select(*_FAITS).where(Ligne.id.in_(ids), lisible_sql(droits, Objet.LIGNE, Ligne))
        lignes = {x.id: x for x in (await session.execute(requete)).all()}
    signes = [s for n, code in demandes if n in lignes and (s := _signe(droits, lignes[n], code))]
    PRESENCES.declarer(droits.personne_id, onglet, droits.nom_complet, signes)


def _signe(droits: Droits, ligne: Any, code: str) -> Signe | None:
    if not code:
        lit = droits.roles_sur(ligne) & SERVICE and peut_lire(droits, Objet.DOSSIER, ligne)
        return signe(droits, ligne) if lit else None
    objet = _OBJETS.get(code)
    return signe(droits, ligne, objet) if objet and peut_ecrire(droits, objet, ligne) else None


class Presents:
    """What one reader's stream says of who is there: names, and whether they read or edit."""

    def __init__(self, lecteur: Any) -> None:
        self.lecteur = lecteur  # his rights change under the stream
        self._lignes: set[int] = set()
        self._dits: dict[int, list[tuple[str, str]]] = {}
        self._reveil: Callable[[], None] = lambda: None

    def ecouter(self, reveil: Callable[[], None]) -> Callable[[], None]:
        """Hear of every change, and of everybody who is there already."""
        self._reveil = reveil
        self._lignes = set(PRESENCES.par_ligne)
        PRESENCES.ecoutes.add(self._changer)
        return lambda: PRESENCES.ecoutes.discard(self._changer)

    def _changer(self, lignes: frozenset[int]) -> None:
        if self.lecteur.droits.a(*SERVICE):
            self._lignes |= lignes
            self._reveil()

    def echeance(self) -> float | None:
        """At once: changes come once a second."""
        return asyncio.get_running_loop().time() if self._lignes else None

    def revoir(self) -> None:
        """The reader's rights have changed."""
        self._lignes |= set(PRESENCES.par_ligne) | set(self._dits)

    async def prendre(self) -> bytes:
        """The lines where somebody came or left, for this reader."""
        lignes, self._lignes = sorted(self._lignes), set()
        vus = {ligne: montres(self.lecteur.droits, self.lecteur.vues, ligne) for ligne in lignes}
        change = {ligne: qui for ligne, qui in vus.items() if qui != self._dits.get(ligne, [])}
        for ligne, qui in change.items():
            self._dits[ligne] = qui
            if not qui:
                del self._dits[ligne]
        return b"event: presence\ndata: %b\n\n" % json.dumps(change).encode() if change else b""


def montres(droits: Droits, vues: Vues, ligne: int) -> list[tuple[str, str]]:
    """The others on a line, by name, each with what he does; never what tells more than the reader may read of it."""
    vus: dict[tuple[int, str], str] = {}
    if vues.projection:  # nobody is named on the wall of the room
        return []
    for poste, s in PRESENCES.sur(ligne):
        if poste.personne == droits.personne_id or not s.service or not droits.roles_sur(s) & SERVICE:
            continue
        lit = vues.de(s).lit
        if Objet.LIGNE in lit and (s.objet or Objet.DOSSIER) in lit:
            cle = (poste.personne, poste.nom)
            vus[cle] = "saisit" if s.objet or vus.get(cle) == "saisit" else "lit"
    return sorted((nom, verbe) for (_, nom), verbe in vus.items())
