"""The preview: every line with what would become of it, in groups; and the mark of what was previewed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.avis.queries import motifs_defavorables
from app.avis.regles import Divergence, comparer
from app.avis.service_lot import lire_lignes
from app.core.errors import Interdit
from app.core.presence import en_edition
from app.lots.queries import LIMITE, cibles
from app.lots.regles import Acte, Intention, Issue, Verdict, apprecier, masques, releve
from app.tableau.etat import Etat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.avis.service_lot import Lue
    from app.commission.models import Seance
    from app.core.access import Droits
    from app.lots.forms import Choix

SEUIL: Final = 50  # above it, the number is typed
Releve = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sort:
    """A line and its verdict."""

    lue: Lue
    verdict: Verdict
    releve: Releve


@dataclass(frozen=True, slots=True)
class Plan:
    """Every line of a batch. `ecartees`: those of the séance whose opinions do not agree, out of the act by its name."""

    sorts: Sequence[Sort]
    ecartees: int = 0

    def de(self, issue: Issue) -> list[Sort]:
        """The lines of one group."""
        return [s for s in self.sorts if s.verdict.issue is issue]

    @property
    def apercu(self) -> str:
        """What would be written, as it was read."""
        return "-".join(".".join(str(n) for n in s.releve) for s in self.de(Issue.MODIFIEE))


def lire_apercu(texte: str) -> list[Releve]:
    """The opposite of `apercu`; nothing for anything else."""
    releves = []
    for morceau in texte.split("-") if texte else ():
        nombres = morceau.split(".")
        if len(nombres) != 4 or not all(n.isascii() and n.isdecimal() and len(n) < 16 for n in nombres):
            return []
        a, b, c, d = map(int, nombres)
        releves.append((a, b, c, d))
    return releves if len(releves) <= LIMITE and len({r[0] for r in releves}) == len(releves) else []


async def lignes_du_choix(session: AsyncSession, droits: Droits, choix: Choix, seance: Seance | None) -> list[Lue]:
    """The lines that the person chose, as they stand now.

    Raises:
        Interdit: more than a batch takes.
    """
    etat = Etat(contexte=choix.etat.contexte) if choix.portee == "seance" else choix.etat
    ids = await cibles(session, droits, etat, seance, choix.coches if choix.portee == "coches" else None)
    if len(ids) > LIMITE:
        raise Interdit(f"Un lot porte sur {LIMITE} lignes au plus : filtrez davantage la liste.")
    return await lire_lignes(session, droits, ids) if ids else []


async def planifier(session: AsyncSession, droits: Droits, lues: Sequence[Lue], intention: Intention, portee: str) -> Plan:
    """What *intention* would do to each of these lines."""
    retenues = list(lues)
    if portee == "seance" and intention.acte is Acte.CONCORDANTS:
        retenues = [x for x in lues if _concordent(droits, x)]
    motifs = {c: exige for c, (_, exige) in (await motifs_defavorables(session)).items()}
    edites: Any = en_edition([x.ligne.id for x in retenues], objet=intention.sorte.objet, sauf=droits.personne_id)
    sorts = [
        Sort(x, apprecier(intention, x, par=droits, motifs=motifs, en_edition=edites), releve(intention, x, droits))
        for x in retenues
    ]
    return Plan(sorts, len(lues) - len(retenues))


def _concordent(droits: Droits, lue: Lue) -> bool:
    # A déport is told whatever the opinions are: its absence would tell that they differ.
    dits = masques(droits, lue.ligne, lue.dits)
    return droits.deporte(lue.ligne) or comparer(dits.coord, dits.rep) is Divergence.AUCUNE
