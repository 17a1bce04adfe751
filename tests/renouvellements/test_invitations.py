"""Invitations in one batch: its preview, once however often it is confirmed, reminders once a week, who has not answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import time_machine
from lxml import html
from sqlalchemy import select, update

from app.agrements.models import TypeAgrement
from app.campagnes.models import Campagne
from app.comptes.models import Personne
from app.core.journal import Journal, maintenant
from app.core.templating import aujourdhui, jour
from app.referentiel.models import Praticien
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement

if TYPE_CHECKING:
    from tests.renouvellements.conftest import Fins
    from tests.support.application import Poste


async def apercu(fins: Fins, poste: Poste, genre: str = "invitations") -> tuple[dict[str, list[str]], dict[str, str]]:
    """Name → what he would read; name → why he is left out."""
    page = await poste.ouvrir(f"/campagnes/{fins.campagne.id}/{genre}/nouvelle")
    racine = html.fromstring(page.text)
    retenus = {x.xpath("string(.//strong)"): x.xpath("blockquote/p/text()") for x in racine.xpath("//ul[@class='retenus']/li")}
    ecartes = {
        x.xpath("string(strong)"): x.text_content().partition(" : ")[2] for x in racine.xpath("//ul[@class='ecartes']/li")
    }
    return retenus, ecartes


async def test_the_preview_shows_what_each_will_read_and_names_who_is_left_out(fins: Fins) -> None:
    zoe, abel = await fins.rts("Zoé Abreschviller"), await fins.rts("Abel Zellwiller", compte=False)
    parti, fait = await fins.rts("Paul Dambach"), await fins.rts("Yves Ostwald")
    a = await fins.agrement(zoe)
    await fins.agrement(zoe, terrain=a.terrain_id, formation="HGE", type=TypeAgrement.COMPLEMENTAIRE)
    depose = await fins.agrement(fait)
    for rpps in (abel, parti):
        await fins.agrement(rpps)
    async with fins.monde.base() as session:
        await session.execute(update(Praticien).where(Praticien.rpps == parti).values(actif=False))
    await fins.monde.soumise(fins.gens[fait], fins.campagne, "ALLERGO", terrain_id=depose.terrain_id, saisie_terrain="")
    retenus, ecartes = await apercu(fins, await fins.poste())
    c, terrain = fins.campagne, f"Unité {len(fins.gens) + 2}"  # the first after the four RTS
    du, au = jour(c.ouverture), jour(c.cloture_depot)
    dit = f"La campagne « Campagne d'essai » reçoit les demandes du {du} au {au}. "
    dit += "Depuis votre tableau de bord, renouvelez, ou dites que vous ne renouvelez pas."
    assert retenus["Zoé Abreschviller"] == [
        f"Votre agrément Allergologie ({terrain}, Sélestat) prend fin le {jour(a.fin)}.",
        "Les agréments complémentaires finissent avec l'agrément principal de leur terrain : Hépato-gastro-entérologie.",
        dit,
    ]
    assert list(retenus) == ["Zoé Abreschviller", "Abel Zellwiller"]
    assert ecartes == {"Paul Dambach": "N'est plus au registre RPPS.", "Yves Ostwald": "A déjà déposé sa demande."}
    page = (await (await fins.poste()).ouvrir(f"/campagnes/{c.id}/invitations/nouvelle")).text
    assert page.count("sans compte : lira l&#39;invitation à sa première connexion") == 1
    async with fins.monde.base() as session:
        await session.execute(update(Personne).where(Personne.rpps == zoe).values(email=None))
    page = (await (await fins.poste()).ouvrir(f"/campagnes/{c.id}/invitations/nouvelle")).text
    assert page.count("sans adresse électronique : lira l&#39;invitation dans l&#39;application") == 1
    assert await fins.invitations() == []  # a preview writes nothing


async def test_confirmed_twice_it_is_done_once(fins: Fins) -> None:
    siens = [await fins.rts(f"Zoé Numéro{n}") for n in range(3)]
    agrements = [await fins.agrement(rpps) for rpps in siens]
    premier = await fins.envoyer(*siens[:2], message="Bonjour.")
    assert ([r for r, _ in premier["faits"]], premier["ecartes"]) == (siens[:2], [])
    poste = await fins.poste()
    encore = await poste.poster(f"/campagnes/{fins.campagne.id}/invitations", rpps=siens[:2])
    assert (encore.status_code, "relisez l&#39;aperçu" in encore.text) == (422, True)
    mele = await fins.envoyer(*siens)
    assert [r for r, _ in mele["faits"]] == siens[2:]
    faites = await fins.invitations()
    assert [(i.rpps, i.message) for i in faites] == [(siens[0], "Bonjour."), (siens[1], "Bonjour."), (siens[2], "")]
    async with fins.monde.sessions() as session:
        actes = list(
            await session.scalars(select(Journal).where(Journal.action == "inviter_renouvellement").order_by(Journal.id))
        )
        liens = (await session.scalars(select(AgrementInvite.agrement_id).order_by(AgrementInvite.agrement_id))).all()
    assert [(a.sujet, a.sujet_id, a.apres, a.auteur) for a in actes] == [
        ("invitation_renouvellement", i.id, {"rpps": i.rpps, "campagne_id": fins.campagne.id}, "Claire Rosheim") for i in faites
    ]
    assert liens == [a.id for a in agrements]


async def test_two_batches_at_the_same_instant_invite_each_one_once(fins: Fins) -> None:
    """Both databases: whoever comes second finds the invitation, and says so."""
    siens = [await fins.rts(f"Zoé Numéro{n}") for n in range(4)]
    for rpps in siens:
        await fins.agrement(rpps)
    poste, adresse = await fins.poste(), f"/campagnes/{fins.campagne.id}/invitations"
    recues = await asyncio.gather(*[poste.poster(adresse, rpps=siens) for _ in range(4)])
    bilans = [await fins.fini(poste, r) for r in recues if r.status_code == 303]
    assert sum(len(b["faits"]) for b in bilans) == len(await fins.invitations()) == 4
    assert {e[2] for b in bilans for e in b["ecartes"]} <= {f"Déjà invité le {jour(maintenant())}."}
    async with fins.monde.sessions() as session:
        actes = (await session.scalars(select(Journal).where(Journal.action == "inviter_renouvellement"))).all()
    assert sorted(a.apres["rpps"] for a in actes) == sorted(siens)


async def test_each_one_is_asked_again_when_it_is_written(fins: Fins) -> None:
    parti, reste = await fins.rts("Paul Dambach"), await fins.rts("Zoé Abreschviller")
    a = [await fins.agrement(rpps) for rpps in (parti, reste)]
    from app.renouvellements.service import Choix, lancer

    async with fins.monde.sessions() as session:
        par = fins.monde.droits(fins.claire)
        choix, travaux = Choix(a[0].fin + timedelta(days=1)), fins.monde.app.state.travaux
        await session.execute(update(Praticien).where(Praticien.rpps == parti).values(actif=False))
        travail = await lancer(travaux, session, "invitation", fins.campagne, [parti, reste, "99700000000"], choix, "", par=par)
        await session.commit()
    poste = await fins.poste()
    resultat = await fins.fini(poste, type("R", (), {"status_code": 303, "headers": {"location": f"/travaux/{travail.id}"}})())
    assert (resultat["faits"], resultat["ecartes"]) == (
        [[reste, "Zoé Abreschviller"]],
        [[parti, "Paul Dambach", "N'est plus au registre RPPS."], ["99700000000", "", "N'a plus d'agrément qui finit ici."]],
    )
    page = await poste.ouvrir(f"/renouvellements/envois/{travail.id}")
    assert ("1</strong> fait" in page.text, "Paul Dambach" in page.text) == (True, True)
    assert (await (await fins.poste(reste)).ouvrir(f"/renouvellements/envois/{travail.id}")).status_code == 404


async def test_above_fifty_the_number_is_typed_and_the_steps_are_counted(fins: Fins) -> None:
    siens = [await fins.rts(f"Zoé Numéro{n:03}", compte=False) for n in range(53)]
    for rpps in siens:
        await fins.agrement(rpps)
    poste, adresse = await fins.poste(), f"/campagnes/{fins.campagne.id}/invitations"
    refus = await poste.poster(adresse, rpps=siens[:51], nombre="53")
    assert (refus.status_code, "Tapez 51, le nombre de responsables cochés" in refus.text) == (422, True)
    assert len(html.fromstring(refus.text).xpath("//input[@name='rpps'][@checked]")) == 51
    assert (await poste.poster(adresse, nombre="0")).status_code == 422
    bilan = await fins.fini(poste, await poste.poster(adresse, rpps=siens[:51], nombre="51"))
    assert (len(bilan["faits"]), len(await fins.invitations())) == (51, 51)


async def test_a_reminder_goes_once_a_week_to_who_has_not_answered(fins: Fins) -> None:
    zoe, abel = await fins.rts("Zoé Abreschviller"), await fins.rts("Abel Zellwiller")
    agrements = [await fins.agrement(rpps) for rpps in (zoe, abel)]
    await fins.envoyer(zoe, abel)
    poste, recent = await fins.poste(), f"Contacté le {jour(maintenant())} : une relance par semaine au plus."
    assert await apercu(fins, poste, "relances") == ({}, {"Zoé Abreschviller": recent, "Abel Zellwiller": recent})
    await fins.monde.soumise(fins.gens[abel], fins.campagne, "ALLERGO", terrain_id=agrements[1].terrain_id, saisie_terrain="")
    async with fins.monde.base() as session:
        await session.execute(update(InvitationRenouvellement).values(quand=maintenant() - timedelta(days=7, minutes=1)))
    retenus, ecartes = await apercu(fins, poste, "relances")
    assert (list(retenus), ecartes) == (["Zoé Abreschviller"], {"Abel Zellwiller": "A répondu : déposée."})
    for faits in (1, 0):
        envoi = await poste.poster(f"/campagnes/{fins.campagne.id}/relances", rpps=[zoe, abel])
        assert envoi.status_code == (303 if faits else 422)
        if faits:
            assert len((await fins.fini(poste, envoi))["faits"]) == 1
    relances = [(i.rpps, i.relances, i.relance_le is not None) for i in await fins.invitations()]
    assert relances == [(zoe, 1, True), (abel, 0, False)]
    with time_machine.travel(maintenant() + timedelta(days=8), tick=True):
        assert list((await apercu(fins, await fins.poste(), "relances"))[0]) == ["Zoé Abreschviller"]


async def test_who_has_not_answered_is_listed_and_counted(fins: Fins) -> None:
    siens = [await fins.rts(f"Zoé Numéro{n}") for n in range(3)]
    agrements = [await fins.agrement(rpps) for rpps in siens]
    adresse = f"/campagnes/{fins.campagne.id}/invitations"
    poste = await fins.poste()
    assert "Personne n'a encore été invité" in (await poste.ouvrir(adresse)).text
    await fins.envoyer(*siens)
    await fins.monde.brouillon(fins.gens[siens[1]], fins.campagne, "ALLERGO", terrain_id=agrements[1].terrain_id)
    await fins.monde.soumise(
        fins.gens[siens[2]], fins.campagne, "ALLERGO", terrain_id=agrements[2].terrain_id, saisie_terrain=""
    )
    page = html.fromstring((await poste.ouvrir(adresse)).text)
    assert page.xpath("string(//main//p[@role='status'])") == "1 responsable n'a pas répondu, sur 3 invités."
    filtres = page.xpath("//ul[@class='comptes-reponses']/li/a/text()")
    assert filtres == ["Sans réponse : 1", "En saisie : 1", "Déposée : 1", "Ne renouvelle pas : 0"]
    for etat, noms in (
        ("SANS_REPONSE", ["Zoé Numéro0"]),
        ("EN_SAISIE", ["Zoé Numéro1"]),
        ("DEPOSEE", ["Zoé Numéro2"]),
        ("RENONCE", []),
    ):
        lue = html.fromstring((await poste.ouvrir(f"{adresse}?reponse={etat}")).text)
        assert [x.text.strip() for x in lue.xpath("//tbody/tr/th")] == noms


async def test_after_the_deposit_nobody_is_invited_nor_reminded(fins: Fins) -> None:
    zoe = await fins.rts("Zoé Abreschviller")
    await fins.agrement(zoe)
    async with fins.monde.base() as session:
        await session.execute(update(Campagne).values(cloture_depot=aujourdhui() - timedelta(days=1)))
    poste = await fins.poste()
    for genre in ("invitations", "relances"):
        refus = await poste.poster(f"/campagnes/{fins.campagne.id}/{genre}", rpps=[zoe])
        assert (refus.status_code, "s&#39;est terminé le" in refus.text) == (403, True)
    assert await fins.invitations() == []
