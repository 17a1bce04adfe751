"""Closing: what becomes of each line, in one counted act; agréments proposed with their dates."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, select

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.agrements.regles import dernier_jour
from app.avis.models import Decision, Sens, Source
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import OrigineRefus, Statut, TypeDemande
from app.referentiel.models import Terrain
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES, FST, rpps

if TYPE_CHECKING:
    import httpx

    from tests.support.commission import Scene


def cache(html: str, nom: str) -> str:
    """A hidden field."""
    trouve = re.search(rf'name="{nom}" value="([^"]*)"', html)
    assert trouve
    return trouve[1]


async def clore(scene: Scene, seance: int, page: str, **autres: Any) -> httpx.Response:
    """Post the form that *page* shows, changed by *autres*."""
    champs = {nom: cache(page, nom) for nom in ("version", "empreinte", "reprises")} | {"confirme": "1"} | autres
    return await (await scene.poste("pres")).poster(f"/seances/{seance}/cloture", **champs)


async def complement(scene: Scene, tete: Ligne, formation: str) -> Ligne:
    """One more line under *tete*."""
    poste = await scene.poste("coord")
    assert (await poste.poster(f"/lignes/{tete.id}/complementaires", formation=formation, phases=["S"])).status_code == 303
    async with scene.monde.sessions() as session:
        requete = select(Ligne).where(Ligne.demande_id == tete.demande_id, Ligne.formation == formation)
        return (await session.execute(requete)).scalar_one()


async def copies(scene: Scene, ligne: Ligne, nombre: int) -> list[Ligne]:
    """As many demandes more, each like that of *ligne*: a service each would cost half a minute."""
    async with scene.monde.base() as session:
        modele = (await session.execute(select(Demande.__table__).where(Demande.id == ligne.demande_id))).mappings().one()
        tete = (await session.execute(select(Ligne.__table__).where(Ligne.id == ligne.id))).mappings().one()
        for n in range(1000, 1000 + nombre):
            await session.execute(insert(Demande).values({**modele, "id": n}))
            await session.execute(insert(Ligne).values({**tete, "id": n, "demande_id": n, "ordre": n * 100}))
        return list(await session.scalars(select(Ligne).where(Ligne.id >= 1000).order_by(Ligne.id)))


async def agrements(scene: Scene) -> dict[int, Agrement]:
    """By line, those that lines created."""
    async with scene.monde.sessions() as session:
        lus = (await session.execute(select(Agrement).where(Agrement.ligne_id.is_not(None)))).scalars()
        return {a.ligne_id: a for a in lus if a.ligne_id}


async def demande(scene: Scene, ligne: Ligne) -> Demande:
    """The demande of a line, read afresh."""
    async with scene.monde.sessions() as session:
        return (await session.execute(select(Demande).where(Demande.id == ligne.demande_id))).scalar_one()


async def passe(scene: Scene, ligne: Ligne, type_: TypeAgrement, debut: date, fin: date, formation: str = DES) -> int:
    """An agrément in force, with its terrain, to which the demande of *ligne* is linked; the terrain's number."""
    async with scene.monde.base() as session:
        d = (await session.execute(select(Demande).where(Demande.id == ligne.demande_id))).scalar_one()
        if d.terrain_id is None:
            terrain = Terrain(numero=7000 + d.id, libelle="Ancien", titulaire_rpps=d.rpps, recherche="ancien")
            session.add(terrain)
            await session.flush()
            d.terrain_id = terrain.id
        session.add(
            Agrement(rpps=d.rpps, terrain_id=d.terrain_id, subdivision=d.subdivision, formation=formation, type=type_,
                     phases="S", debut=debut, fin=fin, statut=StatutAgrement.ACTIF, arrete="ARS-2020-1")
        )  # fmt: skip
        return d.terrain_id


