"""The view-model of the table: rows rendered, headers, chips, pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.core.access import Droits, Vue, vue
from app.core.templating import ENV
from app.liste.colonnes import SEANCE
from app.tableau.colonnes import Colonne, Filtre
from app.tableau.rendu import CacheLignes
from app.tableau.requete import PLAFOND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.liste.libelles import Libelles
    from app.tableau.etat import Etat
    from app.tableau.requete import Compte, Page, Requete

BASE = "/demandes"
CACHE = CacheLignes()
_LIGNE = ENV.get_template("liste/_ligne.html")


@lru_cache(maxsize=1024)
def _vues_de(perimetre: Droits) -> dict[Any, Vue]:
    """By kind of line, as they come: kinds are few, and rights are the same from a page to the next."""
    _ = perimetre
    return {}


class Vues:
    """The rights of one person on many lines, computed once per kind of line."""

    def __init__(self, droits: Droits) -> None:
        self.droits, self.propre = droits, droits.propre
        self._vues = _vues_de(droits.perimetre)

    def de(self, ligne: Any) -> Vue:
        """The rights on *ligne*."""
        cle = (ligne.moment, ligne.subdivision, ligne.formation, self.propre is not None and self.droits.deporte(ligne))
        connue = self._vues.get(cle)
        if connue is None:
            connue = self._vues[cle] = vue(self.droits, ligne)
        return connue


def cle_de_cache(ligne: Any, vue_: Vue, montrees: tuple[str, ...], lib: Libelles) -> Any:
    """What a rendered row depends on."""
    return ligne.id, ligne.stamp, vue_, montrees, lib.lu


async def rendre_page(
    session: AsyncSession, requete: Requete, etat: Etat, page: Page, codes: tuple[str, ...], lib: Libelles
) -> Any:
    """The rows of a page whose lines came bare; what their cells show is read for those that nobody has seen yet."""
    vues = Vues(requete.droits)
    faites = {x.id: CACHE.connue(cle_de_cache(x, vues.de(x), codes, lib)) for x in page.lignes}
    if manquent := [i for i, html in faites.items() if html is None]:
        for x in await requete.valeurs(session, codes, etat, manquent):
            faites[x.id] = rendre_ligne(x, vues.de(x), codes, requete.colonnes, lib)
    return Markup("".join(html for html in faites.values() if html))  # noqa: S704 (cells escape)


def rendre_ligne(ligne: Any, vue_: Vue, montrees: tuple[str, ...], registre: Mapping[str, Colonne], lib: Libelles) -> str:
    """One row; from the cache when this line, at this stamp, was already shown to somebody with the same rights."""

    def fabrique() -> str:
        cellules = [
            (registre[c].code, registre[c].classe, Markup(registre[c].cellule(ligne, vue_, lib)))  # noqa: S704 (cells escape)
            for c in montrees
        ]
        return _LIGNE.render(id=ligne.id, rang=ligne.rang, deport=vue_.deport, cellules=cellules)

    return CACHE.rendre(cle_de_cache(ligne, vue_, montrees, lib), fabrique)


@dataclass(frozen=True, slots=True)
class EnTete:
    """One header: its sort link, its filter."""

    code: str
    libelle: str
    classe: str
    tri_url: str
    aria_sort: str
    texte: str | None
    choix: list[tuple[str, str, bool]]
    actifs: int


@dataclass(frozen=True, slots=True)
class Jeton:
    """An active filter, and the address without it."""

    libelle: str
    url: str


def montrees(registre: Mapping[str, Colonne], etat: Etat, preference: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns shown: the URL's, else the person's, else the séance's own or all."""
    if etat.colonnes:
        return tuple(c for c in registre if c in etat.colonnes)
    d_origine = set(registre) - set(SEANCE) if dict(etat.contexte).get("seance") else set()
    masquees = set(preference.get("masquees", d_origine))
    return tuple(c for c in registre if c not in masquees) or tuple(registre)


def en_tetes(codes: Sequence[str], registre: Mapping[str, Colonne], etat: Etat, lib: Libelles, droits: Droits) -> list[EnTete]:
    """The headers of the columns shown."""
    return [_en_tete(registre[code], etat, lib, droits) for code in codes]


def _en_tete(colonne: Colonne, etat: Etat, lib: Libelles, droits: Droits) -> EnTete:
    valeurs = etat.filtres.get(colonne.code, ())
    sens = ("descending" if etat.decroissant else "ascending") if etat.tri == colonne.code else "none"
    choix = [(c, lib_, c in valeurs) for c, lib_ in _options(colonne, lib, droits)] if colonne.choix else []
    texte = (valeurs[0] if valeurs else "") if colonne.filtre is Filtre.TEXTE else None
    return EnTete(
        colonne.code, colonne.libelle, colonne.classe, etat.trier(colonne.code).url(BASE), sens, texte, choix, len(valeurs)
    )


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
