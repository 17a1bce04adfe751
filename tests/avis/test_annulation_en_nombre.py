"""A batch of 400 lines is undone in as many statements as one of four."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from app.avis.annulation import annuler_lot, retablir_dernier
from app.avis.models import Decision, Sens, Source
from app.core.journal import Journal, maintenant
from app.core.roles import Role
from app.core.visibilite import Moment
from tests.liste.rangees import semer
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.support.application import Monde

DIT = {"sens": Sens.ACCEPTE, "duree": 1, "phases": "S", "motif": None, "motif_texte": "", "commentaire": "",
       "source": Source.SAISIE, "avis_version": None}  # fmt: skip
AVANT = {**DIT, "duree": 5}


async def lot(monde: Monde, qui: Any, lignes: list[dict[str, Any]], numero: int) -> None:
    """What a batch leaves: every other line was decided before."""
    quand = maintenant()
    commun = {"quand": quand, "auteur_id": qui.id}
    decisions = [{**DIT, **commun, "ligne_id": x["id"], "version": 1 + n % 2} for n, x in enumerate(lignes)]
    actes = [
        {**commun, "auteur": qui.nom_complet, "action": "decider_ligne", "sujet": "ligne", "sujet_id": x["id"],
         "ligne_id": x["id"], "demande_id": x["demande"], "avant": AVANT if n % 2 else None, "apres": DIT,
         "version": 1 + n % 2, "lot": numero}
        for n, x in enumerate(lignes)
    ]  # fmt: skip
    async with monde.base() as session:
        await session.execute(insert(Decision), decisions, execution_options={"render_nulls": True})
        await session.execute(insert(Journal), actes, execution_options={"render_nulls": True})


async def test_a_batch_of_400_costs_the_statements_of_a_batch_of_four(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    membre = await monde.personne("Marc Membre", fonction(Role.MEMBRE))
    par, nombres = monde.droits(membre), []
    for numero, taille in ((1, 4), (2, 400)):
        rangees = [{"moment": Moment.SEANCE_OUVERTE}] * taille
        lignes = await semer(monde, campagne.id, membre.id, *rangees)
        await lot(monde, membre, lignes, numero)
        for geste in (lambda s, n=numero: annuler_lot(s, n, par=par), lambda s: retablir_dernier(s, par=par)):
            async with monde.sessions() as session:
                with requetes(session.bind) as vues:
                    bilan = await geste(session)
                await session.commit()
            nombres.append(len(vues))
            assert (len(bilan.faits), bilan.refuses) == (taille, [])
            async with monde.sessions() as session:
                durees = select(Decision.duree, func.count()).where(Decision.ligne_id.in_([x["id"] for x in lignes]))
                posees = dict((await session.execute(durees.group_by(Decision.duree))).all())
            assert posees == ({5: taille // 2} if len(nombres) % 2 else {1: taille})
    assert nombres[:2] == nombres[2:]
    assert max(nombres) <= 18
