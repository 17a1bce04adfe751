"""The preview of a batch: who, about which agréments, in which words; who is left out and why; the mark of the choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.renouvellements.queries import MARGE
from app.renouvellements.regles import clos, sans_courriel
from app.renouvellements.service import ENVOIS, Choix
from app.renouvellements.textes import texte

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.core.access import Droits
    from app.core.forms import Saisie
    from app.renouvellements.queries import Titulaire

SEUIL: Final = 50  # above it, the number is typed


@dataclass(slots=True)
class Apercu:
    """What the page shows."""

    genre: str
    choix: Choix
    ferme: str
    retenus: list[dict[str, Any]]
    ecartes: list[tuple[Titulaire, str]]
    message: str
    erreurs: dict[str, str] = field(default_factory=dict)

    @property
    def coches(self) -> int:
        """How many are ticked."""
        return sum(r["coche"] for r in self.retenus)

    @property
    def a_taper(self) -> bool:
        """Whether the number is to be typed."""
        return len(self.retenus) > SEUIL


async def apercu(
    session: AsyncSession,
    droits: Droits,
    genre: str,
    campagne: Campagne,
    saisie: Saisie,
    formations: Mapping[str, str],
    *,
    coches: Collection[str] | None = None,
) -> Apercu:
    """Read it; *coches*: those who are ticked, everybody where nothing was posted yet."""
    envoi, choix = ENVOIS[genre], lire_choix(saisie, campagne)
    message, instant = saisie.texte("message", max_=1000), maintenant()
    retenus, ecartes = [], []
    for t in await envoi.lire(session, droits, campagne, choix):
        if raison := envoi.ecarter(t, instant):
            ecartes.append((t, raison))
            continue
        dit = t.invitation.message if t.invitation else message
        retenus.append({
            "t": t,
            "sans": sans_courriel(t),
            "texte": texte(campagne, t.finis, formations, dit),
            "coche": coches is None or t.rpps in coches,
        })  # fmt: skip
    return Apercu(genre, choix, clos(campagne, aujourdhui()), retenus, ecartes, message, saisie.erreurs)


def lire_choix(saisie: Saisie, campagne: Campagne) -> Choix:
    """By default, what ends before the agréments of the campaign begin, with a margin."""
    avant = saisie.jour("avant") or campagne.debut_agrements + MARGE
    formation = saisie.brut("formation")
    return Choix(avant, formation if formation in {f.formation for f in campagne.formations} else "")
