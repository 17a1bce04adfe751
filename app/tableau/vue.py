"""The view-model that every table shares: headers, chips, counts, pages, the choice of columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from app.tableau.colonnes import Colonne, Filtre
from app.tableau.preferences import choix_des_colonnes, ecartees, en_ordre
from app.tableau.requete import PLAFOND

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.tableau.etat import Etat
    from app.tableau.requete import Compte, Page, Requete


class Listes(Protocol):
    """The labels behind the codes, by list."""

    @property
    def listes(self) -> Mapping[str, Mapping[str, str]]: ...
    def de(self, liste: str, code: str | None) -> str: ...


@dataclass(frozen=True, slots=True)
class Tableau:
    """A list as its templates name it: its address, its caption, what it counts (it takes an s), what it says empty."""

    base: str
    titre: str
    sujet: str
    aucun: str  # nothing matches the filters
    vide: str  # nothing at all
    en_resume: tuple[str, ...] = ()  # templates beside the count
    totaux: str = ""  # the template of its footer


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


def montrees(
    registre: Mapping[str, Colonne], etat: Etat, preference: Mapping[str, Any], masquees: Collection[str] = ()
) -> tuple[str, ...]:
    """The columns shown, in order: the URL's, else the person's, else all but *masquees*."""
    if etat.colonnes:
        return etat.colonnes
    cachees = set(preference.get("masquees", masquees))
    ordre = en_ordre(registre, preference)
    return tuple(c for c in ordre if c not in cachees) or ordre


def en_tetes(codes: Sequence[str], requete: Requete, etat: Etat, lib: Listes, base: str) -> list[EnTete]:
    """The headers of the columns shown."""
    return [_en_tete(requete.colonnes[code], etat, lib, requete.droits, base) for code in codes]


def _en_tete(colonne: Colonne, etat: Etat, lib: Listes, droits: Droits, base: str) -> EnTete:
    valeurs = etat.filtres.get(colonne.code, ())
    tris = dict(etat.tris)
    sens = ("descending" if tris[colonne.code] else "ascending") if colonne.code in tris else "none"
    rang = list(tris).index(colonne.code) + 1 if colonne.code in tris and len(tris) > 1 else 0
    tri_url, aussi_url = etat.trier(colonne.code).url(base), etat.trier_aussi(colonne.code).url(base)
    choix = [(c, lib_, c in valeurs) for c, lib_ in _options(colonne, lib, droits)] if colonne.choix else []
    texte = (valeurs[0] if valeurs else "") if colonne.filtre is Filtre.TEXTE else None
    return EnTete(colonne.code, colonne.libelle, colonne.classe, tri_url, aussi_url, sens, rang, texte, choix, len(valeurs))


def _options(colonne: Colonne, lib: Listes, droits: Droits) -> list[tuple[str, str]]:
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


def jetons(registre: Mapping[str, Colonne], etat: Etat, lib: Listes, base: str) -> list[Jeton]:
    """The active filters, one chip a value."""
    faits = []
    for code, valeurs in etat.filtres.items():
        colonne = registre[code]
        for valeur in valeurs:
            texte = lib.de(colonne.choix, valeur) if colonne.choix else f"« {valeur} »"
            faits.append(Jeton(f"{colonne.libelle} : {texte}", etat.sans(code, valeur).url(base)))
    return faits


def nombre(compte: Compte) -> str:
    """« 412 », or « plus de 5 000 »."""
    return f"plus de {_n(PLAFOND)}" if compte.plus else _n(compte.sujets)


def phrase_de_compte(compte: Compte, total: Compte, sujet: str) -> str:
    """« 87 sur 412 demandes (95 lignes) », exact up to the ceiling; *sujet* takes an s."""
    tous, n = nombre(total), nombre(compte)
    lignes = f" ({_n(compte.lignes)} lignes)" if compte.lignes != compte.sujets and not compte.plus else ""
    return f"{n} sur {tous} {sujet}{'s' if total.plus or total.sujets > 1 else ''}{lignes}"


def _n(nombre: int) -> str:
    return f"{nombre:,}".replace(",", "\u202f")


def pages(page: Page, etat: Etat, base: str) -> dict[str, str | None]:
    """The addresses of the neighbours."""
    suivante = replace(etat, apres=page.suivante, avant=None).url(base) if page.suivante else None
    precedente = replace(etat, avant=page.precedente, apres=None).url(base) if page.precedente else None
    return {"suivante": suivante, "precedente": precedente}


async def lire_page(session: AsyncSession, requete: Requete, codes: Sequence[str], etat: Etat) -> tuple[Page, Etat]:
    """The page of *etat*; the first one where the rows beyond its bookmark have gone."""
    page = await requete.page(session, codes, etat)
    if not page.lignes and (etat.apres or etat.avant):
        etat = etat.debut()
        page = await requete.page(session, codes, etat)
    return page, etat


async def gain(session: AsyncSession, requete: Requete, etat: Etat, base: str) -> dict[str, Any] | None:
    """No result: which filter to drop, and what that would give."""
    sans = {code: await requete.compter(session, etat.sans(code)) for code in etat.filtres}
    mieux = max(sans, key=lambda code: sans[code].sujets, default=None)
    if mieux is None or not sans[mieux].sujets:
        return None
    return {"libelle": requete.colonnes[mieux].libelle, "nombre": nombre(sans[mieux]), "url": etat.sans(mieux).url(base)}


def habiller(
    tableau: Tableau,
    requete: Requete,
    etat: Etat,
    page: Page,
    codes: tuple[str, ...],
    pref: Mapping[str, Any],
    lib: Listes,
    *,
    en_tetes_aussi: bool,
) -> dict[str, Any]:
    """What surrounds the rows, whatever they are."""
    registre, base = requete.colonnes, tableau.base
    return {
        "base": base,
        "tableau": tableau,
        "jetons": jetons(registre, etat, lib, base),
        "reinitialiser": replace(etat, filtres={}).debut().url(base),
        "en_tetes": en_tetes(codes, requete, etat, lib, base) if en_tetes_aussi else [],
        "toutes": choix_des_colonnes(registre, codes, pref, etat, base) if en_tetes_aussi else [],
        "ecartees": ecartees(registre, etat, pref),
        "verrou": etat.verrou or pref.get("verrou", ""),
        "pages": pages(page, etat, base),
        "caches": champs_caches(codes, etat),
        "url": etat.url(base),
    }
