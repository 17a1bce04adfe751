"""The view-model of the table: rows rendered, headers, chips, pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.core.access import Droits, Vue, vue
from app.core.templating import ENV, aujourdhui
from app.core.visibilite import Objet
from app.demandes.permissions import OBJETS
from app.demandes.statuts import MOUVEMENTS, Action
from app.liste import preferences
from app.liste.colonnes_seance import HORS_LISTE, SEANCE
from app.tableau.colonnes import Colonne, Filtre
from app.tableau.rendu import CacheLignes
from app.tableau.requete import PLAFOND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.liste.libelles import Libelles
    from app.tableau.etat import Etat
    from app.tableau.requete import Compte, Page, Requete

BASE = preferences.BASE
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


@dataclass(frozen=True, slots=True)
class EnTete:
    """One header: its sort link, its filter."""

    code: str
    libelle: str
    classe: str
    tri_url: str
    aussi_url: str
    aria_sort: str
    rang: int  # its level in a sort of several, 0 otherwise
    texte: str | None
    choix: list[tuple[str, str, bool]]
    actifs: int


@dataclass(frozen=True, slots=True)
class Jeton:
    """An active filter, and the address without it."""

    libelle: str
    url: str


def montrees(registre: Mapping[str, Colonne], etat: Etat, preference: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns shown, in order: the URL's, else the person's, else the séance's own or all."""
    if etat.colonnes:
        return etat.colonnes
    d_origine = set(registre) - set(SEANCE) if dict(etat.contexte).get("seance") else HORS_LISTE
    masquees = set(preference.get("masquees", d_origine))
    ordre = preferences.en_ordre(registre, preference)
    return tuple(c for c in ordre if c not in masquees) or ordre


def en_tetes(codes: Sequence[str], registre: Mapping[str, Colonne], etat: Etat, lib: Libelles, droits: Droits) -> list[EnTete]:
    """The headers of the columns shown."""
    return [_en_tete(registre[code], etat, lib, droits) for code in codes]


def _en_tete(colonne: Colonne, etat: Etat, lib: Libelles, droits: Droits) -> EnTete:
    valeurs = etat.filtres.get(colonne.code, ())
    tris = dict(etat.tris)
    sens = ("descending" if tris[colonne.code] else "ascending") if colonne.code in tris else "none"
    rang = list(tris).index(colonne.code) + 1 if colonne.code in tris and len(tris) > 1 else 0
    tri_url, aussi_url = etat.trier(colonne.code).url(BASE), etat.trier_aussi(colonne.code).url(BASE)
    choix = [(c, lib_, c in valeurs) for c, lib_ in _options(colonne, lib, droits)] if colonne.choix else []
    texte = (valeurs[0] if valeurs else "") if colonne.filtre is Filtre.TEXTE else None
    return EnTete(colonne.code, colonne.libelle, colonne.classe, tri_url, aussi_url, sens, rang, texte, choix, len(valeurs))


def _options(colonne: Colonne, lib: Libelles, droits: Droits) -> list[tuple[str, str]]:
    """The choices of a header; those of a perimeter only, where it is narrow."""
    options = list(lib.listes[colonne.choix].items())
    permis: set[str] | None = set()
    for portee in droits.portees:
        partie = {"formation": portee.formations, "subdivision": portee.subdivisions}.get(colonne.choix)
        permis = None if partie is None or permis is None else permis | partie
    if colonne.choix not in {"formation", "subdivision"} or permis is None or droits.rpps:
        return options
    return [(c, x) for c, x in options if c in permis or c == "DEROGATION"]


def champs_caches(codes: Sequence[str], etat: Etat) -> list[tuple[str, str]]:
    """What the form of the headers carries beside them: sort, columns, and the filters of the columns that are hidden."""
    ailleurs = {code: valeurs for code, valeurs in etat.filtres.items() if code not in codes}
    return replace(etat, filtres=ailleurs).debut().parametres()


def jetons(registre: Mapping[str, Colonne], etat: Etat, lib: Libelles) -> list[Jeton]:
    """The active filters, one chip a value."""
    faits = []
    for code, valeurs in etat.filtres.items():
        colonne = registre[code]
        for valeur in valeurs:
            texte = lib.de(colonne.choix, valeur) if colonne.choix else f"« {valeur} »"
            faits.append(Jeton(f"{colonne.libelle} : {texte}", etat.sans(code, valeur).url(BASE)))
    return faits


def nombre(compte: Compte) -> str:
    """« 412 », or « plus de 5 000 »."""
    return f"plus de {_n(PLAFOND)}" if compte.plus else _n(compte.sujets)


def phrase_de_compte(compte: Compte, total: Compte) -> str:
    """« 87 sur 412 demandes (95 lignes) », exact up to the ceiling."""
    tous, n = nombre(total), nombre(compte)
    lignes = f" ({_n(compte.lignes)} lignes)" if compte.lignes != compte.sujets and not compte.plus else ""
    return f"{n} sur {tous} demande{'s' if total.plus or total.sujets > 1 else ''}{lignes}"


def _n(nombre: int) -> str:
    return f"{nombre:,}".replace(",", "\u202f")


def pages(page: Page, etat: Etat) -> dict[str, str | None]:
    """The addresses of the neighbours."""
    suivante = replace(etat, apres=page.suivante, avant=None).url(BASE) if page.suivante else None
    precedente = replace(etat, avant=page.precedente, apres=None).url(BASE) if page.precedente else None
    return {"suivante": suivante, "precedente": precedente}
