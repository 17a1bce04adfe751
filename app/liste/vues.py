"""Views: a state of the table kept under a name, for oneself, or published for the service.

A published view is offered to whoever holds a function in one of the subdivisions where its author is scolarité, for as
long as he is. It is an address, never a right: what its reader may not filter, sort or show is left out of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import func, or_, select, update

from app.comptes.models import Fonction, Personne
from app.core.errors import Conflit, Interdit, Introuvable
from app.core.journal import consigner
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.liste.colonnes import colonnes
from app.liste.colonnes_seance import offertes
from app.liste.queries import tableau_de
from app.liste.vue import BASE
from app.tableau.etat import Etat, lire
from app.tableau.models import VueEnregistree

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

NOM_MAX = 80
VUES_MAX = 50  # of one person, for one table
DEJA = "Vous avez déjà une vue de ce nom : choisissez-en un autre, ou remplacez-la."


@dataclass(frozen=True, slots=True)
class Vue:
    """A view as its reader may use it."""

    id: int
    nom: str
    auteur: str
    mienne: bool
    publiee: bool
    version: int
    url: str


async def vues_de(session: AsyncSession, droits: Droits, etat: Etat) -> list[Vue]:
    """One's own, then those that are published for one's service, by name; what they hold, cut to these rights."""
    requete = (
        select(VueEnregistree, Personne.prenom, Personne.nom)
        .join(Personne, Personne.id == VueEnregistree.personne_id)
        .where(
            VueEnregistree.tableau == tableau_de(etat),
            or_(VueEnregistree.personne_id == droits.personne_id, VueEnregistree.publiee),
        )
        .order_by(VueEnregistree.nom, VueEnregistree.id)
    )
    lues = (await session.execute(requete)).all()
    services = await _services(session, {v.personne_id for v, *_ in lues} - {droits.personne_id})
    return [
        Vue(
            v.id, v.nom, f"{prenom} {nom}", v.personne_id == droits.personne_id, v.publiee, v.version, _adresse(v, droits, etat)
        )
        for v, prenom, nom in sorted(lues, key=lambda x: x[0].personne_id != droits.personne_id)
        if v.personne_id == droits.personne_id or _du_service(droits, services.get(v.personne_id, frozenset()))
    ]


def _adresse(vue: VueEnregistree, droits: Droits, etat: Etat) -> str:
    gardee = lire(parse_qsl(vue.etat), offertes(droits) if dict(etat.contexte).get("seance") else colonnes(droits))
    return replace(gardee, contexte=etat.contexte).debut().url(BASE)


async def _services(session: AsyncSession, auteurs: set[int]) -> dict[int, frozenset[str] | None]:
    """Where each of these is scolarité today; None means everywhere."""
    if not auteurs:
        return {}
    le = aujourdhui()
    requete = select(Fonction.personne_id, Fonction.subdivisions).where(
        Fonction.personne_id.in_(auteurs), Fonction.role == Role.SCOL, Fonction.debut <= le,
        or_(Fonction.fin.is_(None), Fonction.fin >= le),
    )  # fmt: skip
    services: dict[int, frozenset[str] | None] = {}
    for auteur, lieux in (await session.execute(requete)).all():
        deja = services.get(auteur, frozenset())
        services[auteur] = None if not lieux or deja is None else deja | frozenset(lieux)
    return services


def _du_service(droits: Droits, service: frozenset[str] | None) -> bool:
    if service is not None and not service:
        return False
    return any(p.subdivisions is None or service is None or p.subdivisions & service for p in droits.portees)


def etat_a_garder(droits: Droits, retour: str) -> tuple[str, Etat]:
    """The state behind an address, without its place nor its séance; and the séance's own, to come back to."""
    parametres = parse_qsl(urlsplit(retour).query)
    registre = offertes(droits) if dict(parametres).get("seance") else colonnes(droits)
    lu = lire(parametres, registre, fixes=("seance",))
    return replace(lu, contexte=()).debut().url("").removeprefix("?"), Etat(contexte=lu.contexte)


