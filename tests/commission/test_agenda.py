"""The agenda: arranged by groups and by hand, before and during the séance; sub-lines follow; nothing is overwritten unseen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.avis.models import Sens
from app.avis.regles import Divergence
from app.commission.agenda import Geste, Groupe, Inscrite, blocs, changees, deplacer, grouper, numero, places
from tests.support.commission import AUTRE, DES

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene


def inscrite(ident: int, demande: int | None = None, rang: int = 0, agenda: str = "", **autres: Any) -> Inscrite:
    demande = demande or ident
    fixes = {"nom": f"nom {ident}", "etablissement": "", "formation": "", "a_discuter": 0, "divergence": Divergence.AUCUNE,
             "neutre": False}  # fmt: skip
    return Inscrite(ident, demande, rang, demande * 100 + rang, agenda, **{**fixes, **autres})


def rangees(lignes: list[Inscrite], faits: list[list[Inscrite]]) -> list[int]:
    """The numbers of the lines in the order that the texts give: what the table shows."""
    textes = places(faits)
    return [x.id for x in sorted(lignes, key=lambda x: (textes[x.id], x.ordre))]


LIGNES = [inscrite(1), inscrite(2), inscrite(21, 2, 1), inscrite(22, 2, 2), inscrite(3), inscrite(4)]


@pytest.mark.parametrize(
    ("choisies", "geste", "place", "attendu"),
    [
        ({3}, Geste.MONTER, 1, [1, 3, 2, 21, 22, 4]),
        ({21}, Geste.MONTER, 1, [2, 21, 22, 1, 3, 4]),
        ({1, 2}, Geste.MONTER, 1, [1, 2, 21, 22, 3, 4]),
        ({3, 4}, Geste.MONTER, 1, [1, 3, 4, 2, 21, 22]),
        ({2}, Geste.DESCENDRE, 1, [1, 3, 2, 21, 22, 4]),
        ({4}, Geste.DESCENDRE, 1, [1, 2, 21, 22, 3, 4]),
        ({1, 4}, Geste.PLACER, 2, [2, 21, 22, 1, 4, 3]),
        ({2}, Geste.PLACER, 99, [1, 3, 4, 2, 21, 22]),
        ({3}, Geste.PLACER, 0, [3, 1, 2, 21, 22, 4]),
    ],
)
def test_moved_lines_take_what_is_attached_to_them(choisies: set[int], geste: Geste, place: int, attendu: list[int]) -> None:
    assert rangees(LIGNES, deplacer(LIGNES, choisies, geste, place)) == attendu


@given(st.permutations(range(6)), st.sets(st.sampled_from([1, 2, 3, 4, 21, 22])), st.sampled_from(Geste), st.integers(1, 6))
def test_a_move_loses_nothing_and_keeps_the_others_in_order(
    ordre: list[int], choisies: set[int], geste: Geste, place: int
) -> None:
    lignes = [LIGNES[i] for i in ordre]
    avant = rangees(lignes, blocs(lignes))
    apres = rangees(lignes, deplacer(lignes, choisies, geste, place))
    assert sorted(apres) == sorted(avant)
    tetes = [x for x in apres if x < 10]
    assert all(apres.index(21) == apres.index(2) + 1 == apres.index(22) - 1 for _ in [0])
    eux = {2 if x > 10 else x for x in choisies}
    assert [x for x in tetes if x not in eux] == [x for x in avant if x < 10 and x not in eux]
    assert [x for x in tetes if x in eux] == [x for x in avant if x in eux]


def test_groups_keep_the_order_that_was_there_and_tell_nothing_where_somebody_has_a_deport() -> None:
    d = Divergence
    lignes = [
        inscrite(1, agenda="00001", formation="Urologie", nom="b"),
        inscrite(2, agenda="00002", formation="Écho", divergence=d.DUREE, nom="a"),
        inscrite(3, agenda="00003", formation="écho", divergence=d.DECISION, neutre=True, a_discuter=9, nom="d"),
        inscrite(4, formation="Urologie", divergence=d.DECISION, a_discuter=2, nom="c"),
        inscrite(5, agenda="00004", formation="Urologie", divergence=d.COORD_SEUL, nom="e"),
    ]
    attendus = {
        Groupe.FORMATION: [2, 3, 1, 5, 4],
        Groupe.DIVERGENTES: [4, 2, 5, 1, 3],
        Groupe.A_DISCUTER: [4, 1, 2, 3, 5],
        Groupe.NOM: [2, 1, 4, 3, 5],
        Groupe.ETABLISSEMENT: [1, 2, 3, 5, 4],
    }
    for groupe, attendu in attendus.items():
        assert rangees(lignes, grouper(lignes, groupe)) == attendu, groupe


def test_places_sort_as_they_are_said() -> None:
    lignes = [inscrite(n) for n in range(1, 12)] + [inscrite(1001, 10, 1)]
    textes = places(blocs(lignes))
    assert sorted(textes.values()) == [textes[x] for x in (*range(1, 11), 1001, 11)]
    assert [numero(t) for t in ("", textes[9], textes[10], textes[1001])] == ["", "9", "10", "10.1"]
    assert changees([inscrite(1, agenda="00001"), inscrite(2, agenda="00001")], [[inscrite(1)], [inscrite(2)]]) == {2: "00002"}


async def ordre(scene: Scene, qui: str, seance: int) -> list[tuple[int, str]]:
    """The lines of the table as somebody sees it open, each with its number."""
    page = await scene.page(qui, f"/demandes?seance={seance}")
    lues = re.findall(r'<tr id="ligne-(\d+)".*?data-c="agenda">(.*?)</td>', page, re.DOTALL)
    return [(int(i), re.sub("<[^>]+>", "", texte).strip()) for i, texte in lues]


async def ranger(scene: Scene, qui: str, seance: int, version: int | None = None, **champs: Any) -> int:
    async with scene.monde.base() as session:
        lue = (await scene.monde.seance_(session, seance)).version
    poste = await scene.poste(qui)
    reponse = await poste.poster(f"/seances/{seance}/ordre-du-jour", version=lue if version is None else version, **champs)
    return reponse.status_code


async def test_the_table_opens_in_the_order_that_the_secretary_and_the_president_set(scene: Scene) -> None:
    ar, un, deux = await scene.demande(AUTRE), await scene.demande(), await scene.demande()
    numero_ = await scene.seance(ouverte=False)
    assert await ordre(scene, "scol", numero_) == [(x.id, "à placer") for x in (ar, un, deux)]
    assert await ranger(scene, "scol", numero_, groupe="formation") == 303
    premiers = [un.id, deux.id, ar.id]  # Allergologie, then Anesthésie-réanimation
    assert await ordre(scene, "scol", numero_) == list(zip(premiers, "123", strict=True))
    # Those who may still give an opinion on its lines have no such column: a place may come from what is hidden from them.
    assert await ordre(scene, "double", numero_) == []
    assert await ranger(scene, "pres", numero_, geste="placer", lignes=[ar.id], place=1) == 303
    assert [i for i, _ in await ordre(scene, "membre", numero_)] == [ar.id, un.id, deux.id]
    await scene.monde.ouvrir(numero_, pres=scene.gens["pres"])
    assert await ordre(scene, "double", numero_) == [(ar.id, "1"), (un.id, "2"), (deux.id, "3")]
    assert await ranger(scene, "scol", numero_, geste="monter", lignes=[deux.id]) == 303
    assert await ordre(scene, "membre", numero_) == [(ar.id, "1"), (deux.id, "2"), (un.id, "3")]
    # Another sort is a link away, and the pages of the agenda go by key.
    page = await scene.page("membre", f"/demandes?seance={numero_}&tri=-agenda")
    assert re.findall(r'<tr id="ligne-(\d+)"', page) == [str(x.id) for x in (un, deux, ar)]
    assert 'aria-sort="descending" class="etroite" data-c="agenda"' in page
    actes = await scene.actes("ordonner_agenda")
    assert [(a.auteur, (a.apres or {}).get("changees")) for a in actes] == [
        ("Sylvie Guichet", 3), ("Paula Doyenne", 3), ("Sylvie Guichet", 2),
    ]  # fmt: skip


async def test_a_stale_move_a_stranger_and_nothing_ticked_change_nothing(scene: Scene) -> None:
    un, _ = await scene.demande(), await scene.demande()
    numero_ = await scene.seance(DES)
    avant = await ordre(scene, "scol", numero_)
    for qui, statut in (("membre", 403), ("coord", 404), ("rep", 404), ("admin", 403), ("ars", 404), ("double", 403)):
        assert await ranger(scene, qui, numero_, geste="descendre", lignes=[un.id]) == statut, qui
        assert await ranger(scene, qui, numero_, groupe="nom") == statut, qui
    assert await ranger(scene, "scol", numero_, version=1, geste="descendre", lignes=[un.id]) == 409
    for champs in (
        {},
        {"geste": "monter"},
        {"geste": "tourner", "lignes": [un.id]},
        {"geste": "placer", "lignes": ["x", "999"]},
    ):
        assert await ranger(scene, "scol", numero_, **champs) == 422, champs
    assert await ordre(scene, "scol", numero_) == avant
    assert await scene.actes("ordonner_agenda") == []
    await scene.monde.clore(numero_, pres=scene.gens["pres"])
    assert await ranger(scene, "scol", numero_, groupe="nom") == 403


async def test_an_adjourned_line_enters_the_next_agenda_by_itself_and_comes_back_last(scene: Scene) -> None:
    un, deux, trois = [await scene.demande() for _ in range(3)]
    for x in (deux, trois):
        await scene.coord(x)
    numero_ = await scene.seance(DES)
    await scene.monde.clore(numero_, pres=scene.gens["pres"])
    assert (await scene.relire(un)).agenda == ""
    async with scene.monde.base() as session:
        version = (await scene.monde.seance_(session, numero_)).version
    rouverte = await (await scene.poste("pres")).poster(f"/seances/{numero_}/reouverture", version=version)
    assert rouverte.status_code == 303
    assert await ordre(scene, "membre", numero_) == [(deux.id, "1"), (trois.id, "2"), (un.id, "3")]
    await scene.monde.clore(numero_, pres=scene.gens["pres"])
    await scene.monde.publier(numero_, pres=scene.gens["pres"])
    suivante = await scene.seance(DES, ouverte=False)
    assert await ordre(scene, "scol", suivante) == [(un.id, "à placer")]
    await scene.monde.ouvrir(suivante, pres=scene.gens["pres"])
    assert await ordre(scene, "scol", suivante) == [(un.id, "1")]


async def test_divergent_first_places_neither_the_line_of_a_member_nor_one_with_a_deport(scene: Scene) -> None:
    lignes: list[Ligne] = [await scene.demande() for _ in range(3)]
    for x in lignes:
        await scene.coord(x)
        await scene.juge("rep", x, "avis-representant", Sens.REFUSE)
    assert (await (await scene.poste("membre")).poster(f"/lignes/{lignes[0].id}/deports")).status_code == 303
    await scene.juge("rep", lignes[1], "avis-representant", Sens.ACCEPTE, version=1)
    numero_ = await scene.seance(DES)
    assert await ranger(scene, "pres", numero_, groupe="divergentes") == 303
    assert [i for i, _ in await ordre(scene, "pres", numero_)] == [lignes[2].id, lignes[0].id, lignes[1].id]
