"""The demonstration shows agréments that end, at every answer, and somebody whom guides know."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.campagnes.models import Campagne, Prolongation
from app.comptes.acces import droits_de_personne
from app.comptes.demonstration import CLAIRE, SIMONE
from app.comptes.models import Personne
from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.liste.demonstration import charger_demonstration
from app.renouvellements.demonstration import completer
from app.renouvellements.queries import MARGE, Reponse, finissants, invites_de_campagne, repondre
from app.renouvellements.queries_rts import recues
from app.renouvellements.regles import ecarter_invitation, ecarter_relance

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import async_sessionmaker


async def test_it_shows_every_answer(sessions: async_sessionmaker[Any]) -> None:
    await charger_demonstration(sessions, etape="commission", graine=2026, console=None, suites=[completer])
    async with sessions() as session:
        parcours = (await session.scalars(select(Campagne).where(Campagne.libelle == "Parcours"))).one()
        await session.refresh(parcours, ["formations"])
        noms = {n.nom: n for n in await session.scalars(select(Personne).where(Personne.nom.in_((CLAIRE.nom, SIMONE.nom))))}
        claire = await droits_de_personne(session, noms[CLAIRE.nom].id)
        invites = await invites_de_campagne(session, claire, parcours)
        assert Counter(t.reponse for t in invites) == {
            Reponse.SANS_REPONSE: 4, Reponse.EN_SAISIE: 1, Reponse.DEPOSEE: 1, Reponse.RENONCE: 1,
        }  # fmt: skip
        assert Counter(ecarter_relance(t, maintenant()) == "" for t in invites) == {True: 4, False: 3}
        avant, codes = parcours.debut_agrements + MARGE, {f.formation for f in parcours.formations}
        finis = await finissants(session, claire, le=aujourdhui(), avant=avant, subdivision="STRASBOURG", formations=codes)
        await repondre(session, parcours, finis)
        assert sum(not ecarter_invitation(t, maintenant()) for t in finis) >= 4
        assert [t.actif for t in finis].count(False) == 1
        simone = await droits_de_personne(session, noms[SIMONE.nom].id)
        (recue,) = await recues(session, simone, depuis=aujourdhui())
        assert {f.fin for f in recue.finis} == {parcours.debut_agrements - timedelta(days=1)}
        assert await recues(session, replace(simone, rpps=None), depuis=aujourdhui()) == []
        (p,) = await session.scalars(select(Prolongation))
        assert p.jusqu_au > parcours.cloture_depot
