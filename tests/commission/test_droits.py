"""Every POST of opinions and séances, by everybody who may not: exactly 403 or 404, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core.roles import Role
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES

if TYPE_CHECKING:
    from tests.support.commission import Scene

SEANCE = {
    "libelle": "Hiver", "subdivision": "STRASBOURG", "jour": "2027-02-01", "heure": "14:00", "formations": ["GENMED"],
}  # fmt: skip
TOUS = ("scol", "coord", "voisine", "ailleurs", "rep", "membre", "pres", "presvoisin", "ars", "admin", "rts", "autrerts")


def permis(moment: str) -> dict[str, set[str]]:
    """Who may, by address; everybody else is refused."""
    return {
        "avis-coordonnateur": {"coord"} if moment != "CLOSE" else set(),
        "complementaires": {"coord"} if moment != "CLOSE" else set(),
        "avis-representant": {"rep"} if moment != "CLOSE" else set(),
        "decision": {"scol", "membre", "pres", "presvoisin"} if moment == "OUVERTE" else set(),
        "decision/reprise": {"scol", "membre", "pres", "presvoisin"} if moment == "OUVERTE" else set(),
        "modification": {"scol"} if moment == "PLANIFIEE" else set(),
        "nouvelle": {"scol"},
        "ouverture": {"pres"},
        "cloture": {"pres"},
        "publication": {"pres"},
        "reouverture": {"pres"},
    }


# Who does not even see: 404.
NE_VOIT_PAS = {
    "ligne": {"voisine", "ailleurs", "autrerts"},
    "seance": {"coord", "voisine", "ailleurs", "rep", "rts", "autrerts"},
}


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_every_write_is_refused_to_everybody_else_and_writes_nothing(scene: Scene) -> None:
    gens, p = scene.gens, scene.monde.personne
    gens["rts"], gens["autrerts"] = await scene.nouveau_rts(), await scene.nouveau_rts()
    # Presides over one formation only, of the two of the séance.
    gens["presvoisin"] = await p("Paul Adjoint", fonction(Role.PRES, DES))
    ligne = await scene.demande(rts=gens["rts"])
    await scene.coord(ligne)
    seance = await scene.seance(DES, AUTRE, ouverte=False)
    jugement = {"version": 0, "sens": "ACCEPTE", "duree": "1", "phases": ["S"], "formation": AUTRE}
    for moment in ("PLANIFIEE", "OUVERTE", "CLOSE"):
        if moment == "OUVERTE":
            await scene.monde.ouvrir(seance, pres=gens["pres"])
        elif moment == "CLOSE":
            await scene.monde.clore(seance, pres=gens["pres"])
        avant = await scene.comptes()
        attendus, lus = {}, {}
        for adresse, ont in permis(moment).items():
            sur_ligne = adresse.startswith(("avis", "decision", "complement"))
            chemin = f"/lignes/{ligne.id}/{adresse}" if sur_ligne else f"/seances/{seance}/{adresse}"
            for qui in TOUS:
                if qui in ont or (adresse == "modification" and qui == "scol"):
                    continue
                caches = set() if adresse == "nouvelle" else NE_VOIT_PAS["ligne" if sur_ligne else "seance"]
                if moment != "CLOSE" and not sur_ligne and adresse != "nouvelle":
                    caches = caches | {"ars"}  # reads what is over
                chemin = "/seances/nouvelle" if adresse == "nouvelle" else chemin
                champs = jugement if sur_ligne else {**SEANCE, "version": 1, "motif": "Moi", "confirme": "1"}
                attendus[adresse, qui] = 404 if qui in caches else 403
                lus[adresse, qui] = (await (await scene.poste(qui)).poster(chemin, **champs)).status_code
        assert lus == attendus, moment
        assert await scene.comptes() == avant, moment


async def test_nobody_signed_in_writes_nothing(scene: Scene) -> None:
    ligne = await scene.demande()
    seance = await scene.seance()
    avant, anonyme = await scene.comptes(), await scene.monde.connecter()
    for chemin in (f"/lignes/{ligne.id}/decision", f"/lignes/{ligne.id}/avis-coordonnateur", f"/seances/{seance}/cloture"):
        reponse = await anonyme.poster(chemin, version=0, sens="REFUSE", motif="REF_C_01")
        assert reponse.status_code == 302
        assert reponse.headers["location"].startswith("/connexion")
    assert await scene.comptes() == avant


async def test_what_does_not_exist_is_not_found(scene: Scene) -> None:
    poste = await scene.poste("scol")
    for chemin in (
        "/lignes/99999/decision",
        "/seances/99999/cloture",
        "/lignes/99999/complementaires",
        "/lignes/1" + "0" * 30 + "/decision",
    ):
        assert (await poste.poster(chemin, version=0)).status_code == 404, chemin