async def garder(session: AsyncSession, droits: Droits, *, nom: str, retour: str) -> None:
    """Keep a state under a new name.

    Raises:
        Conflit: the name is taken, or there are too many.
    """
    etat, contexte = etat_a_garder(droits, retour)
    tableau = tableau_de(contexte)
    siennes = (VueEnregistree.personne_id == droits.personne_id, VueEnregistree.tableau == tableau)
    await _nom_libre(session, *siennes, VueEnregistree.nom == nom)
    if (await session.execute(select(func.count()).where(*siennes))).scalar_one() >= VUES_MAX:
        raise Conflit(f"{VUES_MAX} vues au plus : supprimez-en une.")
    vue = VueEnregistree(personne_id=droits.personne_id, tableau=tableau, nom=nom, etat=etat, publiee=False, version=1)
    session.add(vue)
    await session.flush()
    await _consigner(session, "garder_vue", vue.id, droits, apres={"nom": nom, "etat": etat})


async def changer(session: AsyncSession, droits: Droits, vue_id: int, *, version: int, **valeurs: Any) -> None:
    """Rename, replace, publish or withdraw one's own view.

    Raises:
        Introuvable: not one's own. Interdit: only the scolarité publishes. Conflit: changed meanwhile, or the name is taken.
    """
    if valeurs.get("publiee") and not droits.a(Role.SCOL):
        raise Interdit("Seule la scolarité publie une vue pour le service.")
    vue = await _mienne(session, droits, vue_id)
    if "nom" in valeurs and valeurs["nom"] != vue.nom:
        await _nom_libre(session, VueEnregistree.personne_id == droits.personne_id, VueEnregistree.tableau == vue.tableau,
                         VueEnregistree.nom == valeurs["nom"])  # fmt: skip
    avant = {nom: getattr(vue, nom) for nom in valeurs}
    await _si_inchangee(session, vue_id, version, **valeurs)
    await _consigner(session, "changer_vue", vue_id, droits, avant=avant, apres=valeurs, version=version + 1)


async def supprimer(session: AsyncSession, droits: Droits, vue_id: int, *, version: int) -> None:
    """Away with one's own view.

    Raises:
        Introuvable: not one's own. Conflit: changed meanwhile.
    """
    vue = await _mienne(session, droits, vue_id)
    avant = {"nom": vue.nom, "etat": vue.etat, "publiee": vue.publiee}
    await _si_inchangee(session, vue_id, version)
    await session.delete(vue)
    await _consigner(session, "supprimer_vue", vue_id, droits, avant=avant)


async def _mienne(session: AsyncSession, droits: Droits, vue_id: int) -> VueEnregistree:
    requete = select(VueEnregistree).where(VueEnregistree.id == vue_id, VueEnregistree.personne_id == droits.personne_id)
    vue = await session.scalar(requete)
    if vue is None:
        raise Introuvable
    return vue


async def _nom_libre(session: AsyncSession, *conditions: Any) -> None:
    if await session.scalar(select(VueEnregistree.id).where(*conditions)):
        raise Conflit(DEJA)


async def _si_inchangee(session: AsyncSession, vue_id: int, version: int, **valeurs: Any) -> None:
    condition = (VueEnregistree.id == vue_id, VueEnregistree.version == version)
    ecrite: Any = await session.execute(update(VueEnregistree).where(*condition).values(version=version + 1, **valeurs))
    if ecrite.rowcount != 1:
        raise Conflit("Cette vue a changé entre-temps, dans un autre onglet : rechargez la liste des vues.")


async def _consigner(session: AsyncSession, action: str, vue_id: int, par: Droits, **autres: Any) -> None:
    await consigner(session, action, par=par, sujet="vue", sujet_id=vue_id, **autres)
