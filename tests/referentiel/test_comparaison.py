"""The iso rule: what the machine may validate, and what people must look at."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referentiel.comparaison import REGLES, Verdict, comparer_champ, numero_manque
from app.referentiel.normalisation import (
    cle_rpps,
    finess_valide,
    normaliser,
    normaliser_commune,
    normaliser_raison,
    normaliser_voie,
    rpps_valide,
    siret_valide,
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
        ("code", "10", "21", Verdict.DIFFERENT),
        ("courriel", "Nadia@exemple.fr", " nadia@exemple.fr", Verdict.ISO_NORMALISE),
        ("telephone", "+33 3 88 00 00 00", "03.88.00.00.00", Verdict.ISO_NORMALISE),
        ("savoir_faire", "SM26 SM53 SM54", "SM54", Verdict.ISO),
        ("savoir_faire", "SM26 SM53 SM54", "SM10", Verdict.DIFFERENT),
        ("savoir_faire", "SM54", "", Verdict.ABSENT),
        ("lieu", "67482 12 R MOLIERE", "67482 12 rue Molière", Verdict.ISO_NORMALISE),
        ("lieu", "67482 rue Molière", "67482 12 rue Molière", Verdict.PROCHE),
        ("lieu", "67043 12 rue Molière", "67482 12 rue Molière", Verdict.DIFFERENT),
    ],
)
def test_comparer_champ_limits(champ: str, demande: str | None, referentiel: str | None, attendu: Verdict) -> None:
    assert comparer_champ(champ, demande, referentiel) is attendu


def test_raison_of_the_tutorial_is_left_to_people() -> None:
    assert not comparer_champ("raison", "CH INTERCOMMUNAL COMPIEGNE-NOYON", "CH CHICN COMPIÈGNE").concorde
    voie = comparer_champ("voie", "ZAC DE MERCIÈRE - ZONE 38 AV HENRI ADNOT BP 50 029", "8 AV HENRI ADNOT BP 50 029")
    assert not voie.concorde


def test_every_verdict_has_its_words() -> None:
    assert len({verdict.libelle for verdict in Verdict}) == 7


@pytest.mark.parametrize("forme", [normaliser, normaliser_raison, normaliser_voie, normaliser_commune])
@given(texte=st.one_of(st.text(), TEXTES))
def test_a_normal_form_is_its_own(forme: Any, texte: str) -> None:
    assert forme(forme(texte)) == forme(texte)


@given(codes=st.lists(st.sampled_from(["SM26", "SM53", "SM54", "SM10"]), min_size=1, unique=True), autre=TEXTES)
def test_the_order_of_codes_changes_no_verdict(codes: list[str], autre: str) -> None:
    a, b = " ".join(codes), " ".join(reversed(codes))
    assert comparer_champ("savoir_faire", a, b) is Verdict.ISO
    assert comparer_champ("savoir_faire", a, autre) is comparer_champ("savoir_faire", b, autre)


@pytest.mark.parametrize("champ", ["raison", "commune"])
@given(a=TEXTES, b=TEXTES)
def test_the_order_of_words_makes_no_two_names_equal(champ: str, a: str, b: str) -> None:
    """Words that are the same in another order are close, and looked at."""
    mots = REGLES[champ].forme(a).split()
    envers = " ".join(reversed(mots))
    if envers != " ".join(mots) and REGLES[champ].forme(envers).split() == mots[::-1]:
        assert comparer_champ(champ, a, envers) is Verdict.PROCHE


@given(
    corps=st.text("0123456789", min_size=10, max_size=10), rang=st.integers(0, 10), ecart=st.integers(1, 9),
    numero=st.sampled_from(["rpps", "finess", "siret"]),
)  # fmt: skip
def test_no_one_digit_error_passes_a_check_digit(corps: str, rang: int, ecart: int, numero: str) -> None:
    juste = {"rpps": cle_rpps(corps), "finess": HAUTEPIERRE, "siret": "26670057400095"}[numero]
    valide = {"rpps": rpps_valide, "finess": finess_valide, "siret": siret_valide}[numero]
    assert valide(juste)
    rang %= len(juste)
    faux = juste[:rang] + str((int(juste[rang]) + ecart) % 10) + juste[rang + 1 :]
    assert not valide(faux)
    assert comparer_champ(numero, faux, juste) is Verdict.INVALIDE


def test_a_number_that_one_address_lacks_is_said() -> None:
    assert numero_manque("rue Molière", "12 rue Molière")
    assert not numero_manque("12 rue Molière", "14 rue Molière")


def test_verdicts_are_ordered_from_equal_to_wrong() -> None:
    assert sorted(Verdict, key=lambda v: v.gravite) == [
        Verdict.ISO, Verdict.ISO_NORMALISE, Verdict.PERIME, Verdict.PROCHE, Verdict.ABSENT, Verdict.DIFFERENT, Verdict.INVALIDE,
    ]  # fmt: skip
