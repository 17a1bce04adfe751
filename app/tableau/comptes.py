"""Counts that outlive their request: kept until the journal moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.tableau.etat import Etat
    from app.tableau.requete import Compte, Requete

_comptes: dict[Any, tuple[Any, Compte]] = {}


async def compte(session: AsyncSession, requete: Requete, etat: Etat, a: Any, hors_jugements: Any = None) -> Compte:
    """How many there are, kept until the journal moves past *a*, the last act that this process knows of.

    *hors_jugements* is the last of those that write more than a judgement: filters that join nothing only look at it.
    """
    if hors_jugements and not any(requete.colonnes[code].sur for code in etat.filtres):
        a = hors_jugements
    cle = (str(session.get_bind().engine.url), requete.ecran, etat.cle())
    garde = _comptes.get(cle)
    if garde and garde[0] == a:
        return garde[1]
    compte_ = await requete.compter(session, etat)
    if len(_comptes) > 500:
        _comptes.clear()
    _comptes[cle] = (a, compte_)
    return compte_
