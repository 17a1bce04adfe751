"""Reads of the registers as they stand: the current generation alone. Public data: no scope applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, select

from app.referentiel.normalisation import lire_rpps, normaliser_code
from app.registres.models import CodeRegistre, Registre, RegistreActivite, RegistrePraticien, RegistreSite

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T", RegistreSite, RegistrePraticien, RegistreActivite)

_REGISTRE: dict[Any, CodeRegistre] = {
    RegistreSite: CodeRegistre.FINESS,
    RegistrePraticien: CodeRegistre.RPPS,
    RegistreActivite: CodeRegistre.RPPS,
}


def en_vigueur(table: type[T]) -> ColumnElement[bool]:
    """The rows of the generation that is read now."""
    lue = select(Registre.generation).where(Registre.code == _REGISTRE[table]).scalar_subquery()
    return table.generation == lue


async def registre(session: AsyncSession, code: CodeRegistre) -> Registre | None:
    """The register's current generation and date; None before the first import."""
    return await session.get(Registre, code)


async def praticien_du_registre(session: AsyncSession, rpps: str | None) -> RegistrePraticien | None:
    """The practitioner of a RPPS as typed."""
    requete = select(RegistrePraticien).where(en_vigueur(RegistrePraticien), RegistrePraticien.rpps == lire_rpps(rpps))
    return (await session.scalars(requete)).one_or_none()


async def activites_de(session: AsyncSession, rpps: str) -> list[RegistreActivite]:
    """Where a practitioner works; none of them is the main one."""
    requete = select(RegistreActivite).where(en_vigueur(RegistreActivite), RegistreActivite.rpps == rpps)
    return list(await session.scalars(requete.order_by(RegistreActivite.id)))


async def site_du_registre(session: AsyncSession, finess: str | None) -> RegistreSite | None:
    """The site of a FINESS, open or closed."""
    requete = select(RegistreSite).where(en_vigueur(RegistreSite), RegistreSite.finess == normaliser_code(finess))
    return (await session.scalars(requete)).one_or_none()


async def sites_de_siret(session: AsyncSession, siret: str | None) -> list[RegistreSite]:
    """The open sites of a SIRET: several FINESS may share one."""
    nu = normaliser_code(siret)
    requete = select(RegistreSite).where(en_vigueur(RegistreSite), RegistreSite.siret == nu, RegistreSite.ouvert)
    return list(await session.scalars(requete.order_by(RegistreSite.finess)))
