"""Which differences are alike: only close ones, the same field by field. Pure.

Of a place, between the same values; two persons have each their own name, and of them the kind of difference is alike.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from app.demandes.statuts import Bloc
from app.referentiel.comparaison import Verdict

if TYPE_CHECKING:
    from app.referentiel.table_iso import Comparaison


def signature(bloc: Bloc, c: Comparaison) -> str:
    """The mark of a block's difference; "" where it is none, or one that people look at one by one."""
    if c.trouves != 1 or not c.ecarts or any(x.verdict is not Verdict.PROCHE for x in c.ecarts):
        return ""
    valeurs = [] if bloc is Bloc.RTS else [x.formes for x in c.ecarts]
    marque = repr((c.regle, str(bloc), [x.champ for x in c.ecarts], valeurs))
    return hashlib.sha256(marque.encode()).hexdigest()[:32]
