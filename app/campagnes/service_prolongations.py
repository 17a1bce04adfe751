"""Personal extensions: one a RTS and campaign, versioned, journalled, revocable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from app.campagnes.models import Prolongation
from app.campagnes.permissions import exiger_configurer
from app.core.errors import Conflit, Introuvable
from app.core.journal import consigner, maintenant, prendre_la_main

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.forms_prolongations import ProlongationSaisie
    from app.campagnes.models import Campagne
    from app.core.access import Droits

PERIMEE: Final = "Cette prolongation a changé entre-temps : rien n'est enregistré. Relisez-la ci-dessous, puis recommencez."


async def prolonger(
    session: AsyncSession, campagne: Campagne, rpps: str, saisie: ProlongationSaisie, *, version: int, par: Droits
) -> Prolongation:
    """Give an extension, or change the one that there is; *version* is 0 where none was read.

    Raises:
        Interdit: he does not configure the campaigns of this subdivision.
        Conflit: somebody gave or changed it first.
    """
    exiger_configurer(par, campagne.subdivision)
    await prendre_la_main(session)
    valeurs: dict[str, Any] = {"jusqu_au": saisie.jusqu_au, "motif": saisie.motif, "par_id": par.personne_id}
    valeurs |= {"quand": maintenant(), "revoquee_le": None}
    actuelle = await prolongation_de(session, campagne.id, rpps)
    avant = None
    if actuelle is None:
        if version:
            raise Conflit(PERIMEE)
        actuelle = Prolongation(campagne_id=campagne.id, rpps=rpps, **valeurs)
        session.add(actuelle)
        await session.flush()
    else:
        avant = _en_clair(actuelle)
        await _ecrire(session, actuelle, version=version, **valeurs)
    await _consigner(session, "prolonger_depot", actuelle, avant, saisie.motif, par)
    return actuelle


async def revoquer(session: AsyncSession, campagne: Campagne, ident: int, *, version: int, par: Droits) -> None:
    """Take an extension back; what was filed under it stays filed.

    Raises:
        Interdit, Conflit: see `prolonger`.
        Introuvable: no such extension in this campaign.
    """
    exiger_configurer(par, campagne.subdivision)
    await prendre_la_main(session)
    requete = select(Prolongation).where(Prolongation.id == ident, Prolongation.campagne_id == campagne.id)
    actuelle = (await session.scalars(requete)).one_or_none()
    if actuelle is None:
        raise Introuvable
    avant = _en_clair(actuelle)
    await _ecrire(session, actuelle, version=version, revoquee_le=maintenant())
    await _consigner(session, "revoquer_prolongation", actuelle, avant, None, par)


async def prolongation_de(session: AsyncSession, campagne_id: int, rpps: str) -> Prolongation | None:
    """The one extension of a RTS in a campaign, revoked or not."""
    requete = select(Prolongation).where(Prolongation.campagne_id == campagne_id, Prolongation.rpps == rpps)
    return (await session.scalars(requete.execution_options(populate_existing=True))).one_or_none()


async def _ecrire(session: AsyncSession, actuelle: Prolongation, *, version: int, **valeurs: Any) -> None:
    requete = update(Prolongation).where(Prolongation.id == actuelle.id, Prolongation.version == version)
    ecrite = await session.execute(requete.values(**valeurs, version=version + 1).execution_options(synchronize_session=False))
    if ecrite.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIMEE)
    await session.refresh(actuelle)


def _en_clair(p: Prolongation) -> dict[str, Any]:
    return {
        "rpps": p.rpps,
        "campagne_id": p.campagne_id,
        "jusqu_au": p.jusqu_au.isoformat(),
        "revoquee": p.revoquee_le is not None,
    }


async def _consigner(
    session: AsyncSession, action: str, p: Prolongation, avant: dict[str, Any] | None, motif: str | None, par: Droits
) -> None:
    await consigner(
        session, action, par=par, sujet="prolongation", sujet_id=p.id, avant=avant, apres=_en_clair(p), motif=motif,
        version=p.version,
    )  # fmt: skip
