"""*Annuler ce lot*: everything that nobody has touched since comes back, as one; the rest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.avis.models import Decision, Sens
from app.travaux.models import EtatTravail, Travail
from tests.lots.gestes import faire
from tests.support.commission import DES

if TYPE_CHECKING:
    from tests.support.commission import Scene


async def test_a_batch_is_undone_as_one(scene: Scene) -> None:
    neuve, ancienne, touchee = [await scene.demande() for _ in range(3)]
    await scene.seance(DES)
    await scene.decide(ancienne, Sens.REFUSE, qui="membre2", commentaire="À voir.")
    travail = await faire(scene, "pres", "accepter", [neuve, ancienne, touchee])
    assert travail.resultat["faits"] == [neuve.id, ancienne.id, touchee.id]
    await scene.decide(touchee, Sens.A_L_ETUDE, version=1)
    poste = await scene.poste("pres")
    assert "Annuler ce lot" in await scene.page("pres", f"/lots/{travail.id}")
    for qui in ("membre", "scol"):
        assert (await (await scene.poste(qui)).poster(f"/lots/{travail.id}/annulation")).status_code == 404, qui
    assert (await poste.poster(f"/lots/{travail.id}/annulation")).headers["location"] == f"/lots/{travail.id}"
    assert await scene.ecrit(Decision, neuve) is None
    revenue = await scene.ecrit(Decision, ancienne)
    assert (revenue.sens, revenue.motif, revenue.commentaire) == (Sens.REFUSE, "REF_C_01", "À voir.")
    assert (await scene.ecrit(Decision, touchee)).sens is Sens.A_L_ETUDE
    page = await scene.page("pres", f"/lots/{travail.id}")
    assert "Lot annulé : 2 lignes sont revenues" in page
    assert "Marc Membre a modifié cette décision" in page
    assert "Annuler ce lot" not in page
    assert (await poste.poster(f"/lots/{travail.id}/annulation")).status_code == 409


async def test_what_an_interrupted_batch_did_is_undone(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance(DES)
    travail = await faire(scene, "pres", "accepter", [ligne])
    poste, adresse = await scene.poste("pres"), f"/lots/{travail.id}/annulation"
    async with scene.monde.base() as session:
        await session.execute(update(Travail).where(Travail.id == travail.id).values(etat=EtatTravail.EN_COURS))
    assert (await poste.poster(adresse)).status_code == 409  # it runs
    async with scene.monde.base() as session:
        await session.execute(update(Travail).where(Travail.id == travail.id).values(etat=EtatTravail.ECHOUE))
    assert f'action="{adresse}"' in await scene.page("pres", f"/travaux/{travail.id}")
    assert (await poste.poster(adresse)).status_code == 303
    assert await scene.ecrit(Decision, ligne) is None
    assert (await poste.poster(f"/travaux/{travail.id}/reprise")).status_code == 409  # nothing takes it up again
    async with scene.monde.sessions() as session:
        assert (await session.execute(select(Travail.etat).where(Travail.id == travail.id))).scalar_one() is EtatTravail.FINI
