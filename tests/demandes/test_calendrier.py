"""« Qui peut faire quoi le … » says what the guards do: for every role, every stage and every move; and its page."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from lxml import html

from app.campagnes.models import Campagne, CampagneFormation
from app.campagnes.permissions import peut_configurer
from app.campagnes.queries import Etape, campagnes_ouvertes_au_depot, etape, fenetres
from app.comptes.acces import composer_droits
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.calendrier_regles import RECOURS, RETOURNE, journee
from app.demandes.models import Demande, Retour
from app.demandes.permissions import peut
from app.demandes.saisie.regles import fermeture, peut_reprendre
from app.demandes.statuts import Action, Statut, Validation

if TYPE_CHECKING:
    from app.core.access import Droits
    from tests.demandes.conftest import Scene
    from tests.support.application import Monde

JOURS = {"ouverture": 0, "cloture_depot": 9, "cloture_complements": 19, "cloture_avis": 29, "seance_prevue": 34,
         "publication": 39, "debut_agrements": 99}  # fmt: skip
SIEN, AUTRE = "99700366240", "99700366257"


@dataclass
class Dossier:
    """One demande of somebody, somewhere in its life."""

    statut: Statut
    moment: Moment
    rpps: str
    subdivision: str = "STRASBOURG"
    formation: str = "ALLERGO"
    id: int = 7


def campagne() -> Campagne:
    """One whose stages last ten days each, from today."""
    dates = {nom: aujourdhui() + timedelta(days=n) for nom, n in JOURS.items()}
    faite = Campagne(id=1, libelle="Essai", subdivision="STRASBOURG", **dates)
    faite.formations = [CampagneFormation(formation="ALLERGO")]
    return faite


def jours_de(c: Campagne) -> dict[Etape, list[date]]:
    """The first and the last day of each stage, the day before all and the day after."""
    bords = {f.etape: [f.du, f.au] for f in fenetres(c)}
    bords[Etape.A_VENIR] = [c.ouverture - timedelta(days=1)]
    bords[Etape.TERMINEE] = [c.publication + timedelta(days=1)]
    assert bords.keys() == set(Etape)
    assert all(etape(c, jour) is e for e, jours in bords.items() for jour in jours)
    return bords


def qui(role: Role) -> Droits:
    """Somebody of this role at Strasbourg, as a request makes him."""
    if role is Role.RTS:
        return composer_droits(1, "Lui", SIEN, [], le=aujourdhui())
    return composer_droits(1, "Lui", None, [(role, ["STRASBOURG"], [], date(2020, 1, 1), None)], le=aujourdhui())


def garde(droits: Droits, action: Action) -> bool:
    """Whether the guard lets this person make the move on some demande of the subdivision."""
    if action is Action.CREER:
        return droits.rpps is not None  # `saisie.creation`: whoever is a practitioner of the register
    rpps = (SIEN, AUTRE)
    dossiers = [Dossier(s, m, r) for s, m, r in itertools.product(Statut, Moment, rpps)]
    return any(peut(droits, action, d) for d in dossiers)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("ou", Etape)
def test_the_calendar_says_what_the_guards_do(role: Role, ou: Etape) -> None:
    c, droits = campagne(), qui(role)
    prise = Demande(statut=Statut.EN_VALIDATION)
    prise.validation_rts = prise.validation_etablissement = prise.validation_terrain = Validation.AUTO
    for le in jours_de(c)[ou]:
        jours: dict[Action, bool] = dict.fromkeys(Action, True)
        jours[Action.SOUMETTRE] = fermeture(c, None, le) is None
        jours[Action.REPRENDRE] = peut_reprendre(c, prise, le)
        jours[Action.CREER] = c.ouverture <= le <= c.cloture_depot  # compared with the SQL of the creation below
        dit = journee(c, role, le)
        assert {a.action for a in dit.actes if not a.ferme and a.ou != RETOURNE} == {
            a for a in Action if garde(droits, a) and jours[a]
        }
        assert {a.action for a in dit.fermes} == {a for a in Action if garde(droits, a) and not jours[a]}
        retourne = fermeture(c, Retour(echeance=le), le) is None and not jours[Action.SOUMETTRE]
        assert [a.action for a in dit.actes if a.ou == RETOURNE] == (
            [Action.SOUMETTRE] if retourne and garde(droits, Action.SOUMETTRE) else []
        )
        assert dit.configure is peut_configurer(droits, "STRASBOURG")
        assert not {a.action for a in dit.de(attendu=True)} & RECOURS


async def test_a_creation_is_bounded_by_the_same_days_in_sql(monde: Monde) -> None:
    faite = await monde.campagne("ALLERGO", **{k: v for k, v in JOURS.items() if k not in {"seance_prevue", "publication"}})
    async with monde.sessions() as session:
        for jours in jours_de(campagne()).values():
            for le in jours:
                ouvertes = [c.id for c in await campagnes_ouvertes_au_depot(session, le, SIEN)]
                actes = journee(faite, Role.RTS, le).actes
                assert (ouvertes == [faite.id]) is any(a.action is Action.CREER and not a.ferme for a in actes)


def test_an_extension_opens_the_days_of_its_rts_alone() -> None:
    c = campagne()
    le = c.cloture_depot + timedelta(days=5)
    for prolonge, fermes in ((None, {Action.CREER, Action.SOUMETTRE, Action.REPRENDRE}), (le, set())):
        assert {a.action for a in journee(c, Role.RTS, le, prolonge=prolonge).fermes} == fermes


async def actes_de(poste: Any, c: Campagne, le: date) -> dict[str, list[str]]:
    """Role → what the page lets him do on a day."""
    page = await poste.ouvrir(f"/campagnes/{c.id}/calendrier?le={le.isoformat()}", htmx=True)
    racine = html.fromstring(page.text)
    return {
        s.xpath("string(h2/text())").strip(): [x.text for x in s.xpath("ul[not(@class)]/li/strong")]
        for s in racine.xpath("//section[contains(@class,'journee')]")
    }


async def test_the_page_is_read_by_whom_the_campaign_concerns(scene: Scene) -> None:
    monde, c = scene.monde, scene.campagne
    nadia = await monde.connecter(scene.nadia)
    ouverts = await actes_de(nadia, c, aujourdhui())
    assert ouverts["Responsable de terrain de stage"] == ["Nouvelle demande", "Soumettre", "Supprimer", "Reprendre"]
    apres = await actes_de(nadia, c, c.cloture_depot + timedelta(days=1))
    assert apres["Responsable de terrain de stage"] == ["Soumettre", "Supprimer"]
    assert list(ouverts) == [r.libelle for r in Role]
    page = html.fromstring((await nadia.ouvrir(f"/campagnes/{c.id}/calendrier?le=demain")).text)
    assert page.xpath("string(//p[@role='alert'])") == "Attendu une date, par exemple 23/11/2026. Voici aujourd'hui."
    assert page.xpath("//section[contains(@class,'mienne')]/h2/text()")[0].strip() == Role.RTS.libelle
    titres = [t.text for t in page.xpath("//*[local-name()='rect']/*[local-name()='title']")]
    lignes = page.xpath("//details[@class='fenetres']//tbody/tr/th/text()")
    assert [t.split(", ")[1].split(" : ")[0] for t in titres] == lignes[: len(titres)]  # the table says what the plot does
    assert (await (await monde.connecter(scene.rose)).ouvrir(f"/campagnes/{c.id}/calendrier")).status_code == 404


async def test_all_my_campaigns_say_who_is_expected_on_a_day(scene: Scene) -> None:
    monde, c = scene.monde, scene.campagne
    await monde.campagne("CARDIO", subdivision="NANCY")
    claire = await monde.connecter(scene.claire)
    for le, attendus in (
        (c.cloture_depot, [Role.RTS, Role.SCOL]),
        (c.cloture_avis, [Role.COORD, Role.REP]),
        (c.debut_agrements, [Role.SCOL, Role.COORD, Role.REP, Role.MEMBRE, Role.PRES]),
        (c.debut_agrements + timedelta(days=1), []),
    ):
        racine = html.fromstring((await claire.ouvrir(f"/campagnes/calendrier?le={le}", htmx=True)).text)
        rangees = racine.xpath("//tbody/tr")
        assert len(rangees) == 1  # Nancy's is not hers
        assert [x.text for x in rangees[0].xpath(".//p[@class='attendu']/strong")] == [r.libelle for r in attendus]
    rien = await monde.connecter(await monde.personne("Paul Guebwiller"))
    assert (await rien.ouvrir("/campagnes/calendrier")).status_code == 403


async def test_the_day_after_the_deposit_the_guards_agree_on_real_requests(scene: Scene) -> None:
    """What the calendar forbids is refused, what it allows is done, on the day itself."""
    monde, c = scene.monde, scene.campagne
    numero = await monde.soumise(scene.nadia, c, "ALLERGO")
    lendemain = c.cloture_depot + timedelta(days=1)
    with time_machine.travel(lendemain, tick=True):
        nadia, claire = await monde.connecter(scene.nadia), await monde.connecter(scene.claire)
        envoi = {"campagne": c.id, "formation": "HGE", "type": "NOUVEAU"}
        assert (await nadia.poster("/demandes", **envoi)).status_code == 422
        assert (await nadia.poster(f"/demandes/{numero}/reprise", version=3)).status_code == 403
        retour = {"motifs": ["INC_02"], "echeance": (lendemain + timedelta(days=3)).isoformat(), "version": 3}
        assert (await claire.poster(f"/demandes/{numero}/retour", **retour)).status_code == 303
        assert (await nadia.poster(f"/demandes/{numero}/soumission", version=4)).status_code == 303
