"""« Personnes et fonctions »: what an administrator does there, and nobody else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.comptes.forms import PersonneSaisie
from app.comptes.models import Fonction, Identite, Invitation, Personne
from app.comptes.premiere_connexion import invitation_ouverte
from app.comptes.service import amorcer_administrateur
from app.core.journal import Journal, maintenant
from app.core.roles import FONCTIONS, Role
from app.core.templating import aujourdhui
from tests.comptes.gens import AISSATA, fonction, personne, praticien
from tests.comptes.stub import ISS

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.comptes.conftest import Poste

SAISIE: dict[str, Any] = {
    "role": "COORD",
    "subdivisions": ["STRASBOURG"],
    "formations": ["PEDIATRIE"],
    "debut": "2026-09-01",
    "fin": "2027-08-31",
}


async def _entrer(poste: Poste, role: Role) -> Personne:
    alix = personne("Alix", "Lemercier", None, fonction(role))
    await poste.ajouter(alix)
    await poste.ajouter(Identite(personne_id=alix.id, iss=ISS, sub="u1", vu=maintenant()))
    await poste.se_connecter()
    return alix


@pytest.fixture
async def admin(poste: Poste) -> Personne:
    """An administrator, signed in."""
    return await _entrer(poste, Role.ADMIN)


async def _fonctions(poste: Poste, qui: Personne) -> list[Fonction]:
    async with poste.base() as session:
        requete = select(Fonction).where(Fonction.personne_id == qui.id).order_by(Fonction.id)
        return list(await session.scalars(requete))


async def _actes(poste: Poste) -> list[Journal]:
    async with poste.base() as session:
        return list(await session.scalars(select(Journal).where(Journal.action != "connexion").order_by(Journal.id)))


@pytest.mark.parametrize("role", [r for r in FONCTIONS if r is not Role.ADMIN])
async def test_nobody_else_sees_anything(poste: Poste, role: Role) -> None:
    alix = await _entrer(poste, role)
    cle = (await _fonctions(poste, alix))[0].id
    for chemin in ("/personnes", "/personnes/nouvelle", f"/personnes/{alix.id}", f"/fonctions/{cle}"):
        assert (await poste.http.get(chemin)).status_code == 404
    for chemin in (
        "/personnes/nouvelle",
        f"/personnes/{alix.id}/fonctions",
        f"/personnes/{alix.id}/invitation",
        f"/personnes/{alix.id}/sessions/revocation",
        f"/fonctions/{cle}",
        f"/fonctions/{cle}/fin",
    ):
        assert (await poste.poster(chemin, **SAISIE, version="1")).status_code == 404
    assert await _actes(poste) == []


@pytest.mark.usefixtures("admin")
async def test_search_ignores_accents_case_and_order(poste: Poste) -> None:
    await poste.ajouter(personne("Zoé", "Œuvrard"), personne("Basile", "Petit"), praticien(AISSATA))
    await poste.ajouter(personne("Aïssata", "Agrémont", AISSATA))
    for q, attendus in {
        "zoe OEUVR": ["Zoé Œuvrard"],
        "agremont aissata": ["Aïssata Agrémont"],
        AISSATA: ["Aïssata Agrémont"],
        "%": [],
        "_": [],
        "": ["Aïssata Agrémont", "Alix Lemercier", "Basile Petit", "Zoé Œuvrard"],
    }.items():
        page = (await poste.http.get("/personnes", params={"q": q})).text
        assert re.findall(r'<a href="/personnes/\d+">([^<]+)</a>', page) == attendus
    assert "Responsable de terrain de stage" in (await poste.http.get("/personnes", params={"q": "agremont"})).text


@pytest.mark.usefixtures("admin")
async def test_search_fragment_is_part_of_the_page(poste: Poste) -> None:
    page = (await poste.http.get("/personnes", params={"q": "alix"})).text
    entetes = {"HX-Request": "true", "HX-Request-Type": "partial"}
    fragment = (await poste.http.get("/personnes", params={"q": "alix"}, headers=entetes)).text
    assert fragment.strip().startswith('<section id="personnes"')
    assert fragment.strip() in page


@pytest.mark.usefixtures("admin")
async def test_expired_function_is_marked(poste: Poste) -> None:
    hier = aujourdhui() - timedelta(days=1)
    await poste.ajouter(personne("Eva", "Ancelin", None, fonction(Role.REP, fin=hier)))
    page = (await poste.http.get("/personnes", params={"q": "eva"})).text
    assert f"(expirée le {hier:%d/%m/%Y})" in page
    assert 'class="fonction-expiree"' in page


@pytest.mark.usefixtures("admin")
async def test_long_list_has_pages(poste: Poste) -> None:
    await poste.ajouter(*(personne("Paul", f"Nombreux{i:03}") for i in range(51)))
    premiere = (await poste.http.get("/personnes", params={"q": "nombreux"})).text
    assert premiere.count("Nombreux") == 50
    assert "51 personnes" in premiere
    seconde = (await poste.http.get("/personnes", params={"q": "nombreux", "page": "2"})).text
    assert "Nombreux050" in seconde


@pytest.mark.usefixtures("admin")
async def test_new_person(poste: Poste) -> None:
    reponse = await poste.poster("/personnes/nouvelle", prenom="Zoé", nom="Œuvrard", rpps=f"8 {AISSATA}", email="")
    assert reponse.status_code == 303
    async with poste.base() as session:
        nee = (await session.scalars(select(Personne).where(Personne.nom == "Œuvrard"))).one()
    assert (nee.rpps, nee.email, nee.recherche) == (AISSATA, None, f"zoe oeuvrard {AISSATA}")
    acte = (await _actes(poste))[-1]
    assert (acte.action, acte.auteur) == ("personne_creee", "Alix Lemercier")
    assert (acte.sujet, acte.sujet_id) == ("personne", nee.id)


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"prenom": ""}, "prenom"),
        ({"nom": "N" * 121}, "nom"),
        ({"rpps": "12345678901"}, "rpps"),
        ({"rpps": AISSATA}, "rpps"),
        ({"email": "pas une adresse"}, "email"),
    ],
)
async def test_wrong_person_comes_back_as_typed(poste: Poste, champs: dict[str, str], fautif: str) -> None:
    await poste.ajouter(personne("Aïssata", "Agrémont", AISSATA))
    reponse = await poste.poster("/personnes/nouvelle", **({"prenom": "Zoé", "nom": "Œuvrard"} | champs))
    assert reponse.status_code == 422
    champ = re.search(rf'<input[^>]* name="{fautif}"[^>]*>', reponse.text)
    assert champ
    assert 'aria-invalid="true"' in champ[0]
    assert f'aria-describedby="{fautif}-aide"' in champ[0]
    assert f'value="{champs[fautif]}"' in champ[0]
    assert await _actes(poste) == []


async def test_function_is_added_changed_and_ended(poste: Poste, admin: Personne) -> None:
    assert (await poste.poster(f"/personnes/{admin.id}/fonctions", **SAISIE)).status_code == 303
    ajoutee = (await _fonctions(poste, admin))[1]
    assert (ajoutee.role, ajoutee.subdivisions, ajoutee.formations) == (Role.COORD, ["STRASBOURG"], ["PEDIATRIE"])
    assert (ajoutee.debut, ajoutee.fin, ajoutee.version) == (date(2026, 9, 1), date(2027, 8, 31), 1)

    modifiee = SAISIE | {"subdivisions": ["toutes"], "fin": "", "version": "1", "debut": "2020-01-01"}
    assert (await poste.poster(f"/fonctions/{ajoutee.id}", **modifiee)).status_code == 303
    apres = (await _fonctions(poste, admin))[1]
    assert (apres.subdivisions, apres.fin, apres.version) == ([], None, 2)

    assert (await poste.poster(f"/fonctions/{ajoutee.id}/fin", version="2")).status_code == 303
    finie = (await _fonctions(poste, admin))[1]
    assert (finie.fin, finie.version) == (aujourdhui(), 3)
    actes = await _actes(poste)
    assert [a.action for a in actes] == ["fonction_ajoutee", "fonction_modifiee", "fonction_modifiee"]
    assert actes[1].avant is not None
    assert actes[1].apres is not None
    assert (actes[1].avant["fin"], actes[1].apres["fin"]) == ("2027-08-31", None)


@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"role": "RTS"}, "role"),
        ({"role": ""}, "role"),
        ({"subdivisions": []}, "subdivisions"),
        ({"subdivisions": ["INVENTEE"]}, "subdivisions"),
        ({"subdivisions": ["toutes", "STRASBOURG"]}, "subdivisions"),
        ({"formations": []}, "formations"),
        ({"debut": ""}, "debut"),
        ({"debut": "31/02/2026"}, "debut"),
        ({"fin": "2026-08-31"}, "fin"),
    ],
)
async def test_wrong_function_comes_back(poste: Poste, admin: Personne, champs: dict[str, Any], fautif: str) -> None:
    reponse = await poste.poster(f"/personnes/{admin.id}/fonctions", **(SAISIE | champs))
    assert reponse.status_code == 422
    aide = re.search(rf'<small id="(?:fonction-)?{fautif}-aide" class="erreur-champ">([^<]+)</small>', reponse.text)
    assert aide
    assert reponse.text.count('aria-invalid="true"') == 1
    assert len(await _fonctions(poste, admin)) == 1


async def test_administrator_is_national(poste: Poste, admin: Personne) -> None:
    saisie = {"role": "ADMIN", "debut": "2026-09-01", "fin": ""}
    assert (await poste.poster(f"/personnes/{admin.id}/fonctions", **saisie)).status_code == 303
    ajoutee = (await _fonctions(poste, admin))[1]
    assert (ajoutee.subdivisions, ajoutee.formations) == ([], [])


async def test_conflict_keeps_what_was_typed(poste: Poste, admin: Personne) -> None:
    await poste.poster(f"/personnes/{admin.id}/fonctions", **SAISIE)
    cle = (await _fonctions(poste, admin))[1].id
    await poste.poster(f"/fonctions/{cle}", **SAISIE | {"fin": "2028-08-31", "version": "1"})
    reponse = await poste.poster(f"/fonctions/{cle}", **SAISIE | {"fin": "2029-08-31", "version": "1"})
    assert reponse.status_code == 409
    assert 'value="2029-08-31"' in reponse.text
    assert "31/08/2028" in reponse.text
    assert 'name="version" value="2"' in reponse.text
    assert (await _fonctions(poste, admin))[1].fin == date(2028, 8, 31)
    assert (await poste.poster(f"/fonctions/{cle}/fin", version="1")).status_code == 409


async def test_last_administrator_stays(poste: Poste, admin: Personne) -> None:
    cle = (await _fonctions(poste, admin))[0].id
    assert (await poste.poster(f"/fonctions/{cle}/fin", version="1")).status_code == 403
    assert (await poste.poster(f"/fonctions/{cle}", **SAISIE, version="1")).status_code == 403
    await poste.ajouter(personne("Basile", "Petit", None, fonction(Role.ADMIN)))
    assert (await poste.poster(f"/fonctions/{cle}/fin", version="1")).status_code == 303


async def test_function_not_in_force_is_not_ended(poste: Poste, admin: Personne) -> None:
    demain = aujourdhui() + timedelta(days=1)
    await poste.poster(f"/personnes/{admin.id}/fonctions", **SAISIE | {"debut": demain.isoformat(), "fin": ""})
    cle = (await _fonctions(poste, admin))[1].id
    assert "Terminer aujourd'hui la fonction Coordonnateur" not in (await poste.http.get(f"/personnes/{admin.id}")).text
    assert (await poste.poster(f"/fonctions/{cle}/fin", version="1")).status_code == 403


@pytest.mark.usefixtures("admin")
async def test_invitation_is_shown_once(poste: Poste) -> None:
    camille = personne("Camille", "Roussel")
    await poste.ajouter(camille)
    reponse = await poste.poster(f"/personnes/{camille.id}/invitation")
    lien = re.search(r"https://agrement.exemple.test/invitation/([\w-]+)", reponse.text)
    assert lien
    async with poste.base() as session:
        invitation = (await session.scalars(select(Invitation))).one()
        assert lien[1] not in {invitation.jeton_hash, str(invitation.acceptee)}
        assert invitation.expire - invitation.cree == timedelta(days=14)
        assert await invitation_ouverte(session, lien[1]) is not None
    assert lien[1] not in (await poste.http.get(f"/personnes/{camille.id}")).text
    actes = await _actes(poste)
    assert [a.action for a in actes] == ["invitation_creee"]
    assert lien[1] not in str(actes[0].apres)


async def test_sessions_of_a_person_are_closed(poste: Poste, admin: Personne) -> None:
    assert (await poste.poster(f"/personnes/{admin.id}/sessions/revocation")).status_code == 303
    assert (await poste.http.get("/moi", follow_redirects=False)).status_code == 302


@pytest.mark.usefixtures("admin")
async def test_unknown_person_or_function(poste: Poste) -> None:
    for chemin in ("/personnes/9999", "/fonctions/9999", "/personnes/99999999999999999999"):
        assert (await poste.http.get(chemin)).status_code == 404
    assert (await poste.poster("/personnes/9999/fonctions", **SAISIE)).status_code == 404
    assert (await poste.poster("/personnes/9999/invitation")).status_code == 404


async def test_first_administrator_of_an_installation(session: AsyncSession) -> None:
    jeton = await amorcer_administrateur(session, PersonneSaisie("Alix", "Lemercier", None, None))
    invitation = await invitation_ouverte(session, jeton)
    assert invitation is not None
    fonctions = (await session.scalars(select(Fonction))).all()
    assert [(f.personne_id, f.role, f.fin) for f in fonctions] == [(invitation.personne_id, Role.ADMIN, None)]
