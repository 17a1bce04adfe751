"""What an export holds: which rows, which columns, for whom. It reads through the same masked request as the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from app.core.templating import PARIS
from app.liste import vue as v
from app.liste.libelles import libelles
from app.liste.queries import requete_de, seance_de, tableau_de
from app.tableau.etat import Etat
from app.tableau.preferences import preference

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from app.commission.models import Seance
    from app.core.access import Droits
    from app.liste.libelles import Libelles
    from app.tableau.colonnes import Sortie
    from app.tableau.requete import Requete

TAILLE = 500  # rows read at once, and held in memory
VERSION = 1  # of the files: grows when a column changes its meaning


@dataclass(frozen=True, slots=True)
class Plan:
    """One export, with the rights of the moment when it was asked."""

    droits: Droits
    etat: Etat
    requete: Requete
    codes: tuple[str, ...]
    lib: Libelles
    seance: Seance | None
    lignes: int
    complet: bool

    @property
    def sorties(self) -> tuple[Sortie, ...]:
        """The columns of the file."""
        return tuple(s for code in self.codes for s in self.requete.colonnes[code].en_fichier())

    def nom(self, suffixe: str, quand: datetime) -> str:
        """« demandes_STRASBOURG_2026-11_v1.xlsx »."""
        return f"demandes_{self._lieu()}_{quand.astimezone(PARIS):%Y-%m}_v{VERSION}.{suffixe}"

    def _lieu(self) -> str:
        if self.seance:
            return self.seance.subdivision
        lieux = set(self.etat.filtres.get("subdivision", ()))
        for portee in () if lieux else self.droits.portees:
            lieux |= portee.subdivisions or {"FRANCE"}
        lieu = next(iter(lieux)) if len(lieux) == 1 else "FRANCE"
        return lieu if lieu.isascii() and lieu.replace("_", "").isalnum() else "FRANCE"


async def planifier(session: AsyncSession, droits: Droits, etat: Etat, *, complet: bool) -> Plan:
    """Exactly what the table shows; or, *complet*, all that this person may see, a séance's rows if the screen is one's."""
    if complet:
        etat = Etat(contexte=etat.contexte)
    etat = etat.debut()
    seance = await seance_de(session, droits, etat)
    requete = await requete_de(session, droits, etat, seance)
    gardee = {} if complet else await preference(session, droits.personne_id, tableau_de(etat))
    codes = tuple(requete.colonnes) if complet else v.montrees(requete.colonnes, etat, gardee)
    return Plan(droits, etat, requete, codes, await libelles(session), seance, await requete.denombrer(session, etat), complet)


async def pages(sessions: async_sessionmaker[AsyncSession], plan: Plan) -> AsyncIterator[list[Any]]:
    """The rows, some at a time; nothing of the database is held between two."""
    etat = plan.etat
    while True:
        async with sessions() as session:
            page = await plan.requete.page(session, plan.codes, etat, TAILLE)
        yield list(page.lignes)
        if page.suivante is None:
            return
        etat = replace(etat, apres=page.suivante)


class Valeurs:
    """From rows to plain values, each with its reader's rights on its line."""

    def __init__(self, plan: Plan) -> None:
        self.vues = v.Vues(plan.droits)
        self.lire = tuple(s.valeur for s in plan.sorties)
        self.lib = plan.lib

    def de(self, ligne: Any) -> list[str | int | None]:
        """One row of the file."""
        # A row of the database finds its values by name, slowly: thirty times a row.
        r, lib = SimpleNamespace(**dict(zip(ligne._fields, ligne, strict=True))), self.lib
        vue = self.vues.de(r)
        return [lire(r, vue, lib) for lire in self.lire]
