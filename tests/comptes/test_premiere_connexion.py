"""Whom a proven identity is, and what opens an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from app.comptes.identites import IdentiteProuvee
from app.comptes.models import Fonction, Identite, Invitation, Personne
from app.comptes.premiere_connexion import invitation_ouverte, reconnaitre
from app.comptes.service import inviter
from app.core.journal import Journal, maintenant
from app.core.roles import Role
from tests.comptes.gens import AISSATA, BASILE, fonction, personne, praticien

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.comptes.conftest import Poste

ISS = "https://op.exemple.test"


def _qui(sub: str = "u1", rpps: str | None = None, **autres: object) -> IdentiteProuvee:
    return IdentiteProuvee(iss=ISS, sub=sub, rpps=rpps, **autres)  # type: ignore[arg-type]


async def _poser(session: AsyncSession, *objets: object) -> None:
    session.add_all(objets)
    await session.commit()


async def _invitee(session: AsyncSession, *, rpps: str | None = None) -> tuple[Personne, str]:
    admin, invitee = personne("Alix", "Lemercier"), personne("Camille", "Roussel", rpps, fonction(Role.COORD))
    await _poser(session, admin, invitee)
    return invitee, await inviter(session, invitee, par_id=admin.id, par=None)


async def test_known_identity_is_its_person_whatever_the_claims(session: AsyncSession) -> None:
    alix, basile = personne("Alix", "Lemercier"), personne("Basile", "Autre", BASILE)
    await _poser(session, alix, basile)
    await _poser(session, Identite(personne_id=alix.id, iss=ISS, sub="u1", vu=maintenant()))
    assert await reconnaitre(session, _qui(rpps=BASILE)) is alix
    assert await reconnaitre(session, IdentiteProuvee(iss="https://autre.test", sub="u1")) is None


async def test_rpps_of_a_known_person_links_her(session: AsyncSession) -> None:
    aissata = personne("Aïssata", "Agrémont", AISSATA)
    await _poser(session, aissata)
    assert await reconnaitre(session, _qui(rpps=AISSATA)) is aissata
    assert await reconnaitre(session, _qui()) is aissata  # linked: the next login needs no claim


async def test_rpps_active_in_the_register_makes_a_plain_rts(session: AsyncSession) -> None:
    await _poser(session, praticien(AISSATA))
    nee = await reconnaitre(session, _qui(rpps=AISSATA, prenom="Autre", nom="Nom"))
    assert nee is not None
    assert (nee.nom_complet, nee.rpps) == ("Aïssata Agrémont", AISSATA)  # the register's names
    assert (await session.scalars(select(Fonction))).all() == []
    assert (await session.scalars(select(Journal.action).order_by(Journal.id))).all() == [
        "compte_cree",
        "identite_reliee",
    ]


@pytest.mark.parametrize(
    ("inscrit", "etudiant"),
    [(None, False), ({"actif": False}, False), ({"categorie": "E"}, False), ({}, True)],
    ids=["unknown", "inactive", "student in the register", "student by the claims"],
)
async def test_rpps_that_makes_no_rts(session: AsyncSession, inscrit: dict[str, Any] | None, *, etudiant: bool) -> None:
    if inscrit is not None:
        await _poser(session, praticien(AISSATA, **inscrit))
    assert await reconnaitre(session, _qui(rpps=AISSATA, etudiant=etudiant)) is None
    assert await session.scalar(select(func.count()).select_from(Personne)) == 0


async def test_email_alone_opens_nothing(session: AsyncSession) -> None:
    alix = personne("Alix", "Lemercier")
    alix.email = "alix@exemple.test"
    await _poser(session, alix)
    assert await reconnaitre(session, _qui(email="alix@exemple.test")) is None


async def test_invitation_links_once(session: AsyncSession) -> None:
    invitee, jeton = await _invitee(session)
    assert await reconnaitre(session, _qui("u1"), invitation=jeton) is invitee
    assert await reconnaitre(session, _qui("u2"), invitation=jeton) is None
    assert await reconnaitre(session, _qui("u1")) is invitee


async def test_invitation_comes_before_a_plain_rts(session: AsyncSession) -> None:
    await _poser(session, praticien(AISSATA))
    invitee, jeton = await _invitee(session)
    assert await reconnaitre(session, _qui(rpps=AISSATA), invitation=jeton) is invitee
    assert invitee.rpps == AISSATA


async def test_invitation_is_for_its_own_person_only(session: AsyncSession) -> None:
    _, jeton = await _invitee(session, rpps=BASILE)
    assert await reconnaitre(session, _qui(rpps=AISSATA), invitation=jeton) is None
    assert await invitation_ouverte(session, jeton) is not None  # not spent by the wrong person


async def test_invitation_expires(session: AsyncSession) -> None:
    _, jeton = await _invitee(session)
    assert await invitation_ouverte(session, jeton) is not None
    await session.execute(update(Invitation).values(expire=maintenant() - timedelta(seconds=1)))
    session.expire_all()
    assert await reconnaitre(session, _qui(), invitation=jeton) is None


async def test_new_invitation_closes_the_former_one(session: AsyncSession) -> None:
    invitee, ancien = await _invitee(session)
    neuf = await inviter(session, invitee, par_id=invitee.id, par=None)
    session.expire_all()
    assert await invitation_ouverte(session, ancien) is None
    assert await invitation_ouverte(session, neuf) is not None


@pytest.mark.parametrize("jeton", ["", "inconnu", "é"])
async def test_invented_invitation_opens_nothing(session: AsyncSession, jeton: str) -> None:
    await _invitee(session)
    assert await reconnaitre(session, _qui(), invitation=jeton) is None


async def test_invitation_through_the_pages(poste: Poste) -> None:
    async with poste.base() as session:
        _, jeton = await _invitee(session)
    page = await poste.http.get(f"/invitation/{jeton}")
    assert f"/connexion/univ?invitation={jeton}" in page.text
    assert (await poste.se_connecter(invitation=jeton)).status_code == 303
    assert "Camille Roussel" in (await poste.http.get("/moi")).text
    close = await poste.http.get(f"/invitation/{jeton}")
    assert (close.status_code, "plus ouverte" in close.text) == (404, True)
