"""Who is told what: for every kind, its readers and nobody else, each able to open where it leads; its mail is mute."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from app.avis.complementaires import ajouter_complementaire
from app.avis.models import Sens
from app.commission import service_deports, service_reouverture
from app.commission.queries import votants
from app.comptes.models import Personne
from app.core.journal import Journal, consigner
from app.core.roles import Role
from app.core.templating import aujourdhui, jour
from app.demandes import traitement_service
from app.demandes.models import Demande, Ligne
from app.demandes.retours import service as retours
from app.demandes.saisie import service as saisie
from app.demandes.saisie.contexte import ma_demande
from app.notifications import facteur
from app.notifications.envois import DEPASSE
from app.notifications.genres import GENRES
from app.notifications.resumes import resumer
from app.referentiel.models import Formation, Motif
from tests.notifications.muets import IMMEDIATS, tous_joignables, verifier_courriels
from tests.support.application import fonction
from tests.support.commission import AUTRE, DES, rpps

if TYPE_CHECKING:
    from tests.notifications.courrier import Poste
    from tests.support.application import Poste as Navigateur
    from tests.support.commission import Scene


class Histoire:
    """A demande and what is done to it."""

    def __init__(self, scene: Scene, poste: Poste) -> None:
        self.scene, self.poste, self.monde = scene, poste, scene.monde
        self.rita: Personne
        self.numero = 0

    async def soumise(self) -> None:
        self.rita = self.scene.gens["rita"] = await self.scene.nouveau_rts()
        self.numero = await self.monde.soumise(self.rita, self.scene.campagne, DES)

    async def validee(self) -> None:
        ligne = await self.scene.demande()
        self.numero = ligne.demande_id
        self.rita = self.scene.gens["rita"] = await self._rts(ligne.rpps)

    async def _rts(self, rpps: str) -> Personne:
        async with self.monde.sessions() as session:
            requete = select(Personne).where(Personne.rpps == rpps).options(selectinload(Personne.fonctions))
            return (await session.scalars(requete)).one()

    async def publiee(self) -> int:
        await self.validee()
        ligne = await self.monde.ligne(self.numero)
        await self.scene.coord(ligne, Sens.REFUSE)
        await self.scene.juge("rep", ligne, "avis-representant")
        seance = await self.scene.seance()
        await self.scene.decide(ligne)
        await self.monde.clore(seance, pres=self.scene.gens["pres"])
        await self.monde.publier(seance, pres=self.scene.gens["pres"])
        return seance

    async def agir(self, acte: str, **dit: Any) -> None:
        """An act of the scolarité by its service."""
        async with self.monde.base() as session:
            demande = (await session.scalars(select(Demande).where(Demande.id == self.numero))).one()
            par = self.monde.droits(self.scene.gens["scol"])
            await getattr(traitement_service, acte)(session, demande, version=demande.version, par=par, **dit)

    async def motif(self, prefixe: str) -> Motif:
        async with self.monde.sessions() as session:
            requete = select(Motif).where(Motif.code.startswith(prefixe)).order_by(Motif.code).limit(1)
            return (await session.scalars(requete)).one()

    async def retournee(self) -> None:
        await self.soumise()
        motifs = [await self.motif("INC")]
        await self.agir(
            "retourner_incomplet", motifs=motifs, commentaire="Voir p. 3", echeance=aujourdhui() + timedelta(days=9)
        )

    async def reprise(self) -> None:
        """Its author takes it back."""
        droits = self.monde.droits(self.rita)
        async with self.monde.base() as session:
            demande, tete = await ma_demande(session, droits, self.numero)
            await saisie.reprendre(session, demande, tete, version=demande.version, par=droits)

    async def boucler(self, acte: str, **dit: Any) -> None:
        """An act of the scolarité on the return."""
        async with self.monde.base() as session:
            demande = (await session.scalars(select(Demande).where(Demande.id == self.numero))).one()
            await getattr(retours, acte)(session, demande, par=self.monde.droits(self.scene.gens["scol"]), **dit)

    async def noter(self, action: str, **dit: Any) -> None:
        """An act that a feature beside this one journals."""
        sien = {"sujet": "demande", "sujet_id": self.numero, "demande_id": self.numero} | dit
        async with self.monde.base() as session:
            await consigner(session, action, par=self.monde.droits(self.scene.gens["scol"]), **sien)


async def _soumettre(h: Histoire) -> None:
    await h.soumise()


async def _reprendre(h: Histoire) -> None:
    await h.soumise()
    await h.reprise()


async def _retourner(h: Histoire) -> None:
    await h.retournee()


async def _prolonger(h: Histoire) -> None:
    await h.retournee()
    await h.noter("prolonger_retour", apres={"echeance": "2027-05-03"})


async def _annuler_retour(h: Histoire) -> None:
    await h.soumise()
    await h.noter("annuler_retour")


async def _refuser(h: Histoire) -> None:
    await h.soumise()
    await h.agir("refuser", motif=await h.motif("REF_S"), precision="Voir le code")


async def _valider(h: Histoire) -> None:
    await h.validee()


async def _rouvrir(h: Histoire) -> None:
    await h.validee()
    await h.agir("rouvrir", motif="Une pièce manque")


async def _complementer(h: Histoire) -> None:
    await h.validee()
    async with h.monde.base() as session:
        tete = (await session.scalars(select(Ligne).where(Ligne.demande_id == h.numero))).one()
        formation = (await session.scalars(select(Formation).where(Formation.code == AUTRE))).one()
        par = h.monde.droits(h.scene.gens["coord"])
        await ajouter_complementaire(session, tete, formation=formation, phases="A", par=par)


async def _publier(h: Histoire) -> None:
    await h.publiee()


async def _rouvrir_la_seance(h: Histoire) -> None:
    seance = await h.publiee()
    await h.poste.distribuer()
    async with h.monde.base() as session:
        s = await h.monde.seance_(session, seance)
        par = h.monde.droits(h.scene.gens["pres"])
        await service_reouverture.rouvrir(session, s, version=s.version, motif="Erreur", par=par)


async def _inviter(h: Histoire) -> None:
    h.rita = h.scene.gens["rita"] = await h.scene.nouveau_rts()
    apres = {"rpps": h.rita.rpps, "campagne_id": h.scene.campagne.id}
    await h.noter("inviter_renouvellement", sujet="invitation_renouvellement", sujet_id=1, demande_id=None, apres=apres)


async def ouvre(navigateur: Navigateur, chemin: str) -> bool:
    """Whether this page opens, the table's own address included."""
    reponse = await navigateur.ouvrir(chemin)
    if reponse.status_code == 303 and reponse.headers["location"].startswith(chemin):
        reponse = await navigateur.ouvrir(reponse.headers["location"])
    return reponse.status_code == 200


