"""From the request to the rights of whoever sends it: the session's cookie, the functions in force today in Paris."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from litestar.exceptions import NotAuthorizedException
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession  # noqa: TC002 (Litestar reads the annotation)

from app.comptes.cloche import non_lues, sans_adresse
from app.comptes.deports import lignes_de, lues
from app.comptes.models import Fonction, Personne, SessionWeb
from app.core.access import Droits, Portee
from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.referentiel.models import Praticien

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from litestar import Request
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import async_sessionmaker

    from app.core.roles import Role

INACTIVITE = timedelta(minutes=30)
DUREE = timedelta(hours=12)
PAS_VU = timedelta(minutes=5)


def nom_cookie(*, https: bool) -> str:
    """`__Host-` binds the cookie to the host; browsers take it over https only."""
    return "__Host-session" if https else "session"


def empreinte(jeton: str) -> str:
    """What the table stores of a secret that the browser holds."""
    return hashlib.sha256(jeton.encode()).hexdigest()


# Built once: each request begins with it.
_QUI = (
    select(SessionWeb.vu, SessionWeb.expire, Personne.id, Personne.prenom, Personne.nom, Personne.rpps, Praticien.rpps,
           Fonction.role, Fonction.subdivisions, Fonction.formations, Fonction.debut, Fonction.fin,
           lignes_de(Personne.id).label("deports"), non_lues(Personne.id), sans_adresse(Personne.id))
    .join(Personne, Personne.id == SessionWeb.personne_id)
    .outerjoin(Praticien, (Praticien.rpps == Personne.rpps) & Praticien.actif & (Praticien.categorie != "E"))
    .outerjoin(Fonction, Fonction.personne_id == Personne.id)
    .where(SessionWeb.id_hash == bindparam("id_hash"))
    .order_by(Fonction.id)
)  # fmt: skip


async def droits_de_session(session: AsyncSession, id_hash: str, *, maintenant_: datetime | None = None) -> Droits | None:
    """The rights behind a session, evaluated now; None when it is unknown or expired. One query."""
    instant = maintenant_ or maintenant()
    lignes = (await session.execute(_QUI, {"id_hash": id_hash})).all()
    if not lignes or lignes[0].expire <= instant or lignes[0].vu + INACTIVITE <= instant:
        return None
    if lignes[0].vu + PAS_VU <= instant:
        await session.execute(update(SessionWeb).where(SessionWeb.id_hash == id_hash).values(vu=instant))
    tete = lignes[0]
    fonctions = [(x.role, x.subdivisions, x.formations, x.debut, x.fin) for x in lignes if x.role is not None]
    inactif = tete[5] if tete[6] is None else None
    droits = composer_droits(tete[2], f"{tete[3]} {tete[4]}", tete[6], fonctions, le=aujourdhui(), inactif=inactif)
    return replace(droits, deports=lues(tete.deports), non_lues=tete.non_lues, sans_adresse=tete.sans_adresse)


_PERSONNES = (
    select(Personne.id, Personne.prenom, Personne.nom, Personne.rpps, Praticien.rpps.label("actif"),
           Fonction.role, Fonction.subdivisions, Fonction.formations, Fonction.debut, Fonction.fin,
           lignes_de(Personne.id).label("deports"))
    .outerjoin(Praticien, (Praticien.rpps == Personne.rpps) & Praticien.actif & (Praticien.categorie != "E"))
    .outerjoin(Fonction, Fonction.personne_id == Personne.id)
    .order_by(Personne.id, Fonction.id)
)  # fmt: skip
_PERSONNE = _PERSONNES.where(Personne.id == bindparam("personne"))


async def droits_de_personne(session: AsyncSession, personne_id: int) -> Droits:
    """The rights of somebody whose work goes on after his request, evaluated now. One query."""
    return _lire_personne((await session.execute(_PERSONNE, {"personne": personne_id})).all())


async def droits_de_personnes(session: AsyncSession, qui: ColumnElement[bool]) -> list[Droits]:
    """The rights of many (those that the condition *qui* keeps), evaluated now. One query."""
    lignes = (await session.execute(_PERSONNES.where(qui))).all()
    return [_lire_personne(list(siennes)) for _, siennes in groupby(lignes, key=lambda x: x.id)]


def _lire_personne(lignes: Sequence[Any]) -> Droits:
    tete = lignes[0]
    fonctions = [(x.role, x.subdivisions, x.formations, x.debut, x.fin) for x in lignes if x.role is not None]
    inactif = tete.rpps if tete.actif is None else None
    nom = f"{tete.prenom} {tete.nom}"
    droits = composer_droits(tete.id, nom, tete.actif, fonctions, le=aujourdhui(), inactif=inactif)
    return replace(droits, deports=lues(tete.deports))


def composer_droits(
    personne_id: int,
    nom: str,
    rpps: str | None,
    fonctions: list[tuple[Role, list[str], list[str], date, date | None]],
    *,
    le: date,
    inactif: str | None = None,
) -> Droits:
    """Functions in force on the day *le* become rights; the others are told by name.

    *rpps* is known and active in the register, *inactif* is not: no RTS, but still whose demandes are his own.
    """
    portees, expirees = [], []
    for role, subdivisions, formations, debut, fin in fonctions:
        if debut <= le and (fin is None or le <= fin):
            portees.append(Portee(role, frozenset(subdivisions) or None, frozenset(formations) or None))
        elif fin is not None and fin < le:
            expirees.append(f"{role.libelle} (expirée le {fin:%d/%m/%Y})")
        else:
            expirees.append(f"{role.libelle} (à partir du {debut:%d/%m/%Y})")
    return Droits(personne_id, nom, rpps, tuple(portees), tuple(expirees), inactif)


async def provide_droits(request: Request[Any, Any, Any], session: AsyncSession) -> Droits:
    """The signed-in person's rights.

    Raises:
        NotAuthorizedException: nobody is signed in, or the session has expired.
    """
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https))
    droits = await droits_de_session(session, empreinte(jeton)) if jeton else None
    if droits is None:
        raise NotAuthorizedException
    request.state.droits = droits
    return droits


async def battre(sessions: async_sessionmaker[AsyncSession], id_hash: str, regler: Callable[[Droits], None]) -> bool:
    """One beat of an open stream: it is activity, a revoked or expired session ends it, *regler* hears of new rights."""
    async with sessions() as session:
        droits = await droits_de_session(session, id_hash)
        if droits is None:
            return False
        await session.execute(update(SessionWeb).where(SessionWeb.id_hash == id_hash).values(vu=maintenant()))
        await session.commit()
    regler(droits)
    return True
