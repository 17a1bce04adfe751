"""The labels behind the codes, read once and kept a minute: reference lists change rarely, rows are many."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.avis.models import Sens
from app.avis.queries import noms_du_personnel
from app.avis.regles import Divergence
from app.core.memoire import garder
from app.core.texte import replier
from app.demandes.statuts import Statut, TypeDemande, Validation
from app.liste.colonnes_rapport import RAPPORTS
from app.referentiel.models import Formation, Motif, Subdivision, TypeEtablissement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

SANS = "SANS"  # the choice « Sans avis » or « Sans décision »
ATTENDU = "ATTENDU"  # no opinion, and it may still be given
DEROGATION = "Dérogation - Pour terrain de stage sans agrément principal"


@dataclass(frozen=True, slots=True)
class Libelles:
    """Code → label, by list, and the names of the authors; `lu` is when they were read (monotonic seconds)."""

    listes: Mapping[str, Mapping[str, str]]
    lu: float
    noms: Mapping[int, str]

    def de(self, liste: str, code: str | None) -> str:
        """The label, or the code itself where a list does not know it."""
        return self.listes[liste].get(code or "", code or "")


_FIXES: dict[str, dict[str, str]] = {
    "statut": {s.value: s.libelle for s in Statut},
    "validation": {v.value: v.libelle for v in Validation},
    "type_demande": {t.value: t.libelle for t in TypeDemande},
    "avis": {**{s.value: s.libelle for s in Sens}, SANS: "Sans avis", ATTENDU: "Avis attendu"},
    "agenda": {"PLACEE": "A l'ordre du jour", SANS: "A placer"},
    "a_discuter": {"MARQUEE": "A discuter", SANS: "Sans marque"},
    "rapport": RAPPORTS,
    "divergence": {d.value: d.libelle for d in Divergence},
    "attente": {"0-7": "7 jours ou moins", "8-15": "8 à 15 jours", "16-30": "16 à 30 jours", "31-": "Plus de 30 jours"},
    "validations": {"ACQUISES": "Toutes acquises", "RESTENT": "Restent à faire", "INVALIDE": "Une invalidée"},
    "decision": {**{s.value: s.libelle for s in Sens}, SANS: "Sans décision"},
}


async def libelles(session: AsyncSession) -> Libelles:
    """The labels, from memory if they are less than a minute old."""
    return await garder(session, "libelles", _lire)


async def _lire(session: AsyncSession) -> Libelles:
    listes = {
        **_FIXES,
        "formation": {TypeDemande.DEROGATION.value: DEROGATION, **await _formations(session)},
        "subdivision": await _liste(session, Subdivision),
        "type_etablissement": await _liste(session, TypeEtablissement),
        "motif": await _liste(session, Motif),
    }
    return Libelles(listes, time.monotonic(), await noms_du_personnel(session))


async def _formations(session: AsyncSession) -> dict[str, str]:
    """The formations; those that share a name are told apart by their DES."""
    lues = {f.code: f for f in await session.scalars(select(Formation))}
    communs = Counter(f.libelle for f in lues.values())

    def nom(f: Formation) -> str:
        if communs[f.libelle] == 1 or f.des_code not in lues:
            return f.libelle
        return f"{f.libelle} ({lues[f.des_code].libelle})"

    return dict(sorted(((code, nom(f)) for code, f in lues.items()), key=lambda x: replier(x[1])))


async def _liste(session: AsyncSession, table: Any) -> dict[str, str]:
    """A reference list in the order of its labels, accents aside."""
    lues = (await session.execute(select(table.code, table.libelle))).all()
    return dict(sorted(lues, key=lambda x: replier(x.libelle)))
