"""An address: given, verified by its link and by its owner alone, changed by another; and the ways out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.core.journal import maintenant
from app.core.roles import Role
from app.notifications.adresses import PAR_JOUR
from app.notifications.models import Courriel, Envoi, EtatEnvoi
from app.notifications.outils import jeton_de_desinscription
from app.reglages_courrier import adresse_valide
from tests.support.application import fonction

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.notifications.courrier import Poste
    from tests.support.application import Monde
    from tests.support.application import Poste as Navigateur


@pytest.fixture
async def rita(monde: Monde) -> Personne:
    """Somebody without an address."""
    return await monde.personne("Rita Terrain")


@pytest.fixture
async def ecran(monde: Monde, rita: Personne) -> Navigateur:
    """Her browser."""
    return await monde.connecter(rita)


async def courriel(monde: Monde, qui: Personne) -> Courriel:
    """What is known of somebody's address."""
    async with monde.sessions() as session:
        return (await session.scalars(select(Courriel).where(Courriel.personne_id == qui.id))).one()


async def lien(poste: Poste) -> str:
    """The path of the link in the last mail."""
    await poste.envoyer()
    texte = str(poste.boite.messages[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    trouve = re.search(r"http://agrement\.exemple\.fr(/moi/courriel/verification/\S+)", texte)
    assert trouve
    return trouve[1]


async def test_an_address_is_verified_by_its_link_once(monde: Monde, poste: Poste, rita: Personne, ecran: Navigateur) -> None:
    assert (await ecran.poster("/moi/courriel", adresse="rita@exemple.fr")).status_code == 303
    chemin = await lien(poste)
    assert (await courriel(monde, rita)).adresse is None
    async with monde.sessions() as session:
        gardes = [str(x) for x in (await session.execute(select(*Courriel.__table__.c))).one()]
        gardes += [str(x) for x in (await session.execute(select(*Envoi.__table__.c))).one()]
    assert not any(chemin.rpartition("/")[2] in x for x in gardes)  # the database holds no link
    page = await ecran.ouvrir(chemin)
    assert (page.status_code, "rita@exemple.fr" in page.text) == (200, True)
    assert (await courriel(monde, rita)).adresse is None  # looking does nothing
    assert (await ecran.poster(chemin)).status_code == 303
    assert (await courriel(monde, rita)).adresse == "rita@exemple.fr"
    assert ((await ecran.ouvrir(chemin)).status_code, (await ecran.poster(chemin)).status_code) == (404, 409)


async def test_the_old_address_stays_until_the_new_one_is_verified(
    monde: Monde, poste: Poste, rita: Personne, ecran: Navigateur
) -> None:
    await poste.verifiee(rita, "ancienne@exemple.fr")
    await ecran.poster("/moi/courriel", adresse="nouvelle@exemple.fr")
    chemin = await lien(poste)
    assert (await courriel(monde, rita)).adresse == "ancienne@exemple.fr"
    await ecran.poster(chemin)
    assert (await courriel(monde, rita)).adresse == "nouvelle@exemple.fr"


async def test_a_link_replaced_too_old_or_somebody_else_s_opens_nothing(
    monde: Monde, poste: Poste, rita: Personne, ecran: Navigateur
) -> None:
    autre = await monde.connecter(await monde.personne("Nils Autre"))
    await ecran.poster("/moi/courriel", adresse="un@exemple.fr")
    premier = await lien(poste)
    await ecran.poster("/moi/courriel", adresse="deux@exemple.fr")
    second = await lien(poste)
    assert ((await ecran.poster(premier)).status_code, (await autre.poster(second)).status_code) == (409, 409)
    assert (await (await monde.connecter()).ouvrir(second)).headers["location"].startswith("/connexion?")
    async with monde.base() as session:
        await session.execute(update(Courriel).values(expire=maintenant() - timedelta(seconds=1)))
    assert (await ecran.poster(second)).status_code == 409
    assert (await courriel(monde, rita)).adresse is None


async def test_a_link_that_was_replaced_before_it_left_never_leaves(poste: Poste, rita: Personne, ecran: Navigateur) -> None:
    await ecran.poster("/moi/courriel", adresse="un@exemple.fr")
    await ecran.poster("/moi/courriel", adresse="deux@exemple.fr")
    await poste.envoyer()
    assert (poste.boite.vus, await poste.etats()) == (["deux@exemple.fr"], ["ANNULE", "PARTI"])


async def test_nobody_writes_to_others_through_us(monde: Monde, poste: Poste, rita: Personne, ecran: Navigateur) -> None:
    for n in range(PAR_JOUR):
        assert (await ecran.poster("/moi/courriel", adresse=f"victime{n}@exemple.fr")).status_code == 303
    refus = await ecran.poster("/moi/courriel", adresse="encore@exemple.fr")
    assert (refus.status_code, "encore@exemple.fr" in refus.text, "attendez demain" in refus.text) == (422, True, True)
    assert len(await poste.envois()) == PAR_JOUR


PAS_DES_ADRESSES = ["", "rita", "rita@", "@exemple.fr", "rita@exemple", "rita @exemple.fr", "rita@exemple.fr\nBcc: x@exemple.fr",
     "rita@exemple.fr, x@exemple.fr", "<rita@exemple.fr>", "rita@ex\x00emple..fr", "é@exemple.fr", "a" * 65 + "@exemple.fr",
     "a@" + "b" * 250 + ".fr", "..rita@exemple.fr"]  # fmt: skip


async def test_what_is_no_address_comes_back_as_typed(monde: Monde, ecran: Navigateur) -> None:
    for adresse in PAS_DES_ADRESSES:
        assert not adresse_valide(adresse)
        refus = await ecran.poster("/moi/courriel", adresse=adresse)
        assert (refus.status_code, 'aria-invalid="true"' in refus.text) == (422, True), adresse
    async with monde.sessions() as session:
        assert (await session.scalars(select(Envoi))).all() == []


async def test_preferences_follow_what_was_read(monde: Monde, poste: Poste, rita: Personne, ecran: Navigateur) -> None:
    await poste.verifiee(rita, "rita@exemple.fr")
    assert (await ecran.poster("/moi/courriel/preferences", version="1", immediat="oui")).status_code == 303
    c = await courriel(monde, rita)
    assert (c.resume, c.immediat, c.version) == (False, True, 2)
    assert (await ecran.poster("/moi/courriel/preferences", version="1", resume="oui")).status_code == 409


async def test_nothing_is_promised_where_nothing_leaves(monde: Monde, ecran: Navigateur, rita: Personne) -> None:
    monde.app.state.settings = replace(monde.app.state.settings, mode="production")
    page = await ecran.ouvrir("/moi/courriel")
    assert (page.status_code, "pas de courriels" in page.text) == (200, True)
    assert 'name="adresse"' not in page.text
    assert (await ecran.poster("/moi/courriel", adresse="rita@exemple.fr")).status_code == 422
    assert (await ecran.ouvrir("/boite-d-envoi")).status_code == 404


async def test_asked_once_then_found_in_mes_informations(monde: Monde) -> None:
    qui = await monde.connecter(await monde.personne("Sylvie Guichet", fonction(Role.SCOL)))
    assert "Où vous écrire" in (await qui.ouvrir("/")).text
    assert (await qui.poster("/moi/courriel/plus-tard")).status_code == 303
    assert "Où vous écrire" not in (await qui.ouvrir("/")).text
    assert 'name="adresse"' in (await qui.ouvrir("/moi")).text


async def test_the_way_out_of_a_mail_needs_no_login(monde: Monde, poste: Poste, rita: Personne) -> None:
    await poste.verifiee(rita, "rita@exemple.fr")
    anonyme = await monde.connecter()
    for quoi, attendu in (("resume", (False, True)), ("immediat", (True, False)), ("tout", (False, False))):
        async with monde.base() as session:
            await session.execute(update(Courriel).values(resume=True, immediat=True))
        jeton = jeton_de_desinscription(monde.app.state.settings.secret, rita.id, "rita@exemple.fr", quoi)
        assert (await anonyme.ouvrir(f"/desinscription/{jeton}")).status_code == 200
        c = await courriel(monde, rita)
        assert (c.resume, c.immediat) == (True, True)  # a GET stops nothing: mail programs follow links
        poste_ = await anonyme.http.post(f"/desinscription/{jeton}", data={"List-Unsubscribe": "One-Click"})
        assert poste_.status_code == 200
        c = await courriel(monde, rita)
        assert (c.resume, c.immediat) == attendu


async def test_a_way_out_that_was_forged_or_is_of_another_address_stops_nothing(
    monde: Monde, poste: Poste, rita: Personne
) -> None:
    await poste.verifiee(rita, "rita@exemple.fr")
    anonyme, secret = await monde.connecter(), monde.app.state.settings.secret
    bon = jeton_de_desinscription(secret, rita.id, "rita@exemple.fr", "resume")
    autre = jeton_de_desinscription(secret, rita.id, "ancienne@exemple.fr", "resume")
    faux = [autre, bon[:-1] + ("A" if bon[-1] != "A" else "B"), bon.replace("resume", "tout"), "1", "1.resume", "é.resume.x",
            f"{2**80}.resume.x", f"{rita.id + 1}{bon[1:]}"]  # fmt: skip
    for jeton in faux:
        assert (await anonyme.http.post(f"/desinscription/{jeton}")).status_code == 404
    c = await courriel(monde, rita)
    assert (c.resume, c.immediat) == (True, True)


async def test_an_address_taken_away_receives_nothing(monde: Monde, poste: Poste, rita: Personne, ecran: Navigateur) -> None:
    await poste.verifiee(rita, "rita@exemple.fr")
    assert (await ecran.poster("/moi/courriel/oubli")).status_code == 303
    assert (await courriel(monde, rita)).adresse is None
    assert EtatEnvoi.PARTI not in await poste.etats()
