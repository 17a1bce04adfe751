"""Who is in the room: voting members present since when, gone, represented, absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.commission.models import Mandat, Presence
from app.commission.queries import Votant, votants
from app.comptes.models import Personne
from app.core.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.forms import Saisie


@dataclass(frozen=True, slots=True)
class Membre:
    """A voting member in the room or not; `pour` is whom he holds a mandate from, `par` who holds his."""

    personne_id: int
    nom: str
    role: Role
    venu: bool
    arrivee: datetime | None = None  # None: at the opening
    depart: datetime | None = None
    pour: str = ""
    par: str = ""

    @property
    def present(self) -> bool:
        """Whether he is there now."""
        return self.venu and self.depart is None


async def membres(session: AsyncSession, seance: Seance) -> list[Membre]:
    """Whoever votes there today, and whoever sat: président first, then by name."""
    requete = (
        select(Personne.id, Personne.prenom, Personne.nom, Presence)
        .join(Presence, Presence.personne_id == Personne.id)
        .where(Presence.seance_id == seance.id)
        .order_by(Personne.recherche, Personne.id)
    )
    lus = (await session.execute(requete.execution_options(populate_existing=True))).all()
    venus = {i: (f"{prenom} {nom}", p) for i, prenom, nom, p in lus}
    tous = {v.personne_id: v for v in await votants(session, seance)}
    tous |= {i: Votant(i, nom, Role(p.role)) for i, (nom, p) in venus.items()}
    donnes = await mandats(session, seance.id)
    recus = {a: de for de, a in donnes.items()}
    noms = {i: v.nom for i, v in tous.items()}
    heures = {i: (p.arrivee, p.depart) for i, (_, p) in venus.items()}
    faits = [
        Membre(
            i, v.nom, v.role, i in venus, *heures.get(i, (None, None)),
            pour=noms.get(recus.get(i, 0), ""), par=noms.get(donnes.get(i, 0), ""),
        )
        for i, v in tous.items()
    ]  # fmt: skip
    return sorted(faits, key=lambda m: (m.role is not Role.PRES, not m.venu))


async def mandats(session: AsyncSession, seance_id: int) -> dict[int, int]:
    """Giver → holder."""
    requete = select(Mandat.mandant_id, Mandat.mandataire_id).where(Mandat.seance_id == seance_id)
    return dict((await session.execute(requete)).all())


def lire_mandats(saisie: Saisie, votants: Sequence[Votant], presents: Collection[Votant]) -> dict[int, int]:
    """Giver → holder, from the form of the opening: of those who are not there, to those who are."""
    la = {v.personne_id for v in presents}
    lus = {v.personne_id: saisie.entier(f"mandat_{v.personne_id}") for v in votants if v.personne_id not in la}
    return {de: a for de, a in lus.items() if a is not None}


async def votants_ou_presents(session: AsyncSession, seance: Seance) -> dict[int, Votant]:
    """Whoever attendance may be noted of."""
    return {m.personne_id: Votant(m.personne_id, m.nom, m.role) for m in await membres(session, seance)}
