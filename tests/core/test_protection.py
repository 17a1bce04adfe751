"""What guards every answer: headers, the origin of writes, what the log holds; what comes from outside is never a 5xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.core.protection import CSP
from app.core.roles import Role
from app.core.templating import statique
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

GARDES = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


async def scolarite(monde: Monde) -> Poste:
    return await monde.connecter(await monde.personne("Sonia Colin", fonction(Role.SCOL)))


async def test_every_kind_of_answer_is_guarded(monde: Monde):
    poste, anonyme = await scolarite(monde), await monde.connecter()
    reponses = {
        200: await poste.ouvrir("/demandes"),
        302: await anonyme.ouvrir("/demandes"),
        303: await poste.poster("/demandes/colonnes"),
        404: await poste.ouvrir("/absente"),
        405: await poste.http.get("/demandes/colonnes", headers={"HX-Request": "true"}),
        403: await poste.http.post("/demandes/colonnes", data={"cols": "rpps"}),
    }
    assert {s: r.status_code for s, r in reponses.items()} == {s: s for s in reponses}
    for reponse in reponses.values():
        assert {n: reponse.headers.get(n) for n in GARDES} == GARDES
        assert reponse.headers["cache-control"] == "no-store"
        assert len(reponse.headers["x-request-id"]) == 12
        assert "strict-transport-security" not in reponse.headers  # http here
    fichier = await anonyme.ouvrir(statique("css/tableau.css"))
    assert {n: fichier.headers.get(n) for n in GARDES} == GARDES
    assert (fichier.status_code, "immutable" in fichier.headers["cache-control"]) == (200, True)


@pytest.mark.parametrize(
    ("adresse", "page"),
    [
        ("/demandes/12/soumission", "/demandes/12"),
        ("/demandes/12/validations/terrain", "/demandes/12"),
        ("/demandes/colonnes", "/demandes"),
        ("//demandes/colonnes", "/demandes"),
        ("/deconnexion", "/"),
    ],
)
async def test_an_address_that_only_forms_call_leads_to_the_page_above_it(monde: Monde, adresse: str, page: str):
    """Reloading, or sharing, the page of a form that came back with its errors."""
    anonyme = await monde.connecter()
    reponse = await anonyme.http.get(f"http://127.0.0.1:8000{adresse}")
    assert (reponse.status_code, reponse.headers["location"]) == (303, page)


@pytest.mark.parametrize(
    "entetes",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://ailleurs.exemple.fr"},
        {"origin": "http://127.0.0.1:8001"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"},
    ],
)
async def test_write_from_another_site_is_refused_token_and_session_notwithstanding(monde: Monde, entetes: dict[str, str]):
    poste = await scolarite(monde)
    await poste.ouvrir("/connexion")
    corps = {"_csrf_token": poste.http.cookies["csrf"], "cols": "rpps"}
    siens = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8000"}
    assert (await poste.http.post("/demandes/colonnes", data=corps, headers=siens)).status_code == 303
    assert (await poste.http.post("/demandes/colonnes", data=corps, headers=entetes)).status_code == 403


async def test_sante_names_what_is_not_well(monde: Monde):
    poste, direct = await monde.connecter(), monde.app.state.direct
    bien = await poste.ouvrir("/sante")
    assert (bien.status_code, bien.json()) == (200, {"base": "ok", "migrations": "ok", "direct": "ok"})
    async with monde.base() as session:
        await session.execute(text("UPDATE alembic_versions SET version_num = '0000'"))
    assert (await poste.ouvrir("/sante")).json() == {"base": "ok", "migrations": "en retard", "direct": "ok"}
    direct.arret.set()  # else its tasks are begun again
    direct._taches[0].cancel()
    assert await _attendre_arret(direct)
    arrete = await poste.ouvrir("/sante")
    assert (arrete.status_code, arrete.json()["direct"]) == (503, "arrêté")
    async with monde.base() as session:
        await session.execute(text("DROP TABLE alembic_versions"))
    assert (await poste.ouvrir("/sante")).json()["migrations"] == "injoignable"


async def _attendre_arret(direct: object) -> bool:
    import asyncio

    for _ in range(100):
        if not direct.vivant:  # type: ignore[attr-defined]
            return True
        await asyncio.sleep(0.02)
    return False


ADRESSES = [
    "/demandes/99999999999999999999",
    "/demandes/-1",
    "/demandes/" + "9" * 400,
    "/demandes?personne=%00%00",
    "/demandes?personne=%ff%fe",
    "/demandes?personne=%ed%a0%80",
    "/demandes?seance=" + "9" * 30,
    "/demandes?seance=%00",
    "/demandes?tri=-&tri=%00&apres=%ff",
    "/demandes?tri=statut&apres=WyJcdWQ4MDAiLCAxXQ",
    "/demandes?tri=personne&apres=WyJcdWQ4MDAiLCAxXQ",
    "/demandes?apres=W10",
    "/demandes?statut=%00&statut=" + "x" * 5000,
    "/demandes?" + "&".join("statut=REFUSE" for _ in range(2000)),
    "/demandes/%ff%fe",
    "/%ff%c0%80",
    "/lignes/99999999999999999999/decision",
    "/lignes/1/cellules/%00",
    "/static/%00",
    "/static/..%2f..%2fapp/settings.py",
    "/connexion?suite=%0d%0aSet-Cookie:x",
    "/connexion?suite=//ailleurs.exemple.fr",
    "/invitation/%00%ff",
    "/personnes/99999999999999999999",
    "/seances/99999999999999999999",
    "/campagnes/99999999999999999999",
    "/agrements?nom=%00%ff",
]


async def test_nasty_address_is_never_an_error_of_the_server(monde: Monde):
    poste = await monde.connecter(await monde.personne("Adam Ministre", fonction(Role.ADMIN), fonction(Role.SCOL)))
    lus = {a: (await poste.http.get(a)).status_code for a in ADRESSES}
    assert {a: s for a, s in lus.items() if s >= 500} == {}
    assert lus["/demandes/99999999999999999999"] == 404


CORPS: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"%ff=%00&version=%ed%a0%80"),
    ("application/x-www-form-urlencoded", b"version=" + b"9" * 5000),
    ("application/x-www-form-urlencoded", b"&".join([b"libelle=a"] * 3000)),
    ("application/x-www-form-urlencoded", "libelle=\x00\ud800".encode("utf-8", "surrogatepass")),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="libelle"\r\n\r\nx'),
    ("multipart/form-data", b"--b--"),
    ("multipart/form-data; boundary=b", b"rien"),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="l"; filename="\xff"\r\n\r\n\xff\r\n--b--\r\n',
    ),
    ("application/json", b'{"libelle": '),
    ("text/plain; charset=inconnu", b"\xff"),
    ("", b"libelle=a"),
]


async def test_nasty_body_is_never_an_error_of_the_server(monde: Monde):
    poste = await monde.connecter(await monde.personne("Adam Ministre", fonction(Role.ADMIN), fonction(Role.SCOL)))
    await poste.ouvrir("/connexion")
    entetes = {"x-csrf-token": poste.http.cookies["csrf"]}
    lus = {
        (chemin, nom, corps[:30]): (
            await poste.http.post(chemin, content=corps, headers={**entetes, "content-type": nom})
        ).status_code
        for chemin in ("/campagnes", "/demandes/colonnes", "/demandes/1/retour", "/personnes", "/seances")
        for nom, corps in CORPS
    }
    assert {c: s for c, s in lus.items() if s >= 500} == {}


async def test_body_too_large_is_told_so(monde: Monde):
    poste = await scolarite(monde)
    await poste.ouvrir("/connexion")
    entetes = {"x-csrf-token": poste.http.cookies["csrf"], "content-type": "application/x-www-form-urlencoded"}
    reponse = await poste.http.post("/demandes/colonnes", content=b"cols=" + b"a" * 12_000_001, headers=entetes)
    assert reponse.status_code == 413
    assert "L'envoi dépasse la taille permise : 10 Mo par fichier." in reponse.text.replace("&#39;", "'")
