"""Who is on a row is told to those who work on it, and to nobody who would learn from it what he may not read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.core import presence
from app.core.presence import PRESENCES, Presences, en_edition
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.models import Ligne
from app.liste.direct import Lots, Suivi
from app.referentiel.normalisation import cle_rpps
from tests.liste.rangees import semer
from tests.liste.suivis import CODES
from tests.liste.test_flux import noter
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste

JEANNE, MARC = cle_rpps("9970042001"), cle_rpps("9970042003")


def pour(noms: Iterable[str], dit: list[list[str]]) -> dict[str, list[list[str]]]:
    """The same for all of them."""
    return {nom: dit for nom in noms}  # noqa: C420 (compared, never changed)


class Salle:
    """Everybody in front of the same rows; the first one is Marc's own."""

    def __init__(self, monde: Monde, gens: dict[str, Personne], postes: dict[str, Poste], lignes: list[int]) -> None:
        self.monde, self.gens, self.postes, self.lignes = monde, gens, postes, lignes
        lots = Lots(monde.app.state.direct)
        self.suivis = {nom: Suivi(lots, p.droits, CODES) for nom, p in postes.items()}
        for suivi in self.suivis.values():
            suivi.presents.ecouter(lambda: None)

    @staticmethod
    async def ouvrir(monde: Monde, moment: Moment) -> Salle:
        gens = {
            "jeanne": await monde.personne("Jeanne Auteur", rpps=JEANNE),
            "scol": await monde.personne("Claire Scolarité", fonction(Role.SCOL)),
            "nancy": await monde.personne("Anne Nancy", fonction(Role.SCOL, subdivision="NANCY")),
            "coord": await monde.personne("Paul Coordonnateur", fonction(Role.COORD, "MG")),
            "rep": await monde.personne("Lou Interne", fonction(Role.REP)),
            "membre": await monde.personne("Rose Membre", fonction(Role.MEMBRE)),
            "marc": await monde.personne("Marc Recusé", fonction(Role.MEMBRE), rpps=MARC),
            "siegeant": await monde.personne("Luc Siégeant", fonction(Role.COORD, "MG"), fonction(Role.MEMBRE)),
            "interne": await monde.personne("Léa Siégeante", fonction(Role.REP), fonction(Role.MEMBRE)),
            "pres": await monde.personne("Yves Président", fonction(Role.PRES)),
            "ars": await monde.personne("Inès Agence", fonction(Role.ARS)),
            "admin": await monde.personne("Ada Admin", fonction(Role.ADMIN, subdivision=None)),
        }
        campagne = await monde.campagne("MG")
        semees = await semer(monde, campagne.id, gens["scol"].id, *({"rpps": r, "moment": moment} for r in (MARC, JEANNE)))
        postes = {nom: await monde.connecter(qui) for nom, qui in gens.items()}
        return Salle(monde, gens, postes, [x["id"] for x in semees])

    async def declarer(self, nom: str, **actes: Any) -> None:
        reponse = await self.postes[nom].poster("/presence", onglet="a1", **actes)
        assert (reponse.status_code, reponse.text) == (204, "")

    async def voient(self, ligne: int) -> dict[str, list[list[str]]]:
        """What the streams say of a row, by reader; nothing for whom nothing comes."""
        vus = {}
        for nom, suivi in self.suivis.items():
            suivi.presents.revoir()
            octets = await suivi.presents.prendre()
            if octets:
                assert octets.startswith(b"event: presence\ndata: ")
                dit = json.loads(octets.decode().split("data: ")[1])
                assert set(dit) == {str(ligne)}
                vus[nom] = dit[str(ligne)]
        return vus


async def test_service_sees_who_reads_and_who_edits(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde, Moment.SEANCE_OUVERTE)
    sienne, autre = salle.lignes
    equipe = {"scol", "membre", "marc", "siegeant", "interne", "pres", "admin"}
    await salle.declarer("membre", lit=[autre])
    assert await salle.voient(autre) == pour(equipe - {"membre"}, [["Rose Membre", "lit"]])
    await salle.declarer("membre", lit=[autre], saisit=[f"{autre}:decision"])
    assert await salle.voient(autre) == pour(equipe - {"membre"}, [["Rose Membre", "saisit"]])
    assert (en_edition([sienne, autre]), en_edition([autre], sauf=salle.gens["membre"].id)) == ({autre}, set())
    assert await salle.voient(autre) == {}  # told once
    await salle.declarer("membre")
    assert await salle.voient(autre) == pour(equipe - {"membre"}, [])
    assert en_edition(salle.lignes) == set()


