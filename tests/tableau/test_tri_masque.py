"""Every column sorts, both ways, for a reader to whom some of it is hidden; a cursor may say anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.roles import Role
from app.liste.colonnes import colonnes
from app.referentiel.normalisation import cle_rpps
from app.tableau.etat import Curseur
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde


async def test_every_column_sorts_without_opinion_nor_right(monde: Monde):
    rts = await monde.personne("Camille Terrain", rpps=cle_rpps("9970036624"))
    scol, coord = [await monde.personne(f"Claire {r.title()}", fonction(r)) for r in (Role.SCOL, Role.COORD)]
    campagne = await monde.campagne("MG")
    await monde.validee(rts, campagne, "MG", scol=scol)
    await monde.soumise(rts, campagne, "MG", saisie_terrain="Urgences")
    for qui in (scol, coord):
        poste = await monde.connecter(qui)
        for code in colonnes(monde.droits(qui)):
            for suite in (f"tri={code}", f"tri=-{code}", f"tri={code}&apres={Curseur('rien de connu', 1).texte()}"):
                recue = await poste.ouvrir(f"/demandes?{suite}")
                assert (suite, recue.status_code) == (suite, 200)
        assert (await poste.ouvrir("/demandes?tri=decision_coord")).text.count('<tr id="ligne-') == 2