async def test_each_line_by_what_it_says_and_in_one_counted_act(scene: Scene) -> None:
    herite, decide, refuse, etude, rien = [await scene.demande() for _ in range(5)]
    await scene.coord(herite, duree=5, phases="C")
    await scene.coord(decide, Sens.REFUSE)
    await scene.coord(etude, Sens.A_L_ETUDE)
    seance = await scene.seance()
    await scene.decide(decide, duree=1, phases="SA")
    await scene.decide(refuse, Sens.REFUSE, motif="REF_C_02", motif_texte="Un seul senior.", commentaire="Entre nous.")
    page = await scene.page("pres", f"/seances/{seance}/cloture")
    assert "Ajournées : elles restent « Validé administrativement » (2)" in page
    assert "Reprises du coordonnateur, à confirmer (1)" in page
    assert "A l&#39;étude" in page
    assert "ni décision ni avis du coordonnateur" in page
    assert "Je confirme la décision reprise du coordonnateur, et l&#39;ajournement de 2 lignes." in page
    avant = await scene.comptes()
    for autres, code, message in (
        ({"confirme": ""}, 422, "Cochez la confirmation"),
        ({"reprises": "0"}, 422, "rien n&#39;est clos"),
        ({"reprises": "2"}, 422, "rien n&#39;est clos"),
        ({"empreinte": "0" * 32}, 409, "La liste a changé depuis que vous l&#39;avez lue"),
        ({"version": "1"}, 409, "Cette séance a changé entre-temps"),
    ):
        reponse = await clore(scene, seance, page, **autres)
        assert reponse.status_code == code, autres
        assert message in reponse.text, autres
    assert await scene.comptes() == avant
    assert (await clore(scene, seance, page)).status_code == 303
    (acte,) = await scene.actes("clore_seance")
    assert (acte.auteur, acte.apres) == (
        "Paula Doyenne", {"statut": "CLOSE", "decidee": 2, "reprise": 1, "refusee_avec_tete": 0, "ajournee": 2},
    )  # fmt: skip
    assert {a.ligne_id: a.motif for a in await scene.actes("ajourner")} == {
        etude.id: "A l'étude", rien.id: "ni décision ni avis du coordonnateur",
    }  # fmt: skip
    assert [a.ligne_id for a in await scene.actes("confirmer_decision")] == [herite.id]
    d = await scene.ecrit(Decision, herite)
    assert (d.sens, d.duree, d.phases, d.source, d.auteur_id) == (
        Sens.ACCEPTE, 5, "C", Source.CONFIRMEE, scene.gens["pres"].id,
    )  # fmt: skip
    statuts = {
        x.id: ((await scene.relire(x)).statut, (await scene.relire(x)).moment) for x in (herite, decide, refuse, etude, rien)
    }
    assert statuts == {
        herite.id: (Statut.ACCEPTE, Moment.CLOSE), decide.id: (Statut.ACCEPTE, Moment.CLOSE),
        refuse.id: (Statut.REFUSE, Moment.CLOSE), etude.id: (Statut.VALIDE_ADMIN, Moment.AVANT_SEANCE),
        rien.id: (Statut.VALIDE_ADMIN, Moment.AVANT_SEANCE),
    }  # fmt: skip
    refusee = await demande(scene, refuse)
    assert (refusee.origine_refus, refusee.motif_refus) == (
        OrigineRefus.COMMISSION, "Encadrement insuffisant (nombre ou séniorité). Un seul senior.",
    )  # fmt: skip
    proposes = await agrements(scene)
    debut = scene.campagne.debut_agrements
    assert {i: (a.statut, a.phases, a.debut, a.fin, a.type) for i, a in proposes.items()} == {
        herite.id: (StatutAgrement.PROPOSE, "C", debut, dernier_jour(debut, 5), TypeAgrement.PRINCIPAL),
        decide.id: (StatutAgrement.PROPOSE, "SA", debut, dernier_jour(debut, 1), TypeAgrement.PRINCIPAL),
    }
    assert (await demande(scene, decide)).terrain_id == proposes[decide.id].terrain_id


