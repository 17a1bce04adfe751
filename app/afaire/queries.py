"""What waits for one person: each kind of work with its oldest rows, read through the list's own masked request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.core.visibilite import Objet
from app.liste.attentes import attentes
from app.liste.colonnes_attente import en_jours, jours
from app.liste.libelles import libelles
from app.liste.queries import requete_de
from app.liste.voisinage import suite_de
from app.liste.vue import BASE, Vues
from app.tableau.comptes import compte
from app.tableau.etat import Etat
from app.tableau.vue import nombre

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.liste.attentes import Attente
    from app.liste.libelles import Libelles

MONTREES: Final = ("personne", "formation", "etablissement", "terrain", "attente")
AU_PLUS: Final = 8  # rows of each kind; the list has them all
VIEUX, TRES_VIEUX = 15, 30  # days


@dataclass(frozen=True, slots=True)
class Rangee:
    """One thing to do: who, what, where, since when; `suite` is where a further act on it is."""

    url: str
    qui: str
    quoi: str
    ou: str = ""
    age: dict[str, str] | None = None
    suite: str = ""


@dataclass(frozen=True, slots=True)
class Bloc:
    """One kind of work. `gabarit` shows its `rangees`; `urgent` ones come first and say why in `acte`."""

    code: str
    titre: str
    nombre: str
    acte: str
    url: str
    rangees: list[Rangee]
    gabarit: str = "afaire/_demandes.html"
    urgent: bool = False
    mot: str = ""  # of the link `suite` of a row


# Other features' work, for those who may do it; None where there is nothing of it for this person.
BLOCS: Final[list[Callable[[AsyncSession, Droits], Awaitable[Bloc | None]]]] = []


async def blocs(session: AsyncSession, droits: Droits, connu: Any) -> list[Bloc]:
    """Everything, the urgent first; *connu* is the last act known, until which counts are kept."""
    faits = [b for fabrique in BLOCS if (b := await fabrique(session, droits)) is not None]
    lib = await libelles(session)
    faits += [await _demandes(session, droits, a, lib, connu) for a in attentes(droits)]
    return sorted(faits, key=lambda b: not b.urgent)


async def _demandes(session: AsyncSession, droits: Droits, attente: Attente, lib: Libelles, connu: Any) -> Bloc:
    etat = Etat(filtres=attente.filtres, tri="attente")
    requete = await requete_de(session, droits, etat)
    trouvees = await compte(session, requete, etat, connu)
    page = await requete.page(session, MONTREES, etat, AU_PLUS) if trouvees.lignes else None
    vues, suite = Vues(droits), suite_de(etat)
    rangees = [_rangee(x, lib, suite, ouvrable=Objet.DOSSIER in vues.de(x).lit) for x in (page.lignes if page else ())]
    return Bloc(attente.code, attente.libelle, nombre(trouvees), attente.acte, etat.url(BASE), rangees)


def _rangee(x: Any, lib: Libelles, suite: str, *, ouvrable: bool) -> Rangee:
    return Rangee(
        f"/demandes/{x.demande_id}{suite}" if ouvrable else "",
        f"{x.prenom} {x.nom}",
        lib.de("formation", x.formation),
        " · ".join(filter(None, (x.terrain, x.etablissement))),
        age(jours(x.depuis)) if x.depuis else None,
    )


def age(nombre: int) -> dict[str, str]:
    """« 12 jours », and how old that is."""
    classe = "tres-vieux" if nombre > TRES_VIEUX else "vieux" if nombre > VIEUX else ""
    return {"dit": en_jours(nombre), "classe": classe}
