"""Signing in, the session that it opens, and leaving."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import func, select, update

from app.comptes.acces import DUREE, INACTIVITE, droits_de_session, empreinte
from app.comptes.models import Identite, Personne, SessionWeb
from app.comptes.sessions import revoquer, toucher
from app.core.journal import Journal, maintenant
from app.core.roles import Role
from tests.comptes.gens import AISSATA, fonction, personne, praticien
from tests.comptes.stub import ISS

if TYPE_CHECKING:
    from tests.comptes.conftest import Poste

COOKIE = "__Host-session"


async def _alix(poste: Poste, *, identite: bool = True) -> Personne:
    alix = personne("Alix", "Lemercier", None, fonction(Role.SCOL))
    await poste.ajouter(alix)
    if identite:
        await poste.ajouter(Identite(personne_id=alix.id, iss=ISS, sub="u1", vu=maintenant()))
    return alix


async def test_login_page_lists_the_providers(poste: Poste) -> None:
    page = await poste.http.get("/connexion", params={"suite": "/moi"})
    assert page.status_code == 200
    assert 'href="/connexion/univ?suite=%2Fmoi"' in page.text


async def test_login_opens_a_session_and_goes_where_asked(poste: Poste) -> None:
    await _alix(poste)
    reponse = await poste.se_connecter(suite="/moi")
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/moi")
    pose = next(c for c in reponse.headers.get_list("set-cookie") if c.startswith(COOKIE))
    for drapeau in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert drapeau in pose
    assert "Alix Lemercier" in (await poste.http.get("/moi")).text
    async with poste.base() as session:
        ligne = (await session.scalars(select(SessionWeb))).one()
        assert ligne.id_hash == empreinte(poste.http.cookies[COOKIE])
        assert (await session.scalars(select(Journal.action))).all() == ["connexion"]


async def test_id_changes_at_login_and_the_former_one_dies(poste: Poste) -> None:
    await _alix(poste)
    await poste.se_connecter()
    premier = poste.http.cookies[COOKIE]
    await poste.se_connecter()
    assert poste.http.cookies[COOKIE] != premier
    async with poste.base() as session:
        assert await session.scalar(select(func.count()).select_from(SessionWeb)) == 1
        assert await droits_de_session(session, empreinte(premier)) is None


async def test_id_chosen_by_the_client_is_not_kept(poste: Poste) -> None:
    await _alix(poste)
    poste.http.cookies.set(COOKIE, "choisi-par-un-autre", domain="agrement.exemple.test")
    await poste.se_connecter()
    async with poste.base() as session:
        ids = (await session.scalars(select(SessionWeb.id_hash))).all()
    assert len(ids) == 1
    assert ids != [empreinte("choisi-par-un-autre")]


async def test_several_tabs_may_sign_in_at_once(poste: Poste) -> None:
    await _alix(poste)
    premier, nonce = await poste.partir(suite="/moi"), poste.stub.nonce
    second = await poste.partir(suite="/")
    for etat, nonce_ in ((second, poste.stub.nonce), (premier, nonce)):
        poste.stub.nonce = nonce_
        retour = {"state": etat, "code": "c"}
        reponse = await poste.http.get("/connexion/univ/retour", params=retour, follow_redirects=False)
        assert reponse.status_code == 303


async def test_state_of_another_browser_opens_nothing(poste: Poste) -> None:
    await _alix(poste)
    etat = await poste.partir()
    poste.http.cookies.clear()
    reponse = await poste.http.get("/connexion/univ/retour", params={"state": etat, "code": "c"})
    assert reponse.status_code == 400
    assert "Connexion expirée" in reponse.text
    assert "Recommencer la connexion" in reponse.text


@pytest.mark.parametrize("suite", ["https://pirate.test", "//pirate.test", "/\\pirate.test", "javascript:alert(1)"])
async def test_login_never_leads_outside(poste: Poste, suite: str) -> None:
    await _alix(poste)
    assert (await poste.se_connecter(suite=suite)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("code", "titre", "statut"),
    [
        ("access_denied", "Connexion refusée", 403),
        ("login_required", "Connexion à reprendre", 400),
        ("Y000400", "Demande refusée par ProConnect", 400),
        ("<script>", "Connexion impossible", 400),
    ],
)
async def test_refusal_of_the_provider_is_a_french_page(poste: Poste, code: str, titre: str, statut: int) -> None:
    etat = await poste.partir()
    reponse = await poste.http.get("/connexion/univ/retour", params={"state": etat, "error": code})
    assert reponse.status_code == statut
    assert f"<h1>{titre}</h1>" in reponse.text
    assert code != "<script>" or code not in reponse.text.replace("<script src=", "")


async def test_unreachable_provider_is_a_french_page(poste: Poste) -> None:
    poste.stub.panne = httpx2.ConnectError
    reponse = await poste.http.get("/connexion/univ")
    assert reponse.status_code == 400
    assert "Fournisseur injoignable" in reponse.text


async def test_unknown_account_is_told_whom_to_ask(poste: Poste) -> None:
    alix = await _alix(poste, identite=False)
    alix.email = "alix@exemple.test"
    await poste.ajouter(alix)
    poste.stub.infos = {"sub": "u1", "email": "alix@exemple.test", "email_verified": True}
    reponse = await poste.se_connecter()
    assert reponse.status_code == 403
    assert "Votre compte n&#39;est pas connu" in reponse.text or "Votre compte n'est pas connu" in reponse.text
    assert "scolarité de votre faculté" in reponse.text
    assert COOKIE not in poste.http.cookies
    async with poste.base() as session:
        assert await session.scalar(select(func.count()).select_from(Identite)) == 0


async def test_signed_in_without_any_right(poste: Poste) -> None:
    eva = personne("Eva", "Ancelin", None, fonction(Role.SCOL, fin=maintenant().date() - timedelta(days=40)))
    await poste.ajouter(eva)
    await poste.ajouter(Identite(personne_id=eva.id, iss=ISS, sub="u1", vu=maintenant()))
    assert (await poste.se_connecter(suite="/demandes")).headers["location"] == "/sans-droit"
    page = (await poste.http.get("/sans-droit")).text
    assert "expirée le" in page
    assert "scolarité de votre faculté" in page
    assert (await poste.http.get("/moi")).status_code == 200


async def test_anonymous_page_leads_to_login_and_back(poste: Poste) -> None:
    reponse = await poste.http.get("/moi?a=1", follow_redirects=False)
    assert reponse.headers["location"] == "/connexion?suite=%2Fmoi%3Fa%3D1"


async def test_logout_ends_here_then_at_the_provider(poste: Poste) -> None:
    await _alix(poste)
    await poste.se_connecter()
    jeton = poste.http.cookies[COOKIE]
    reponse = await poste.poster("/deconnexion")
    vers = reponse.headers["refresh"].removeprefix("0;url=")
    lus = parse_qs(urlsplit(vers).query)
    assert vers.startswith(f"{ISS}/logout?")
    assert lus["post_logout_redirect_uri"] == ["https://agrement.exemple.test/deconnecte"]
    assert lus["id_token_hint"][0].count(".") == 2
    assert COOKIE not in poste.http.cookies
    async with poste.base() as session:
        assert await session.get(SessionWeb, empreinte(jeton)) is None
    # The provider may bring back its state, another one, or none.
    for retour in ("/deconnecte", "/deconnecte?state=autre"):
        assert "Vous êtes déconnecté" in (await poste.http.get(retour)).text


async def test_logout_without_session_or_end_session_endpoint(poste: Poste) -> None:
    assert (await poste.poster("/deconnexion")).headers["location"] == "/deconnecte"
    await _alix(poste)
    poste.stub.metadonnees = {"end_session_endpoint": None}
    await poste.se_connecter()
    assert (await poste.poster("/deconnexion")).headers["location"] == "/deconnecte"


async def _vieillir(poste: Poste, **valeurs: object) -> None:
    async with poste.base() as session:
        await session.execute(update(SessionWeb).values(**valeurs))


async def test_session_ends_when_idle(poste: Poste) -> None:
    await _alix(poste)
    await poste.se_connecter()
    await _vieillir(poste, vu=maintenant() - INACTIVITE + timedelta(minutes=1))
    assert (await poste.http.get("/moi", follow_redirects=False)).status_code == 200
    await _vieillir(poste, vu=maintenant() - INACTIVITE)
    assert (await poste.http.get("/moi", follow_redirects=False)).status_code == 302


async def test_session_ends_after_twelve_hours_however_busy(poste: Poste) -> None:
    await _alix(poste)
    await poste.se_connecter()
    async with poste.base() as session:
        ligne = (await session.scalars(select(SessionWeb))).one()
        assert ligne.expire - ligne.cree == DUREE
    await _vieillir(poste, vu=maintenant(), expire=maintenant())
    assert (await poste.http.get("/moi", follow_redirects=False)).status_code == 302


async def test_live_stream_keeps_the_session_alive(poste: Poste) -> None:
    await _alix(poste)
    await poste.se_connecter()
    vieux = maintenant() - timedelta(minutes=20)
    await _vieillir(poste, vu=vieux)
    async with poste.base() as session:
        await toucher(session, empreinte(poste.http.cookies[COOKIE]))
    async with poste.base() as session:
        assert (await session.scalars(select(SessionWeb.vu))).one() > vieux + timedelta(minutes=19)


async def test_revoked_session_opens_nothing(poste: Poste) -> None:
    alix = await _alix(poste)
    await poste.se_connecter()
    assert (await poste.http.get("/moi", follow_redirects=False)).status_code == 200
    async with poste.base() as session:
        assert await revoquer(session, alix.id, par=None) == 1
    assert (await poste.http.get("/moi", follow_redirects=False)).status_code == 302


async def test_own_other_session_is_closed_from_one_s_page(poste: Poste) -> None:
    alix = await _alix(poste)
    autre = personne("Basile", "Autre")
    await poste.ajouter(autre)
    for qui, nom in ((alix, "ailleurs"), (autre, "d-un-autre")):
        instant = maintenant()
        ligne = {"fournisseur": "univ", "id_token": "", "cree": instant, "vu": instant, "expire": instant + DUREE}
        await poste.ajouter(SessionWeb(id_hash=empreinte(nom), personne_id=qui.id, **ligne))
    await poste.se_connecter()
    page = (await poste.http.get("/moi")).text
    assert page.count("/revocation") == 1
    assert (await poste.poster(f"/moi/sessions/{empreinte('ailleurs')}/revocation")).status_code == 303
    assert (await poste.poster(f"/moi/sessions/{empreinte('d-un-autre')}/revocation")).status_code == 404
    async with poste.base() as session:
        restantes = set(await session.scalars(select(SessionWeb.id_hash)))
    assert restantes == {empreinte("d-un-autre"), empreinte(poste.http.cookies[COOKIE])}


async def test_plain_rts_is_created_at_first_login(poste: Poste) -> None:
    await poste.ajouter(praticien(AISSATA))
    poste.stub.infos = {"sub": "u1", "SubjectNameID": f"8{AISSATA}"}
    assert (await poste.se_connecter()).headers["location"] == "/moi"
    async with poste.base() as session:
        nee = (await session.scalars(select(Personne))).one()
    assert (nee.nom_complet, nee.rpps) == ("Aïssata Agrémont", AISSATA)
