"""What a RTS answers: a draft made from what he holds, or that he does not renew; on his dashboard, by him alone."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select, update

from app.agrements.models import TypeAgrement
from app.campagnes.models import Campagne
from app.core.journal import Journal
from app.core.templating import aujourdhui, jour
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.statuts import Statut, TypeDemande
from app.renouvellements.models import AgrementInvite

if TYPE_CHECKING:
    from app.agrements.models import Agrement
    from tests.renouvellements.conftest import Fins
    from tests.support.application import Poste


async def invite(fins: Fins, **valeurs: Any) -> tuple[str, Agrement, Poste, str]:
    """Zoé, her agrément, her browser, the address of her answer."""
    zoe = await fins.rts("Zoé Abreschviller")
    a = await fins.agrement(zoe, **valeurs)
    await fins.envoyer(zoe, message="Écrivez-nous.")
    (invitation,) = await fins.invitations()
    return zoe, a, await fins.poste(zoe), f"/renouvellements/{invitation.id}/agrements/{a.id}"


async def tableau(poste: Poste) -> Any:
    """The section of the dashboard, or None."""
    racine = html.fromstring((await poste.ouvrir("/tableau-de-bord")).text)
    return next(iter(racine.xpath("//section[@id='renouvellements']")), None)


async def test_an_invitation_arrives_on_the_open_dashboard_of_its_rts_alone(fins: Fins) -> None:
    zoe, omar = await fins.rts("Zoé Abreschviller"), await fins.rts("Omar Wittenheim")
    await fins.agrement(zoe)
    await fins.agrement(omar)
    ecrans = {qui: await fins.ecran(qui) for qui in (zoe, omar)}
    await fins.envoyer(zoe, message="Écrivez-nous.")
    recus = {qui: await ecran.recevoir() for qui, ecran in ecrans.items()}
    assert 'hx-target="#mes-sections"' in recus[zoe]
    assert "Écrivez-nous." in recus[zoe]
    assert 'hx-target="#mes-demandes"' not in recus[zoe]  # nothing changed there
    # What arrived is what the page shows: its forms can be sent.
    (arrivee,) = html.fromstring(recus[zoe].replace("data: ", "")).xpath("//section[@id='renouvellements']")
    montree = await tableau(ecrans[zoe].poste)
    assert _mots(arrivee) == _mots(montree)
    assert recus[omar] == ""
    assert await ecrans[zoe].recevoir() == ""


def _mots(element: Any) -> list[str]:
    return html.tostring(element, encoding="unicode").split()


async def demandes(fins: Fins) -> list[tuple[Demande, Ligne]]:
    """Those of the base, with their tête."""
    async with fins.monde.sessions() as session:
        requete = select(Demande, Ligne).join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0)).order_by(Demande.id)
        return [(d, x) for d, x in (await session.execute(requete)).all()]


async def test_renewing_opens_a_draft_made_from_the_agrement_and_the_last_dossier(fins: Fins) -> None:
    zoe, a, poste, adresse = await invite(fins, phases="SC")
    section = await tableau(poste)
    dit = f"Votre agrément Allergologie (Unité 2, Sélestat) prend fin le {jour(a.fin)}."
    assert ([x.text for x in section.xpath(".//strong")][1:], section.xpath(".//button/text()")) == ([dit], ["Renouveler"])
    assert "Écrivez-nous." in section.text_content()
    closes = dict.fromkeys(("cloture_depot", "cloture_complements", "cloture_avis"), 0)
    ancienne = await fins.monde.campagne("ALLERGO", ouverture=-400, **closes)  # an earlier dossier on this terrain
    passee = await fins.monde.soumise(
        fins.gens[zoe], ancienne, "ALLERGO", terrain_id=a.terrain_id, saisie_terrain="",
        projet="Accueil, staff et recherche.", capacite=3,
    )  # fmt: skip
    ouverte = await poste.poster(f"{adresse}/demande")
    (_, (neuve, tete)) = await demandes(fins)
    assert ouverte.headers["location"] == f"/demandes/{neuve.id}/saisie"
    assert (neuve.type, neuve.campagne_id, neuve.statut, neuve.terrain_id) == (
        TypeDemande.RENOUVELLEMENT, fins.campagne.id, Statut.EN_SAISIE, a.terrain_id,
    )  # fmt: skip
    assert (tete.formation, tete.type, tete.phases, tete.terrain) == ("ALLERGO", TypeAgrement.PRINCIPAL, "SC", "Unité 2")
    assert (neuve.choix, neuve.projet, neuve.capacite, neuve.saisie_ville) == (
        Choix.CABINET, "Accueil, staff et recherche.", 3, "Strasbourg",
    )  # fmt: skip
    assert (await fins.reponse(a)).demande_id == neuve.id != passee
    assert "Accueil, staff et recherche." in (await poste.ouvrir(f"/demandes/{neuve.id}/saisie")).text


async def test_pressed_twice_or_from_two_screens_it_is_one_draft(fins: Fins) -> None:
    """Both databases."""
    *_, poste, adresse = await invite(fins)
    recues = await asyncio.gather(*[poste.poster(f"{adresse}/demande") for _ in range(4)])
    assert len(await demandes(fins)) == 1
    assert {r.headers.get("location") for r in recues if r.status_code == 303} == {"/demandes/1/saisie"}
    assert (await poste.poster(f"{adresse}/demande")).headers["location"] == "/demandes/1/saisie"


async def test_the_answer_goes_from_none_to_a_draft_to_filed(fins: Fins) -> None:
    zoe, a, poste, adresse = await invite(fins)
    claire = await fins.poste()
    attendus = [("Sans réponse", ["Renouveler"], ["Je ne renouvelle pas"])]
    attendus.append(("En saisie", [], ["Reprendre la demande n° 1", "Je ne renouvelle pas"]))
    attendus.append(("Déposée", [], ["Voir la demande n° 1"]))
    for n, (etat, boutons, liens) in enumerate(attendus):
        if n == 1:
            await poste.poster(f"{adresse}/demande")
        if n == 2:
            async with fins.monde.base() as session:
                d = (await session.scalars(select(Demande))).one()
                d.capacite, d.projet, d.email, d.saisie_adresse, d.saisie_code_postal = (
                    2,
                    "Staff.",
                    "z@exemple.fr",
                    "1 rue",
                    "67000",
                )
            assert (await poste.poster("/demandes/1/soumission", version=d.version)).status_code == 303
        section = await tableau(poste)
        assert section.xpath(".//span[contains(@class,'statut')]/text()") == [etat]
        assert (section.xpath(".//button/text()"), section.xpath(".//a/text()")) == (boutons, liens)
        suivi = (await claire.ouvrir(f"/campagnes/{fins.campagne.id}/invitations")).text
        assert f"{etat} : 1</a>" in suivi
    assert (await poste.ouvrir(f"{adresse}/renoncement")).headers["location"] == "/demandes/1"
    async with fins.monde.sessions() as session:
        actes = (await session.scalars(select(Journal).where(Journal.action == "renouveler"))).all()
    assert [(x.apres, x.auteur) for x in actes] == [
        ({"rpps": zoe, "campagne_id": fins.campagne.id, "agrement_id": a.id, "demande_id": 1}, "Zoé Abreschviller")
    ]


async def test_not_renewing_has_a_reason_that_the_scolarite_reads_and_may_be_taken_back(fins: Fins) -> None:
    _, a, poste, adresse = await invite(fins)
    assert (await poste.ouvrir(f"{adresse}/renoncement")).status_code == 200
    for motif, dit in (("", "Dites pourquoi : la scolarité lit ce motif."), ("x" * 501, "501 caractères : 500 au plus.")):
        refus = await poste.poster(f"{adresse}/renoncement", motif=motif, version=1)
        assert (refus.status_code, dit in refus.text) == (422, True)
    perime = await poste.poster(f"{adresse}/renoncement", motif="Je pars.", version=7)
    assert (perime.status_code, ">Je pars.</textarea>" in perime.text) == (409, True)
    assert (await poste.poster(f"{adresse}/renoncement", motif="Je pars <loin>.", version=1)).status_code == 303
    lu = await fins.reponse(a)
    assert (lu.motif, lu.version, lu.repondu_le is not None) == ("Je pars <loin>.", 2, True)
    suivi = (await (await fins.poste()).ouvrir(f"/campagnes/{fins.campagne.id}/invitations?reponse=RENONCE")).text
    assert "Je pars &lt;loin&gt;." in suivi
    section = await tableau(poste)
    assert (section.xpath(".//button/text()"), section.xpath(".//a/text()")) == (["Renouveler"], [])
    assert (await poste.poster(f"{adresse}/demande")).headers["location"] == "/demandes/1/saisie"
    assert (await fins.reponse(a)).motif is None
    async with fins.monde.sessions() as session:
        acte = (await session.scalars(select(Journal).where(Journal.action == "ne_pas_renouveler"))).one()
    assert (acte.motif, acte.sujet, acte.auteur) == ("Je pars <loin>.", "invitation_renouvellement", "Zoé Abreschviller")


async def test_a_renunciation_with_a_draft_is_taken_back_by_a_journalled_act_while_the_deposit_is_open(fins: Fins) -> None:
    _, a, poste, adresse = await invite(fins)
    assert (await poste.poster(f"{adresse}/demande")).status_code == 303
    renonce = update(AgrementInvite).where(AgrementInvite.agrement_id == a.id).values(motif="Je pars.")
    async with fins.monde.base() as session:  # from another tab, the draft being there
        await session.execute(renonce)
        await session.execute(
            update(Campagne).where(Campagne.id == fins.campagne.id).values(cloture_depot=aujourdhui() - timedelta(days=1))
        )
    assert (await poste.poster(f"{adresse}/demande")).status_code == 403
    assert (await fins.reponse(a)).motif == "Je pars."
    async with fins.monde.base() as session:
        await session.execute(update(Campagne).where(Campagne.id == fins.campagne.id).values(cloture_depot=aujourdhui()))
    assert (await poste.poster(f"{adresse}/demande")).status_code == 303
    assert (await fins.reponse(a)).motif is None
    async with fins.monde.sessions() as session:
        assert len((await session.scalars(select(Journal).where(Journal.action == "renouveler"))).all()) == 2


async def test_a_demande_made_otherwise_answers_too(fins: Fins) -> None:
    zoe, a, poste, _ = await invite(fins)
    await fins.monde.soumise(fins.gens[zoe], fins.campagne, "HGE", terrain_id=a.terrain_id, saisie_terrain="")
    assert (await tableau(poste)).xpath(".//span[contains(@class,'statut')]/text()") == ["Sans réponse"]  # another formation
    await fins.monde.soumise(fins.gens[zoe], fins.campagne, "ALLERGO", terrain_id=a.terrain_id, saisie_terrain="")
    assert (await tableau(poste)).xpath(".//a/text()") == ["Voir la demande n° 2"]
    async with fins.monde.base() as session:  # deleted, it answers nothing
        await session.execute(update(Demande).where(Demande.id == 2).values(supprimee_le=(await _quand(session))))
    assert (await tableau(poste)).xpath(".//button/text()") == ["Renouveler"]


async def _quand(session: Any) -> Any:
    return await session.scalar(select(Demande.creee_le).limit(1))


async def test_nobody_answers_for_another(fins: Fins) -> None:
    _, a, _, adresse = await invite(fins)
    abel = await fins.rts("Abel Zellwiller")
    autre = await fins.agrement(abel)
    for qui in (await fins.poste(abel), await fins.poste()):
        for verbe in ("demande", "renoncement"):
            assert (await qui.poster(f"{adresse}/{verbe}", motif="Non.", version=1)).status_code == 404
        assert (await qui.ouvrir(f"{adresse}/renoncement")).status_code == 404
    assert await tableau(await fins.poste(abel)) is None
    zoe = await fins.poste(next(iter(fins.gens)))
    base = adresse.rpartition("/")[0]
    for numero in (autre.id, 10**18):
        assert (await zoe.poster(f"{base}/{numero}/demande")).status_code == 404
    assert (await demandes(fins), (await fins.reponse(a)).version) == ([], 1)


async def test_the_deposit_bounds_the_renewal_and_the_extension_moves_it(fins: Fins) -> None:
    *_, poste, adresse = await invite(fins)
    hier = aujourdhui() - timedelta(days=1)
    async with fins.monde.base() as session:
        await session.execute(update(Campagne).values(cloture_depot=hier))
    section = await tableau(poste)
    assert (section.xpath(".//button/text()"), f"terminé le {jour(hier)}" in section.text_content()) == ([], True)
    assert (await poste.poster(f"{adresse}/demande")).status_code == 403
    assert await demandes(fins) == []
    envoi = {"rpps": next(iter(fins.gens)), "jusqu_au": aujourdhui().isoformat(), "motif": "Maladie.", "version": 0}
    claire = await fins.poste()
    assert (await claire.poster(f"/campagnes/{fins.campagne.id}/prolongations", **envoi)).status_code == 303
    assert (await tableau(poste)).xpath(".//button/text()") == ["Renouveler"]
    assert (await poste.poster(f"{adresse}/demande")).status_code == 303
    async with fins.monde.base() as session:  # the opinions are over: the invitation is history
        await session.execute(update(Campagne).values(cloture_complements=hier, cloture_avis=hier))
    assert await tableau(poste) is None
    assert (await poste.poster(f"{adresse}/demande")).status_code == 404


async def test_a_complementary_one_follows_its_principal_and_alone_is_a_derogation(fins: Fins) -> None:
    zoe = await fins.rts("Zoé Abreschviller")
    principal = await fins.agrement(zoe)
    lie = await fins.agrement(zoe, terrain=principal.terrain_id, formation="HGE", type=TypeAgrement.COMPLEMENTAIRE)
    seul = await fins.agrement(zoe, formation="HGE", type=TypeAgrement.COMPLEMENTAIRE, debut=date(2021, 5, 1))
    await fins.envoyer(zoe)
    (i,) = await fins.invitations()
    poste = await fins.poste(zoe)
    section = await tableau(poste)
    assert (len(section.xpath(".//li")), section.xpath(".//button/text()")) == (3, ["Renouveler"] * 2)
    assert (await poste.poster(f"/renouvellements/{i.id}/agrements/{lie.id}/demande")).status_code == 404
    assert (await poste.poster(f"/renouvellements/{i.id}/agrements/{seul.id}/demande")).status_code == 303
    ((d, tete),) = await demandes(fins)
    assert (d.type, tete.type, tete.formation) == (TypeDemande.DEROGATION, TypeAgrement.COMPLEMENTAIRE, "HGE")
