"""What the header of every page says of a person's notifications.

Read in the statement that reads the rights, so that it costs no query.
Their tables are of a feature above us: named here, not imported.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import column, func, not_, select, table

MAXIMUM: Final = 100  # nobody counts further

_NOTIFICATION = table("notification", column("personne_id"), column("lue_le"))
_COURRIEL = table("courriel", column("personne_id"))


def non_lues(personne_id: Any) -> Any:
    """How many are unread, at most `MAXIMUM`."""
    siennes = (
        select(_NOTIFICATION.c.personne_id)
        .where(_NOTIFICATION.c.personne_id == personne_id, _NOTIFICATION.c.lue_le.is_(None))
        .limit(MAXIMUM)
        .correlate_except(_NOTIFICATION)
        .subquery("non_lues")
    )
    return select(func.count()).select_from(siennes).scalar_subquery().label("non_lues")


def sans_adresse(personne_id: Any) -> Any:
    """Whether nobody has asked this person for an address yet."""
    return not_(select(1).where(_COURRIEL.c.personne_id == personne_id).exists()).label("sans_adresse")
