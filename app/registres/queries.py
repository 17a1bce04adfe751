"""Reads of the registers as they stand: the current generation alone. Public data: no scope applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import ColumnElement, exists, select

from app.core.errors import Introuvable
from app.referentiel.models import Commune, Etablissement
from app.referentiel.normalisation import lire_rpps, normaliser_code
from app.referentiel.queries import mots_cherches
from app.registres.models import (
    CodeRegistre,
    ImportRegistre,
    Registre,
    RegistreActivite,
    RegistrePraticien,
    RegistreSite,
)
from app.registres.sites import Tables

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T", RegistreSite, RegistrePraticien, RegistreActivite)

LIBERAL: Final = "L"
CABINETS: Final = 6  # shown
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


async def chercher_sites(session: AsyncSession, texte: str | None, *, limite: int = 20) -> list[RegistreSite]:
    """The open sites that the Cockpit does not hold yet, by name, town, FINESS or SIRET."""
    mots = mots_cherches(RegistreSite.recherche, texte)
    if not mots or limite < 1:
        return []
    connu = exists().where(Etablissement.finess == RegistreSite.finess)
    filtres = [en_vigueur(RegistreSite), RegistreSite.ouvert, *mots, ~connu]
    requete = select(RegistreSite).where(*filtres).order_by(RegistreSite.recherche, RegistreSite.finess).limit(limite)
    return list(await session.scalars(requete))


async def cabinets_de(session: AsyncSession, rpps: str) -> list[RegistreActivite]:
    """A practitioner's own surgeries: liberal activities outside FINESS."""
    filtres = [en_vigueur(RegistreActivite), RegistreActivite.rpps == rpps, RegistreActivite.mode == LIBERAL]
    requete = select(RegistreActivite).where(*filtres, RegistreActivite.finess == "").order_by(RegistreActivite.id)
    return list(await session.scalars(requete.limit(CABINETS)))


async def etats(session: AsyncSession) -> dict[CodeRegistre, Registre]:
    """The registers that have been read."""
    return {lu.code: lu for lu in await session.scalars(select(Registre))}


async def imports(session: AsyncSession, *, limite: int = 30) -> list[ImportRegistre]:
    """The last imports, newest first."""
    return list(await session.scalars(select(ImportRegistre).order_by(ImportRegistre.id.desc()).limit(limite)))


async def import_de(session: AsyncSession, ident: int) -> ImportRegistre:
    """One import.

    Raises:
        Introuvable: no such import.
    """
    if (trouve := await session.get(ImportRegistre, ident)) is None:
        raise Introuvable
    return trouve


async def tables_des_sites(session: AsyncSession) -> Tables:
    """What sites are read with: the names of the communes that we carry."""
    return Tables(communes=dict((await session.execute(select(Commune.code, Commune.nom))).all()))
