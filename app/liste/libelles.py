"""The labels behind the codes, read once and kept a minute: reference lists change rarely, rows are many."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.avis.models import Sens
from app.demandes.statuts import Statut, TypeDemande, Validation
from app.referentiel.models import Formation, Motif, Subdivision, TypeEtablissement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

DUREE = 60.0
SANS = "SANS"  # the choice « Sans avis » or « Sans décision »
DEROGATION = "Dérogation - Pour terrain de stage sans agrément principal"


@dataclass(frozen=True, slots=True)
class Libelles:
    """Code → label, by list; `lu` is when they were read (monotonic seconds)."""

    listes: Mapping[str, Mapping[str, str]]
    lu: float

    def de(self, liste: str, code: str | None) -> str:
        """The label, or the code itself where a list does not know it."""
        return self.listes[liste].get(code or "", code or "")


_FIXES: dict[str, dict[str, str]] = {
    "statut": {s.value: s.libelle for s in Statut},
    "validation": {v.value: v.libelle for v in Validation},
    "type_demande": {t.value: t.libelle for t in TypeDemande},
    "sens": {**{s.value: s.libelle for s in Sens}, SANS: "Sans avis"},
}
_gardes: dict[str, Libelles] = {}


async def libelles(session: AsyncSession) -> Libelles:
    """The labels, from memory if they are less than a minute old."""
    cle = str(session.get_bind().engine.url)
    gardes = _gardes.get(cle)
    if gardes and time.monotonic() - gardes.lu < DUREE:
        return gardes
    formations = (await session.execute(select(Formation.code, Formation.libelle).order_by(Formation.libelle))).all()
    subdivisions = (await session.execute(select(Subdivision.code, Subdivision.libelle).order_by(Subdivision.libelle))).all()
    types = (await session.execute(select(TypeEtablissement.code, TypeEtablissement.libelle))).all()
    motifs = (await session.execute(select(Motif.code, Motif.libelle))).all()
    listes = {
        **_FIXES,
        "formation": {TypeDemande.DEROGATION.value: DEROGATION, **{f.code: f.libelle for f in formations}},
        "subdivision": {s.code: s.libelle for s in subdivisions},
        "type_etablissement": {t.code: t.libelle for t in types},
        "motif": {m.code: m.libelle for m in motifs},
    }
    _gardes[cle] = Libelles(listes, time.monotonic())
    return _gardes[cle]
