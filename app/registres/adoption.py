"""What the register knows enters the Cockpit when somebody first needs it: a site that is picked, a person who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.core.journal import consigner, prendre_la_main
from app.core.texte import replier
from app.referentiel.chargement import recherche_etablissement
from app.referentiel.models import Etablissement, Origine, Praticien
from app.referentiel.queries import CATEGORIE_ETUDIANT
from app.registres.models import CodeRegistre
from app.registres.queries import praticien_du_registre, registre, site_du_registre
from app.registres.suivi import REGISTRE_SITES

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.db import Base


async def adopter_site(session: AsyncSession, finess: str, *, par: Any) -> Etablissement | None:
    """The Cockpit's record of an open site of the register, made if it is missing; None when the register has none open."""
    deja = select(Etablissement).where(Etablissement.finess == finess)
    if (connu := (await session.scalars(deja)).one_or_none()) is not None:
        return connu
    lu, site = await registre(session, CodeRegistre.FINESS), await site_du_registre(session, finess)
    if lu is None or site is None or not site.ouvert:
        return None
    await prendre_la_main(session)
    repris = ("finess", "finess_ej", "siret", "raison_sociale", "type_code", "adresse", "code_postal", "ville", "code_insee",
              "departement")  # fmt: skip
    valeurs = {champ: getattr(site, champ) for champ in repris}
    recherche = recherche_etablissement(site.raison_sociale, site.ville, site.finess, site.siret)
    source = {"origine": Origine.REGISTRE, "registre": REGISTRE_SITES, "registre_date": lu.date_registre, "actif": True}
    ecrit = await _inserer(session, Etablissement, "finess", valeurs | source | {"recherche": recherche})
    adopte = (await session.scalars(deja)).one()
    if ecrit:
        await consigner(session, "adopter_etablissement", par=par, sujet="etablissement", sujet_id=adopte.id, apres=valeurs)
    return adopte


async def adopter_praticien(session: AsyncSession, rpps: str, *, par: Any) -> Praticien | None:
    """The Cockpit's record of a practitioner of the register, made if it is missing; never a student's."""
    if (connu := await session.get(Praticien, rpps)) is not None:
        return connu
    lu, praticien = await registre(session, CodeRegistre.RPPS), await praticien_du_registre(session, rpps)
    if lu is None or praticien is None or praticien.categorie == CATEGORIE_ETUDIANT:
        return None
    await prendre_la_main(session)
    repris = ("rpps", "nom", "prenom", "profession", "categorie", "savoir_faire")
    valeurs = {champ: getattr(praticien, champ) for champ in repris}
    reste = {"actif": True, "registre_date": lu.date_registre, "recherche": replier(f"{praticien.nom} {praticien.prenom}")}
    if await _inserer(session, Praticien, "rpps", valeurs | reste):
        await consigner(session, "adopter_praticien", par=par, sujet="praticien", sujet_id=int(rpps), apres=valeurs)
    return await session.get(Praticien, rpps)


async def _inserer(session: AsyncSession, modele: type[Base], cle: str, valeurs: dict[str, Any]) -> bool:
    """Whether the row was ours to make: two may come at once."""
    postgres = session.get_bind().dialect.name == "postgresql"
    ordre = (postgresql.insert(modele) if postgres else sqlite.insert(modele)).values(**valeurs)
    fait = await session.execute(ordre.on_conflict_do_nothing(index_elements=[cle]))
    return bool(fait.rowcount)  # type: ignore[attr-defined]
