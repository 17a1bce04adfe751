"""A declared déport: anybody, any line, any moment; Python and SQL say the same, and nothing of the line is left but its row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, case, select

from app.core.access import Droits, Portee, lisible_sql, masque_sql, peut_ecrire, peut_lire, vue
from app.core.etendue import toujours_lisible
from app.core.roles import FONCTIONS
from app.core.visibilite import Moment, Objet
from app.demandes.models import Ligne
from app.liste.vue import Vues
from tests.core.test_access import FAITS, RPPS, Faits, attendu, personnes, remplir

TOUTES = tuple(Portee(r) for r in FONCTIONS)


def attendu_deporte(qui: Droits, objet: Objet, f: Any) -> bool:
    """The rule: on his own demande a declared déport changes nothing; elsewhere the row is all that stays."""
    sienne = f.rpps in {qui.rpps, qui.inactif}
    if f.id in qui.deports and not sienne and objet is not Objet.LIGNE:
        return False
    return attendu(qui, objet, f)


async def test_python_and_sql_agree_wherever_deports_are_declared(sessions: Any) -> None:
    lignes: dict[int, Any] = await remplir(sessions)
    for ident, f in lignes.items():
        f.id = ident
    tirees: list[Droits] = []

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
    @given(personnes, st.sets(st.sampled_from(sorted(lignes)), max_size=12).map(frozenset))
    def tirer(qui: Droits, deports: frozenset[int]) -> None:
        tirees.append(replace(qui, deports=deports))

    tirer()
    tirees.append(Droits(7, "Claire Exemple", RPPS[0], TOUTES, deports=frozenset(lignes)))
    deportees = 0
    async with sessions() as session:
        for qui in dict.fromkeys(tirees):
            vues, une = Vues(qui), lisible_sql(qui, Objet.LIGNE, Ligne)
            lus = [case((lisible_sql(qui, o, Ligne), 1), else_=0).label(o.value) for o in Objet]
            masques = [case((and_(une, masque_sql(qui, o, Ligne)), 1), else_=0).label(f"m_{o.value}") for o in Objet]
            for r in (await session.execute(select(Ligne.id, *lus, *masques))).all():
                f = lignes[r.id]
                voulu = {o for o in Objet if attendu_deporte(qui, o, f)}
                assert {o for o in Objet if getattr(r, o.value)} == voulu, (qui, vars(f))
                assert {o for o in Objet if peut_lire(qui, o, f)} == voulu == vue(qui, f).lit == vues.de(f).lit, (qui, vars(f))
                if Objet.LIGNE in voulu:  # the shorter condition, on rows that are seen
                    assert {o for o in Objet if getattr(r, f"m_{o.value}")} == voulu, (qui, vars(f))
                assert {o for o in Objet if peut_ecrire(qui, o, f)} == vue(qui, f).ecrit <= voulu
                deportees += voulu == {Objet.LIGNE} and f.id in qui.deports
    assert deportees > 50


def _faits(moment: Moment) -> Any:
    f: Any = Faits(moment, "STRASBOURG", "CARDIO", RPPS[0])
    f.id = 3
    return f


@pytest.mark.parametrize("moment", [m for m in Moment if m is not Moment.SUPPRIMEE])
def test_of_a_line_with_a_deport_the_row_is_all_that_stays(moment: Moment) -> None:
    libre = Droits(7, "Claire Exemple", None, TOUTES)
    deporte, f = replace(libre, deports=frozenset({3})), _faits(moment)
    assert len(vue(libre, f).lit) > 3
    v = vue(deporte, f)
    assert (v.lit, v.ecrit, v.deport, v.recuse) == ({Objet.LIGNE}, frozenset(), True, True)
    assert (deporte.roles_sur(f), deporte.deporte(f), deporte.demandeur(f)) == (frozenset(), True, False)
    assert not vue(replace(deporte, deports=frozenset({4})), f).deport
    sien = Droits(7, "Claire Exemple", RPPS[0], TOUTES)
    assert vue(replace(sien, deports=frozenset({3})), f) == vue(sien, f)


def test_a_deport_elsewhere_leaves_no_statement_without_its_mask() -> None:
    scol = Droits(7, "Claire Exemple", None, (Portee(FONCTIONS[0]),))
    assert toujours_lisible(scol, Objet.DECISION, frozenset({Moment.CLOSE}))
    assert not toujours_lisible(replace(scol, deports=frozenset({3})), Objet.DECISION, frozenset({Moment.CLOSE}))
    assert scol.perimetre != replace(scol, deports=frozenset({3})).perimetre
    assert len(FAITS) > 20
