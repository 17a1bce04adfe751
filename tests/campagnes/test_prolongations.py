"""A personal extension: its days, who gives and takes it back, what its RTS may do with it, and nobody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from app.campagnes.models import Campagne, Prolongation
from app.campagnes.queries import campagnes_ouvertes_au_depot, depot_ouvert
from app.core.journal import Journal, maintenant
from app.core.roles import Role
from app.core.templating import aujourdhui, jour
from tests.campagnes.outils import NADIA, OMAR, dans, erreurs
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde

MOTIF = "Arrêt de travail pendant le dépôt."


@pytest.fixture
async def close(monde: Monde) -> Campagne:
    """A campaign whose deposit ended yesterday."""
    return await monde.campagne("ALLERGO", ouverture=-30, cloture_depot=-1)


@pytest.fixture
async def claire(monde: Monde) -> Any:
    """The scolarité of Strasbourg, signed in."""
    return await monde.connecter(await monde.personne("Claire Rosheim", fonction(Role.SCOL)))


async def prolonger(poste: Any, campagne: Campagne, rpps: str = NADIA, **valeurs: Any) -> Any:
    """Post the form."""
    donnees = {"rpps": rpps, "jusqu_au": dans(5), "motif": MOTIF, "version": 0} | valeurs
    return await poste.poster(f"/campagnes/{campagne.id}/prolongations", **donnees)


async def test_the_deposit_of_one_rts_ends_on_the_last_day_of_his_extension(monde: Monde, close: Campagne) -> None:
    """The day before the opening, the first, the last of all, the day after, the last of his, the day after."""
    le, nadia = aujourdhui(), await monde.personne("Nadia Turckheim", rpps=NADIA)
    async with monde.base() as session:
        jusqu_au = le + timedelta(days=5)
        p = Prolongation(campagne_id=close.id, rpps=NADIA, jusqu_au=jusqu_au, motif=MOTIF, par_id=nadia.id, quand=maintenant())
        session.add(p)
    siens = {-31: False, -30: True, -1: True, 0: True, 5: True, 6: False}
    tous = {-31: False, -30: True, -1: True, 0: False, 5: False, 6: False}
    async with monde.sessions() as session:
        for qui, attendus, prolonge in ((NADIA, siens, p.jusqu_au), (OMAR, tous, None), (None, tous, None)):
            for n, ouvert in attendus.items():
                quand = le + timedelta(days=n)
                assert (qui, n, depot_ouvert(close, quand, prolonge)) == (qui, n, ouvert)
                trouvees = await campagnes_ouvertes_au_depot(session, quand, qui)  # the same rule, in SQL
                assert (qui, n, [c.id for c in trouvees]) == (qui, n, [close.id] if ouvert else [])


async def test_he_reads_it_files_submits_and_takes_back_and_the_others_do_not(
    monde: Monde, close: Campagne, claire: Any
) -> None:
    nadia = await monde.personne("Nadia Turckheim", rpps=NADIA)
    poste = await monde.connecter(nadia)
    omar = await monde.connecter(await monde.personne("Omar Wittenheim", rpps=OMAR))
    envoi = {"campagne": close.id, "formation": "ALLERGO", "type": "NOUVEAU"}
    assert (await poste.poster("/demandes", **envoi)).status_code == 422
    numero = await monde.brouillon(nadia, close, "ALLERGO")
    refus = await poste.poster(f"/demandes/{numero}/soumission", version=2)
    assert (refus.status_code, f"terminé le {jour(close.cloture_depot)}" in refus.text) == (422, True)
    assert (await prolonger(claire, close)).headers["location"] == f"/campagnes/{close.id}#prolongations"
    tableau = (await poste.ouvrir("/tableau-de-bord")).text
    assert (f"prolongé pour vous jusqu'au <strong>{jour(aujourdhui() + timedelta(days=5))}" in tableau, MOTIF in tableau) == (
        True, True,
    )  # fmt: skip
    assert (await poste.poster("/demandes", **envoi)).status_code == 303
    assert (await poste.poster(f"/demandes/{numero}/soumission", version=2)).status_code == 303
    assert (await poste.poster(f"/demandes/{numero}/reprise", version=3)).status_code == 303
    assert MOTIF not in (await omar.ouvrir("/tableau-de-bord")).text
    assert (await omar.poster("/demandes", **envoi)).status_code == 422


async def test_it_is_versioned_journalled_and_revoked(monde: Monde, close: Campagne, claire: Any) -> None:
    nadia = await monde.personne("Nadia Turckheim", rpps=NADIA)
    await prolonger(claire, close)
    assert (await prolonger(claire, close, jusqu_au=dans(9))).status_code == 409  # it was not read
    assert (await prolonger(claire, close, jusqu_au=dans(9), version=1)).status_code == 303
    async with monde.sessions() as session:
        p = (await session.scalars(select(Prolongation))).one()
    adresse = f"/campagnes/{close.id}/prolongations/{p.id}/revocation"
    assert (await claire.poster(adresse, version=1)).status_code == 409
    assert (await claire.poster(adresse, version=2)).status_code == 303
    poste = await monde.connecter(nadia)
    assert (await poste.poster("/demandes", campagne=close.id, formation="ALLERGO", type="NOUVEAU")).status_code == 422
    assert MOTIF not in (await poste.ouvrir("/tableau-de-bord")).text
    page = (await claire.ouvrir(f"/campagnes/{close.id}")).text
    assert ("révoquée" in page, "Rétablir" in page, adresse in page) == (True, True, False)
    assert (await prolonger(claire, close, version=3)).status_code == 303  # given again
    async with monde.sessions() as session:
        actes = list(await session.scalars(select(Journal).where(Journal.sujet == "prolongation").order_by(Journal.id)))
    etat = {"rpps": NADIA, "campagne_id": close.id, "jusqu_au": dans(9), "revoquee": False}
    assert [(a.action, a.version, a.motif) for a in actes] == [
        ("prolonger_depot", 1, MOTIF), ("prolonger_depot", 2, MOTIF), ("revoquer_prolongation", 3, None),
        ("prolonger_depot", 4, MOTIF),
    ]  # fmt: skip
    assert (actes[1].avant, actes[1].apres) == (etat | {"jusqu_au": dans(5)}, etat)
    assert (actes[2].avant, actes[2].apres) == (etat, etat | {"revoquee": True})


async def test_it_is_given_once_by_two_people_at_the_same_instant(monde: Monde, close: Campagne, claire: Any) -> None:
    await monde.personne("Nadia Turckheim", rpps=NADIA)
    recues = await asyncio.gather(*[prolonger(claire, close, motif=f"Raison {n}.") for n in range(4)])
    assert sorted(r.status_code for r in recues) == [303, 409, 409, 409]


async def test_its_day_and_its_reason_are_checked(monde: Monde, close: Campagne, claire: Any) -> None:
    await monde.personne("Nadia Turckheim", rpps=NADIA)
    au_plus_tot = f"Attendu au plus tôt le {aujourdhui():%d/%m/%Y} : le dépôt de tous ou ce jour sont passés."
    for champs, dit in (
        ({"jusqu_au": dans(-1)}, {"jusqu_au": au_plus_tot}),
        (
            {"jusqu_au": dans(161)},
            {"jusqu_au": f"Attendu au plus tard le {close.debut_agrements:%d/%m/%Y}, début des agréments."},
        ),
        ({"jusqu_au": ""}, {"jusqu_au": "Donnez le dernier jour de dépôt de ce responsable."}),
        ({"motif": " "}, {"motif": "Dites pourquoi : le responsable lit ce motif."}),
        ({"motif": "x" * 501}, {"motif": "501 caractères : 500 au plus."}),
    ):
        assert erreurs(await prolonger(claire, close, **champs)) == dit
    inconnu = await prolonger(claire, close, rpps=OMAR)
    assert (inconnu.status_code, "connu et actif au registre" in inconnu.text) == (422, True)
    ouverte = await monde.campagne("HGE")
    assert erreurs(await prolonger(claire, ouverte, jusqu_au=dans(20))).keys() == {"jusqu_au"}  # no later than the others
    assert (await prolonger(claire, ouverte, jusqu_au=dans(21))).status_code == 303


async def test_the_rts_is_searched_by_name_or_rpps_and_the_demande_leads_there(
    monde: Monde, close: Campagne, claire: Any
) -> None:
    nadia = await monde.personne("Nadia Turckheim", rpps=NADIA)
    await monde.personne("Omar Wittenheim", rpps=OMAR)
    adresse = f"/campagnes/{close.id}/prolongations/nouvelle"
    for q, attendus in (("nadia", ["Nadia Turckheim"]), (NADIA[:8], ["Nadia Turckheim", "Omar Wittenheim"]), ("zzz", [])):
        fragment = await claire.ouvrir(f"{adresse}?q={q}", htmx=True)
        trouves = html.fromstring(fragment.text).xpath("//a/text()")
        assert (q, sorted(trouves), "<form" in fragment.text) == (q, attendus, False)
    numero = await monde.brouillon(nadia, close, "ALLERGO")
    page = html.fromstring((await claire.ouvrir(f"/demandes/{numero}")).text)
    (lien,) = page.xpath("//a[text()='Prolonger son dépôt']/@href")
    formulaire = html.fromstring((await claire.ouvrir(lien)).text)
    assert formulaire.xpath("//input[@name='suite']/@value") == [f"/demandes/{numero}"]
    fait = await prolonger(claire, close, suite=f"/demandes/{numero}")
    assert fait.headers["location"] == f"/demandes/{numero}"
    assert "(prolongation personnelle)" in (await claire.ouvrir(f"/demandes/{numero}")).text
    dehors = await prolonger(claire, close, suite="https://exemple.fr/", version=1)
    assert dehors.headers["location"] == f"/campagnes/{close.id}#prolongations"


async def test_only_who_configures_the_campaign_gives_it_or_takes_it_back(monde: Monde, close: Campagne, claire: Any) -> None:
    nadia = await monde.personne("Nadia Turckheim", rpps=NADIA)
    await prolonger(claire, close)
    async with monde.sessions() as session:
        p = (await session.scalars(select(Prolongation))).one()
    odile = await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None))
    attendus = [(odile, 200), (nadia, 403), (await monde.personne("Rose Toul", fonction(Role.SCOL, subdivision="NANCY")), 404)]
    attendus += [(await monde.personne(f"Un {r}", fonction(r)), 403) for r in (Role.COORD, Role.REP, Role.PRES, Role.ARS)]
    for qui, statut in attendus:
        poste = await monde.connecter(qui)
        assert (await poste.ouvrir(f"/campagnes/{close.id}/prolongations/nouvelle")).status_code == statut
        if statut != 200:
            assert (await prolonger(poste, close, version=1)).status_code == statut
            revocation = f"/campagnes/{close.id}/prolongations/{p.id}/revocation"
            assert (await poste.poster(revocation, version=1)).status_code == statut
    autre = await monde.campagne("HGE")
    assert (await claire.poster(f"/campagnes/{autre.id}/prolongations/{p.id}/revocation", version=1)).status_code == 404
    async with monde.sessions() as session:
        assert (await session.scalars(select(Prolongation.version))).all() == [1]