async def test_a_list_that_changed_since_it_was_read_is_refused_and_shown_again(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    seance = await scene.seance()
    page = await scene.page("pres", f"/seances/{seance}/cloture")
    await scene.coord(ligne, version=1, duree=5)  # still one inherited line, but not the one that was read
    avant = await scene.comptes()
    reponse = await clore(scene, seance, page)
    assert reponse.status_code == 409
    assert "5 ans" in reponse.text
    assert cache(reponse.text, "empreinte") != cache(page, "empreinte")
    assert await scene.comptes() == avant
    assert (await clore(scene, seance, reponse.text)).status_code == 303


async def test_a_refused_tete_refuses_the_others_wherever_they_wait(scene: Scene) -> None:
    tete = await scene.demande()
    acceptee, etude, refusee = [await complement(scene, tete, f) for f in (AUTRE, FST, "BIOMED")]
    seance = await scene.seance()
    tardive = await complement(scene, tete, "OPT_DSM69")  # added in séance: it waits for the next one
    await scene.decide(tete, Sens.REFUSE)
    await scene.decide(acceptee, phases="S", duree=None)
    await scene.decide(etude, Sens.A_L_ETUDE)
    await scene.decide(refusee, Sens.REFUSE, motif="REF_C_10", motif_texte="Complet.")
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    for ligne in (acceptee, etude, tardive):
        d, x = await scene.ecrit(Decision, ligne), await scene.relire(ligne)
        assert (d.sens, d.motif, d.phases, d.duree) == (Sens.REFUSE, "REF_C_12", "", None)
        assert (x.statut, x.moment, x.seance_id) == (Statut.REFUSE, Moment.CLOSE, seance)
    assert (await scene.ecrit(Decision, refusee)).motif == "REF_C_10"  # its own reason stands
    assert {a.ligne_id for a in await scene.actes("refuser_avec_principal")} == {acceptee.id, etude.id, tardive.id}
    assert await agrements(scene) == {}
    assert "Refusée avec son agrément principal" in await scene.page("scol", f"/demandes/{tete.demande_id}")


async def test_an_adjourned_tete_adjourns_the_others(scene: Scene) -> None:
    tete = await scene.demande()
    autre = await complement(scene, tete, AUTRE)
    seance = await scene.seance()
    await scene.decide(tete, Sens.A_L_ETUDE)
    await scene.decide(autre, phases="S", duree=None)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    assert {a.ligne_id: a.motif for a in await scene.actes("ajourner")} == {
        tete.id: "A l'étude", autre.id: "l'agrément principal n'est pas décidé",
    }  # fmt: skip
    assert await agrements(scene) == {}


async def test_complementary_agrements_end_with_their_principal_now_or_later(scene: Scene) -> None:
    tete = await scene.demande()
    tot = await complement(scene, tete, AUTRE)
    seance = await scene.seance()
    tard = await complement(scene, tete, FST)
    await scene.decide(tete, duree=5)
    await scene.decide(tot, phases="S", duree=None)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    assert (await scene.relire(tard)).moment is Moment.AVANT_SEANCE  # an accepted tête leaves it alone
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    suivante = await scene.seance()
    await scene.decide(tard, phases="A", duree=None)
    await scene.monde.clore(suivante, pres=scene.gens["pres"])
    proposes = await agrements(scene)
    principal = proposes[tete.id]
    assert principal.fin == dernier_jour(scene.campagne.debut_agrements, 5)
    assert {i: (a.type, a.debut, a.fin, a.terrain_id) for i, a in proposes.items() if i != tete.id} == {
        tot.id: (TypeAgrement.COMPLEMENTAIRE, principal.debut, principal.fin, principal.terrain_id),
        tard.id: (TypeAgrement.FONCTIONNEL, principal.debut, principal.fin, principal.terrain_id),
    }


async def test_a_renewal_begins_the_day_after_the_old_end(scene: Scene) -> None:
    fin = aujourdhui() + timedelta(days=400)
    suivi, perdu = [await scene.demande(type_=TypeDemande.RENOUVELLEMENT) for _ in range(2)]
    await passe(scene, suivi, TypeAgrement.PRINCIPAL, date(2022, 5, 1), fin)
    await scene.coord(suivi, duree=5)
    await scene.coord(perdu, duree=1)  # nothing in force to renew: the campaign's own start
    await scene.monde.clore(await scene.seance(), pres=scene.gens["pres"])
    debut, propres = fin + timedelta(days=1), scene.campagne.debut_agrements
    assert {i: (a.debut, a.fin) for i, a in (await agrements(scene)).items()} == {
        suivi.id: (debut, dernier_jour(debut, 5)), perdu.id: (propres, dernier_jour(propres, 1)),
    }  # fmt: skip


async def test_a_request_for_a_complement_is_bound_to_the_principal_in_force_or_adjourned(scene: Scene) -> None:
    fin = scene.campagne.debut_agrements + timedelta(days=300)
    lie, sans = [await scene.demande(AUTRE, type_=TypeDemande.COMPLEMENT) for _ in range(2)]
    await passe(scene, lie, TypeAgrement.PRINCIPAL, date(2022, 5, 1), fin)
    for ligne in (lie, sans):
        await scene.juge("voisine", ligne, "avis-coordonnateur", duree=None)
    await scene.monde.clore(await scene.seance(), pres=scene.gens["pres"])
    assert {i: (a.type, a.debut, a.fin) for i, a in (await agrements(scene)).items()} == {
        lie.id: (TypeAgrement.COMPLEMENTAIRE, scene.campagne.debut_agrements, fin),
    }
    (acte,) = await scene.actes("ajourner")
    assert (acte.ligne_id, acte.motif) == (sans.id, "aucun agrément principal en cours ne fixe sa durée")


async def test_a_president_who_is_the_rts_neither_confirms_nor_reads_his_own_demande(scene: Scene) -> None:
    president = await scene.monde.personne("Prune Partie", fonction(Role.PRES), rpps=rpps(901))
    scene.gens["pres"] = president
    herite, decide = [await scene.demande(f, rts=president) for f in (DES, AUTRE)]
    await scene.coord(herite)
    autre = await scene.demande()
    await scene.coord(autre, duree=5)
    seance = await scene.seance()
    await scene.decide(decide, duree=1)
    page = await scene.page("pres", f"/seances/{seance}/cloture")
    assert "1 ligne, dont 0 décidée en séance." in page
    assert "Déport : 2 lignes de votre propre demande n'entrent pas dans ces comptes" in page
    assert f'href="/demandes/{decide.demande_id}"' not in page
    assert f'href="/demandes/{autre.demande_id}"' in page
    assert "Je confirme la décision reprise du coordonnateur." in page
    assert (await clore(scene, seance, page)).status_code == 303
    (acte,) = await scene.actes("ajourner")
    assert (acte.ligne_id, acte.motif) == (herite.id, "déport du président : personne ne l'a décidée")
    assert set(await agrements(scene)) == {decide.id, autre.id}


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
@pytest.mark.parametrize("combien", [3, 30])
async def test_closing_costs_the_same_number_of_statements_for_3_lines_and_30(scene: Scene, combien: int) -> None:
    lignes = await copies(scene, await scene.demande(), combien - 1)
    seance = await scene.seance()
    for n, ligne in enumerate(lignes):  # inherited, refused, decided, with nothing said
        if n % 3 < 2:
            await scene.coord(ligne, Sens.REFUSE if n % 3 else Sens.ACCEPTE)
    requetes: list[str] = []

    def compter(_connexion: Any, _curseur: Any, requete: str, *_: Any) -> None:
        requetes.append(requete)

    moteur = scene.monde.sessions.kw["bind"].sync_engine
    event.listen(moteur, "before_cursor_execute", compter)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    event.remove(moteur, "before_cursor_execute", compter)
    assert len(await agrements(scene)) == (combien + 1) // 3
    assert len(requetes) == 23, len(requetes)
