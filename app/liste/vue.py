"""The rows of the list, rendered; what the table is called, and which of its columns are shown."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.core.access import Droits, Vue, vue
from app.core.templating import ENV, aujourdhui
from app.core.visibilite import Objet
from app.demandes.permissions import OBJETS
from app.demandes.statuts import MOUVEMENTS, Action
from app.liste.colonnes_seance import HORS_LISTE, SEANCE
from app.tableau.rendu import CacheLignes
from app.tableau.vue import Tableau
from app.tableau.vue import montrees as montrees_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.liste.libelles import Libelles
    from app.tableau.colonnes import Colonne
    from app.tableau.etat import Etat
    from app.tableau.requete import Page, Requete

BASE = "/demandes"
TABLEAU = Tableau(
    BASE, "Liste des demandes", "demande", "Aucune demande ne correspond à ces filtres.",
    "Aucune demande pour l'instant sur votre périmètre.", ("lots/_etat.html",), "liste/_totaux.html",
)  # fmt: skip
CACHE = CacheLignes()
JUGEMENTS = (Action.DONNER_AVIS_COORD, Action.DONNER_AVIS_REP, Action.DECIDER_LIGNE)
# The row, the opinions, the decision: neither the way into the dossier, nor what members write for each other.
PROJETES = frozenset({Objet.LIGNE, Objet.STATUT_COMMISSION, Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION})
_LIGNE = ENV.get_template("liste/_ligne.html")


@lru_cache(maxsize=1024)
def _vues_de(perimetre: Droits, *, projection: bool) -> dict[Any, Vue]:
    """By kind of line, as they come: kinds are few, and rights are the same from a page to the next."""
    _ = perimetre, projection
    return {}


class Vues:
    """The rights of one person on many lines, computed once per kind of line."""

    def __init__(self, droits: Droits, *, projection: bool = False) -> None:
        self.droits, self.projection = droits, projection
        self._seul = droits.propre is None and not droits.deports
        self._vues = _vues_de(droits.perimetre, projection=projection)

    def de(self, ligne: Any) -> Vue:
        """The rights on *ligne*."""
        droits = self.droits
        deport = () if self._seul else (droits.demandeur(ligne), droits.recuse(ligne))
        cle = (ligne.moment, ligne.subdivision, ligne.formation, deport)
        connue = self._vues.get(cle)
        if connue is None:
            connue = vue(self.droits, ligne)
            connue = self._vues[cle] = projetee(connue) if self.projection else connue
        return connue


def projetee(vue_: Vue) -> Vue:
    """What the room may read over the shoulder of whoever projects; nothing is edited there."""
    return Vue(vue_.lit & PROJETES, frozenset(), vue_.deport, vue_.recuse)


def cochable(droits: Droits) -> bool:
    """Whether the rows of this person begin with a box: somebody who gives opinions or decides somewhere."""
    return droits.a(*(r for a in JUGEMENTS for r in MOUVEMENTS[a].roles))


def decide(droits: Droits) -> bool:
    """Whether this person decides somewhere."""
    return droits.a(*MOUVEMENTS[Action.DECIDER_LIGNE].roles)


def _coche(ligne: Any, vue_: Vue, montrees: tuple[str, ...]) -> Markup:
    """The box of a row that may be judged: what the row shows is what names it."""
    if not vue_.ecrit & {OBJETS[a] for a in JUGEMENTS}:
        return Markup()
    noms = [f"{ligne.prenom} {ligne.nom}"] if "personne" in montrees else []
    noms += [ligne.terrain] if "terrain" in montrees and ligne.terrain else []
    return Markup(
        '<input type="checkbox" name="lignes" value="{}" form="lot" autocomplete="off" aria-label="Cocher la ligne {}">'
    ).format(ligne.id, ", ".join([str(ligne.id), *noms]))


def cellules(
    ligne: Any, vue_: Vue, montrees: tuple[str, ...], registre: Mapping[str, Colonne], lib: Libelles
) -> list[tuple[str, str, Markup]]:
    """The cells of a row: column, class, content."""
    return [
        (registre[c].code, registre[c].classe, Markup(registre[c].cellule(ligne, vue_, lib)))  # noqa: S704 (cells escape)
        for c in montrees
    ]


def cle_de_cache(ligne: Any, vue_: Vue, montrees: tuple[str, ...], lib: Libelles, *, coche: bool) -> Any:
    """What a rendered row depends on: the day too, since a deadline passes by itself."""
    return ligne.id, ligne.stamp, vue_, montrees, lib.lu, coche, aujourdhui()


async def rendre_page(
    session: AsyncSession,
    requete: Requete,
    etat: Etat,
    page: Page,
    codes: tuple[str, ...],
    lib: Libelles,
    *,
    projection: bool,
    coche: bool,
) -> Any:
    """The rows of a page whose lines came bare; what their cells show is read for those that nobody has seen yet."""
    vues = Vues(requete.droits, projection=projection)
    faites = {x.id: CACHE.connue(cle_de_cache(x, vues.de(x), codes, lib, coche=coche)) for x in page.lignes}
    if manquent := [i for i, html in faites.items() if html is None]:
        for x in await requete.valeurs(session, codes, etat, manquent):
            faites[x.id] = rendre_ligne(x, vues.de(x), codes, requete.colonnes, lib, coche=coche)
    return Markup("".join(html for html in faites.values() if html))  # noqa: S704 (cells escape)


def rendre_ligne(
    ligne: Any, vue_: Vue, montrees: tuple[str, ...], registre: Mapping[str, Colonne], lib: Libelles, *, coche: bool = False
) -> str:
    """One row; from the cache when this line, at this stamp, was already shown to somebody with the same rights."""

    def fabrique() -> str:
        boite = _coche(ligne, vue_, montrees) if coche else None
        faites = cellules(ligne, vue_, montrees, registre, lib)
        return _LIGNE.render(id=ligne.id, rang=ligne.rang, deport=vue_.deport, coche=boite, cellules=faites)

    return CACHE.rendre(cle_de_cache(ligne, vue_, montrees, lib, coche=coche), fabrique)


def montrees(registre: Mapping[str, Colonne], etat: Etat, preference: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns shown: a séance has others by default than the list."""
    d_origine = set(registre) - set(SEANCE) if dict(etat.contexte).get("seance") else HORS_LISTE
    return montrees_(registre, etat, preference, d_origine)
