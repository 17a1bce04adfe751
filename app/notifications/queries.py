"""Reads of notifications, each one's own, and of mails."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from app.comptes.cloche import MAXIMUM
from app.comptes.models import Personne
from app.core.templating import PARIS, jour
from app.notifications.genres import GENRES
from app.notifications.models import RENVOYABLES, Courriel, Envoi, EtatEnvoi, Notification

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

PAR_PAGE: Final = 50


async def etat_de(session: AsyncSession, personne_id: int, depuis: int | None) -> tuple[int, int]:
    """How many are unread, and how many came after the number *depuis*; at most `MAXIMUM` each."""
    siennes = select(Notification.id).where(Notification.personne_id == personne_id)
    requetes = [siennes.where(Notification.lue_le.is_(None))]
    if depuis is not None:
        requetes.append(siennes.where(Notification.id > depuis))
    comptes = [select(func.count()).select_from(r.limit(MAXIMUM).subquery()).scalar_subquery() for r in requetes]
    lus = (await session.execute(select(*comptes))).one()
    return lus[0], lus[1] if depuis is not None else 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: by day, unread first; where the next one begins."""

    jours: list[tuple[str, list[dict[str, Any]]]]
    suivante: str
    derniere: int  # the newest number that there is for this person


async def page(
    session: AsyncSession, personne_id: int, *, genre: str, lues: bool | None, apres: tuple[int, int] | None
) -> Page:
    """Unread ones, then read ones, newest first in each; *apres* is (read, number) of the last row shown before."""
    n = Notification
    lue = n.lue_le.is_not(None)
    requete = select(n).where(n.personne_id == personne_id)
    if genre:
        requete = requete.where(n.genre == genre)
    if lues is not None:
        requete = requete.where(lue if lues else n.lue_le.is_(None))
    if apres:
        deja_lue, ident = apres
        suite = lue & (n.id < ident) if deja_lue else lue | (n.id < ident)
        requete = requete.where(suite)
    rangees = list(await session.scalars(requete.order_by(lue, n.id.desc()).limit(PAR_PAGE + 1)))
    derniere = await session.scalar(select(func.max(n.id)).where(n.personne_id == personne_id)) or 0
    montrees = rangees[:PAR_PAGE]
    fin = montrees[-1] if len(rangees) > PAR_PAGE else None
    return Page(_par_jour(montrees), f"{int(fin.lue_le is not None)}-{fin.id}" if fin else "", derniere)


def _par_jour(rangees: list[Notification]) -> list[tuple[str, list[dict[str, Any]]]]:
    def titre(x: Notification) -> str:
        return f"{'Lues' if x.lue_le else 'Non lues'} — {jour(x.quand.astimezone(PARIS).date())}"

    return [(nom, [_vue(x) for x in siennes]) for nom, siennes in groupby(rangees, key=titre)]


def _vue(x: Notification) -> dict[str, Any]:
    genre = GENRES.get(x.genre)
    return {
        "id": x.id, "titre": x.titre, "texte": x.texte, "lien": x.lien, "quand": x.quand, "lue": x.lue_le is not None,
        "bouton": genre.bouton if genre else "Voir",
    }  # fmt: skip


async def genres_de(session: AsyncSession, personne_id: int) -> list[tuple[str, str]]:
    """The kinds that this person has, with their names."""
    codes = await session.scalars(select(Notification.genre).where(Notification.personne_id == personne_id).distinct())
    return sorted(((c, GENRES[c].libelle) for c in codes if c in GENRES), key=lambda x: x[1])


async def courriel_de(session: AsyncSession, personne_id: int) -> Courriel | None:
    """Somebody's address, as the database has it now."""
    requete = select(Courriel).where(Courriel.personne_id == personne_id)
    return (await session.scalars(requete.execution_options(populate_existing=True))).one_or_none()


async def comptes_envois(session: AsyncSession) -> dict[EtatEnvoi, int]:
    """How many mails there are in each state."""
    lus = (await session.execute(select(Envoi.etat, func.count()).group_by(Envoi.etat))).all()
    comptes: dict[EtatEnvoi, int] = {etat: n for etat, n in lus}  # noqa: C416 (rows, not pairs)
    return {etat: comptes.get(etat, 0) for etat in EtatEnvoi}


async def envois(
    session: AsyncSession, *, etat: EtatEnvoi | None, avant: int | None, personne_id: int | None = None
) -> list[tuple[Envoi, str]]:
    """Mails with the name of whom they are for, newest first; one more than a page holds where there are more."""
    requete = select(Envoi, Personne).join(Personne, Personne.id == Envoi.personne_id).order_by(Envoi.id.desc())
    if etat is not None:
        requete = requete.where(Envoi.etat == etat)
    if avant is not None:
        requete = requete.where(Envoi.id < avant)
    if personne_id is not None:
        requete = requete.where(Envoi.personne_id == personne_id)
    return [(e, p.nom_complet) for e, p in (await session.execute(requete.limit(PAR_PAGE + 1))).all()]


async def nombre_renvoyables(session: AsyncSession) -> int:
    """How many mails an administrator may send again."""
    requete = select(func.count()).select_from(Envoi).where(Envoi.etat.in_(sorted(RENVOYABLES)))
    return (await session.execute(requete)).scalar_one()
