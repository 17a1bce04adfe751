"""Previous and next in the list that a dossier was opened from, with its place: « 12/87 ».

The list travels as its own query (`liste=…`), read back as the table reads it, and never as an address to go to. A
dossier is a demande and the list's rows are lines: a demande is one stop, where its first line stands, so that the
places are as many as the demandes that the list counts. In the panel each line is a stop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.core.errors import Introuvable
from app.demandes.models import Ligne
from app.demandes.parcours import SOURCES, Parcours
from app.liste import vue as v
from app.liste.queries import ecran_de, requete_de, sans_seance
from app.tableau import requete as moteur
from app.tableau.comptes import compte
from app.tableau.etat import Etat
from app.tableau.requete import Compte
from app.tableau.vue import nombre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Request
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.tableau.requete import Page, Requete


LONGUEUR = 8_000  # of a list's query
TOURS = 20  # pages read before a neighbour is given up
AVANT = 9  # rows above the one that a page is opened for
HORS = "hors filtre"
SUIVIES = "statut,decision_rep,decision_coord,decision_commission"


@dataclass(frozen=True, slots=True)
class Voisins:
    """Around a row of a list: its neighbours, its place among how many (None outside the filter), where to come back."""

    retour: int  # the row
    precedente: Any
    suivante: Any
    rang: Compte | None  # what comes before it, itself included
    total: Compte
    page: Etat  # that holds it


async def liste_de(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Etat | None:
    """The state of the list: the address's, else that of the table on which htmx acts or which linked here."""
    texte = request.query_params.get("liste")
    if texte is None:
        texte = next(
            (q for nom in ("hx-current-url", "referer") if (q := _requete_de(request.headers.get(nom))) is not None), None
        )
    if texte is None:
        return None
    try:
        etat, _ = await ecran_de(session, droits, parse_qsl(texte[:LONGUEUR]))
    except Introuvable:  # a séance that is not this person's
        return None
    return etat


def _requete_de(adresse: str | None) -> str | None:
    try:
        parts = urlsplit(adresse or "")
    except ValueError:
        return None
    return parts.query if parts.path == v.BASE else None


def suite_de(etat: Etat, **autres: Any) -> str:
    """What an address carries so that the list goes along."""
    return "?" + urlencode({"liste": urlencode(etat.parametres()) or "tout=1", **autres})


async def voisins(
    session: AsyncSession, droits: Droits, etat: Etat, *, a: Any, demande: int, ligne: int | None = None, quittee: str = ""
) -> Voisins | None:
    """Around a demande, left by the row *quittee*, or around one *ligne*; *a* is the last act known.

    None: the list is not this person's.
    """
    requete = await requete_de(session, droits, etat)
    ou = Ligne.id == ligne if ligne else Ligne.demande_id == demande
    nu = etat.debut()
    dedans = await requete.places(session, nu, ou)
    pivot = next(iter(dedans or await sans_seance(requete).places(session, Etat().trie_par(etat.tris), ou)), None)
    if pivot is None:
        return None
    arriere, avant = autour = await _autour(session, requete, nu, pivot)
    par_ligne, retour = ligne is not None, next((x for x in dedans if str(x.id) == quittee), pivot)
    rang = None
    if dedans:
        n = await requete.compter_avant(session, nu, requete.place_de(nu, pivot))
        rang = Compte(n.lignes + 1, n.sujets + 1, plus=n.plus)
    return Voisins(
        retour.id,
        await _premier(session, requete, nu, arriere, demande, recul=True, par_ligne=par_ligne),
        await _premier(session, requete, nu, avant, demande, recul=False, par_ligne=par_ligne),
        rang,
        await compte(session, requete, nu, a),
        _page_de(requete, etat, *(autour if retour is pivot else await _autour(session, requete, nu, retour))),
    )


async def _autour(session: AsyncSession, requete: Requete, etat: Etat, ligne: Any) -> tuple[Page, Page]:
    place = requete.place_de(etat, ligne)
    arriere = await requete.page(session, (), replace(etat, avant=place))
    return arriere, await requete.page(session, (), replace(etat, apres=place))


async def _premier(
    session: AsyncSession, requete: Requete, etat: Etat, page: Page, demande: int, *, recul: bool, par_ligne: bool
) -> Any:
    """The nearest row that is a stop: any row, or the first of its demande wherever the sort scatters them."""
    for _ in range(TOURS):
        lignes = list(reversed(page.lignes)) if recul else list(page.lignes)
        if par_ligne or not lignes:
            return lignes[0] if lignes else None
        ensemble = await _ensemble(session, requete, etat, page.lignes) if requete.tris(etat) else page.lignes
        tetes = {x.demande_id: x.id for x in reversed(ensemble)}
        arret = next((x for x in lignes if x.demande_id != demande and tetes[x.demande_id] == x.id), None)
        suite = page.precedente if recul else page.suivante
        if arret is not None or suite is None:
            return arret
        page = await requete.page(session, (), replace(etat, avant=suite) if recul else replace(etat, apres=suite))
    return None


async def _ensemble(session: AsyncSession, requete: Requete, etat: Etat, lignes: Sequence[Any]) -> Sequence[Any]:
    """Every row of the list of these rows' demandes, in its order."""
    return await requete.places(session, etat, Ligne.demande_id.in_(sorted({x.demande_id for x in lignes})))


def _page_de(requete: Requete, etat: Etat, arriere: Page, avant: Page) -> Etat:
    """The page that the reader left if the row still stands on it, else one that begins a little above the row."""
    avant_elle, apres_elle = ([requete.place_de(etat, x) for x in page.lignes] for page in (arriere, avant))
    if etat.apres in avant_elle or (etat.apres is None and etat.avant in apres_elle):
        return etat
    if arriere.precedente is None and len(avant_elle) < moteur.TAILLE:
        return etat.debut()
    return replace(etat, apres=avant_elle[-min(AVANT + 1, len(avant_elle))], avant=None)


def place(x: Voisins, *, par_ligne: bool = False) -> str:
    """« 12/87 », counted as the list counts; « hors filtre » where the list does not hold it."""
    if x.rang is None:
        return HORS
    return "/".join(nombre(Compte(n.lignes, n.lignes if par_ligne else n.sujets, plus=n.plus)) for n in (x.rang, x.total))


async def parcours(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, demande_id: int) -> Parcours:
    """The way of a dossier through the list that it was opened from."""
    vivant = request.app.state.direct
    direct = f"/direct/demandes?cols={SUIVIES}&depuis={vivant.dernier}"
    etat, connu = await liste_de(request, session, droits), vivant.connu
    quittee = request.query_params.get("ligne", "")
    trouves = await voisins(session, droits, etat, a=connu, demande=demande_id, quittee=quittee) if etat else None
    if etat is None or trouves is None:
        return Parcours(direct=direct)
    ancre = "" if trouves.rang is None else f"#ligne-{trouves.retour}"
    return Parcours(
        suite=suite_de(etat),
        liste=trouves.page.url(v.BASE) + ancre,
        titre="Tableau de la séance" if dict(etat.contexte).get("seance") else "Liste des demandes",
        precedente=_adresse(trouves.precedente, etat),
        suivante=_adresse(trouves.suivante, etat),
        place=place(trouves),
        direct=direct,
    )


def _adresse(ligne: Any, etat: Etat) -> str:
    return f"/demandes/{ligne.demande_id}{suite_de(etat)}" if ligne is not None else ""


SOURCES.append(parcours)
