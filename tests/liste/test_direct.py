"""Each act reaches each reader as his own rendering of the rows that it changes for him, and nobody else at all."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.core.roles import Role
from app.demandes.models import Demande
from app.liste.direct import Lots
from app.referentiel.normalisation import cle_rpps
from tests.liste.suivis import Lecteur, Recu
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste

JEANNE, PIERRE, MARC = (cle_rpps(f"997004200{n}") for n in (1, 2, 3))
ACCEPTE = {"sens": "ACCEPTE", "duree": "1", "phases": ["S", "A"]}
REFUSE = {"sens": "REFUSE", "motif": "REF_C_01"}


class Salle:
    """Everybody who may be in front of the list of Strasbourg, or should see nothing of it."""

    def __init__(self, monde: Monde, gens: dict[str, Personne], lecteurs: dict[str, Lecteur]) -> None:
        self.monde, self.gens, self.lecteurs = monde, gens, lecteurs

    @staticmethod
    async def ouvrir(monde: Monde) -> Salle:
        gens = {
            "jeanne": await monde.personne("Jeanne Auteur", rpps=JEANNE),
            "pierre": await monde.personne("Pierre Autre", rpps=PIERRE),
            "scol": await monde.personne("Claire Scolarité", fonction(Role.SCOL)),
            "nancy": await monde.personne("Anne Nancy", fonction(Role.SCOL, subdivision="NANCY")),
            "coord": await monde.personne("Paul Coordonnateur", fonction(Role.COORD, "MG")),
            "siegeant": await monde.personne("Luc Siégeant", fonction(Role.COORD, "MG"), fonction(Role.MEMBRE)),
            "rep": await monde.personne("Lou Interne", fonction(Role.REP)),
            "membre": await monde.personne("Rose Membre", fonction(Role.MEMBRE)),
            "marc": await monde.personne("Marc Recusé", fonction(Role.MEMBRE), rpps=MARC),
            "pres": await monde.personne("Yves Président", fonction(Role.PRES)),
            "ars": await monde.personne("Inès Agence", fonction(Role.ARS)),
            "admin": await monde.personne("Ada Admin", fonction(Role.ADMIN, subdivision=None)),
        }
        lots = Lots(monde.app.state.direct)
        return Salle(monde, gens, {nom: Lecteur(monde, lots, await monde.connecter(qui)) for nom, qui in gens.items()})

    def poste(self, nom: str) -> Poste:
        return self.lecteurs[nom].poste

    @asynccontextmanager
    async def acte(self, *touches: str) -> AsyncIterator[dict[str, Recu]]:
        """One act: whoever is told is told what a fresh page shows, and nobody is whose page stays the same."""
        avant = {}
        for nom, lecteur in self.lecteurs.items():
            avant[nom] = await lecteur.regarder()
        recus: dict[str, Recu] = {}
        yield recus
        for nom, lecteur in self.lecteurs.items():
            recus[nom] = await lecteur.recevoir()
            await lecteur.regarder()
            neuves = {i: x for i, x in lecteur.vu.items() if avant[nom].get(i) != x}
            assert {i: lecteur.vu[i] for i in recus[nom].remplacees} == recus[nom].remplacees, nom
            assert neuves.keys() <= recus[nom].remplacees.keys(), nom
            assert recus[nom].retirees == avant[nom].keys() - lecteur.vu.keys(), nom
        assert {nom for nom, recu in recus.items() if recu.octets} == set(touches)


async def juger(poste: Poste, ligne: int, quoi: str, version: int, **champs: object) -> None:
    assert (await poste.poster(f"/lignes/{ligne}/{quoi}", htmx=True, version=version, **champs)).status_code == 200


async def agir(salle: Salle, qui: str, demande: int, verbe: str, /, **champs: object) -> None:
    async with salle.monde.sessions() as session:
        version = (await session.get(Demande, demande)).version
    reponse = await salle.poste(qui).poster(f"/demandes/{demande}/{verbe}", version=version, **champs)
    assert reponse.status_code == 303, reponse.text[-800:]


async def test_a_demande_s_road_to_its_opinions(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde)
    campagne = await monde.campagne("MG", "GERIATRIE")
    lisent = ("jeanne", "scol", "coord", "siegeant", "pres", "admin")
    async with salle.acte(*lisent) as recus:
        demande = await monde.brouillon(salle.gens["jeanne"], campagne, "MG")
    ligne = (await monde.ligne(demande)).id
    assert {nom for nom, r in recus.items() if r.places.get("page") == [ligne]} == set(lisent)
    assert {nom for nom, r in recus.items() if r.places.get("autrui") == [ligne]} == set(lisent) - {"jeanne"}
    async with salle.acte(*lisent):
        await agir(salle, "jeanne", demande, "soumission")
    async with salle.acte(*(x for x in lisent if x != "jeanne")):
        await agir(salle, "scol", demande, "validations/rts", acte="valider", motif="Vu.")
    async with salle.acte(*lisent):
        await agir(salle, "scol", demande, "retour", motifs=["INC_01"], commentaire="Le CV.", echeance="2099-01-01")
    async with salle.acte(*lisent):
        await agir(salle, "jeanne", demande, "soumission")
    for bloc in ("rts", "etablissement", "terrain"):
        await agir(salle, "scol", demande, f"validations/{bloc}", acte="valider", motif="Vu.")
    async with salle.acte(*lisent, "rep", "membre", "marc", "ars") as recus:
        await agir(salle, "scol", demande, "validation-administrative")
    assert recus["membre"].places["page"] == [ligne]  # it has come into his list
    async with salle.acte("scol", "coord", "siegeant", "membre", "marc", "pres", "admin") as recus:
        await juger(salle.poste("coord"), ligne, "avis-coordonnateur", 0, **ACCEPTE)
    assert {nom for nom, r in recus.items() if r.marques} == {"siegeant"}
    assert recus["siegeant"].marques[ligne].startswith("modifié par Paul Coordonnateur à ")
    async with salle.acte("scol", "rep", "membre", "marc", "pres", "admin"):
        await juger(salle.poste("rep"), ligne, "avis-representant", 0, **REFUSE)


async def test_a_seance_reaches_the_rts_at_its_publication(monde: Monde) -> None:
    salle = await Salle.ouvrir(monde)
    jeanne, marc, scol, pres = (salle.gens[nom] for nom in ("jeanne", "marc", "scol", "pres"))
    campagne = await monde.campagne("MG", "GERIATRIE")
    sienne = await monde.validee(jeanne, campagne, "MG", scol=scol)
    muette = await monde.validee(jeanne, campagne, "GERIATRIE", scol=scol)
    recusee = await monde.validee(marc, campagne, "MG", scol=scol)
    lignes = {d: (await monde.ligne(d)).id for d in (sienne, muette, recusee)}
    await juger(salle.poste("coord"), lignes[sienne], "avis-coordonnateur", 0, **ACCEPTE)
    await juger(salle.poste("coord"), lignes[recusee], "avis-coordonnateur", 0, **REFUSE)
    seance = await monde.seance("MG", "GERIATRIE", scol=scol)
    # Whom the opening gives something to read or to edit; neither the RTS nor, on his own line, the member.
    salle_entiere = ("scol", "siegeant", "membre", "marc", "pres", "ars")
    async with salle.acte(*salle_entiere) as recus:
        await monde.ouvrir(seance, pres=pres)
    assert lignes[recusee] not in recus["marc"].remplacees
    async with salle.acte(*(x for x in salle_entiere if x != "ars"), "admin") as recus:
        await juger(salle.poste("membre"), lignes[sienne], "decision", 0, **ACCEPTE)
    assert set(recus["pres"].marques) == {lignes[sienne]}
    assert not recus["admin"].marques
    async with salle.acte(*salle_entiere, "coord", "admin"):
        await juger(salle.poste("coord"), lignes[sienne], "avis-coordonnateur", 1, **REFUSE)
    async with salle.acte(*salle_entiere, "coord", "rep", "admin") as recus:
        await monde.clore(seance, pres=pres)
    assert lignes[recusee] not in recus["marc"].remplacees
    async with salle.acte(*salle_entiere, "coord", "rep", "admin"):
        await rouvrir(monde, salle, seance)
    await monde.clore(seance, pres=pres)
    async with salle.acte("jeanne", "marc", "coord", "rep") as recus:
        await monde.publier(seance, pres=pres)
    assert set(recus["jeanne"].remplacees) == {lignes[sienne]}
    assert set(recus["marc"].remplacees) == {lignes[recusee]}
    assert b"Yves" not in recus["jeanne"].octets
    assert not recus["jeanne"].marques
    async with salle.acte(*salle_entiere, "coord", "rep", "admin", "jeanne") as recus:
        await rouvrir(monde, salle, seance, motif="Erreur de plume.")
    assert set(recus["jeanne"].remplacees) == {lignes[sienne]}


async def rouvrir(monde: Monde, salle: Salle, seance: int, **champs: str) -> None:
    async with monde.sessions() as session:
        version = (await monde.seance_(session, seance)).version
    reponse = await salle.poste("pres").poster(f"/seances/{seance}/reouverture", version=version, **champs)
    assert reponse.status_code == 303, reponse.text[-800:]
