"""Two people who change different things: both are kept, and it is said; what contradicts is for somebody to choose."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from app.avis.fusion import ecrire_origine, fusionner, lire_origine
from app.avis.models import AvisCoordonnateur, Decision, Sens
from app.avis.regles import Jugement

if TYPE_CHECKING:
    from tests.support.commission import Scene

TETE = SimpleNamespace(rang=0, type_demande="NOUVEAU")
SOUS = SimpleNamespace(rang=1, type_demande="NOUVEAU")
UN_AN = Jugement(Sens.ACCEPTE, 1, "SA")
NON = Jugement(Sens.REFUSE, None, "", "REF_C_01", "Trop loin.")


def origine(j: Jugement, **autres: Any) -> dict[str, Any]:
    return {**j.valeurs(), **autres}


@pytest.mark.parametrize(
    ("mienne", "leur", "fondue"),
    [
        (replace(UN_AN, duree=5), replace(UN_AN, phases="SAC"), replace(UN_AN, duree=5, phases="SAC")),
        (replace(UN_AN, duree=5), replace(UN_AN, duree=5, commentaire="Vu."), replace(UN_AN, duree=5, commentaire="Vu.")),
        (UN_AN, replace(UN_AN, duree=5), replace(UN_AN, duree=5)),
        (replace(NON, commentaire="Vu."), UN_AN, replace(NON, commentaire="Vu.")),
        (replace(UN_AN, commentaire="Vu."), NON, replace(NON, commentaire="Vu.")),
        (NON, NON, NON),
        # The same field, or what the other's decision no longer means.
        (replace(UN_AN, duree=5), replace(UN_AN, duree=None), None),
        (replace(UN_AN, commentaire="Vu."), replace(UN_AN, commentaire="Lu."), None),
        (NON, replace(UN_AN, duree=5), None),
        (replace(UN_AN, phases="S"), NON, None),
        (NON, replace(NON, motif="REF_C_02"), None),
    ],
)
def test_fields_changed_apart_merge_and_the_others_do_not(mienne: Jugement, leur: Jugement, fondue: Jugement | None) -> None:
    assert fusionner(origine(UN_AN), mienne, leur) == fondue
    # Whoever came first.
    assert fusionner(origine(UN_AN), leur, mienne) == fondue
    if mienne != leur:
        assert fusionner(None, mienne, leur) is None


def test_saving_what_an_inherited_decision_showed_is_a_word_of_its_own() -> None:
    for autre in (replace(UN_AN, duree=5), NON):
        assert fusionner(origine(UN_AN), UN_AN, autre, neuve=True) is None
        assert fusionner(origine(UN_AN), autre, UN_AN, neuve=True) is None
    commentee = replace(UN_AN, commentaire="Vu.")
    assert fusionner(origine(UN_AN), UN_AN, commentee, neuve=True) == commentee
    assert fusionner(origine(UN_AN), replace(UN_AN, phases="S"), replace(UN_AN, duree=5), neuve=True) == Jugement(
        Sens.ACCEPTE, 5, "S"
    )


def test_a_comment_that_is_not_readable_is_left_alone() -> None:
    base = {c: v for c, v in origine(UN_AN).items() if c != "commentaire"}
    leur = replace(UN_AN, phases="S", commentaire="Secret")
    assert fusionner(base, replace(UN_AN, duree=5), leur) == replace(leur, duree=5)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        '{"sens":1}',
        '{"sens":"OUI"}',
        '{"duree":"3"}',
        '{"phases":["S"]}',
        "[" * 30_000,
        '"' + "x" * 50_000,
    ],
)
def test_an_origin_that_cannot_be_read_is_none(texte: str) -> None:
    assert lire_origine(texte, TETE) is None


def test_an_origin_is_read_as_it_would_have_been_written() -> None:
    v = {"sens": "ACCEPTE", "duree": "1", "phases": "CSX", "motif": "REF_C_01", "motif_texte": " a ", "commentaire": " Vu.\n"}
    lue = lire_origine(ecrire_origine(v, commente=True), TETE)
    assert lue == origine(Jugement(Sens.ACCEPTE, 1, "SC", commentaire="Vu."))
    assert lire_origine(ecrire_origine(v, commente=True), SOUS) == {**lue, "duree": None}
    assert "commentaire" not in json.loads(ecrire_origine(v, commente=False))
    assert lire_origine('{"sens":""}', TETE) == {
        "sens": "", "duree": None, "phases": "", "motif": None, "motif_texte": "",
    }  # fmt: skip


async def formulaire(scene: Scene, qui: str, ligne: Any, adresse: str = "decision") -> dict[str, str]:
    """What the form carries: its version and what it showed."""
    lu = (await (await scene.poste(qui)).ouvrir(f"/lignes/{ligne.id}/{adresse}", htmx=True)).text
    noms = ("version", "avis", "origine")
    trouves = {nom: re.search(rf'name="{nom}" value="([^"]*)"', lu) for nom in noms}
    return {nom: html.unescape(m[1]) for nom, m in trouves.items() if m}


async def test_two_members_on_different_fields_are_both_kept_and_it_is_said(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne, commentaire="De la coordonnatrice")
    await scene.seance()
    # From the inherited opinion, then from a decision.
    for phases, duree in (("S", "5"), ("SAC", "1")):
        lu, autre = await formulaire(scene, "membre", ligne), await formulaire(scene, "pres", ligne)
        posee = await scene.ecrit(Decision, ligne)
        dit = {"sens": "ACCEPTE", "duree": str(posee.duree if posee else 1), "phases": list(posee.phases if posee else "SA")}
        dit["commentaire"] = posee.commentaire if posee else ""
        assert (await scene.poster("pres", ligne, "decision", **{**autre, **dit, "phases": list(phases)})).status_code == 200
        recue = await scene.poster("membre", ligne, "decision", **{**lu, **dit, "duree": duree, "commentaire": f"Vu {duree}"})
        assert recue.status_code == 200
        assert re.search(r'role="status">fusionné avec la modification de Paula Doyenne \(\d\d:\d\d\)<', recue.text)
        d = await scene.ecrit(Decision, ligne)
        assert (d.duree, d.phases, d.commentaire) == (int(duree), phases, f"Vu {duree}")
        acte = (await scene.actes("decider_ligne"))[-1]
        assert (acte.version, acte.apres["fusion"]) == (d.version, d.version - 1)
        assert acte.apres["phases"] == phases
        assert acte.avant["duree"] == int(dit["duree"])


async def test_a_merge_that_breaks_a_rule_is_a_conflict(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne, Sens.REFUSE, motif="REF_C_01", motif_texte="Trop loin.")
    lu = await formulaire(scene, "coord2", ligne, "avis-coordonnateur")
    # Mine takes the text away, theirs chooses a reason that wants one.
    await scene.coord(ligne, Sens.REFUSE, 1, motif="REF_C_02", motif_texte="Trop loin.")
    mien = {"sens": "REFUSE", "motif": "REF_C_01", "motif_texte": ""}
    recue = await scene.poster("coord2", ligne, "avis-coordonnateur", **{**lu, **mien})
    assert recue.status_code == 409
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).version == 2


@pytest.mark.parametrize("htmx", [True, False])
async def test_a_conflict_shows_the_three_values_and_what_differs(scene: Scene, htmx: bool) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.seance()
    await scene.decide(ligne, commentaire="Comme la coordonnatrice")
    lu = await formulaire(scene, "membre", ligne)
    await scene.decide(ligne, version=1, qui="pres", duree=5, commentaire="Cinq ans !")
    mien = {"sens": "REFUSE", "motif": "REF_C_01", "commentaire": "Non."}
    recue = await scene.poster("membre", ligne, "decision", htmx=htmx, **{**lu, **mien})
    assert recue.status_code == 409
    dits = [
        re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", x))).strip()
        for x in re.findall(r"<d[td]>.*?</d[td]>", recue.text, re.DOTALL)
    ]
    assert dits[::2] == ["La vôtre", "Actuelle", "D'origine"]
    assert dits[1].startswith("Refusé")
    assert dits[3].startswith("Accepté · 5 ans")
    assert dits[3].endswith("Cinq ans !")
    assert dits[5].startswith("Accepté · 1 an ")
    assert "Ce qui diffère, souligné : décision, commentaire." in recue.text
    assert '<mark class="differe"><b class="sens sens-refuse">Refusé</b></mark>' in recue.text
    assert "Garder la mienne" in recue.text
    assert "Prendre la leur" in recue.text
    # Kept: with the version and the origin that the conflict has just shown.
    encore = {
        n: html.unescape(re.search(rf'name="{n}" value="([^"]*)"', recue.text)[1]) for n in ("version", "avis", "origine")
    }
    assert json.loads(encore["origine"])["duree"] == "5"
    assert (await scene.poster("membre", ligne, "decision", **{**encore, **mien})).status_code == 200
    assert (await scene.ecrit(Decision, ligne)).sens is Sens.REFUSE


async def test_an_origin_made_up_writes_no_more_than_its_author_may(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    faux = ecrire_origine({"sens": "ACCEPTE", "duree": "1", "phases": "SA", "commentaire": ""}, commente=True)
    dit = {"version": 7, "origine": faux, "sens": "ACCEPTE", "duree": "5", "phases": ["S", "A"]}
    assert (await scene.poster("voisine", ligne, "avis-coordonnateur", **dit)).status_code == 404
    assert (await scene.poster("membre", ligne, "avis-coordonnateur", **dit)).status_code == 403
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).version == 1
    # His own right, with whatever version: a merge, told as one.
    assert (await scene.poster("coord2", ligne, "avis-coordonnateur", **dit)).status_code == 200
    assert (await scene.actes("donner_avis_coord"))[-1].apres["fusion"] == 1
