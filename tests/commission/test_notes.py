"""Notes for oneself and *à discuter*; the projected screen: what is private stays so, on every road and for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.commission.models import Note
from app.core.journal import Journal
from app.liste.direct import Lots, Suivi
from app.liste.ecran import lire_ecran
from tests.support.commission import DES

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene

SECRET = "Encadrement de nuit à vérifier : appeler Zébulon."
CODES = ("agenda", "a_discuter", "personne", "decision_coord", "decision_commission")


async def noter(scene: Scene, qui: str, ligne: Ligne, texte: str = SECRET, version: int = 0, *, htmx: bool = True) -> Any:
    return await (await scene.poste(qui)).poster(f"/lignes/{ligne.id}/note", htmx=htmx, texte=texte, version=version)


async def marquer(scene: Scene, qui: str, ligne: Ligne, voulu: str = "1") -> Any:
    poste = await scene.poste(qui)
    return await poste.poster(f"/lignes/{ligne.id}/a-discuter", htmx=True, a_discuter=voulu)


async def marques(scene: Scene, ligne: Ligne) -> int:
    return (await scene.relire(ligne)).a_discuter


async def test_a_note_is_read_by_its_author_alone(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    numero = await scene.seance(DES)
    assert (await noter(scene, "membre", ligne)).status_code == 200
    assert (await noter(scene, "membre2", ligne, "La mienne.")).status_code == 200
    assert SECRET in await scene.page("membre", f"/lignes/{ligne.id}/note")
    assert SECRET in await scene.page("membre", f"/seances/{numero}/notes")
    assert SECRET in await scene.page("membre", f"/demandes/{ligne.demande_id}")
    adresses = [f"/lignes/{ligne.id}/note", f"/seances/{numero}/notes", f"/seances/{numero}", f"/demandes/{ligne.demande_id}"]
    adresses += ["/demandes?tout=1", f"/demandes?seance={numero}", f"/seances/{numero}/ordre-du-jour"]
    for qui in scene.gens:
        if qui == "membre":
            continue
        for adresse in adresses:
            page = (await (await scene.poste(qui)).ouvrir(adresse)).text
            assert ("Zébulon" in page, qui == "membre2" or "La mienne." not in page) == (False, True), (qui, adresse)
    assert SECRET not in await scene.page("membre", f"/demandes?seance={numero}")
    assert SECRET not in await scene.page("membre", f"/lignes/{autre.id}/note")
    async with scene.monde.sessions() as session:
        actes = list(await session.scalars(select(Journal)))
    assert not [a for a in actes if "Zébulon" in f"{a.avant} {a.apres} {a.motif}"]


async def test_a_note_keeps_its_versions_apart_and_loses_nothing(scene: Scene) -> None:
    ligne = await scene.demande()
    assert "Note enregistrée" in (await noter(scene, "membre", ligne)).text
    deux = await noter(scene, "membre", ligne, "D'un autre écran.", version=0)
    assert deux.status_code == 409
    assert (SECRET in deux.text, "D&#39;un autre écran." in deux.text) == (True, True)
    assert 'name="version" value="1"' in deux.text
    assert (await noter(scene, "membre", ligne, "Enfin.", version=1, htmx=False)).status_code == 303
    async with scene.monde.sessions() as session:
        lues = (await session.execute(select(Note.texte, Note.version, Note.a_discuter))).all()
    assert [tuple(n) for n in lues] == [("Enfin.", 2, False)]
    for qui, statut in (("ailleurs", 404), ("voisine", 404)):
        assert (await noter(scene, qui, ligne)).status_code == statut, qui


async def test_the_mark_is_shared_with_those_who_read_the_decisions_of_the_line(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    prevue = await scene.seance(DES, ouverte=False)
    # Before the opening, whoever may give an opinion neither marks nor sees marks.
    assert [(await marquer(scene, q, ligne)).status_code for q in ("double", "coord", "rep", "ars")] == [403, 403, 403, 403]
    assert "A discuter" not in await scene.page("double", f"/lignes/{ligne.id}/note")
    assert [(await marquer(scene, q, ligne)).status_code for q in ("membre", "pres")] == [200, 200]
    assert await marques(scene, ligne) == 2
    vus = {q: "⚑ 2" in await scene.page(q, f"/demandes?seance={prevue}") for q in ("membre2", "scol", "admin", "double")}
    assert vus == {"membre2": True, "scol": True, "admin": True, "double": False}
    for suite in ("a_discuter=MARQUEE", "tri=-a_discuter"):  # no such column for her: neither filter nor sort
        page = await scene.page("double", f"/demandes?seance={prevue}&{suite}")
        assert list(re.findall(r'<tr id="ligne-(\d+)"', page)) == [str(ligne.id), str(autre.id)], suite
    page = await scene.page("membre2", f"/demandes?seance={prevue}&a_discuter=MARQUEE")
    assert re.findall(r'<tr id="ligne-(\d+)"', page) == [str(ligne.id)]
    assert "1 sur 2 demandes" in page
    page = await scene.page("membre2", f"/demandes?seance={prevue}&tri=a_discuter")
    assert re.findall(r'<tr id="ligne-(\d+)"', page) == [str(autre.id), str(ligne.id)]
    # Said twice it is said once; the text that is being typed meanwhile is no conflict, nor is saving it twice.
    assert (await marquer(scene, "membre", ligne)).status_code == 200
    assert await marques(scene, ligne) == 2
    assert [(await noter(scene, "membre", ligne)).status_code for _ in range(2)] == [200, 200]
    assert [(await marquer(scene, "membre", ligne, voulu="0")).status_code for _ in range(2)] == [200, 200]
    assert await marques(scene, ligne) == 1
    # The general list has no such column for anybody.
    assert "⚑" not in await scene.page("membre2", "/demandes?tout=1&cols=a_discuter,agenda,personne")
    assert [a.action for a in await scene.actes("ne_plus_discuter")] == ["ne_plus_discuter"]
    await scene.monde.ouvrir(prevue, pres=scene.gens["pres"])
    assert "⚑ 1" in await scene.page("double", f"/demandes?seance={prevue}")


async def test_a_mark_arrives_on_the_screens_of_the_seance_alone(scene: Scene) -> None:
    ligne = await scene.demande()
    numero = await scene.seance(DES)
    lots, direct = Lots(scene.monde.app.state.direct), scene.monde.app.state.direct
    recus: dict[str, str] = {}
    suivis: dict[str, Suivi] = {}
    async with scene.monde.base() as session:
        for nom, qui, parametres in (
            ("membre", "membre2", {"seance": str(numero)}),
            ("liste", "scol", {}),
            ("salle", "pres", {"seance": str(numero), "projection": "1"}),
        ):
            droits = scene.monde.droits(scene.gens[qui])
            suivis[nom] = Suivi(lots, droits, CODES, await lire_ecran(session, droits, list(parametres.items())))
    place = (await direct.depuis(0))[-1].id
    assert (await marquer(scene, "membre", ligne)).status_code == 200
    recus = {nom: (await s.rendre(await direct.depuis(place))).decode() for nom, s in suivis.items()}
    assert ("⚑ 1" in recus["membre"], "modifié par" in recus["membre"]) == (True, False)
    assert recus["liste"] == ""
    assert "⚑" not in recus["salle"]
    place = (await direct.depuis(0))[-1].id
    await scene.decide(ligne, commentaire="Entre nous.")
    vu = (await suivis["salle"].rendre(await direct.depuis(place))).decode()
    assert ("Accepté" in vu, "Modifier" in vu, "modifié par" in vu, "href" in vu) == (True, False, False, False)


async def test_the_projected_screen_shows_the_decisions_and_what_members_keep_for_themselves_nowhere(scene: Scene) -> None:
    ligne = await scene.demande()
    numero = await scene.seance(DES)
    await scene.coord(ligne, commentaire="Bon encadrement.")
    await scene.decide(ligne, commentaire="Entre nous.")
    await marquer(scene, "membre", ligne)
    adresse = f"/demandes?seance={numero}"
    ordinaire, projete = [await scene.page("pres", adresse + s) for s in ("", "&projection=1")]
    secrets = (
        "⚑",
        "Modifier",
        "Paula Doyenne",
        "présents",
        'href="/demandes/',
        "Commencer",
        "Mes notes",
        "Filtrer la sélection",
    )
    assert [s for s in secrets if s in ordinaire] == [s for s in secrets if s != "Filtrer la sélection"]
    assert [s for s in secrets if s in projete] == []
    assert all(m in projete for m in ("Accepté", ligne.nom, 'class="page-tableau ecran-seance projection"', "projection=1"))
    for suite in ("&a_discuter=MARQUEE", "&tri=-a_discuter", "&cols=a_discuter,personne"):
        assert "⚑" not in await scene.page("pres", f"{adresse}&projection=1{suite}"), suite
    assert (await (await scene.poste("coord")).ouvrir(f"{adresse}&projection=1")).status_code == 404
