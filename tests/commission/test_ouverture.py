"""Planning and opening: who, the quorum, the lines frozen; nothing is decided before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.avis.models import Decision
from app.commission.models import Presence, Seance, StatutSeance
from app.core.visibilite import Moment
from tests.support.commission import AUTRE, DES

if TYPE_CHECKING:
    from tests.support.commission import Scene

FORMULAIRE = {"libelle": "Automne", "subdivision": "STRASBOURG", "jour": "2027-01-15", "heure": "14:30", "lieu": "Salle 1"}
DECIDER = {"version": 0, "sens": "ACCEPTE", "duree": "1", "phases": ["S"]}


async def lire(scene: Scene, numero: int) -> Seance:
    """A séance, read afresh."""
    async with scene.monde.sessions() as session:
        return (await session.execute(select(Seance).where(Seance.id == numero))).scalar_one()


async def test_the_scolarite_plans_and_the_lines_are_all_validated_lines_of_its_formations(scene: Scene) -> None:
    await scene.demande()
    await scene.demande()
    await scene.demande(AUTRE)
    await scene.monde.soumise(await scene.nouveau_rts(), scene.campagne, DES)
    poste = await scene.poste("scol")
    incomplet = await poste.poster("/seances/nouvelle", **{**FORMULAIRE, "jour": "demain"})
    assert incomplet.status_code == 422
    assert "Cochez au moins une formation" in incomplet.text
    assert 'value="Automne"' in incomplet.text
    planifiee = await poste.poster("/seances/nouvelle", formations=[DES], **FORMULAIRE)
    assert planifiee.status_code == 303
    numero = int(planifiee.headers["location"].rpartition("/")[2])
    page = await scene.page("scol", f"/seances/{numero}")
    assert "2 demandes, 2 lignes" in page
    assert "vendredi 15 janvier 2027, 14:30" in page
    double = await poste.poster("/seances/nouvelle", formations=[DES, AUTRE], **FORMULAIRE)
    assert double.status_code == 422
    assert "Allergologie" in double.text
    elargie = await poste.poster(f"/seances/{numero}/modification", version=1, formations=[DES, AUTRE], **FORMULAIRE)
    assert elargie.status_code == 303
    assert "3 demandes, 3 lignes" in await scene.page("scol", f"/seances/{numero}")
    perimee = await poste.poster(f"/seances/{numero}/modification", version=1, formations=[DES], **FORMULAIRE)
    assert perimee.status_code == 409
    assert [a.action for a in await scene.actes("planifier_seance") + await scene.actes("modifier_seance")] == [
        "planifier_seance", "modifier_seance",
    ]  # fmt: skip


async def test_nothing_is_decided_before_the_opening_and_then_by_three_roles(scene: Scene) -> None:
    ligne = await scene.demande()
    numero = await scene.seance(ouverte=False)
    for qui in ("membre", "pres", "scol"):
        reponse = await scene.poster(qui, ligne, "decision", **DECIDER)
        assert reponse.status_code == 403
        assert "Rien ne se décide avant que le président ouvre la séance." in reponse.text
    assert await scene.ecrit(Decision, ligne) is None
    await scene.monde.ouvrir(numero, pres=scene.gens["pres"])
    for version, qui in enumerate(("membre", "pres", "scol")):
        assert (await scene.poster(qui, ligne, "decision", **{**DECIDER, "version": version})).status_code == 200
    for qui, code in (("admin", 403), ("ars", 403), ("coord", 403), ("rep", 403), ("voisine", 404)):
        assert (await scene.poster(qui, ligne, "decision", **{**DECIDER, "version": 3})).status_code == code, qui
    assert (await scene.ecrit(Decision, ligne)).version == 3


async def test_the_president_says_who_is_there_and_the_quorum_is_half(scene: Scene) -> None:
    """Voting here: membre, membre2, double, pres, doublerep."""
    await scene.demande()
    numero = await scene.seance(ouverte=False)
    chemin, poste = f"/seances/{numero}/ouverture", await scene.poste("pres")
    page = await scene.page("pres", chemin)
    assert "Quorum : <strong>3</strong> sur 5 membres" in page
    assert len(re.findall(r'name="presents"', page)) == 5
    ident = {nom: qui.id for nom, qui in scene.gens.items()}
    for presents in ([], [ident["pres"], ident["membre"]], [ident["pres"], ident["membre"], ident["scol"]]):
        refus = await poste.poster(chemin, version=1, presents=presents)
        assert refus.status_code == 422
        assert "Le quorum n&#39;est pas atteint" in refus.text
    assert (await lire(scene, numero)).statut is StatutSeance.PLANIFIEE
    ouverte = await poste.poster(chemin, version=1, presents=[ident["pres"], ident["membre"], ident["membre2"]])
    assert ouverte.status_code == 303
    s = await lire(scene, numero)
    assert (s.statut, s.quorum, s.votants, s.sans_quorum) == (StatutSeance.OUVERTE, 3, 3, False)
    assert s.president_id == ident["pres"]
    async with scene.monde.sessions() as session:
        presents = set(await session.scalars(select(Presence.personne_id).where(Presence.seance_id == numero)))
    assert presents == {ident["pres"], ident["membre"], ident["membre2"]}
    assert (await poste.poster(chemin, version=1, presents=[ident["pres"]], sans_quorum="1")).status_code == 409
    (acte,) = await scene.actes("ouvrir_seance")
    assert acte.apres == {"statut": "OUVERTE", "presents": 3, "quorum": 3, "lignes": 1}


async def test_a_second_convocation_opens_without_quorum_and_says_so(scene: Scene) -> None:
    numero = await scene.seance(ouverte=False)
    poste = await scene.poste("pres")
    qui = [scene.gens["pres"].id]
    assert (await poste.poster(f"/seances/{numero}/ouverture", version=1, presents=qui, sans_quorum="1")).status_code == 303
    s = await lire(scene, numero)
    assert (s.quorum, s.votants, s.sans_quorum) == (3, 1, True)
    assert "seconde convocation, sans condition de quorum" in await scene.page("membre", f"/seances/{numero}")


async def test_the_lines_are_frozen_at_the_opening(scene: Scene) -> None:
    premiere = await scene.demande()
    numero = await scene.seance()
    seconde = await scene.demande()  # validated during the séance
    assert ((await scene.relire(premiere)).moment, (await scene.relire(premiere)).seance_id) == (Moment.SEANCE_OUVERTE, numero)
    assert ((await scene.relire(seconde)).moment, (await scene.relire(seconde)).seance_id) == (Moment.AVANT_SEANCE, None)
    assert (await scene.poster("membre", seconde, "decision", **DECIDER)).status_code == 403
    assert "1 demande, 1 ligne" in await scene.page("scol", f"/seances/{numero}")
    await scene.decide(premiere)
    await scene.monde.clore(numero, pres=scene.gens["pres"])
    await scene.monde.publier(numero, pres=scene.gens["pres"])
    suivante = await scene.seance()
    assert (await scene.relire(seconde)).seance_id == suivante
    assert (await scene.relire(premiere)).seance_id == numero


async def test_a_planned_seance_tells_no_count_of_opinions_to_whoever_may_give_one(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    numero = await scene.seance(ouverte=False)
    assert "Coordonnateur seul" in await scene.page("membre", f"/seances/{numero}")
    for qui in ("double", "doublerep"):
        assert "Coordonnateur seul" not in await scene.page(qui, f"/seances/{numero}"), qui
    await scene.monde.ouvrir(numero, pres=scene.gens["pres"])
    for qui in ("double", "doublerep"):
        assert "Coordonnateur seul" in await scene.page(qui, f"/seances/{numero}"), qui
