"""The three lists as screens: the same page, columns kept per person, the same rows as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.cockpit import etablissements, praticiens, terrains
from app.cockpit.colonnes import LISTES, SANS_VUE
from app.core.memoire import garder as en_memoire
from app.core.pages import cible, est_fragment, rendre
from app.core.templating import ENV
from app.exports.texte import MARQUE, en_csv
from app.liste.libelles import libelles
from app.referentiel.chargement import lire as lire_donnees
from app.tableau.comptes import compte
from app.tableau.etat import Etat, lire
from app.tableau.preferences import lien, preference
from app.tableau.vue import Tableau, gain, habiller, lire_page, montrees, phrase_de_compte

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from litestar import Request
    from litestar.response import Template
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.core.access import Droits
    from app.liste.libelles import Libelles
    from app.tableau.requete import Page, Requete

TAILLE = 500  # rows of a file read at once
_LIGNE = ENV.get_template("tableau/_ligne.html")


@dataclass(frozen=True, slots=True)
class Liste:
    """One of them."""

    nom: str
    tableau: Tableau
    requete: Callable[[Droits], Requete]
    intro: str


_INTROS = {
    "terrains": "Un numéro par terrain, qu'il garde quels que soient son titulaire et son nom.",
    "etablissements": "Ceux du registre ne se modifient pas ; les locaux se rapprochent d'un site du registre.",
    "praticiens": "Le registre RPPS, en lecture seule : demandes, agréments et terrains de vos subdivisions.",
}
LISTE_TERRAINS = Liste("terrains", terrains.TABLEAU, terrains.requete, _INTROS["terrains"])
LISTE_ETABLISSEMENTS = Liste("etablissements", etablissements.TABLEAU, etablissements.requete, _INTROS["etablissements"])
LISTE_PRATICIENS = Liste("praticiens", praticiens.TABLEAU, praticiens.requete, _INTROS["praticiens"])


async def _savoir_faire(_: AsyncSession) -> dict[str, str]:
    return {x["code"]: x["libelle"] for x in lire_donnees("savoir_faire.csv")}


async def libelles_du_cockpit(session: AsyncSession) -> Libelles:
    """The labels of the list of demandes, and ours."""
    lib = await libelles(session)
    return replace(
        lib, listes={**lib.listes, **LISTES, "savoir_faire": await en_memoire(session, "savoir_faire", _savoir_faire)}
    )


def etat_de(liste: Liste, droits: Droits, parametres: list[tuple[str, str]]) -> tuple[Etat, Requete]:
    """What an address asks for."""
    requete = liste.requete(droits)
    return lire(parametres, requete.colonnes), requete


async def page_de(
    request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, liste: Liste, *, coche: str = ""
) -> Template:
    """The page, or what a filter changes of it; *coche* names the boxes of its rows."""
    etat, requete = etat_de(liste, droits, list(request.query_params.multi_items()))
    filtre = est_fragment(request) and cible(request) == "corps"  # the headers stay where they are
    t = await _vue(request, session, liste, requete, etat, coche=coche, en_tetes=not filtre)
    if est_fragment(request):
        reponse = rendre(request, "tableau/_filtre.html" if filtre else "tableau/_tableau.html", t=t)
        reponse.headers["HX-Push-Url"] = t["url"]
        return reponse
    return rendre(request, "cockpit/liste.html", t=t, droits=droits, liste=liste, coche=coche)


async def _vue(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    liste: Liste,
    requete: Requete,
    etat: Etat,
    *,
    coche: str,
    en_tetes: bool,
) -> dict[str, Any]:
    connu, tableau = request.app.state.direct.connu, liste.tableau
    lib = await libelles_du_cockpit(session)
    pref = await preference(session, requete.droits.personne_id, liste.nom)
    codes = montrees(requete.colonnes, etat, pref)
    page, etat = await lire_page(session, requete, codes, etat)
    tous = await compte(session, requete, Etat(), connu)
    retenus = await compte(session, requete, etat, connu) if etat.filtres else tous
    return habiller(tableau, requete, etat, page, codes, pref, lib, en_tetes_aussi=en_tetes) | {
        "lignes": _rangees(page, codes, requete, lib, coche),
        "compte": phrase_de_compte(retenus, tous, tableau.sujet),
        "gain": None if page.lignes else await gain(session, requete, etat, tableau.base),
        "largeur": len(codes) + bool(coche),
        "coche": bool(coche),
        "ouvrir": request.query_params.get("ouvrir", ""),
        "direct": "",
        "totaux_url": "",
        "export": lien(etat, codes, pref, f"{tableau.base}/export.csv"),
    }


def _rangees(page: Page, codes: tuple[str, ...], requete: Requete, lib: Libelles, coche: str) -> Markup:
    choisies = [requete.colonnes[code] for code in codes]
    faites = []
    for r in page.lignes:
        cellules = [(c.code, c.classe, Markup(c.cellule(r, SANS_VUE, lib))) for c in choisies]  # noqa: S704 (cells escape)
        nom = f"{r.numero}" if coche else ""
        faites.append(_LIGNE.render(id=r.id, coche=coche, nom=nom, cellules=cellules))
    return Markup("".join(faites))  # noqa: S704 (cells escape)


async def en_fichier(
    sessions: async_sessionmaker[AsyncSession], liste: Liste, droits: Droits, etat: Etat
) -> AsyncIterator[bytes]:
    """What the table shows, row by row; nothing of the database is held between two pages."""
    requete = liste.requete(droits)
    async with sessions() as session:
        lib, pref = await libelles_du_cockpit(session), await preference(session, droits.personne_id, liste.nom)
    codes, etat = montrees(requete.colonnes, etat, pref), etat.debut()
    sorties = [s for code in codes for s in requete.colonnes[code].en_fichier()]
    yield MARQUE.encode() + en_csv([[s.titre for s in sorties]])
    while True:
        async with sessions() as session:
            page = await requete.page(session, codes, etat, TAILLE)
        yield en_csv([[_valeur(s.valeur(r, SANS_VUE, lib)) for s in sorties] for r in page.lignes])
        if page.suivante is None:
            return
        etat = replace(etat, apres=page.suivante)


def _valeur(lue: str | int | None) -> str | int | None:
    return None if lue == "—" else lue
