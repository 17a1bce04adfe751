"""Configuring campaigns: versioned, journalled, and never two windows at once for a formation of a subdivision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update

from app.campagnes.models import Campagne, CampagneFormation
from app.campagnes.permissions import exiger_configurer
from app.campagnes.queries import en_conflit
from app.campagnes.service_reglages import inscrire_reglages, reglages_de
from app.core.errors import Conflit, Erreur
from app.core.journal import consigner, prendre_la_main
from app.referentiel import queries as referentiel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.forms import CampagneSaisie
    from app.campagnes.forms_reglages import Reglages
    from app.core.access import Droits

PERIME = (
    "Cette campagne a changé entre-temps. Rien n'est enregistré ; votre saisie est gardée ci-dessous : enregistrer la garde."
)

NOMMEES = 5  # formations that an overlap names


class Chevauchement(Erreur):
    """Another campaign has the same formations at the same time."""

    statut = 422

    def __init__(self, autres: list[str]) -> None:
        super().__init__(f"Des formations sont déjà ouvertes aux mêmes dates : {' ; '.join(autres)}.")


async def creer(session: AsyncSession, saisie: CampagneSaisie, *, par: Droits) -> Campagne:
    """A new campaign.

    Raises:
        Interdit: the subdivision is not his.
        Chevauchement: another campaign of the subdivision has one of its formations at the same time.
    """
    exiger_configurer(par, saisie.subdivision)
    await prendre_la_main(session)
    campagne = Campagne(subdivision=saisie.subdivision, **saisie.valeurs)
    session.add(campagne)
    await session.flush()
    await _inscrire(session, campagne.id, saisie.formations)
    await inscrire_reglages(session, campagne.id, saisie.reglages)
    await _exiger_libre(session, saisie, sauf=campagne.id)
    apres = _en_clair(saisie.valeurs, saisie.formations, saisie.reglages) | {"subdivision": saisie.subdivision}
    await consigner(session, "creer_campagne", par=par, sujet="campagne", sujet_id=campagne.id, apres=apres)
    return campagne


async def modifier(session: AsyncSession, campagne: Campagne, saisie: CampagneSaisie, *, version: int, par: Droits) -> None:
    """Change a campaign; its subdivision stays.

    Raises:
        Interdit, Chevauchement: see `creer`.
        Conflit: somebody changed it since it was read.
    """
    exiger_configurer(par, campagne.subdivision)
    await prendre_la_main(session)
    valeurs = {nom: getattr(campagne, nom) for nom in saisie.valeurs}
    avant = _en_clair(valeurs, (f.formation for f in campagne.formations), await reglages_de(session, campagne.id))
    requete = update(Campagne).where(Campagne.id == campagne.id, Campagne.version == version)
    ecrite = await session.execute(
        requete.values(**saisie.valeurs, version=version + 1).execution_options(synchronize_session=False)
    )
    if ecrite.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
    await session.execute(delete(CampagneFormation).where(CampagneFormation.campagne_id == campagne.id))
    await _inscrire(session, campagne.id, saisie.formations)
    await inscrire_reglages(session, campagne.id, saisie.reglages)
    await _exiger_libre(session, saisie, sauf=campagne.id)
    apres = _en_clair(saisie.valeurs, saisie.formations, saisie.reglages)
    changes = [nom for nom, valeur in avant.items() if apres[nom] != valeur]
    avant, apres = ({nom: textes[nom] for nom in changes} for textes in (avant, apres))
    await consigner(session, "modifier_campagne", par=par, sujet="campagne", sujet_id=campagne.id, avant=avant, apres=apres)


async def _exiger_libre(session: AsyncSession, saisie: CampagneSaisie, *, sauf: int) -> None:
    # Asked once the row is written: whoever writes at the same instant waits until then, and sees it.
    autres = await en_conflit(session, saisie.subdivision, saisie.formations, saisie.ouverture, saisie.cloture_avis, sauf=sauf)
    if autres:
        noms = {f.code: f.libelle for f in await referentiel.formations(session, actives=False)}
        raise Chevauchement([_dire(c, [noms[code] for code in codes]) for c, codes in autres])


def _dire(c: Campagne, noms: list[str]) -> str:
    """« Campagne 2026 » (du 09/02/2026 au 30/05/2026 : Allergologie, Cardiologie et 3 autres)."""
    dits = ", ".join(noms[:NOMMEES])
    reste = len(noms) - NOMMEES
    suite = f" et {reste} autre{'s' if reste > 1 else ''}" if reste > 0 else ""
    return f"« {c.libelle} » (du {c.ouverture:%d/%m/%Y} au {c.cloture_avis:%d/%m/%Y} : {dits}{suite})"


async def _inscrire(session: AsyncSession, campagne_id: int, formations: tuple[str, ...]) -> None:
    await session.execute(insert(CampagneFormation), [{"campagne_id": campagne_id, "formation": f} for f in formations])


def _en_clair(valeurs: dict[str, Any], formations: Iterable[str], reglages: Reglages) -> dict[str, Any]:
    textes = {nom: ("oui" if v else "non") if isinstance(v, bool) else str(v or "") for nom, v in valeurs.items()}
    return textes | {"formations": sorted(formations)} | reglages.en_clair()
