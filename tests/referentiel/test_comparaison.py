"""The iso rule: what the machine may validate, and what people must look at."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referentiel.comparaison import (
    REGLES,
    Ligne,
    Verdict,
    auto,
    comparer_champ,
    comparer_etablissement,
    comparer_rts,
    comparer_terrain,
)

CAS = Path(__file__).parent / "donnees" / "cas_iso.csv"
RPPS = "99700900014"
HAUTEPIERRE = "670783273"

# Latin letters and digits with the separators that people use: the names and addresses of the registers.
TEXTES = st.text(alphabet="abcdehlnorstuvzéèçôïœ' -.,0123456789", max_size=30)
SEPARATEURS = st.text(alphabet=" -'’.,;/", min_size=1, max_size=3)


def _cas() -> list[tuple[str, str, str, str]]:
    with CAS.open(encoding="utf-8", newline="") as flux:
        return [(c["champ"], c["demande"], c["referentiel"], c["verdict_attendu"]) for c in csv.DictReader(flux, delimiter=";")]


def _plie(verdict: Verdict) -> str:
    return "ISO" if verdict.concorde else verdict.value


def test_cas_are_all_there() -> None:
    assert len(_cas()) == 24


@pytest.mark.parametrize(("champ", "demande", "referentiel", "attendu"), _cas())
def test_comparer_champ_follows_the_cases(champ: str, demande: str, referentiel: str, attendu: str) -> None:
    assert _plie(comparer_champ(champ, demande, referentiel)) == attendu


def _sans_accents(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c))


@pytest.mark.parametrize("champ", ["nom", "prenom", "raison", "voie", "commune"])
@given(a=TEXTES, b=TEXTES, separateur=SEPARATEURS)
def test_case_accents_and_punctuation_change_no_verdict(champ: str, a: str, b: str, separateur: str) -> None:
    attendu = _plie(comparer_champ(champ, a, b))
    for autre in (a.upper(), a.title(), _sans_accents(a), a.replace(" ", separateur), a.replace("-", "'")):
        assert _plie(comparer_champ(champ, autre, b)) == attendu


@pytest.mark.parametrize("champ", sorted(REGLES))
@given(a=st.one_of(st.none(), st.text(), TEXTES), b=st.one_of(st.none(), st.text(), TEXTES))
def test_comparison_is_symmetric(champ: str, a: str | None, b: str | None) -> None:
    assert comparer_champ(champ, a, b) is comparer_champ(champ, b, a)


@pytest.mark.parametrize(
    ("champ", "demande", "referentiel", "attendu"),
    [
        ("rpps", RPPS, RPPS, Verdict.ISO),
        ("rpps", f"8{RPPS}", RPPS, Verdict.ISO_NORMALISE),
        ("nom", "", "MARTEL", Verdict.ABSENT),
        ("nom", None, None, Verdict.ABSENT),
        ("nom", "Saint-Val", "ST VAL", Verdict.DIFFERENT),
        ("prenom", "Jean", "JEAN-PIERRE", Verdict.PROCHE),
        ("prenom", "Pierre", "JEAN-PIERRE", Verdict.DIFFERENT),
        ("siret", "26670057400103", "26670057400095", Verdict.PROCHE),
        ("siret", "26670057400095", "95407682400018", Verdict.DIFFERENT),
        ("siret", "30289111400019", "302891114", Verdict.PROCHE),
        ("voie", "5 rue Molière", "7 rue Molière", Verdict.DIFFERENT),
        ("voie", "5 rue Molière", "rue Molière", Verdict.PROCHE),
        ("voie", "Rue du Col", "Rue du Colonel", Verdict.DIFFERENT),
        ("voie", "39R rue Molière", "39 rue Molière", Verdict.DIFFERENT),
        ("voie", "BP 12", "BP 12", Verdict.ABSENT),
        ("commune", "67482", "67482", Verdict.ISO),
        ("commune", "67482", "67480", Verdict.DIFFERENT),
        ("commune", "97701", "97123", Verdict.ISO_NORMALISE),
        ("terrain", "12", "12", Verdict.ISO),
        ("terrain", "12", "13", Verdict.DIFFERENT),
    ],
)
def test_comparer_champ_limits(champ: str, demande: str | None, referentiel: str | None, attendu: Verdict) -> None:
    assert comparer_champ(champ, demande, referentiel) is attendu


def test_raison_of_the_tutorial_is_left_to_people() -> None:
    assert not comparer_champ("raison", "CH INTERCOMMUNAL COMPIEGNE-NOYON", "CH CHICN COMPIÈGNE").concorde
    voie = comparer_champ("voie", "ZAC DE MERCIÈRE - ZONE 38 AV HENRI ADNOT BP 50 029", "8 AV HENRI ADNOT BP 50 029")
    assert not voie.concorde


def test_rts_equal_in_normal_form_is_automatic() -> None:
    lignes = comparer_rts(rpps=(RPPS, RPPS), nom=("d’Argentrieux", "D'ARGENTRIEUX"), prenom=("Zoé", "ZOE"))
    assert lignes == [
        Ligne("rpps", "RPPS", RPPS, RPPS, Verdict.ISO, True),
        Ligne("nom", "Nom", "d’Argentrieux", "D'ARGENTRIEUX", Verdict.ISO_NORMALISE, True),
        Ligne("prenom", "Prénom", "Zoé", "ZOE", Verdict.ISO_NORMALISE, True),
    ]
    assert auto(lignes)


def test_rts_with_half_a_name_is_not_automatic() -> None:
    lignes = comparer_rts(rpps=(RPPS, RPPS), nom=("NGUYEN", "NGUYEN-TESTARD"), prenom=("Zoé", "ZOE"))
    assert [ligne.verdict for ligne in lignes] == [Verdict.ISO, Verdict.PROCHE, Verdict.ISO_NORMALISE]
    assert not auto(lignes)


def test_rts_unknown_to_the_register_is_not_automatic() -> None:
    lignes = comparer_rts(rpps=(RPPS, None), nom=("MARTEL", None), prenom=("Zoé", None))
    assert [ligne.verdict for ligne in lignes] == [Verdict.ABSENT] * 3
    assert not auto(lignes)


def test_etablissement_picked_from_the_register_is_automatic() -> None:
    site = ("HOPITAL DE HAUTEPIERRE", "HOPITAL DE HAUTEPIERRE")
    lignes = comparer_etablissement(
        finess=(HAUTEPIERRE, HAUTEPIERRE),
        siret=(None, None),
        raison=site,
        insee=("67482", "67482"),
        ville=("Strasbourg", "Strasbourg"),
    )
    assert [(ligne.champ, ligne.verdict) for ligne in lignes] == [
        ("finess", Verdict.ISO),
        ("raison", Verdict.ISO),
        ("commune", Verdict.ISO),
    ]
    assert lignes[2].demande == "Strasbourg (67482)"
    assert auto(lignes)


def test_etablissement_without_finess_compares_its_siret() -> None:
    sncf = "95407682400018"
    lignes = comparer_etablissement(
        finess=(None, None), siret=(sncf, sncf), raison=("SNCF", "S.N.C.F."), insee=("67482", "67482")
    )
    assert [ligne.champ for ligne in lignes] == ["siret", "raison", "commune"]
    assert auto(lignes)


def test_etablissement_in_another_commune_is_not_automatic() -> None:
    site = ("CLINIQUE SAINTE-ANNE", "CLINIQUE SAINTE-ANNE")
    lignes = comparer_etablissement(
        finess=(HAUTEPIERRE, HAUTEPIERRE), siret=(None, None), raison=site, insee=("67482", "67043")
    )
    assert lignes[2].verdict is Verdict.DIFFERENT
    assert not auto(lignes)


def test_terrain_picked_is_automatic_and_typed_is_not() -> None:
    assert auto(comparer_terrain(numero=(12, 12)))
    libre = comparer_terrain(numero=(None, 12))
    assert [ligne.verdict for ligne in libre] == [Verdict.ABSENT]
    assert not auto(libre)


def test_nothing_compared_validates_nothing() -> None:
    assert not auto([])


def test_information_lines_block_nothing() -> None:
    assert auto([*comparer_terrain(numero=(1, 1)), Ligne("voie", "Adresse", "a", "b", Verdict.DIFFERENT, False)])


def test_every_verdict_has_its_words() -> None:
    assert len({verdict.libelle for verdict in Verdict}) == 7
