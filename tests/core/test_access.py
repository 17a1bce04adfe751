"""Rights of any person on any line: Python and SQL say the same, on both databases; déport wins, then blindness."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import case, select

from app.agrements.models import TypeAgrement
from app.campagnes.models import Campagne
from app.core.access import Droits, Portee, lisible_sql, peut_ecrire, peut_lire, vue
from app.core.demonstration import Lot
from app.core.etendue import jamais_lisible, suit, toujours_lisible
from app.core.journal import maintenant
from app.core.roles import FONCTIONS, Role
from app.core.visibilite import OPINIONS, Droit, Moment, Objet, droit
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Statut, TypeDemande

LIEUX, FORMATIONS, RPPS = ("STRASBOURG", "NANCY"), ("CARDIO", "NEPHRO"), ("99700000018", "99700000026")
LE_SIEN = {Role.COORD: {Objet.AVIS_COORD, Objet.COMMENTAIRE_COORD}, Role.REP: {Objet.AVIS_REP}}


def parties(valeurs: tuple[str, ...]) -> Any:
    toutes = [frozenset(c) for n in (1, 2) for c in itertools.combinations(valeurs, n)]
    return st.sampled_from([None, *toutes])


portees = st.lists(
    st.builds(Portee, st.sampled_from(FONCTIONS), parties(LIEUX), parties(FORMATIONS)), max_size=4, unique=True
).map(tuple)
personnes = st.builds(
    lambda lui, actif, siennes: Droits(7, "Claire Exemple", lui if actif else None, siennes, inactif=None if actif else lui),
    st.sampled_from([None, *RPPS]),
    st.booleans(),
    portees,
)


class Faits:
    def __init__(self, moment: Moment, subdivision: str, formation: str, rpps: str) -> None:
        self.moment, self.subdivision, self.formation, self.rpps = moment, subdivision, formation, rpps


FAITS = [Faits(*c) for c in itertools.product(Moment, LIEUX, FORMATIONS, RPPS)]


def roles_couvrants(qui: Droits, f: Faits) -> set[Role]:
    dans = [
        p.role
        for p in qui.portees
        if (p.subdivisions is None or f.subdivision in p.subdivisions) and (p.formations is None or f.formation in p.formations)
    ]
    return set(dans)


def attendu(qui: Droits, objet: Objet, f: Faits) -> bool:
    """The rule as it is written: déport, then blindness, then functions that add up."""
    roles = roles_couvrants(qui, f)
    if f.rpps == qui.inactif:
        return False
    if f.rpps == qui.rpps:
        roles = {Role.RTS}
    juges = roles & {Role.COORD, Role.REP}
    if f.moment is Moment.AVANT_SEANCE and objet in OPINIONS and juges and not any(objet in LE_SIEN[r] for r in juges):
        return False
    membre = bool(roles & {Role.MEMBRE, Role.PRES})
    cellules = {droit(objet, f.moment, r) for r in roles}
    return bool(cellules & {Droit.LIRE, Droit.ECRIRE}) or (membre and Droit.SI_MEMBRE in cellules)


async def remplir(sessions: Any) -> dict[int, Faits]:
    """A line at every moment, in every subdivision, of every formation, of every RTS."""
    lus: dict[int, Faits] = {}
    le, quand = date(2026, 11, 23), maintenant()
    jours = dict.fromkeys(("ouverture", "cloture_depot", "cloture_complements", "cloture_avis", "debut_agrements"), le)
    async with sessions() as session:
        lot = await Lot.ouvrir(session)
        campagne = lot.ajouter(Campagne, libelle="Campagne", subdivision=LIEUX[0], notice="", **jours)
        for f in FAITS:
            commun = {
                "subdivision": f.subdivision,
                "rpps": f.rpps,
                "prenom": "Luc",
                "nom": "Exemple",
                "statut": Statut.VALIDE_ADMIN,
            }
            d = lot.ajouter(
                Demande, campagne_id=campagne["id"], type=TypeDemande.NOUVEAU, creee_le=quand, soumise_le=quand, **commun
            )
            ligne = lot.ajouter(
                Ligne, demande_id=d["id"], ordre=d["id"] * 100, formation=f.formation, type=TypeAgrement.PRINCIPAL,
                moment=f.moment, type_demande=TypeDemande.NOUVEAU, **commun,
            )  # fmt: skip
            lus[ligne["id"]] = f
        await lot.ecrire(session)
        await session.commit()
    return lus


def _requete(qui: Droits) -> Any:
    return select(Ligne.id, *(case((lisible_sql(qui, o, Ligne), 1), else_=0).label(o.value) for o in Objet))


async def test_python_and_sql_and_the_rule_agree_for_anybody_on_any_line(sessions: Any):
    lignes = await remplir(sessions)

    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
    @example(Droits(7, "Claire Exemple", None, (Portee(Role.COORD), Portee(Role.PRES))))
    @example(Droits(7, "Claire Exemple", None, (Portee(Role.COORD, None, frozenset({"CARDIO"})), Portee(Role.REP))))
    @example(Droits(7, "Claire Exemple", RPPS[0], (Portee(Role.COORD), Portee(Role.ADMIN), Portee(Role.PRES))))
    @example(Droits(7, "Claire Exemple", None, (Portee(Role.PRES), Portee(Role.ADMIN)), inactif=RPPS[0]))
    @given(personnes)
    def tirer(qui: Droits) -> None:
        tirees.append(qui)

    tirees: list[Droits] = []
    tirer()
    async with sessions() as session:
        for qui in dict.fromkeys(tirees):
            for r in (await session.execute(_requete(qui))).all():
                f = lignes[r.id]
                en_sql = {o for o in Objet if getattr(r, o.value)}
                assert en_sql == {o for o in Objet if attendu(qui, o, f)}, (qui, vars(f))
                assert en_sql == {o for o in Objet if peut_lire(qui, o, f)} == vue(qui, f).lit, (qui, vars(f))


@given(personnes)
@settings(max_examples=100, deadline=None)
def test_nobody_edits_what_he_does_not_read(qui: Droits):
    for f in FAITS:
        ecrits = {o for o in Objet if peut_ecrire(qui, o, f)}
        assert ecrits <= {o for o in Objet if peut_lire(qui, o, f)}
        assert ecrits == vue(qui, f).ecrit


@given(personnes, st.sets(st.sampled_from(Moment)).map(frozenset))
@settings(max_examples=300, deadline=None)
def test_what_is_always_readable_is_readable_on_every_line_that_is_seen(qui: Droits, parmi: frozenset[Moment]):
    for objet in Objet:
        if toujours_lisible(qui, objet, parmi):
            vues = [f for f in FAITS if f.moment in parmi and peut_lire(qui, Objet.LIGNE, f)]
            assert all(peut_lire(qui, objet, f) for f in vues), objet


@given(personnes)
@settings(max_examples=200, deadline=None)
def test_what_is_never_readable_and_what_follows_are_so_line_by_line(qui: Droits):
    vues = [vue(qui, f).lit for f in FAITS if peut_lire(qui, Objet.LIGNE, f)]
    for objet in Objet:
        if jamais_lisible(qui, objet):
            assert not any(objet in lit for lit in vues), objet
        for autre in Objet:
            if suit(qui, objet, autre):
                assert all(objet in lit for lit in vues if autre in lit), (objet, autre)


def test_whoever_gives_an_opinion_never_reads_the_other_one_unless_he_is_a_member():
    coord, rep, membre = Portee(Role.COORD), Portee(Role.REP), Portee(Role.MEMBRE, None, frozenset({"CARDIO"}))
    jamais = {
        portees: [o for o in (Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION) if jamais_lisible(_droits(*portees), o)]
        for portees in ((coord,), (rep,), (coord, rep), (coord, membre))
    }
    assert jamais == {(coord,): [Objet.AVIS_REP], (rep,): [Objet.AVIS_COORD], (coord, rep): [], (coord, membre): []}
    rts = Droits(7, "Claire Exemple", RPPS[0])
    assert [jamais_lisible(rts, o) for o in (Objet.AVIS_COORD, Objet.VALIDATIONS, Objet.DECISION)] == [True, True, False]


def _droits(*portees: Portee) -> Droits:
    return Droits(7, "Claire Exemple", None, portees)


def test_most_readers_need_no_mask():
    # Otherwise the property above would hold of nothing: the scolarité's table is read bare.
    scol, coord = (Droits(7, "Claire Exemple", None, (Portee(r),)) for r in (Role.SCOL, Role.COORD))
    apres = frozenset({Moment.CLOSE, Moment.PUBLIEE})
    assert [toujours_lisible(scol, o, apres) for o in (Objet.DECISION, Objet.STATUT_COMMISSION)] == [True, True]
    assert [toujours_lisible(coord, o, apres) for o in (Objet.DECISION, Objet.STATUT_COMMISSION)] == [False, False]


TOUTES = tuple(Portee(r) for r in FONCTIONS)


@pytest.mark.parametrize("moment", [m for m in Moment if m is not Moment.SUPPRIMEE])
def test_deport_leaves_the_rights_of_the_rts_and_an_inactive_one_none(moment: Moment):
    ligne = Faits(moment, *(x[0] for x in (LIEUX, FORMATIONS, RPPS)))
    autre, sienne = Droits(7, "Claire Exemple", RPPS[1], TOUTES), Droits(7, "Claire Exemple", RPPS[0], TOUTES)
    inactif = Droits(7, "Claire Exemple", None, TOUTES, inactif=RPPS[0])
    lui_seul = Droits(7, "Claire Exemple", RPPS[0])
    assert vue(autre, ligne).lit > vue(sienne, ligne).lit
    assert vue(sienne, ligne).lit == vue(lui_seul, ligne).lit
    assert vue(sienne, ligne).ecrit == vue(lui_seul, ligne).ecrit
    assert (vue(sienne, ligne).deport, vue(lui_seul, ligne).deport) == (True, False)
    assert vue(inactif, ligne) == type(vue(inactif, ligne))(frozenset(), frozenset(), deport=True)


@pytest.mark.parametrize("autre", [r for r in FONCTIONS if r not in LE_SIEN])
@pytest.mark.parametrize("donneur", LE_SIEN)
def test_blindness_wins_over_every_other_function_until_the_seance_opens(donneur: Role, autre: Role):
    qui = Droits(7, "Claire Exemple", None, (Portee(donneur), Portee(autre)))
    avant, ouverte = (Faits(m, LIEUX[0], FORMATIONS[0], RPPS[0]) for m in (Moment.AVANT_SEANCE, Moment.SEANCE_OUVERTE))
    assert vue(qui, avant).lit & OPINIONS == LE_SIEN[donneur]
    if autre in {Role.SCOL, Role.MEMBRE, Role.PRES, Role.ADMIN}:
        assert vue(qui, ouverte).lit & OPINIONS == OPINIONS


def test_blindness_stops_where_the_function_that_judges_stops():
    # Coordonnateur of cardiology, member for all: on nephrology he is a member like another.
    qui = Droits(7, "Claire Exemple", None, (Portee(Role.COORD, None, frozenset({"CARDIO"})), Portee(Role.MEMBRE)))
    cardio, nephro = (Faits(Moment.AVANT_SEANCE, LIEUX[0], f, RPPS[0]) for f in FORMATIONS)
    assert peut_lire(qui, Objet.AVIS_REP, nephro)
    assert not peut_lire(qui, Objet.AVIS_REP, cardio)
    assert not peut_lire(qui, Objet.DECISION, cardio)
    assert peut_lire(qui, Objet.AVIS_COORD, cardio)
