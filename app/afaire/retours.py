"""Returns past their deadline, before everything else; and the demandes that another one overlaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.afaire.queries import AU_PLUS, BLOCS, Bloc, Rangee, age
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes import jumelles
from app.demandes.retours import queries as retours
from app.liste.libelles import libelles

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Demande, Ligne

LISTE: Final = "/retours-en-retard"


async def en_retard(session: AsyncSession, droits: Droits) -> Bloc | None:
    """Each is extended or refused in one act from the list."""
    if not droits.a(Role.SCOL):
        return None
    lus = await retours.retours_en_retard(session, droits, limite=AU_PLUS)
    if not lus:
        return None
    lib = await libelles(session)
    rangees = [
        replace(
            _rangee(x.demande, x.tete, lib.de("formation", x.tete.formation)),
            age=age((aujourdhui() - x.retour.echeance).days),
            suite=f"{LISTE}#demande-{x.demande.id}",
        )
        for x in lus
    ]
    nombre = await retours.compte_en_retard(session, droits)
    acte = "Le délai de complément est passé : prolongez, ou refusez. Rien ne se fait tout seul."
    return Bloc("retards", "retours en retard", str(nombre), acte, LISTE, rangees, urgent=True, mot="Prolonger ou refuser")


async def recouvrements(session: AsyncSession, droits: Droits) -> Bloc | None:
    """Twins: the scolarité looks before it validates."""
    if not droits.a(Role.SCOL):
        return None
    lues = await jumelles.jumelles(session, droits)
    if not lues:
        return None
    lib = await libelles(session)
    rangees = [
        replace(
            _rangee(x.demande, x.ligne, lib.de("formation", x.ligne.formation), ouvrable=x.ouvrable),
            ou=x.recouvrement.libelle,
            suite=f"/demandes/{x.de}",
        )
        for x in lues[:AU_PLUS]
    ]
    acte = "Une autre demande de la campagne porte sur le même terrain, ou du même RTS sur la même formation."
    return Bloc("recouvrements", "recouvrements à regarder", str(len(lues)), acte, "", rangees, mot="Voir l'autre demande")


def _rangee(demande: Demande, tete: Ligne, formation: str, *, ouvrable: bool = True) -> Rangee:
    lieu = " · ".join(filter(None, (tete.terrain, tete.etablissement)))
    return Rangee(f"/demandes/{demande.id}" if ouvrable else "", f"{demande.prenom} {demande.nom}", formation, lieu)


BLOCS.extend([en_retard, recouvrements])
