"""The rules of a judgement, told in French in the cell; what is kept of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from app.avis.models import AvisCoordonnateur, Decision, Sens
from app.demandes.statuts import TypeDemande
from tests.support.commission import DES

if TYPE_CHECKING:
    from tests.support.commission import Scene

ADRESSES = {"coord": "avis-coordonnateur", "rep": "avis-representant", "membre": "decision"}
DUREE = "Une acceptation a une durée, 1 an ou 5 ans"
PHASE = "Une acceptation porte sur au moins une phase"
MOTIF = "Un refus est motivé : choisissez un motif"
PRECISION = "Ce motif demande une précision."
CHOISIR = "Choisissez : accepté, à l&#39;étude ou refusé."
FAUTES: list[tuple[dict[str, Any], str]] = [
    ({}, CHOISIR),
    ({"sens": "PEUT_ETRE"}, CHOISIR),
    ({"sens": "ACCEPTE", "phases": ["S"]}, DUREE),
    ({"sens": "ACCEPTE", "phases": ["S"], "duree": "3"}, DUREE),
    ({"sens": "ACCEPTE", "duree": "1"}, PHASE),
    ({"sens": "ACCEPTE"}, PHASE),
    ({"sens": "ACCEPTE", "duree": "1", "phases": ["Z"]}, PHASE),
    ({"sens": "REFUSE"}, MOTIF),
    ({"sens": "REFUSE", "motif": "REF_S_01"}, MOTIF),  # a reason of the scolarité
    ({"sens": "REFUSE", "motif": "REF_C_02"}, PRECISION),
    ({"sens": "REFUSE", "motif": "REF_C_02", "motif_texte": "   "}, PRECISION),
    ({"sens": "A_L_ETUDE", "commentaire": "x" * 5001}, "5001 caractères : 5000 au plus."),
]


async def test_a_broken_rule_is_told_in_the_cell_with_what_was_typed(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance()
    avant = await scene.comptes()
    for qui, adresse in ADRESSES.items():
        for champs, message in FAUTES:
            reponse = await scene.poster(qui, ligne, adresse, version=0, **{"commentaire": "Mon mot.", **champs})
            assert reponse.status_code == 422, (qui, champs)
            assert message in reponse.text, (qui, champs)
            assert "Mon mot." in reponse.text or champs.get("commentaire", "") in reponse.text
            assert re.search(rf'hx-target="#c-[a-z_]+-{ligne.id}"', reponse.text)
    assert await scene.comptes() == avant


async def test_what_has_no_meaning_is_dropped(scene: Scene) -> None:
    """A refusal keeps neither duration nor phases; an acceptance no reason."""
    ligne = await scene.demande()
    tout = {"duree": "5", "phases": ["C", "S"], "motif": "REF_C_01", "motif_texte": "Trop peu."}
    gardes = []
    for n, sens in enumerate(("ACCEPTE", "REFUSE", "A_L_ETUDE")):
        assert (await scene.poster("coord", ligne, "avis-coordonnateur", version=n, sens=sens, **tout)).status_code == 200
        avis = await scene.ecrit(AvisCoordonnateur, ligne)
        gardes.append((avis.sens, avis.duree, avis.phases, avis.motif, avis.motif_texte))
    assert gardes[:2] == [
        (Sens.ACCEPTE, 5, "SC", None, ""),
        (Sens.REFUSE, None, "", "REF_C_01", "Trop peu."),
    ]
    assert gardes[2][:3] == (Sens.A_L_ETUDE, 5, "SC")


async def test_a_complementary_line_has_no_duration_of_its_own(scene: Scene) -> None:
    tete = await scene.demande()
    poste = await scene.poste("coord")
    assert (await poste.poster(f"/lignes/{tete.id}/complementaires", formation="AR", phases=["S"])).status_code == 303
    complement = await scene.monde.ligne(tete.demande_id, 1)
    extension = await scene.demande(type_=TypeDemande.EXTENSION_PHASE)
    await scene.seance()
    for ligne, qui in ((complement, "voisine"), (extension, "coord")):
        for lecteur, adresse in ((qui, "avis-coordonnateur"), ("membre", "decision")):
            html = (await (await scene.poste(lecteur)).ouvrir(f"/lignes/{ligne.id}/{adresse}", htmx=True)).text
            assert "Durée : celle de l'agrément principal." in html
            assert 'name="duree"' not in html
            reponse = await scene.poster(lecteur, ligne, adresse, version=0, sens="ACCEPTE", duree="5", phases=["S"])
            assert reponse.status_code == 200
        assert (await scene.ecrit(AvisCoordonnateur, ligne)).duree is None
        assert (await scene.ecrit(Decision, ligne)).duree is None


async def test_a_decision_shows_the_coordonnateur_s_until_somebody_decides_and_then_never_moves(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.seance(DES)

    async def cellule() -> str:
        reponse = await (await scene.poste("membre")).ouvrir(f"/lignes/{ligne.id}/cellules/decision_commission", htmx=True)
        return re.sub(r"\s+", " ", reponse.text)

    lue = await cellule()
    assert "1 an" in lue
    assert "repris du coordonnateur" in lue
    assert 'class="heritee"' in lue
    await scene.coord(ligne, version=1, duree=5)  # it follows
    assert "5 ans" in await cellule()
    assert "repris du coordonnateur" in await cellule()
    editeur = (await (await scene.poste("membre")).ouvrir(f"/lignes/{ligne.id}/decision", htmx=True)).text
    assert 'name="duree" value="5" checked' in editeur
    assert (
        await scene.poster("membre", ligne, "decision", version=0, sens="ACCEPTE", duree="5", phases=["S"])
    ).status_code == 200
    lue = await cellule()
    assert "repris du coordonnateur" not in lue
    assert "avis modifié depuis" not in lue
    await scene.coord(ligne, Sens.REFUSE, 2)  # it does not follow any more, and says so
    lue = await cellule()
    assert "5 ans" in lue
    assert "Refusé" not in lue
    assert "avis modifié depuis" in lue
    assert (await scene.poster("membre", ligne, "decision/reprise", version=1)).status_code == 200
    lue = await cellule()
    assert "Refusé" in lue
    assert "repris du coordonnateur" in lue
    assert [a.auteur for a in await scene.actes("reprendre_avis")] == ["Marc Membre"]
