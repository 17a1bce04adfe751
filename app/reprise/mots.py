"""What labels mean: our own lists, then the table of aliases, case and accents aside."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.avis.models import Sens
from app.core.texte import replier
from app.demandes.statuts import Statut, TypeDemande, Validation
from app.referentiel import queries as referentiel
from app.referentiel.models import Nature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.referentiel.models import Formation

ALIAS: Final = Path(__file__).parent / "donnees" / "alias.csv"


class Mots:
    """Code of a label, by list; None where neither knows it."""

    def __init__(self, listes: dict[str, dict[str, str]], formations: dict[str, Formation]) -> None:
        self.listes, self.formations = listes, formations

    def code(self, liste: str, libelle: str) -> str | None:
        """The code of *libelle*."""
        return self.listes[liste].get(_cle(libelle))


def _cle(libelle: str) -> str:
    return " ".join(replier(libelle).replace("'", " ").split())


def _liste(paires: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_cle(libelle): code for code, libelle in paires}


async def mots(session: AsyncSession) -> Mots:
    """Everything that a row may say."""
    formations = await referentiel.formations(session, actives=False)
    sens = [(s.value, x) for s in Sens for x in (s.libelle, s.libelle_avis)]
    listes = {
        "statut": _liste((s.value, s.libelle) for s in Statut),
        "validation": _liste((v.value, v.libelle) for v in Validation),
        "type_demande": _liste((t.value, t.libelle) for t in TypeDemande),
        "decision": _liste(sens),
        "duree": {"1": "1", "5": "5"},
        "subdivision": _liste((s.code, s.libelle) for s in await referentiel.subdivisions(session)),
        "type_etablissement": _liste((t.code, t.libelle) for t in await referentiel.types_etablissement(session)),
        "specialite": _specialites(formations),
    }
    with ALIAS.open(encoding="utf-8", newline="") as flux:
        for alias in csv.DictReader(flux):
            listes[alias["liste"]].setdefault(_cle(alias["libelle"]), alias["code"])
    return Mots(listes, {f.code: f for f in formations})


def _specialites(formations: list[Formation]) -> dict[str, str]:
    """A DES before an option or a FST of the same name; a name that two share otherwise means neither."""
    communs = Counter((f.nature is Nature.DES, _cle(f.libelle)) for f in formations)
    connues: dict[str, str] = {}
    for f in sorted(formations, key=lambda f: f.nature is not Nature.DES):
        if communs[f.nature is Nature.DES, _cle(f.libelle)] == 1:
            connues.setdefault(_cle(f.libelle), f.code)
    return connues
