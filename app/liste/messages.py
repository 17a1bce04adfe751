"""What the table's stream says of some acts to all the readers with the same rights, columns and screen."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from app.avis.cellules import COLONNES
from app.core.access import Vue
from app.core.live import RECHARGER, message
from app.core.templating import heure
from app.core.visibilite import Objet
from app.liste import vue as v
from app.liste.colonnes_seance import registre
from app.liste.touches import DE_SEANCE, DEPORTS, SANS_ECRITURE, SANS_MARQUE, SEANCE, TOUCHES, moment_avant

if TYPE_CHECKING:
    from app.core.access import Droits
    from app.core.journal import Journal
    from app.core.live import Direct
    from app.liste.direct import Lot
    from app.liste.ecran import Ecran
    from app.tableau.colonnes import Colonne

REMPLACER = '<hx-partial hx-target="#ligne-{id}:not(:has(.editeur))" hx-swap="outerMorph">{html}</hx-partial>'
MARQUER = (
    '<hx-partial hx-target="#c-{code}-{id} .editeur .marque" hx-swap="innerHTML">modifié par {qui} à {heure} — '
    '<a class="voir" href="/demandes/{demande}" aria-expanded="false">voir</a>'
    '<span class="actuelle" hidden> : {valeur}</span></hx-partial>'
)
RETIRER = (
    '<hx-partial hx-target="#ligne-{id}:not(:has(.editeur))" hx-swap="outerHTML">'
    '<tr id="ligne-{id}" class="partie"><td colspan="{largeur}">Cette ligne a quitté votre liste.</td></tr></hx-partial>'
    '<hx-partial hx-target="#ligne-{id} .editeur .marque" hx-swap="innerHTML">cette ligne a quitté votre liste</hx-partial>'
)


RIEN = Vue(frozenset(), frozenset(), deport=False)
PLEIN = 150  # rows in a message: past that, the reader is told to read the list again


class Classe:
    """All the readers with the same rights, columns and screen: what they are told is made once."""

    def __init__(self, direct: Direct, droits: Droits, codes: tuple[str, ...], ecran: Ecran) -> None:
        self.direct, self.droits, self.ecran = direct, droits, ecran
        self.projection = ecran.projection
        self.registre: dict[str, Colonne] = registre(droits, ecran.seance, projection=self.projection)
        self.montrees = tuple(c for c in codes if c in self.registre)
        self.vues = v.Vues(droits, projection=self.projection)
        self.coche = v.cochable(droits) and not self.projection

    async def rendre(self, lot: Lot, moi: int | None, deports: frozenset[int] = frozenset()) -> bytes:
        """What they receive; *moi* is the one reader whose own acts these are, in part, and *deports* say his own déports."""
        dites, parties = [], []
        for ligne in lot.lignes:
            vue = self.vues.de(ligne)
            actes = [a for a in lot.par_ligne[ligne.id] if self._montre(a, deports)]
            siens = [(a, _vue_avant(self.vues, a, ligne)) for a in actes]
            vus = [a for a, avant in siens if TOUCHES[a.action] & _changes(a, avant, vue)]
            if Objet.LIGNE in vue.lit:
                dites += [(ligne, vue, vus)] if vus else []
            elif any(Objet.LIGNE in avant.lit for _, avant in siens):
                parties.append(ligne.id)
        if len(dites) + len(parties) > PLEIN:
            return RECHARGER
        if not dites and not parties:
            return b""
        html = [RETIRER.format(id=i, largeur=len(self.montrees) + self.coche) for i in parties]
        html += [self._remplacer(ligne, vue, vus, lot, moi) for ligne, vue, vus in dites]
        autrui = [x.id for x, _, vus in dites if any(a.auteur_id != moi for a in vus)]
        suivi = {"autrui": autrui, "parties": parties, **await self._places(lot, [x for x, _, _ in dites])}
        return message("".join(html)) + b"event: suivi\ndata: %b\n\n" % json.dumps(suivi).encode()

    def _montre(self, acte: Journal, deports: frozenset[int]) -> bool:
        if acte.action in DEPORTS:
            return acte.id in deports
        return acte.action not in DE_SEANCE or self.ecran.seance is not None

    async def _places(self, lot: Lot, lignes: list[Any]) -> dict[str, list[int]]:
        """Where the rows stand for this screen: on its page, on another one, out of its filters."""
        seance = self.ecran.seance
        rouverte = seance and any(a.action in SEANCE and a.sujet_id == seance.id for a in lot.actes)
        if self.ecran.libre() and not rouverte:
            gardees = self.ecran.retenues(self.droits, lignes)
        else:
            async with self.direct.sessions() as session:
                if rouverte:
                    await self.ecran.relire(session, self.droits)
                gardees = await self.ecran.retenir(session, self.droits, lignes)
        ids = [x.id for x in lignes]
        return {
            "page": [i for i in ids if gardees.get(i)],
            "ailleurs": [i for i in ids if gardees.get(i) is False],
            "hors": [i for i in ids if i not in gardees],
        }

    def _remplacer(self, ligne: Any, vue: Vue, actes: list[Journal], lot: Lot, moi: int | None) -> str:
        rangee = v.rendre_ligne(ligne, vue, self.montrees, self.registre, lot.lib, coche=self.coche)
        html = REMPLACER.format(id=ligne.id, html=rangee)
        acte = next((a for a in reversed(actes) if a.action not in SANS_MARQUE), None)
        if acte is None or (acte.auteur_id == moi and moi is not None):
            return html
        lue = Vue(vue.lit, frozenset(), vue.deport)  # as it reads, without the way to change it
        for code, (objet, *_) in COLONNES.items():
            if objet in vue.ecrit:
                valeur = self.registre[code].cellule(ligne, lue, lot.lib)
                html += MARQUER.format(code=code, id=ligne.id, qui=escape(acte.auteur), heure=heure(acte.quand),
                                       demande=ligne.demande_id, valeur=valeur)  # fmt: skip
        return html


def _vue_avant(vues: v.Vues, acte: Journal, ligne: Any) -> Vue:
    """What this reader could do with the line before the act moved it."""
    moment = moment_avant(acte, ligne.id)
    if moment is None:
        return RIEN
    lieu = {"id": ligne.id, "subdivision": ligne.subdivision, "formation": ligne.formation, "rpps": ligne.rpps}
    return vues.de(SimpleNamespace(moment=moment, **lieu))


def _changes(acte: Journal, avant: Vue, apres: Vue) -> frozenset[Objet]:
    """The objets that this reader sees change: all that he reads, or his rights alone where nothing was written."""
    if acte.action in SANS_ECRITURE:
        return (avant.lit ^ apres.lit) | (avant.ecrit ^ apres.ecrit)
    return avant.lit | apres.lit
