"""Dealing with what a register changed: each act is the scolarité's own, and what was done is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from app.agrements.models import Agrement
from app.agrements.service import declarer_depart
from app.cockpit.colonnes import en_vigueur
from app.cockpit.evenements import evenement
from app.cockpit.perimetre import terrains_visibles
from app.cockpit.permissions import exiger_scolarite, lieux
from app.cockpit.service import changer_etat
from app.core.errors import Conflit, Introuvable
from app.core.journal import consigner, maintenant, prendre_la_main
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes.mouvements import reprojeter_site
from app.referentiel.models import Etablissement, Terrain
from app.registres.models import EvenementRegistre, GenreEvenement
from app.registres.service_reprise import reprendre_open_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

REPRENDRE, CLORE, DEPART = "reprendre", "clore", "depart"
LIBELLES: Final = {
    REPRENDRE: "Reprendre la valeur Open Data dans le Cockpit",
    CLORE: "Clore le terrain",
    DEPART: "Déclarer le départ : ses agréments deviennent caducs",
}
_G = GenreEvenement
OFFERTS: Final = {
    _G.DEPART: (CLORE, DEPART),
    _G.FERMETURE: (REPRENDRE, CLORE),
    _G.RENOMMAGE: (REPRENDRE,),
    _G.DEMENAGEMENT: (REPRENDRE,),
    _G.RETOUR: (REPRENDRE,),
}


def offerts(e: EvenementRegistre) -> tuple[str, ...]:
    """The acts that may be done about it: nothing is taken over from a register that no longer knows the site."""
    parti = e.apres.get("au_registre") is False
    return tuple(a for a in OFFERTS[e.genre] if not (parti and a == REPRENDRE))


DEJA: Final = "Quelqu'un a déjà traité cet événement."


async def terrains_de_l_evenement(session: AsyncSession, droits: Droits, e: EvenementRegistre) -> Sequence[Terrain]:
    """The open terrains of one's subdivisions that it is about."""
    lie = Terrain.titulaire_rpps == e.rpps if e.rpps else Terrain.etablissement_id == e.etablissement_id
    requete = select(Terrain).where(lie, Terrain.actif, terrains_visibles(droits, Role.SCOL)).order_by(Terrain.numero)
    return (await session.scalars(requete)).all()


async def agrements_de_l_evenement(session: AsyncSession, droits: Droits, e: EvenementRegistre) -> Sequence[Agrement]:
    """The agréments in force, of one's subdivisions, of the practitioner that it is about."""
    if not e.rpps:
        return []
    siens = lieux(droits, Role.SCOL)
    conditions = [Agrement.rpps == e.rpps, en_vigueur(aujourdhui())]
    conditions += [] if siens is None else [Agrement.subdivision.in_(sorted(siens))]
    return (await session.scalars(select(Agrement).where(*conditions).order_by(Agrement.id))).all()


async def traiter(session: AsyncSession, evenement_id: int, *, actes: Sequence[str], motif: str, par: Droits) -> str:
    """Do what was ticked, or nothing with a reason; what was done, in words.

    Raises:
        Introuvable, Interdit: not of one's subdivisions; no scolarité.
        Conflit: somebody dealt with it first.
    """
    exiger_scolarite(par)
    trouve = await evenement(session, par, evenement_id)
    if trouve is None:
        raise Introuvable
    await prendre_la_main(session)
    prise = update(EvenementRegistre).where(EvenementRegistre.id == evenement_id, EvenementRegistre.traite_le.is_(None))
    ecrit = prise.values(traite_le=maintenant(), traite_par_id=par.personne_id)
    faite: Any = await session.execute(ecrit.execution_options(synchronize_session=False))
    if faite.rowcount != 1:
        raise Conflit(DEJA)
    e: EvenementRegistre = trouve[0]
    dits = [await _faire(session, acte, e, motif, par) for acte in actes if acte in offerts(e)]
    suite = " ; ".join(filter(None, dits)) or f"Sans suite : {motif}"
    await session.execute(update(EvenementRegistre).where(EvenementRegistre.id == e.id).values(suite=suite))
    await consigner(session, "traiter_evenement", par=par, sujet="evenement", sujet_id=e.id,
                    apres={"genre": e.genre, "suite": suite}, motif=motif or None)  # fmt: skip
    return suite


async def _faire(session: AsyncSession, acte: str, e: EvenementRegistre, motif: str, par: Droits) -> str:
    if acte == CLORE:
        terrains = await terrains_de_l_evenement(session, par, e)
        for terrain in terrains:
            await changer_etat(session, terrain.id, actif=False, motif=motif, version=terrain.version, par=par)
        return "Terrains clos : " + ", ".join(f"n° {t.numero}" for t in terrains) if terrains else ""
    if acte == DEPART:
        siens = [a.id for a in await agrements_de_l_evenement(session, par, e)]
        combien = await declarer_depart(session, siens, motif=motif, par=par)
        return f"Départ déclaré : {combien} agrément{'s' if combien > 1 else ''} caduc{'s' if combien > 1 else ''}"
    await reprendre_open_data(session, etablissement_id=e.etablissement_id, rpps=e.rpps, par=par, motif=motif or None)
    if e.etablissement_id is not None:
        await reprojeter_site(session, (await session.execute(_site(e.etablissement_id))).scalar_one(), par=par)
    return "Valeur Open Data reprise"


def _site(etablissement_id: int) -> Any:
    return select(Etablissement).where(Etablissement.id == etablissement_id).execution_options(populate_existing=True)
