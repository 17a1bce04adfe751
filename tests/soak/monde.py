"""The world that a lot of requests falls upon: everybody, and something at every moment of a dossier's life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.avis import service as avis
from app.avis.genres import GENRES
from app.avis.models import Sens
from app.avis.regles import Jugement
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.demandes import traitement_service
from app.demandes.queries import dossier_visible
from app.referentiel import queries as referentiel
from app.referentiel.normalisation import cle_rpps
from tests.support.application import fonction

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.support.application import Monde

FORMATIONS = ("MG", "ACP", "AR", "COT")
ROLES = (Role.SCOL, Role.COORD, Role.REP, Role.MEMBRE, Role.PRES, Role.ARS, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Decor:
    """People by role (« RTS » too), demandes, séances."""

    gens: dict[str, Personne]
    demandes: list[int]
    seances: list[int]
    lignes: list[int]


async def peupler(monde: Monde) -> Decor:
    """Everybody, a draft, a submitted, a returned, a validated dossier, and a séance planned, open, closed, published."""
    rts = await monde.personne("Camille Terrain", rpps=cle_rpps("9970036624"))
    gens = {str(role): await monde.personne(f"Alex {role.title()}", fonction(role)) for role in ROLES} | {"RTS": rts}
    gens["MEMBRE2"] = await monde.personne("Alex Membre2", fonction(Role.MEMBRE))
    scol, pres = gens["SCOL"], gens["PRES"]
    campagne = await monde.campagne(*FORMATIONS)
    demandes = [await monde.brouillon(rts, campagne, FORMATIONS[0]), await monde.soumise(rts, campagne, FORMATIONS[0])]
    demandes.append(await monde.soumise(rts, campagne, FORMATIONS[1], saisie_terrain="Urgences"))
    await _retourner(monde, scol, demandes[-1])
    seances = []
    for rang, code in enumerate(FORMATIONS):
        demandes += [await monde.validee(rts, campagne, code, scol=scol, saisie_terrain=f"Étage {n}") for n in range(2)]
        await _juger(monde, gens["COORD"], demandes[-1])
        seances.append(await monde.seance(code, scol=scol))
        for acte in (monde.ouvrir, monde.clore, monde.publier)[:rang]:
            await acte(seances[-1], pres=pres)
    demandes.append(await monde.validee(rts, campagne, FORMATIONS[3], scol=scol, saisie_terrain="Aile nord"))
    return Decor(gens, demandes, seances, [(await monde.ligne(d)).id for d in demandes])


async def _retourner(monde: Monde, scol: Personne, numero: int) -> None:
    par = monde.droits(scol)
    async with monde.base() as session:
        demande, _ = await dossier_visible(session, par, numero)
        motifs, jusqu_au = (await referentiel.motifs(session, "INCOMPLET"))[:2], aujourdhui() + timedelta(days=9)
        await traitement_service.retourner_incomplet(
            session, demande, motifs=motifs, commentaire="À compléter.", echeance=jusqu_au, version=demande.version, par=par
        )


async def _juger(monde: Monde, coord: Personne, numero: int) -> None:
    par, ligne = monde.droits(coord), await monde.ligne(numero)
    async with monde.base() as session:
        dit = Jugement(Sens.ACCEPTE, 1, "S", commentaire="<i>Bien</i>")
        await avis.juger(session, ligne, GENRES["avis-coordonnateur"], jugement=dit, version=0, par=par)
