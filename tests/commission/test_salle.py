"""Who is in the room: arrivals, departures, mandates, the quorum; and the line in discussion, which all screens follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.commission.models import Mandat, Presence, Seance, StatutSeance
from app.commission.service_discussion import DiscussionPerimee, discuter
from app.core.roles import Role
from app.liste.direct import Lots, Suivi
from app.liste.ecran import lire_ecran
from tests.liste.suivis import CODES
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES

if TYPE_CHECKING:
    from tests.support.commission import Scene


async def lue(scene: Scene, numero: int) -> Seance:
    async with scene.monde.base() as session:
        return await scene.monde.seance_(session, numero)


async def noter(scene: Scene, qui: str, numero: int, acte: str, de: str, a: str = "", version: int | None = None) -> int:
    v = (await lue(scene, numero)).version if version is None else version
    champs: dict[str, Any] = {"acte": acte, "qui": scene.gens[de].id, "version": v} | ({"a": scene.gens[a].id} if a else {})
    return (await (await scene.poste(qui)).poster(f"/seances/{numero}/presences", **champs)).status_code


async def ouvrir(scene: Scene, numero: int, *presents: str, **autres: Any) -> int:
    champs = {"version": 1, "presents": [scene.gens[q].id for q in presents], **autres}
    return (await (await scene.poste("pres")).poster(f"/seances/{numero}/ouverture", **champs)).status_code


async def dit(scene: Scene, qui: str, adresse: str) -> str:
    """The words of the quorum, on a page."""
    page = await scene.page(qui, adresse)
    trouve = re.search(r'<p class="quorum[^"]*">(.*?)</p>', page, re.DOTALL)
    assert trouve
    return " ".join(re.sub("<[^>]+>", "", trouve.group(1)).split())


async def test_the_quorum_counts_who_is_there_and_who_gave_a_mandate(scene: Scene) -> None:
    # Five vote: membre, membre2, pres, double, doublerep. Three are needed.
    await scene.demande()
    numero = await scene.seance(DES, ouverte=False)
    g = scene.gens
    assert await ouvrir(scene, numero, "pres", "membre") == 422
    assert await ouvrir(scene, numero, "pres", "membre", **{f"mandat_{g['membre2'].id}": g["double"].id}) == 422
    deux = {f"mandat_{g[q].id}": g["membre"].id for q in ("membre2", "double")}
    assert await ouvrir(scene, numero, "pres", "membre", **deux) == 422  # one mandate at most
    assert (await lue(scene, numero)).statut is StatutSeance.PLANIFIEE
    assert await ouvrir(scene, numero, "pres", "membre", **{f"mandat_{g['membre2'].id}": g["membre"].id}) == 303
    s = await lue(scene, numero)
    assert (s.quorum, s.votants, s.sans_quorum) == (3, 2, False)
    assert await dit(scene, "membre", f"/demandes?seance={numero}") == "2 présents, 1 représenté · quorum 3"
    assert await dit(scene, "scol", f"/seances/{numero}") == "2 présents, 1 représenté · quorum : 3"


async def test_arrivals_departures_and_mandates_are_noted_with_their_hour(scene: Scene) -> None:
    await scene.demande()
    numero = await scene.seance(DES, ouverte=False)
    g = scene.gens
    assert await ouvrir(scene, numero, "pres", "membre", **{f"mandat_{g['membre2'].id}": g["membre"].id}) == 303
    adresse = f"/demandes?seance={numero}"
    assert await noter(scene, "scol", numero, "arrivee", "double") == 303
    assert await noter(scene, "pres", numero, "arrivee", "double") == 403  # he is there
    assert await dit(scene, "scol", adresse) == "3 présents, 1 représenté · quorum 3"
    # The mandate of whoever arrives ends.
    assert await noter(scene, "scol", numero, "arrivee", "membre2") == 303
    assert await dit(scene, "scol", adresse) == "4 présents · quorum 3"
    for qui in ("membre", "membre2"):
        assert await noter(scene, "scol", numero, "depart", qui) == 303
    assert await noter(scene, "scol", numero, "depart", "membre") == 403
    assert await dit(scene, "scol", adresse) == "2 présents · quorum 3 (moins depuis des départs ; il s'apprécie à l'ouverture)"
    assert "où il s'apprécie : la séance peut continuer" in await scene.page("membre", f"/seances/{numero}")
    refus = [("membre", "double"), ("membre", "membre2"), ("pres", "double"), ("membre", "membre")]
    for de, a in refus:
        attendu = 303 if (de, a) == ("membre", "double") else 422
        assert await noter(scene, "scol", numero, "mandat", de, a) == attendu, (de, a)
    assert await noter(scene, "scol", numero, "mandat", "membre2", "double") == 422  # he holds one
    assert await dit(scene, "scol", adresse) == "2 présents, 1 représenté · quorum 3"
    # The mandate of a holder who leaves counts no more; it may be taken back.
    assert await noter(scene, "scol", numero, "depart", "double") == 303
    assert (await dit(scene, "scol", adresse)).startswith("1 présent · quorum 3")
    assert await noter(scene, "scol", numero, "retrait", "membre") == 303
    assert await noter(scene, "scol", numero, "retrait", "membre") == 403
    async with scene.monde.base() as session:
        lus = {p.personne_id: p for p in await session.scalars(select(Presence).where(Presence.seance_id == numero))}
        assert list(await session.scalars(select(Mandat))) == []
    assert {q: (lus[g[q].id].arrivee is None, lus[g[q].id].depart is None) for q in ("pres", "membre", "membre2", "double")} == {
        "pres": (True, True), "membre": (True, False), "membre2": (False, False), "double": (False, False),
    }  # fmt: skip
    assert len(await scene.actes("noter_arrivee")) == 2
    assert [(a.apres or {}).get("mandat_fini") for a in await scene.actes("noter_arrivee")] == [None, True]


async def test_attendance_is_the_secretary_s_and_the_president_s_and_is_versioned(scene: Scene) -> None:
    await scene.demande()
    numero = await scene.seance(DES)
    vieille = (await lue(scene, numero)).version
    for qui, statut in (("membre", 403), ("double", 403), ("admin", 403), ("coord", 404), ("ars", 404)):
        assert await noter(scene, qui, numero, "depart", "membre2") == statut, qui
    assert await noter(scene, "scol", numero, "depart", "membre2") == 303
    assert await noter(scene, "pres", numero, "depart", "membre", version=vieille) == 409
    assert await noter(scene, "pres", numero, "depart", "coord") == 422  # he does not vote
    assert await noter(scene, "pres", numero, "boire", "membre") == 404
    # The closing that was read before somebody left is read again.
    page = await scene.page("pres", f"/seances/{numero}/cloture")
    await noter(scene, "scol", numero, "arrivee", "membre2")
    champs = {n: re.search(rf'name="{n}" value="([^"]*)"', page) for n in ("version", "empreinte", "reprises")}
    corps = {n: m.group(1) for n, m in champs.items() if m} | {"confirme": "1"}
    assert (await (await scene.poste("pres")).poster(f"/seances/{numero}/cloture", **corps)).status_code == 409
    await scene.monde.clore(numero, pres=scene.gens["pres"])
    assert await noter(scene, "scol", numero, "depart", "membre") == 403


async def discussion(scene: Scene, qui: str, numero: int, version: int | None = None, **champs: Any) -> Any:
    v = (await lue(scene, numero)).discussion if version is None else version
    return await (await scene.poste(qui)).poster(f"/seances/{numero}/discussion", htmx=True, version=v, **champs)


async def test_the_discussion_goes_along_the_agenda_and_a_stale_step_shows_where_it_is(scene: Scene) -> None:
    un, deux = await scene.demande(), await scene.demande(rts=await scene.monde.personne("Zoé Zed", rpps="99700000018"))
    numero = await scene.seance(DES)
    for qui, statut in (("membre", 403), ("double", 403), ("coord", 404), ("admin", 403)):
        assert (await discussion(scene, qui, numero, pas="suivante")).status_code == statut, qui
    r = await discussion(scene, "scol", numero, pas="suivante")
    assert (r.status_code, f'data-ligne="{un.id}"' in r.text, "n° 1, " in r.text) == (200, True, True)
    r = await discussion(scene, "pres", numero, pas="suivante")
    assert (f'data-ligne="{deux.id}"' in r.text, "Zoé Zed" in r.text) == (True, True)
    perime = await discussion(scene, "scol", numero, version=1, ligne=un.id)
    assert (perime.status_code, f'data-ligne="{deux.id}"' in perime.text) == (409, True)
    assert "voici la ligne en discussion" in perime.text
    assert (await discussion(scene, "pres", numero, pas="suivante")).status_code == 403  # the last
    assert f'data-ligne="{un.id}"' in (await discussion(scene, "pres", numero, pas="precedente")).text
    assert (await discussion(scene, "pres", numero, ligne=10_000)).status_code == 404
    assert "data-ligne" not in (await discussion(scene, "pres", numero, pas="aucune")).text
    assert [(a.apres or {}).get("ligne") for a in await scene.actes("mettre_en_discussion")] == [un.id, deux.id, un.id, None]
    async with scene.monde.sessions() as session:
        s = await scene.monde.seance_(session, numero)
        with pytest.raises(DiscussionPerimee):
            await discuter(session, s, ligne_id=un.id, version=0, par=scene.monde.droits(scene.gens["pres"]))
    # From the panel of a line: its own answer, and where the discussion is if somebody was faster.
    poste, adresse = await scene.poste("pres"), f"/lignes/{deux.id}/discussion"
    vieux = await poste.poster(adresse, htmx=True, version=0)
    assert (vieux.status_code, "Rien n&#39;est changé." in vieux.text, "<textarea" in vieux.text) == (409, True, False)
    neuf = await poste.poster(adresse, htmx=True, version=(await lue(scene, numero)).discussion)
    assert (neuf.status_code, ">En discussion</button>" in neuf.text) == (200, True)
    assert (await (await scene.poste("membre")).poster(adresse, version=0)).status_code == 403
    # Without JavaScript: back to the table, whose link opens the agenda where the line is.
    v = (await lue(scene, numero)).discussion
    nu = await (await scene.poste("pres")).poster(f"/seances/{numero}/discussion", version=v, ligne=deux.id)
    assert (nu.status_code, nu.headers["location"]) == (303, f"/demandes?seance={numero}")
    page = await scene.page("membre", f"/demandes?seance={numero}&personne=introuvable")
    lien = re.search(r'<strong>En discussion :</strong> <a href="([^"#]*)#ligne-(\d+)"', page)
    assert lien
    assert lien.group(2) == str(deux.id)
    assert f'id="ligne-{deux.id}"' in await scene.page("membre", lien.group(1).replace("&amp;", "&"))


async def test_screens_of_the_seance_follow_and_those_that_come_next_are_told(scene: Scene) -> None:
    ar, *siens = [await scene.demande(f) for f in (AUTRE, DES, DES)]
    loin = await scene.monde.personne("Lou Lointain", fonction(Role.MEMBRE, DES))
    scene.gens["loin"] = loin
    numero = await scene.seance()
    lots, place = Lots(scene.monde.app.state.direct), 0
    suivis: dict[str, Suivi] = {}
    async with scene.monde.base() as session:
        for qui in ("membre", "double", "loin", "coord"):
            droits = scene.monde.droits(scene.gens[qui])
            adresse = [("seance", str(numero))] if qui != "coord" else []  # that séance's screen is not his
            suivis[qui] = Suivi(lots, droits, CODES, await lire_ecran(session, droits, adresse))
    place = (await scene.monde.app.state.direct.depuis(0))[-1].id

    async def recu(qui: str) -> str:
        return (await suivis[qui].rendre(await scene.monde.app.state.direct.depuis(place))).decode()

    await discussion(scene, "scol", numero, ligne=ar.id)
    assert f'data-ligne="{ar.id}"' in await recu("membre")
    assert ("Votre dossier dans 1" in await recu("double"), "Votre dossier" in await recu("membre")) == (True, False)
    assert "un dossier hors de votre périmètre" in await recu("loin")
    assert ar.prenom not in await recu("loin")
    assert await recu("coord") == ""
    assert "Suivante" not in await recu("membre")
    page = await scene.page("double", f"/demandes?seance={numero}")
    assert 'data-titre="Dans 1"' in page
    place = (await scene.monde.app.state.direct.depuis(0))[-1].id
    await discussion(scene, "scol", numero, ligne=siens[0].id)
    assert "Votre dossier est en discussion" in await recu("double")
    await noter(scene, "scol", numero, "depart", "membre2")
    assert "5 présents · quorum 3" in await recu("membre")  # Lou votes too