async def test_practitioners_and_givers_of_opinions_are_neither_told_nor_shown(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde, Moment.SEANCE_OUVERTE)
    autre = salle.lignes[1]
    for nom in ("jeanne", "coord", "rep", "ars", "nancy"):
        await salle.declarer(nom, lit=[autre])
        assert (await salle.voient(autre), PRESENCES.par_ligne) == ({}, {}), nom
    # An opinion being typed counts for a batch, and is named to nobody.
    await salle.declarer("coord", saisit=[f"{autre}:avis-coordonnateur"])
    assert (await salle.voient(autre), en_edition([autre]), en_edition([autre], objet=Objet.AVIS_COORD)) == ({}, set(), {autre})
    await salle.declarer("coord", saisit=[f"{autre}:decision", "x:decision", f"{autre}:autre", "999999:decision"])
    assert PRESENCES.par_ligne == {}


async def test_a_recused_member_is_not_named_and_is_told_nothing(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde, Moment.SEANCE_OUVERTE)
    sienne, autre = salle.lignes
    await salle.declarer("marc", lit=[sienne, autre], saisit=[f"{sienne}:decision"])
    vus = await salle.voient(autre)
    assert vus["pres"] == [["Marc Recusé", "lit"]]  # on another's line he is a member
    assert set(PRESENCES.par_ligne) == {autre}
    await salle.declarer("marc")
    assert set(await salle.voient(autre)) == set(vus)
    await salle.declarer("membre", lit=[sienne])
    vus = await salle.voient(sienne)
    assert ("marc" in vus, vus["pres"]) == (False, [["Rose Membre", "lit"]])


async def test_the_blind_learn_nothing_of_who_edits_the_opinion_that_they_may_not_read(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde, Moment.AVANT_SEANCE)
    autre = salle.lignes[1]
    await salle.declarer("siegeant", saisit=[f"{autre}:avis-coordonnateur"])
    vus = await salle.voient(autre)
    # Léa gives the interns' opinion: blind to the coordonnateur's, though she sits in the commission.
    assert vus == pour(("scol", "membre", "marc", "pres", "admin"), [["Luc Siégeant", "saisit"]])
    await salle.declarer("siegeant", lit=[autre], saisit=[f"{autre}:avis-coordonnateur"])
    assert await salle.voient(autre) == {"interne": [["Luc Siégeant", "lit"]]}
    await salle.declarer("interne", saisit=[f"{autre}:avis-representant"])
    assert "siegeant" not in await salle.voient(autre)


async def test_what_may_be_known_moves_with_the_line(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde, Moment.SEANCE_OUVERTE)
    autre = salle.lignes[1]
    await salle.declarer("membre", saisit=[f"{autre}:decision"])
    assert (await salle.voient(autre))["siegeant"] == [["Rose Membre", "saisit"]]
    async with monde.base() as session:
        (await session.get(Ligne, autre)).moment = Moment.AVANT_SEANCE
    dernier = await noter(monde, {"id": autre, "demande": (await _demande(monde, autre))}, action="ajourner")
    await salle.suivis["scol"].rendre(await monde.app.state.direct.depuis(dernier - 1))
    assert (await salle.voient(autre))["siegeant"] == []  # blind again


async def _demande(monde: Monde, ligne: int) -> int:
    async with monde.sessions() as session:
        return int((await session.get(Ligne, ligne)).demande_id)


async def test_the_editor_says_it_by_itself_and_silence_ends_it(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    salle = await Salle.ouvrir(monde, Moment.SEANCE_OUVERTE)
    autre = salle.lignes[1]
    assert (await salle.postes["membre"].ouvrir(f"/lignes/{autre}/decision")).status_code == 200
    assert en_edition([autre]) == {autre}
    await salle.declarer("membre")  # its page says that nothing is open
    assert en_edition([autre]) == set()
    await salle.postes["membre"].ouvrir(f"/lignes/{autre}/decision", htmx=True)
    champs = {"version": 0, "sens": "ACCEPTE", "duree": "1", "phases": ["S"]}
    assert (await salle.postes["membre"].poster(f"/lignes/{autre}/decision", **champs)).status_code == 303
    assert en_edition([autre]) == set()
    await salle.declarer("membre", saisit=[f"{autre}:decision"])
    monkeypatch.setattr(presence, "SILENCE", 0.0)
    assert en_edition([autre]) == set()


async def test_other_processes_hear_of_it_in_less_than_a_notification(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde, Moment.SEANCE_OUVERTE)
    autre = salle.lignes[1]
    while not PRESENCES.a_dire.empty():
        PRESENCES.a_dire.get_nowait()
    entendus: list[str] = []
    vrai = PRESENCES.a_dire.put_nowait
    PRESENCES.a_dire.put_nowait = lambda dit: (entendus.append(dit), vrai(dit))  # type: ignore[method-assign,assignment]
    await salle.declarer("membre", lit=[autre] * 30, saisit=[f"{autre}:decision"] * 30)
    ailleurs = Presences()
    for dit in (*entendus, "[]", "{", '{"o": 1}'):
        assert len(dit.encode()) < 8000
        ailleurs.entendre(dit)
        PRESENCES.entendre(dit)  # its own word
    assert [(p.nom, s.objet) for p, s in ailleurs.sur(autre)] == [(p.nom, s.objet) for p, s in PRESENCES.sur(autre)] != []
    ailleurs.vider()
