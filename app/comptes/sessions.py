"""Sessions: a row in the table, a random id in the cookie, nothing else.

The id is drawn at each login; whatever the browser held before is deleted, so that no id chosen by somebody else
survives a login.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from litestar.datastructures import Cookie
from sqlalchemy import delete, or_, select, update

from app.comptes.acces import DUREE, INACTIVITE, PAS_VU, empreinte, nom_cookie
from app.comptes.models import SessionWeb
from app.core.journal import consigner, maintenant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.settings import Settings


async def ouvrir(session: AsyncSession, personne_id: int, *, fournisseur: str, id_token: str, ancien: str | None) -> str:
    """Open a session and return its id, which only the cookie will know; *ancien* is the browser's former one."""
    instant = maintenant()
    perimees = [SessionWeb.expire <= instant, SessionWeb.vu <= instant - INACTIVITE]
    if ancien:
        perimees.append(SessionWeb.id_hash == empreinte(ancien))
    await session.execute(delete(SessionWeb).where(or_(*perimees)))
    jeton = secrets.token_urlsafe(32)
    session.add(
        SessionWeb(
            id_hash=empreinte(jeton),
            personne_id=personne_id,
            fournisseur=fournisseur,
            id_token=id_token,
            cree=instant,
            vu=instant,
            expire=instant + DUREE,
        )
    )
    await session.flush()
    return jeton


async def fermer(session: AsyncSession, jeton: str) -> SessionWeb | None:
    """End the session that the cookie names, and return what it was."""
    ligne = await session.get(SessionWeb, empreinte(jeton))
    if ligne is not None:
        await session.execute(delete(SessionWeb).where(SessionWeb.id_hash == ligne.id_hash))
    return ligne


async def toucher(session: AsyncSession, id_hash: str) -> None:
    """Note that the session is alive; written at most every five minutes."""
    instant = maintenant()
    vivante = (SessionWeb.id_hash == id_hash) & (SessionWeb.vu <= instant - PAS_VU) & (SessionWeb.expire > instant)
    await session.execute(update(SessionWeb).where(vivante).values(vu=instant))


async def ouvertes(session: AsyncSession, personne_id: int) -> Sequence[SessionWeb]:
    """The sessions of a person that still open anything, newest first."""
    instant = maintenant()
    requete = (
        select(SessionWeb)
        .where(SessionWeb.personne_id == personne_id)
        .where(SessionWeb.expire > instant, SessionWeb.vu > instant - INACTIVITE)
        .order_by(SessionWeb.cree.desc(), SessionWeb.id_hash)
    )
    return (await session.scalars(requete)).all()


async def revoquer(session: AsyncSession, personne_id: int, *, par: Any, id_hash: str | None = None) -> int:
    """Delete one session of a person, or all of them; says how many."""
    visees = SessionWeb.personne_id == personne_id
    if id_hash is not None:
        visees &= SessionWeb.id_hash == id_hash
    fini = await session.execute(delete(SessionWeb).where(visees).returning(SessionWeb.id_hash))
    nombre = len(fini.all())
    if nombre:
        apres = {"sessions": nombre}
        await consigner(session, "sessions_revoquees", par=par, sujet="personne", sujet_id=personne_id, apres=apres)
    return nombre


def lu(cookies: Mapping[str, str], settings: Settings) -> str | None:
    """The id that the browser holds, if any."""
    return cookies.get(nom_cookie(https=settings.https))


def cookie(jeton: str, settings: Settings) -> Cookie:
    """The session's cookie; an empty *jeton* clears it. It dies with the browser, the row at the latest after 12 h."""
    return Cookie(
        key=nom_cookie(https=settings.https),
        value=jeton,
        path="/",
        max_age=None if jeton else 0,
        httponly=True,
        secure=settings.https,
        samesite="lax",
    )
