"""The people of a dossier, and one campaign of Strasbourg whose windows are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from app.core.roles import Role
from app.referentiel.normalisation import cle_rpps
from tests.support.application import fonction

if TYPE_CHECKING:
    from app.campagnes.models import Campagne
    from app.comptes.models import Personne
    from tests.support.application import Monde

NADIA = cle_rpps("9970036624")
OMAR = cle_rpps("9970036625")


@dataclass(frozen=True)
class Scene:
    """Nadia asks, Claire checks; Omar is another RTS, Rose the scolarité of another subdivision."""

    monde: Monde
    campagne: Campagne
    nadia: Personne
    omar: Personne
    claire: Personne
    rose: Personne


@pytest.fixture
async def scene(monde: Monde) -> Scene:
    """Everybody is there, nothing is filed."""
    return Scene(
        monde,
        await monde.campagne("ALLERGO", "HGE", "FST24", "OPT_DSM79"),
        await monde.personne("Nadia Turckheim", rpps=NADIA),
        await monde.personne("Omar Wittenheim", rpps=OMAR),
        await monde.personne("Claire Rosheim", fonction(Role.SCOL)),
        await monde.personne("Rose Toul", fonction(Role.SCOL, subdivision="NANCY")),
    )
