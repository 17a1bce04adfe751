"""*Reprendre la valeur Open Data*: the Cockpit's record says what the register says now. The only way it is ever written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.core.errors import Conflit, Introuvable
from app.core.journal import consigner, prendre_la_main
from app.referentiel.chargement import recherche_etablissement
from app.referentiel.models import Etablissement, Origine, Praticien
from app.referentiel.service import reprendre_du_registre
from app.registres.models import CodeRegistre
from app.registres.queries import praticien_du_registre, registre, site_du_registre

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.registres.models import RegistrePraticien, RegistreSite

DU_SITE: Final = ("raison_sociale", "adresse", "code_postal", "ville", "code_insee", "departement", "siret", "finess_ej")
DU_PRATICIEN: Final = ("nom", "prenom", "profession", "categorie", "savoir_faire")
NOM_REGISTRE: Final = "FINESS"


async def reprendre_open_data(
    session: AsyncSession, *, etablissement_id: int | None = None, rpps: str | None = None, par: Any, motif: str | None = None
) -> dict[str, Any]:
    """Take over what the register says of a site or of a practitioner, whole; what changed.

    Raises:
        Introuvable: no such record.
        Conflit: the register does not know it (any more).
    """
    await prendre_la_main(session)
    if etablissement_id is not None:
        return await _reprendre_site(session, etablissement_id, par, motif)
    return await _reprendre_praticien(session, rpps or "", par, motif)


async def _reprendre_site(session: AsyncSession, etablissement_id: int, par: Any, motif: str | None) -> dict[str, Any]:
    fiche = await session.get(Etablissement, etablissement_id, populate_existing=True)
    if fiche is None:
        raise Introuvable
    site = await site_du_registre(session, fiche.finess) if fiche.finess else None
    if site is None:
        raise Conflit("Le registre FINESS en vigueur ne connaît pas cet établissement.")
    return await _ecrire(session, fiche, valeurs_du_site(site), CodeRegistre.FINESS, par, motif)


async def _reprendre_praticien(session: AsyncSession, rpps: str, par: Any, motif: str | None) -> dict[str, Any]:
    fiche = await session.get(Praticien, rpps, populate_existing=True)
    if fiche is None:
        raise Introuvable
    lu = await praticien_du_registre(session, rpps)
    if lu is None:
        raise Conflit("Le registre RPPS en vigueur ne connaît pas ce praticien.")
    return await _ecrire(session, fiche, _valeurs_du_praticien(lu), CodeRegistre.RPPS, par, motif)


async def _ecrire(
    session: AsyncSession,
    fiche: Etablissement | Praticien,
    lues: dict[str, Any],
    code: CodeRegistre,
    par: Any,
    motif: str | None,
) -> dict[str, Any]:
    change = {c: v for c, v in lues.items() if v != getattr(fiche, c)}
    quand = await _date(session, code)
    dates = {"registre_date": quand} if quand and quand != fiche.registre_date else {}
    if change or dates:
        await reprendre_du_registre(session, fiche, change | dates, par=par, motif=motif)
    return change


def valeurs_du_site(site: RegistreSite) -> dict[str, Any]:
    """What a record of the Cockpit takes from the register's."""
    lues = {c: getattr(site, c) for c in DU_SITE} | {"type_code": site.type_code, "actif": site.ouvert}
    return lues | {"finess_ej": site.finess_ej or None}


def _valeurs_du_praticien(lu: RegistrePraticien) -> dict[str, Any]:
    return {c: getattr(lu, c) for c in DU_PRATICIEN} | {"actif": True}


async def _date(session: AsyncSession, code: CodeRegistre) -> Any:
    lu = await registre(session, code)
    return lu.date_registre if lu else None


async def etablissement_de_registre(session: AsyncSession, finess: str, *, par: Any) -> Etablissement:
    """The Cockpit's record of a register site, made if it has none yet.

    Raises:
        Introuvable: the register does not know it.
    """
    connu = (await session.scalars(select(Etablissement).where(Etablissement.finess == finess))).one_or_none()
    if connu is not None:
        return connu
    site = await site_du_registre(session, finess)
    if site is None:
        raise Introuvable("Ce numéro FINESS n'est pas dans le registre en vigueur.")
    recherche = recherche_etablissement(site.raison_sociale, site.ville, site.finess, site.siret)
    jour = await _date(session, CodeRegistre.FINESS)
    fiche = Etablissement(finess=finess, origine=Origine.REGISTRE, registre=NOM_REGISTRE, registre_date=jour,
                          recherche=recherche, **valeurs_du_site(site))  # fmt: skip
    session.add(fiche)
    await session.flush()
    apres = {"finess": finess, "raison_sociale": fiche.raison_sociale}
    await consigner(session, "creer_etablissement", par=par, sujet="etablissement", sujet_id=fiche.id, apres=apres)
    return fiche
