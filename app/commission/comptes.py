"""What a séance counts: opinions and decisions on the lines whose opinions and decisions this person may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens, Source
from app.avis.regles import DIVERGENTS, Divergence, divergence_sql
from app.commission.models import StatutSeance
from app.commission.permissions import aveugle
from app.commission.queries import ajournees_par, lignes_montrees, sans_deport
from app.core.access import lisible_sql
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits

C, R, D = AvisCoordonnateur, AvisRepresentant, Decision
_DIVERGENCE: Final = divergence_sql(C, R)
_EFFECTIVE: Final = func.coalesce(D.sens, C.sens)
# Each line falls in exactly one condition of AVIS, and in one of DECISIONS.
AVIS: Final[dict[str, tuple[str, Any]]] = {
    "concordants": (Divergence.AUCUNE.libelle, Divergence.AUCUNE.value == _DIVERGENCE),
    "divergents": ("Avis divergents", _DIVERGENCE.in_([d.value for d in DIVERGENTS])),
    "coord_seul": (Divergence.COORD_SEUL.libelle, Divergence.COORD_SEUL.value == _DIVERGENCE),
    "rep_seul": (Divergence.REP_SEUL.libelle, Divergence.REP_SEUL.value == _DIVERGENCE),
    "sans_avis": (Divergence.SANS_AVIS.libelle, Divergence.SANS_AVIS.value == _DIVERGENCE),
}
DECISIONS: Final[dict[str, tuple[str, Any]]] = {
    "accepte": ("Accepté", D.sens == Sens.ACCEPTE),
    "refuse": ("Refusé", D.sens == Sens.REFUSE),
    "heritees": ("Repris du coordonnateur, à confirmer", and_(D.sens.is_(None), C.sens != Sens.A_L_ETUDE)),
    "etude": ("A l'étude", _EFFECTIVE == Sens.A_L_ETUDE),
    "sans_decision": ("Sans décision", _EFFECTIVE.is_(None)),
}


@dataclass(frozen=True, slots=True)
class Comptes:
    """`lignes` are those that the reader sees, `lues` those of them whose judgements he may read."""

    lignes: int
    demandes: int
    lues: int
    avis: dict[str, int]
    decisions: dict[str, int]
    confirmees: int
    ajournees: int
    masque: bool  # no count of opinions at all: he may still give one

    @property
    def deux_avis(self) -> int:
        """Lines with both opinions."""
        return self.avis["concordants"] + self.avis["divergents"]

    @property
    def decidees(self) -> int:
        """Lines with a decision of the commission's own."""
        return self.decisions["accepte"] + self.decisions["refuse"]


async def comptes(session: AsyncSession, droits: Droits, seance: Seance) -> Comptes:
    """All the counts of a séance, in two queries."""
    vue = lisible_sql(droits, Objet.LIGNE, Ligne)
    masque = aveugle(droits, seance)
    objets = (Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION)
    lue = and_(*(lisible_sql(droits, o, Ligne) for o in objets))
    sommes = {
        "lignes": func.count(), "demandes": func.count(Ligne.demande_id.distinct()), "lues": _somme(lue),
        "confirmees": _somme(and_(lue, D.source == Source.CONFIRMEE)),
        **{code: _somme(and_(lue, condition)) for code, (_, condition) in (AVIS | DECISIONS).items()},
    }  # fmt: skip
    requete = select(*(expr.label(nom) for nom, expr in sommes.items())).select_from(Ligne)
    for table in (C, R, D):
        requete = requete.outerjoin(table, table.ligne_id == Ligne.id)
    n = (await session.execute(requete.where(vue, lignes_montrees(droits, seance)))).mappings().one()
    return Comptes(
        n["lignes"], n["demandes"], 0 if masque else n["lues"],
        {c: 0 if masque else n[c] for c in AVIS}, {c: 0 if masque else n[c] for c in DECISIONS},
        0 if masque else n["confirmees"], await _ajournees(session, droits, seance), masque,
    )  # fmt: skip


def _somme(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


async def _ajournees(session: AsyncSession, droits: Droits, seance: Seance) -> int:
    if seance.statut not in {StatutSeance.CLOSE, StatutSeance.PUBLIEE}:
        return 0
    # Where he has a déport, nothing is counted: that would tell him that it was put off.
    vue = and_(lisible_sql(droits, Objet.LIGNE, Ligne), sans_deport(droits))
    return (await session.execute(select(func.count()).where(ajournees_par(seance.id), vue))).scalar_one()
