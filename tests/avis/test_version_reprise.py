"""A decision that was taken back leaves no version behind it that could pass for the next one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.avis.models import Decision
from app.core.roles import Role
from app.referentiel.normalisation import cle_rpps
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde

DIT = {"sens": "ACCEPTE", "duree": "1", "phases": "S"}


async def test_version_of_taken_back_decision_is_not_the_closing_s(monde: Monde):
    rts = await monde.personne("Camille Terrain", rpps=cle_rpps("9970036624"))
    roles = (Role.SCOL, Role.PRES, Role.COORD, Role.MEMBRE)
    scol, pres, coord, membre = [await monde.personne(f"Claire {r.title()}", fonction(r)) for r in roles]
    numero = await monde.validee(rts, await monde.campagne("MG"), "MG", scol=scol)
    ligne = (await monde.ligne(numero)).id
    avis = await (await monde.connecter(coord)).poster(f"/lignes/{ligne}/avis-coordonnateur", version="0", **DIT)
    assert avis.status_code == 303
    seance = await monde.seance("MG", scol=scol)
    await monde.ouvrir(seance, pres=pres)
    poste = await monde.connecter(membre)
    assert (await poste.poster(f"/lignes/{ligne}/decision", htmx=True, version="0", **DIT)).status_code == 200
    assert (await poste.poster(f"/lignes/{ligne}/decision/reprise", htmx=True, version="1")).status_code == 200

    await monde.clore(seance, pres=pres)

    async with monde.sessions() as session:
        confirmee = await session.get(Decision, ligne)
    assert confirmee is not None
    assert confirmee.version > 1


async def test_version_of_taken_back_decision_overwrites_nothing(monde: Monde):
    rts = await monde.personne("Camille Terrain", rpps=cle_rpps("9970036624"))
    roles = (Role.SCOL, Role.PRES, Role.MEMBRE)
    scol, pres, membre = [await monde.personne(f"Claire {r.title()}", fonction(r)) for r in roles]
    campagne = await monde.campagne("MG")
    numero = await monde.validee(rts, campagne, "MG", scol=scol)
    await monde.ouvrir(await monde.seance("MG", scol=scol), pres=pres)
    ligne = (await monde.ligne(numero)).id
    poste, autre = await monde.connecter(membre), await monde.connecter(pres)
    adresse = f"/lignes/{ligne}/decision"

    assert (await poste.poster(adresse, htmx=True, version="0", commentaire="La première", **DIT)).status_code == 200
    assert (await autre.poster(f"{adresse}/reprise", htmx=True, version="1")).status_code == 200
    assert (await autre.poster(adresse, htmx=True, version="0", commentaire="La seconde", **DIT)).status_code == 200
    # The first screen still holds version 1, of the decision that is no more.
    recue = await poste.poster(adresse, htmx=True, version="1", commentaire="La troisième", **DIT)

    assert recue.status_code == 409
    assert "La troisième" in recue.text
    async with monde.sessions() as session:
        ecrite = await session.get(Decision, ligne)
    assert ecrite is not None
    assert ecrite.commentaire == "La seconde"
