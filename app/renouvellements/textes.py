"""What an invitation says: the same words in the preview, on the dashboard and in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.templating import jour

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from app.campagnes.models import Campagne
    from app.renouvellements.queries import Fini


def fin_de(f: Fini, formations: Mapping[str, str]) -> str:
    """« Votre agrément Néphrologie (Service de néphrologie, Colmar) prend fin le … »."""
    ou = ", ".join(x for x in (f.terrain, f.ville) if x)
    return f"Votre agrément {formations.get(f.formation, f.formation)} ({ou}) prend fin le {jour(f.fin)}."


def texte(
    campagne: Campagne, finis: Collection[Fini], formations: Mapping[str, str], message: str = "", dernier: date | None = None
) -> list[str]:
    """The paragraphs that a RTS reads; *dernier*: the last day of his own deposit."""
    propres = [fin_de(f, formations) for f in finis if not f.suit]
    lies = [formations.get(f.formation, f.formation) for f in finis if f.suit]
    if lies:
        propres.append(
            f"Les agréments complémentaires finissent avec l'agrément principal de leur terrain : {', '.join(lies)}."
        )
    du, au = jour(campagne.ouverture), jour(dernier or campagne.cloture_depot)
    propres.append(
        f"La campagne « {campagne.libelle} » reçoit les demandes du {du} au {au}. "
        "Depuis votre tableau de bord, renouvelez, ou dites que vous ne renouvelez pas."
    )
    return [*propres, *([message] if message else [])]
