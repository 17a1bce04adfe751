"""What cannot be taken as it was sent: told in French, handed back, and nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from app.liste.direct import Lots, Suivi
from app.liste.ecran import lire_ecran
from app.tableau.etat import Curseur
from tests.support.commission import AUTRE, DES

if TYPE_CHECKING:
    from tests.support.commission import Scene


async def test_a_note_or_a_reason_that_is_too_long_comes_back_and_is_not_cut(scene: Scene) -> None:
    ligne = await scene.demande()
    pres, longue = await scene.poste("pres"), "Relire le projet. " * 600
    await pres.poster(f"/lignes/{ligne.id}/note", texte="Avant.", version="0")
    refus = await pres.poster(f"/lignes/{ligne.id}/note", texte=longue, version="1")
    assert (refus.status_code, longue.strip() in refus.text, 'name="version" value="1"' in refus.text) == (422, True, True)
    assert f"{len(longue.strip())} caractères : 10000 au plus." in refus.text
    assert ">Avant.</textarea>" in await scene.page("pres", f"/lignes/{ligne.id}/note")
    assert (await (await scene.poste("ars")).poster(f"/lignes/{ligne.id}/a-discuter", a_discuter="1")).status_code == 403
    motif = "Ils partagent un cabinet. " * 30
    membre = scene.gens["membre"].id
    refus = await pres.poster(f"/lignes/{ligne.id}/deports", motif=motif, qui=str(membre))
    assert (refus.status_code, motif.strip() in refus.text, await scene.actes("constater_deport")) == (422, True, [])


async def test_a_line_out_of_a_seance_is_read_beside_its_table_whatever_the_sort(scene: Scene) -> None:
    dedans, dehors = await scene.demande(), await scene.demande(AUTRE)
    numero = await scene.seance(DES)
    for tri in ("", "&tri=agenda", "&tri=-a_discuter,personne", "&tri=ville,agenda"):
        liste = quote(f"seance={numero}{tri}")
        for adresse in (f"/demandes/{dehors.demande_id}?liste={liste}", f"/lignes/{dehors.id}/panneau?liste={liste}"):
            page = await scene.page("pres", adresse)
            assert ("hors filtre" in page, f"/{dedans.demande_id}?liste" in page or f"/{dedans.id}/panneau" in page) == (
                True,
                True,
            )


@pytest.mark.parametrize("nom", ["du", "au"])
async def test_a_stream_takes_a_place_of_another_sort_for_no_place(scene: Scene, nom: str) -> None:
    ligne = await scene.demande()
    lu = [("tri", "ville,personne"), (nom, Curseur("strasbourg", 1).texte())]
    droits = (await scene.poste("scol")).droits
    assert droits
    async with scene.monde.sessions() as session:
        ecran = await lire_ecran(session, droits, lu)
    lots: Any = Lots(scene.monde.app.state.direct)
    await scene.coord(ligne)
    recu = await Suivi(lots, droits, ("personne",), ecran).rendre(await scene.actes("donner_avis_coord"))
    assert f"#ligne-{ligne.id}:not".encode() in recu


async def test_a_view_of_a_seance_keeps_the_columns_of_its_own(scene: Scene) -> None:
    numero = await scene.seance(DES, ouverte=False)
    pres = await scene.poste("pres")
    etat = f"seance={numero}&agenda=SANS&tri=-agenda&cols=agenda%2Cpersonne"
    assert (await pres.poster("/demandes/vues", nom="A placer", retour=f"/demandes?{etat}")).status_code == 303
    page = await scene.page("pres", f"/demandes/vues?seance={numero}")
    assert f'href="/demandes?{etat}"'.replace("&", "&amp;") in page
