"""The database against what people were told: every acknowledged save is there once, over what its author had read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.avis.genres import GENRES
from app.avis.models import AvisCoordonnateur, Decision
from app.avis.regles import Jugement
from app.avis.traces import REPRENDRE, TOUS
from app.core.journal import Journal
from app.demandes.models import Demande, Ligne
from tests.soak.gestes import dit, lots_faux, retours_faux

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.soak.ecrivains import Ecriture, Redacteur, Registre

SAUVES = {str(GENRES[adresse].action) for adresse in ("decision", "avis-coordonnateur")}


def _mot(dit: dict[str, Any] | None) -> str:
    return str(dit["commentaire"]) if dit else ""


async def verifier(session: AsyncSession, registre: Registre, *, depuis: int, complet: bool = True) -> list[str]:
    """What is wrong with the judgements, in words; *complet*: nobody had judged before *depuis*."""
    actes = list((await session.execute(select(Journal).where(Journal.id > depuis).order_by(Journal.id))).scalars())
    par_marque: dict[str, list[Journal]] = {}
    for acte in actes:
        if acte.lot is None and acte.action in SAUVES and _mot(acte.apres) not in {"", _mot(acte.avant)}:
            par_marque.setdefault(_mot(acte.apres), []).append(acte)
    fautes = [f for e in registre.acquittees if e.adresse != "saisie" for f in _ecriture(e, par_marque.get(e.marque, []))]
    acquittees = {e.marque for e in registre.acquittees}
    fautes += [f"{m} : écrite sans avoir été confirmée" for m in par_marque if m not in acquittees | registre.doutes]
    for adresse, table in (("decision", Decision), ("avis-coordonnateur", AvisCoordonnateur)):
        siens = [a for a in actes if TOUS.get(a.action) == adresse]
        fautes += await _etat(session, table, siens, complet=complet)
    seuls = sum(a.lot is None and a.action in SAUVES and _mot(a.apres) == _mot(a.avant) for a in actes)
    if not registre.sans_marque <= seuls <= registre.sans_marque + len(registre.doutes):
        fautes.append(f"{seuls} changements d'un seul champ au journal, {registre.sans_marque} confirmés")
    return fautes + retours_faux(actes) + await lots_faux(session, actes) + list(registre.fautes)


def _ecriture(e: Ecriture, actes: list[Journal]) -> list[str]:
    if len(actes) != 1:
        return [f"{e.marque} : confirmée, et {len(actes)} fois au journal"]
    if (avant := _mot(actes[0].avant)) != e.lue:
        return [f"{e.marque} (ligne {e.sujet}) : écrasait {avant or 'rien'} alors que son auteur avait lu {e.lue or 'rien'}"]
    return []


async def _etat(session: AsyncSession, table: Any, actes: Iterable[Journal], *, complet: bool) -> list[str]:
    """The stored judgement is the journal's last; each act begins where the one before ended."""
    fautes, derniers, nombres = [], {}, {}
    for acte in actes:
        precedent = derniers.get(acte.ligne_id)
        if precedent is not None and dit(acte.avant) != dit(precedent.apres):
            fautes.append(f"acte {acte.id} : ne part pas de l'acte {precedent.id}")
        derniers[acte.ligne_id] = acte
        nombres[acte.ligne_id] = 0 if acte.apres is None or acte.action == REPRENDRE else nombres.get(acte.ligne_id, 0) + 1
    stockes = {x.ligne_id: x for x in (await session.execute(select(table))).scalars()}
    for ligne, acte in derniers.items():
        stocke = stockes.pop(ligne, None)
        if (Jugement.de(stocke).en_clair() if stocke else None) != dit(acte.apres):
            fautes.append(f"{table.__tablename__} de la ligne {ligne} : le journal et la base diffèrent")
        elif stocke and acte.version not in {None, stocke.version}:
            fautes.append(f"{table.__tablename__} de la ligne {ligne} : version {stocke.version}, {acte.version} au journal")
        elif stocke and stocke.version < nombres[ligne]:
            fautes.append(f"{table.__tablename__} de la ligne {ligne} : version {stocke.version}, {nombres[ligne]} actes")
    return fautes + [f"{table.__tablename__} de la ligne {x} : sans acte" for x in stockes if complet]


async def verifier_brouillons(session: AsyncSession, redacteurs: list[Redacteur], registre: Registre, depuis: int) -> list[str]:
    """Each draft holds what was acknowledged last, or what was sent after it and never answered; acts and versions agree."""
    fautes = []
    for x in redacteurs:
        demande = (await session.execute(select(Demande).where(Demande.id == x.demande))).scalar_one()
        requete = select(func.count()).where(
            Journal.demande_id == x.demande, Journal.id > depuis, Journal.action == "enregistrer"
        )
        actes = (await session.execute(requete)).scalar_one()
        if demande.projet not in {x.derniere, *x.possibles} and (x.derniere or demande.projet.startswith("m-")):
            fautes.append(f"brouillon {x.demande} : {demande.projet} au lieu de {x.derniere}")
        # A draft of the tests is created at 1, and filled in one write that nobody journals.
        if demande.version != actes + 2:
            fautes.append(f"brouillon {x.demande} : version {demande.version}, {actes} actes")
        if actes < sum(e.adresse == "saisie" and e.sujet == x.demande for e in registre.acquittees):
            fautes.append(f"brouillon {x.demande} : moins d'actes que de confirmations")
    return fautes


async def etat_des_lignes(session: AsyncSession) -> dict[int, int]:
    """The last act of each line."""
    requete = select(Journal.ligne_id, func.max(Journal.id)).where(Journal.ligne_id.is_not(None)).group_by(Journal.ligne_id)
    lus = dict((await session.execute(requete)).all())
    vivantes = set((await session.execute(select(Ligne.id))).scalars())
    return {ligne: acte for ligne, acte in lus.items() if ligne in vivantes}
