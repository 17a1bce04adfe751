"""Declared déports: who says them, what they take away, on every road, and that a decision already typed is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.avis.genres import GENRES
from app.avis.models import Decision, Sens
from app.avis.regles import Jugement
from app.avis.service import juger
from app.commission.models import Deport, OrigineDeport
from app.comptes.acces import droits_de_session, empreinte
from app.core.errors import Interdit
from app.core.roles import Role
from app.demandes.models import Ligne
from app.liste.direct import Lots, Suivi
from app.liste.ecran import lire_ecran
from app.referentiel.models import Etablissement, Origine
from app.tableau import comptes
from tests.liste.suivis import CODES
from tests.support.application import fonction
from tests.support.commission import DES, rpps
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from app.core.access import Droits
    from tests.support.commission import Scene


async def deporter(scene: Scene, qui: str, ligne: Ligne, pour: str | None = None, motif: str = "") -> int:
    champs: dict[str, Any] = {"motif": motif} | ({"qui": scene.gens[pour].id} if pour else {})
    return (await (await scene.poste(qui)).poster(f"/lignes/{ligne.id}/deports", **champs)).status_code


async def droits(scene: Scene, qui: str) -> Droits:
    """Those of his next request."""
    jeton = (await scene.poste(qui)).http.cookies["session"]
    async with scene.monde.base() as session:
        lus = await droits_de_session(session, empreinte(jeton))
    assert lus is not None
    return lus


def sans_place(texte: str) -> str:
    return re.sub(r'name="_csrf_token" value="[^"]*"|depuis=\d+', "", texte)


async def test_a_deport_is_said_by_oneself_or_recorded_with_a_reason(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    assert [await deporter(scene, "membre", x) for x in (ligne, ligne)] == [303, 409]
    assert await deporter(scene, "pres", ligne, "membre2") == 422
    assert await deporter(scene, "scol", ligne, "membre2", "Même service.") == 303
    refuses = {"ars": 403, "admin": 403, "voisine": 404, "ailleurs": 404}
    for qui, statut in refuses.items():
        assert await deporter(scene, qui, ligne) in {403, statut}, qui
        assert await deporter(scene, qui, ligne, "coord", "Pour voir.") in {403, statut}, qui
    # A member says nothing for another; whoever takes no part records nothing.
    assert await deporter(scene, "membre", autre, "pres", "Non.") == 403
    assert await deporter(scene, "pres", autre) == 303
    assert await deporter(scene, "pres", autre, "membre", "Encore.") == 403
    async with scene.monde.base() as session:
        dits = (await session.execute(select(Deport.ligne_id, Deport.personne_id, Deport.origine, Deport.motif))).all()
    g = {n: p.id for n, p in scene.gens.items()}
    assert sorted(dits) == sorted([
        (ligne.id, g["membre"], OrigineDeport.DECLARE, ""),
        (ligne.id, g["membre2"], OrigineDeport.CONSTATE, "Même service."),
        (autre.id, g["pres"], OrigineDeport.DECLARE, ""),
    ])  # fmt: skip
    assert [a.apres["qui"] for a in await scene.actes("declarer_deport") if a.apres] == ["Marc Membre", "Paula Doyenne"]
    assert [a.motif for a in await scene.actes("constater_deport")] == ["Même service."]


async def test_no_answer_tells_anything_of_a_line_with_a_deport_but_that_it_is_there(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    assert await deporter(scene, "membre", ligne, motif="Ancien associé.") == 303
    numero = await scene.seance(DES)
    adresses = ["/demandes?tout=1", "/", "/seances", f"/seances/{numero}", f"/demandes/{ligne.demande_id}"]
    adresses += [f"/lignes/{ligne.id}/{a}" for a in ("decision", "note", "deport", "cellules/decision_commission")]
    for base in ("tout=1", f"seance={numero}"):
        for code in ("decision_commission", "decision_coord", "agenda", "a_discuter"):
            adresses += [f"/demandes?{base}&tri={signe}{code}" for signe in ("", "-")]
        adresses += [f"/demandes?{base}&decision_commission={v}" for v in ("ACCEPTE", "REFUSE", "SANS", "A_L_ETUDE")]
        adresses += [f"/demandes?{base}&decision_coord={v}&ville=introuvable" for v in ("ACCEPTE", "SANS")]
        adresses += [f"/demandes?{base}&a_discuter={v}" for v in ("MARQUEE", "SANS")]

    async def lire(qui: str) -> dict[str, str]:
        poste = await scene.poste(qui)
        return {a: sans_place(f"{r.status_code} {r.text}") for a in adresses for r in [await poste.ouvrir(a)]}

    avant, temoin = await lire("membre"), await lire("membre2")
    await scene.coord(ligne, Sens.REFUSE)
    await scene.decide(ligne, qui="membre2")
    n = await (await scene.poste("membre2")).poster(f"/lignes/{ligne.id}/a-discuter", a_discuter="1", version=0)
    assert n.status_code == 303
    apres, change = await lire("membre"), await lire("membre2")
    assert [a for a in adresses if avant[a] != apres[a]] == []
    assert len([a for a in adresses if temoin[a] != change[a]]) > 15  # there was something to tell
    page = apres["/demandes?tout=1"]
    rangee = re.search(rf'<tr id="ligne-{ligne.id}".*?</tr>', page, re.DOTALL)
    assert rangee
    assert rangee.group().count('<span class="deport">Déport</span>') == 3
    assert "/lignes/" not in rangee.group()
    assert "/demandes/" not in rangee.group()
    for a in (f"/demandes/{ligne.demande_id}", f"/lignes/{ligne.id}/decision", f"/lignes/{ligne.id}/note"):
        assert apres[a].startswith("403 "), a
    assert temoin[f"/lignes/{ligne.id}/note"].startswith("200 ")
    assert f'<a href="/demandes/{autre.demande_id}">' in page


async def test_a_decision_typed_before_the_deport_is_refused(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance(DES)
    vieux = await droits(scene, "membre")
    assert not vieux.deporte(ligne)
    assert (await (await scene.poste("membre")).ouvrir(f"/lignes/{ligne.id}/decision", htmx=True)).status_code == 200
    assert await deporter(scene, "pres", ligne, "membre", "Même cabinet.") == 303
    champs = {"sens": "ACCEPTE", "duree": "1", "phases": ["S"], "version": 0}
    refus = await scene.poster("membre", ligne, "decision", **champs)
    assert refus.status_code == 403
    assert "Déport" in refus.text
    # And at the very moment of the write: rights that were read before the déport.
    async with scene.monde.sessions() as session:
        lue = (await session.execute(select(Ligne).where(Ligne.id == ligne.id))).scalar_one()
        with pytest.raises(Interdit, match="Déport"):
            await juger(session, lue, GENRES["decision"], jugement=Jugement(Sens.ACCEPTE, 1, "S"), version=0, par=vieux)
    assert await scene.ecrit(Decision, ligne) is None
    assert (await scene.poster("membre2", ligne, "decision", **champs)).status_code == 200


async def test_a_stream_shows_the_deport_at_once_and_nothing_of_the_line_afterwards(scene: Scene) -> None:
    ligne = await scene.demande()
    numero = await scene.seance(DES)
    direct = scene.monde.app.state.direct
    async with scene.monde.base() as session:
        d = {q: await droits(scene, q) for q in ("membre", "membre2")}
        salles = {q: await lire_ecran(session, d[q], [("seance", str(numero))]) for q in d}
    lots = Lots(direct)
    suivis = {q: Suivi(lots, d[q], CODES, salles[q]) for q in d}
    place = (await direct.depuis(0))[-1].id

    async def recu(qui: str) -> str:
        return (await suivis[qui].rendre(await direct.depuis(place))).decode()

    assert await deporter(scene, "pres", ligne, "membre", "Même cabinet.") == 303
    assert f'id="ligne-{ligne.id}"' in await recu("membre")
    assert "Déport" in await recu("membre")
    assert await recu("membre2") == ""
    place = (await direct.depuis(0))[-1].id
    await scene.coord(ligne)
    await scene.decide(ligne, qui="membre2")
    assert await recu("membre") == ""
    assert "Accepté" in await recu("membre2")
    place = (await direct.depuis(0))[-1].id
    async with scene.monde.base() as session:  # rights read again say the same
        assert (await droits(scene, "membre")).deports == frozenset({ligne.id})


async def test_a_deport_is_lifted_until_the_commission_has_spoken(scene: Scene) -> None:
    un, deux = await scene.demande(), await scene.demande()

    async def lever(qui: str, ligne: Ligne, de: str) -> int:
        poste = await scene.poste(qui)
        return (await poste.poster(f"/lignes/{ligne.id}/deports/{scene.gens[de].id}/levee")).status_code

    assert await deporter(scene, "membre", un) == 303
    assert [await lever("membre2", un, "membre"), await lever("membre", un, "membre"), await lever("membre", un, "membre")] == [
        403, 303, 409,
    ]  # fmt: skip
    for x in (un, deux):
        assert await deporter(scene, "membre", x) == 303
    await scene.seance(DES)
    # Once the séance is open he does not take it back himself: a refusal would tell him what was decided.
    assert await lever("membre", un, "membre") == 403
    assert await lever("pres", un, "membre") == 303
    assert un.id not in (await droits(scene, "membre")).deports
    await scene.decide(deux, qui="membre2")
    assert [await lever("membre", deux, "membre"), await lever("pres", deux, "membre")] == [403, 403]
    assert (await droits(scene, "membre")).deports == frozenset({deux.id})
    assert len(await scene.actes("lever_deport")) == 2


async def test_what_the_president_takes_no_part_in_is_adjourned_and_not_shown_to_him(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    for x in (ligne, autre):
        await scene.coord(x)
    numero = await scene.seance(DES)
    assert await deporter(scene, "scol", ligne, "pres", "Ancienne chef de clinique.") == 303
    page = await scene.page("pres", f"/seances/{numero}/cloture")
    assert "Déport : 1 ligne où vous avez un déport n'entre pas" in page
    assert (f"/demandes/{autre.demande_id}" in page, f"/demandes/{ligne.demande_id}" in page) == (True, False)
    scene.monde.droits = _avec(scene, await droits(scene, "pres"))  # type: ignore[method-assign]
    await scene.monde.clore(numero, pres=scene.gens["pres"])
    assert ((await scene.relire(ligne)).ajournee_par, (await scene.relire(autre)).ajournee_par) == (numero, None)
    assert [a.motif for a in await scene.actes("ajourner")] == ["déport du président : personne ne l'a décidée"]
    page = await scene.page("pres", f"/demandes?seance={numero}")
    assert (f'id="ligne-{autre.id}"' in page, f'id="ligne-{ligne.id}"' in page) == (True, False)


def _avec(scene: Scene, siens: Droits) -> Any:
    d_avant = scene.monde.droits
    return lambda qui: siens if qui.id == siens.personne_id else d_avant(qui)


async def test_deports_cost_no_query_and_a_line_added_later_is_taken_too(scene: Scene) -> None:
    ligne, poste = await scene.demande(), await scene.poste("membre")

    async def cout() -> int:
        await poste.ouvrir("/demandes?tout=1")
        comptes._comptes.clear()  # the journal's reader forgets them too, sooner or later
        with requetes(scene.monde.app.state.moteur) as vues:
            assert (await poste.ouvrir("/demandes?tout=1")).status_code == 200
        return len(vues)

    sans = await cout()
    assert await deporter(scene, "membre", ligne) == 303
    assert await cout() == sans
    ajout = await (await scene.poste("coord")).poster(f"/lignes/{ligne.id}/complementaires", formation="AR", phases=["A"])
    assert ajout.status_code == 303
    neuve = await scene.monde.ligne(ligne.demande_id, 1)
    assert (await droits(scene, "membre")).deports == frozenset({ligne.id, neuve.id})


async def test_the_page_of_the_seance_lists_suggests_and_hides(scene: Scene) -> None:
    lui: Personne = await scene.monde.personne("Noé Voisin", fonction(Role.MEMBRE), rpps=rpps(900))
    scene.gens["voisin"] = lui
    etablissement = await _etablissement(scene)
    sienne = await scene.demande(rts=lui, etablissement_id=etablissement)
    pareille, autre = await scene.demande(etablissement_id=etablissement), await scene.demande()
    numero = await scene.seance(DES)
    page = await scene.page("voisin", f"/seances/{numero}")
    assert "1 dossier d'un établissement où vous exercez" in page
    assert re.findall(r'href="/lignes/(\d+)/deport" aria-label="Déport sur', page) == [str(pareille.id)]
    assert f"Noé Voisin</b> : demande n° {sienne.demande_id}" in page
    assert await deporter(scene, "pres", sienne, "membre", "Frère.") == 303
    assert await deporter(scene, "pres", autre, "membre2", "Sœur.") == 303
    vues = {q: await scene.page(q, f"/seances/{numero}") for q in ("voisin", "membre", "pres")}
    assert ["Frère." in vues[q] for q in vues] == [False, True, True]
    assert ["Sœur." in vues[q] for q in vues] == [True, True, True]


async def _etablissement(scene: Scene) -> int:

    async with scene.monde.base() as session:
        e = Etablissement(
            raison_sociale="Clinique du Rempart", type_code="PRATICIEN", adresse="1 rue Basse", code_postal="67000",
            ville="Strasbourg", code_insee="67482", departement="67", origine=list(Origine)[-1], recherche="clinique",
        )  # fmt: skip
        session.add(e)
    return e.id