AVIS = {"coord", "coord2", "double", "rep", "doublerep"}
CAS = {
    "accuse": (_soumettre, {"rita"}),
    "a_verifier": (_soumettre, {"scol"}),
    "reprise": (_reprendre, {"scol"}),
    "retour": (_retourner, {"rita"}),
    "retour_prolonge": (_prolonger, {"rita"}),
    "retour_annule": (_annuler_retour, {"rita"}),
    "refus": (_refuser, {"rita"}),
    "avis_attendu": (_valider, AVIS),
    "rouverte": (_rouvrir, AVIS),
    "complementaire": (_complementer, {"voisine"}),
    "decision": (_publier, {"rita"}),
    "decision_rouverte": (_rouvrir_la_seance, {"rita"}),
    "invitation": (_inviter, {"rita"}),
    "suites": (_publier, {"coord", "rep"}),
}


def test_every_kind_has_its_case() -> None:
    assert set(CAS) == set(GENRES)


def test_only_four_kinds_are_worth_a_mail_of_their_own() -> None:
    assert {(g.code, *g.roles) for g in GENRES.values() if g.immediat} == {(code, Role.RTS) for code in IMMEDIATS}


@pytest.mark.parametrize("genre", CAS)
async def test_a_kind_reaches_its_readers_alone_and_each_opens_its_link(scene: Scene, poste: Poste, genre: str) -> None:
    faire, attendus = CAS[genre]
    await tous_joignables(scene, poste)
    await faire(Histoire(scene, poste))
    await poste.distribuer()
    await verifier_courriels(poste, genre)
    noms = {p.id: nom for nom, p in scene.gens.items()}
    dites = [n for n in await poste.notifications() if n.genre == genre]
    assert {noms[n.personne_id] for n in dites} == attendus
    assert len(dites) == len(attendus)
    for n in dites:
        navigateur = await scene.poste(noms[n.personne_id])
        page = await navigateur.ouvrir("/notifications")
        assert n.titre.replace("'", "&#39;") in page.text
        ouverte = await navigateur.poster(f"/notifications/{n.id}/lecture", puis="ouvrir")
        assert (ouverte.status_code, ouverte.headers["location"]) == (303, n.lien)
        assert await ouvre(navigateur, n.lien)
    autre = await scene.poste("ars")
    assert (await autre.poster(f"/notifications/{dites[0].id}/lecture", puis="ouvrir")).status_code == 404


