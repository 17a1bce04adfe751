"""A commission that saves all at once: every confirmation is kept, every overtaken save is told, every screen follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import BASES
from tests.soak.courses import courir

if TYPE_CHECKING:
    from tests.soak.bases import Bases


@pytest.mark.parametrize(("sorte", "processus"), [x for x in (("sqlite", 1), ("postgresql", 2)) if x[0] in BASES])
@pytest.mark.timeout(300)  # forty browsers, a server that is killed: minutes on a machine that does other things
async def test_race_loses_no_acknowledged_save(fabriques: dict[str, Bases], sorte: str, processus: int):
    with fabriques[sorte].nouvelle() as (url, donnees):
        registre, fautes = await courir(
            url, donnees, processus=processus, ecritures=250, membres=40, suiveurs=4, pg=fabriques[sorte].pg
        )
    assert fautes == []
    assert registre.reponses[409] > 0, "nobody was overtaken: nothing was tried"
    assert len(registre.acquittees) > 60
