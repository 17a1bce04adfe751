"""What moves while something is being written or followed: rights, moments and hidden acts are looked at when it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.campagnes.models import Prolongation
from app.campagnes.queries import motifs_de
from app.core.errors import Interdit
from app.core.journal import consigner, maintenant
from app.core.templating import aujourdhui
from app.demandes import traitement_service
from app.demandes.historique import CACHES_AU_RTS
from app.demandes.models import Demande, Ligne
from app.demandes.rapport import service as rapport
from app.demandes.rapport.service import Visite
from app.demandes.retours import service as retours
from app.demandes.retours.direct import Suivi as SuiviSaisie
from app.demandes.saisie import service as saisie
from app.demandes.statuts import Statut
from app.demandes.tableau_de_bord import Suivi as SuiviTableau
from tests.demandes.outils import lire, saisie_de

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.demandes.conftest import Scene


async def lus(session: AsyncSession, numero: int) -> tuple[Demande, list[Ligne]]:
    """A dossier as a request has read it."""
    demande = (await session.scalars(select(Demande).where(Demande.id == numero))).one()
    return demande, list(await session.scalars(select(Ligne).where(Ligne.demande_id == numero)))


async def rouvrir(scene: Scene, numero: int) -> None:
    """Somebody else, meanwhile."""
    async with scene.monde.base() as session:
        demande, _ = await lus(session, numero)
        await traitement_service.rouvrir(
            session, demande, motif="À revoir.", version=demande.version, par=scene.monde.droits(scene.claire)
        )


async def test_a_report_is_not_written_on_a_dossier_that_left_its_moment_while_the_file_came(scene: Scene) -> None:
    numero = await scene.monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    visite = Visite(visite_le=aujourdhui(), visiteurs="Pr Roth", constats="Bon encadrement.")
    async with scene.monde.sessions() as session:
        demande, lignes = await lus(session, numero)
        await session.commit()  # the request holds what it has read; SQLite lets the other write
        await rouvrir(scene, numero)
        with pytest.raises(Interdit):
            await rapport.deposer(session, demande, lignes, visite, None, version=0, par=scene.monde.droits(scene.claire))


async def test_a_remark_is_not_prepared_on_a_dossier_validated_meanwhile(scene: Scene) -> None:
    numero = await scene.monde.soumise(scene.nadia, scene.campagne, "ALLERGO")
    par = scene.monde.droits(scene.claire)
    async with scene.monde.sessions() as session:
        demande, _lignes = await lus(session, numero)
        incomplet, refus = [(await motifs_de(session, demande.campagne_id, c))[0] for c in ("INCOMPLET", "REFUS_SCOLARITE")]
        await session.commit()
        async with scene.monde.base() as autre:
            la, _ = await lus(autre, numero)
            await traitement_service.refuser(autre, la, motif=refus, precision="Non.", version=la.version, par=par)
        with pytest.raises(Interdit):
            await retours.preparer(session, demande, ancre="champ:projet", motif=incomplet, texte="Le projet.", par=par)


async def test_the_stream_of_a_draft_knows_the_extension_of_its_author(scene: Scene) -> None:
    monde = scene.monde
    close = await monde.campagne("HGE", ouverture=-30, cloture_depot=-1)
    numero = await monde.brouillon(scene.nadia, close, "HGE")
    async with monde.base() as session:
        jusqu_au = aujourdhui() + timedelta(days=5)
        session.add(Prolongation(campagne_id=close.id, rpps=scene.nadia.rpps, jusqu_au=jusqu_au, motif="Arrêt.",
                                 par_id=scene.claire.id, quand=maintenant()))  # fmt: skip
    suivi = SuiviSaisie(monde.app.state.direct, monde.droits(scene.nadia), numero)
    html = await suivi._fragments()
    assert ("s'est terminé" in html, "disabled" in html) == (False, False)


async def test_no_stream_of_an_rts_wakes_for_an_act_that_he_is_not_to_guess(scene: Scene) -> None:
    """Even asked by somebody who pretends to have seen nothing, where every act that he may know of would be answered."""
    monde = scene.monde
    numero = await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    direct, droits = monde.app.state.direct, monde.droits(scene.nadia)
    recus = {}
    for action in (*sorted(CACHES_AU_RTS), "valider_administrativement"):
        await direct.relever()
        depuis = direct.dernier
        async with monde.base() as session:
            await consigner(
                session, action, par=monde.droits(scene.claire), sujet="demande", sujet_id=numero, demande_id=numero
            )
        actes = await direct.depuis(depuis)
        suivis = (SuiviTableau(direct, droits, {numero}, "faux-faux", ""), SuiviSaisie(direct, droits, numero))
        recus[action] = [bool(await s.rendre(actes)) for s in suivis]
    assert recus.pop("valider_administrativement") == [True, True]
    assert {a for a, r in recus.items() if any(r)} == set()
    assert "decider_ligne" in recus


async def test_a_form_that_saves_itself_while_it_is_submitted_is_submitted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The save that leaving the last field sends arrives between the submission's own save and the submission."""
    monde, vraie, fois = scene.monde, saisie.soumettre, []
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")
    poste = await monde.connecter(scene.nadia)
    champs = await saisie_de(poste, numero)

    async def soumettre(session: AsyncSession, c: Any, *, version: int, par: Any) -> None:
        if not fois:
            fois.append(await poste.poster(f"/demandes/{numero}/saisie", htmx=True, **champs | {"capacite": "7"}))
        await vraie(session, c, version=version, par=par)

    monkeypatch.setattr(saisie, "soumettre", soumettre)
    fait = await poste.poster(f"/demandes/{numero}/soumission", **champs)
    assert ([r.status_code for r in fois], fait.status_code) == ([200], 303)
    demande = await lire(monde, numero)
    assert (demande.statut, demande.capacite) == (Statut.EN_VALIDATION, 7)