async def test_an_unknown_act_tells_nobody(scene: Scene, poste: Poste) -> None:
    await scene.demande()
    await poste.distribuer()
    avant = len(await poste.notifications())
    async with scene.monde.base() as session:
        await consigner(session, "acte_de_demain", par=None, sujet="demande", sujet_id=1, demande_id=1)
    assert await poste.distribuer() == 0
    assert len(await poste.notifications()) == avant


async def test_an_act_overtaken_before_it_is_told_tells_nobody(scene: Scene, poste: Poste) -> None:
    h = Histoire(scene, poste)
    await _rouvrir(h)
    await poste.distribuer()
    assert {n.genre for n in await poste.notifications(scene.gens["coord"])} == {"rouverte"}


async def test_a_mail_that_waited_says_what_holds_when_it_leaves(scene: Scene, poste: Poste) -> None:
    """The mail server was away: meanwhile the deadline moved, then the return was cancelled."""
    h, plus_tard = Histoire(scene, poste), aujourdhui() + timedelta(days=30)
    await h.retournee()
    await poste.verifiee(h.rita, "rita@exemple.fr")
    await poste.distribuer()
    await h.boucler("prolonger", echeance=plus_tard, motif="Congés")
    assert await poste.envoyer() == 1
    (recu,) = poste.boite.messages
    assert jour(plus_tard) in recu.get_body(("plain",)).get_content()

    h = Histoire(scene, poste)
    await h.retournee()
    await poste.verifiee(h.rita, "autre@exemple.fr")
    await poste.distribuer()
    await h.boucler("annuler_retour", motif="Envoyé par erreur")
    assert await poste.envoyer() == 0
    assert [e.raison for e in await poste.envois()] == ["", DEPASSE]
    await resumer(h.monde.sessions, poste.settings)
    assert await poste.envoyer() == 2
    resume = poste.boite.messages[-1].get_body(("plain",)).get_content()
    assert ("1 demande déposée" in resume, "à compléter" in resume) == (True, False)


async def test_a_return_that_was_cancelled_is_not_mailed_for_a_dossier_taken_back(scene: Scene, poste: Poste) -> None:
    h = Histoire(scene, poste)
    await h.retournee()
    await poste.verifiee(h.rita, "rita@exemple.fr")
    await poste.distribuer()
    await h.boucler("annuler_retour", motif="Envoyé par erreur")
    await h.reprise()
    assert (await poste.envoyer(), [e.raison for e in await poste.envois()]) == (0, [DEPASSE])


