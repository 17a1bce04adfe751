"""What a séance counts: opinions and decisions on the lines whose opinions and decisions this person may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, not_, select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens, Source
from app.commission.models import StatutSeance
from app.commission.permissions import aveugle
from app.commission.queries import ajournees_par, lignes_de, sans_deport
from app.core.access import lisible_sql
from app.core.visibilite import Objet
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.models import Seance
    from app.core.access import Droits

C, R, D = AvisCoordonnateur, AvisRepresentant, Decision
_MEME: Final = and_(C.sens == R.sens, func.coalesce(C.duree, 0) == func.coalesce(R.duree, 0), C.phases == R.phases)
_DEUX: Final = and_(C.sens.is_not(None), R.sens.is_not(None))
_EFFECTIVE: Final = func.coalesce(D.sens, C.sens)
# Each line falls in exactly one condition of AVIS, and in one of DECISIONS.
AVIS: Final[dict[str, tuple[str, Any]]] = {
    "concordants": ("Avis concordants", and_(_DEUX, _MEME)),
    "divergents": ("Avis divergents", and_(_DEUX, not_(_MEME))),
    "coord_seul": ("Coordonnateur seul", and_(C.sens.is_not(None), R.sens.is_(None))),
    "rep_seul": ("Représentant des internes seul", and_(C.sens.is_(None), R.sens.is_not(None))),
    "sans_avis": ("Sans avis", and_(C.sens.is_(None), R.sens.is_(None))),
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
    n = (await session.execute(requete.where(vue, lignes_de(seance)))).mappings().one()
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
