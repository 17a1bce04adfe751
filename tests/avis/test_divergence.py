"""How the two opinions stand to each other: one rule, in Python as in SQL; told only to whoever reads both."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from app.avis.models import Sens
from app.avis.regles import Divergence, comparer, divergence_sql
from app.commission.comptes import AVIS, comptes
from app.core.access import Droits, Portee
from app.core.roles import Role
from app.liste.colonnes import colonnes
from app.liste.colonnes_seance import SEANCE
from tests.liste.rangees import lire_ecran

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.support.commission import Scene

JUGEMENTS = [(sens, duree, phases) for sens in Sens for duree in (None, 1, 5) for phases in ("", "S", "SA", "SAC")]


async def test_rule_is_the_same_in_python_and_in_sql(session: AsyncSession) -> None:
    paires = list(itertools.product([None, *JUGEMENTS], repeat=2))
    champs = ("sens", "duree", "phases")
    types = (String, Integer, String)
    colonnes_ = [Column(f"{q}_{c}", t) for q in "cr" for c, t in zip(champs, types, strict=True)]
    table = Table("paires", MetaData(), Column("n", Integer, primary_key=True), *colonnes_, prefixes=["TEMPORARY"])
    await (await session.connection()).run_sync(table.create)
    noms = [c.name for c in table.c]
    rangees = [(n, *(c or (None,) * 3), *(r or (None,) * 3)) for n, (c, r) in enumerate(paires)]
    await session.execute(insert(table), [dict(zip(noms, r, strict=True)) for r in rangees])
    coord, rep = (SimpleNamespace(**{c: table.c[f"{q}_{c}"] for c in champs}) for q in "cr")
    lues: Any = dict((await session.execute(select(table.c.n, divergence_sql(coord, rep)))).all())
    dites = [
        comparer(*(None if j is None else SimpleNamespace(**dict(zip(champs, j, strict=True))) for j in paire))
        for paire in paires
    ]
    assert [lues[n] for n in range(len(paires))] == dites
    assert set(dites) == set(Divergence)
    un_an = SimpleNamespace(sens=Sens.ACCEPTE, duree=1, phases="SA")
    assert comparer(un_an, SimpleNamespace(sens=Sens.ACCEPTE, duree=5, phases="S")) is Divergence.DUREE
    assert comparer(un_an, SimpleNamespace(sens=Sens.REFUSE, duree=None, phases="")) is Divergence.DECISION


def test_column_is_offered_to_whoever_may_read_both_opinions_one_day() -> None:
    offerte = {r: "divergence" in colonnes(Droits(1, "Claire Exemple", None, (Portee(r),))) for r in Role if r is not Role.RTS}
    assert [r for r, vraie in offerte.items() if not vraie] == [Role.COORD, Role.REP]
    deux = Droits(1, "Claire Exemple", None, (Portee(Role.COORD), Portee(Role.MEMBRE)))
    assert "divergence" in colonnes(deux)
    assert "divergence" not in colonnes(Droits(1, "Jean Exemple", "99700900014"))
    assert "divergence" in SEANCE


async def test_column_filters_sorts_and_follows_blindness(scene: Scene) -> None:
    lignes = [await scene.demande() for _ in range(7)]
    oui: dict[str, Any] = {"duree": 1, "phases": "SA"}
    paires = [
        (oui, oui),
        (oui, {**oui, "phases": "S"}),
        (oui, {**oui, "duree": 5}),
        (oui, Sens.REFUSE),
        (oui, None),
        (None, oui),
    ]
    for ligne, paire in zip(lignes, paires, strict=False):
        for qui, adresse, dit in zip(("coord", "rep"), ("avis-coordonnateur", "avis-representant"), paire, strict=True):
            if dit is not None:
                await scene.juge(qui, ligne, adresse, **(dit if isinstance(dit, dict) else {"sens": dit}))
    attendues = [
        Divergence.AUCUNE, Divergence.PHASES, Divergence.DUREE, Divergence.DECISION, Divergence.COORD_SEUL, Divergence.REP_SEUL,
        Divergence.SANS_AVIS,
    ]  # fmt: skip
    par_code = {d: x.id for x, d in zip(lignes, attendues, strict=True)}

    async def liste(qui: str, suite: str) -> list[int]:
        return lire_ecran(await (await scene.poste(qui)).ouvrir(f"/demandes?cols=divergence&{suite}")).lignes

    for d, numero in par_code.items():
        assert await liste("membre", f"divergence={d}") == [numero], d
    assert await liste("membre", "tri=divergence") == [par_code[d] for d in Divergence]
    assert await liste("membre", "tri=-divergence&divergence=DUREE&divergence=AUCUNE") == [
        par_code[Divergence.AUCUNE], par_code[Divergence.DUREE],
    ]  # fmt: skip
    textes = lire_ecran(await (await scene.poste("membre")).ouvrir("/demandes?cols=divergence")).textes("divergence")
    assert textes == [d.libelle for d in attendues]
    # Coordonnatrice and member: the représentant's opinion is hidden from her until the séance opens, and so are these.
    toutes = [x.id for x in lignes]
    assert await liste("double", "tout=1") == toutes
    assert await liste("double", "divergence=AUCUNE") == []
    assert await liste("double", "tri=-divergence") == toutes[::-1]
    seance = await scene.seance()
    assert await liste("double", "divergence=AUCUNE") == [lignes[0].id]
    async with scene.monde.sessions() as session:
        n = await comptes(session, scene.monde.droits(scene.gens["membre"]), await scene.monde.seance_(session, seance))
    assert n.avis == {"concordants": 1, "divergents": 3, "coord_seul": 1, "rep_seul": 1, "sans_avis": 1}
    assert n.avis.keys() == AVIS.keys()