async def test_a_decision_is_told_at_the_publication_and_no_sooner(scene: Scene, poste: Poste) -> None:
    h = Histoire(scene, poste)
    await h.validee()
    ligne, seance = await h.monde.ligne(h.numero), await scene.seance()
    await scene.decide(ligne)
    await h.monde.clore(seance, pres=scene.gens["pres"])
    await poste.distribuer()
    assert [n.genre for n in await poste.notifications(h.rita)] == ["accuse"]
    await h.monde.publier(seance, pres=scene.gens["pres"])
    await poste.distribuer()
    assert [n.genre for n in await poste.notifications(h.rita)] == ["accuse", "decision"]


async def test_a_closed_seance_reopened_tells_nothing_to_whoever_was_told_nothing(scene: Scene, poste: Poste) -> None:
    h = Histoire(scene, poste)
    await h.validee()
    ligne, seance = await h.monde.ligne(h.numero), await scene.seance()
    await scene.decide(ligne)
    await h.monde.clore(seance, pres=scene.gens["pres"])
    async with h.monde.base() as session:
        s = await h.monde.seance_(session, seance)
        await service_reouverture.rouvrir(session, s, version=s.version, motif="", par=h.monde.droits(scene.gens["pres"]))
    await poste.distribuer()
    assert [n.genre for n in await poste.notifications(h.rita)] == ["accuse"]


async def test_whoever_takes_no_part_is_told_nothing_and_keeps_nothing(scene: Scene, poste: Poste) -> None:
    h = Histoire(scene, poste)
    await h.validee()
    await poste.distribuer()
    assert [n.genre for n in await poste.notifications(scene.gens["double"])] == ["avis_attendu"]
    seance = await scene.seance(ouverte=False)
    async with h.monde.base() as session:
        s = await h.monde.seance_(session, seance)
        tous = {v.personne_id: v for v in await votants(session, s)}
        ligne = (await session.scalars(select(Ligne).where(Ligne.demande_id == h.numero))).one()
        qui, par = tous[scene.gens["double"].id], h.monde.droits(scene.gens["scol"])
        await service_deports.deporter(session, ligne, qui=qui, motif="Même service", par=par)
    await poste.distribuer()
    assert await poste.notifications(scene.gens["double"]) == []
    await h.agir("rouvrir", motif="Une pièce manque")
    await poste.distribuer()
    assert await poste.notifications(scene.gens["double"]) == []


async def test_a_coordonnateur_is_not_told_of_his_own_demande(scene: Scene, poste: Poste) -> None:
    moi = await scene.monde.personne("Cora Partie", fonction(Role.COORD, DES), rpps=rpps(900))
    await scene.demande(rts=moi)
    await poste.distribuer()
    assert [n.genre for n in await poste.notifications(moi)] == ["accuse"]


async def test_opinions_followed_are_counted_for_their_giver(scene: Scene, poste: Poste) -> None:
    await _publier(Histoire(scene, poste))
    await poste.distribuer()
    suites = {n.personne_id: n.texte for n in await poste.notifications() if n.genre == "suites"}
    assert suites == {scene.gens["coord"].id: "1 avis non suivi.", scene.gens["rep"].id: "1 avis suivi."}


async def test_a_kill_or_a_second_reader_neither_loses_nor_doubles(scene: Scene, poste: Poste, monkeypatch: Any) -> None:
    for _ in range(4):
        await scene.demande()
    monkeypatch.setattr(facteur, "LOT", 7)

    async def mourir(*_: Any) -> int:
        raise RuntimeError("panne")

    with monkeypatch.context() as panne:
        panne.setattr(facteur, "sonner", mourir)
        with pytest.raises(RuntimeError):
            await poste.distribuer()
    assert await poste.notifications() == []
    await asyncio.gather(*(poste.distribuer() for _ in range(3)))
    dites = [(n.personne_id, n.acte_id, n.genre) for n in await poste.notifications()]
    assert len(dites) == len(set(dites)) == 4 * (1 + len(AVIS))
    async with scene.monde.base() as session:
        await session.execute(update(Journal).values(motif=Journal.motif))
    assert await poste.distribuer() == 0
