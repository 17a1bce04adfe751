"""The normal form and the check digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.referentiel.abreviations import ARTICLES, SAINTS, SIGLES, STRUCTURES, TITRES, TYPES_DE_VOIE
from app.referentiel.chargement import lire
from app.referentiel.normalisation import (
    cle_rpps,
    finess_valide,
    lire_rpps,
    normaliser,
    normaliser_commune,
    normaliser_raison,
    normaliser_voie,
    numero_et_voie,
    rpps_valide,
    siren,
    siren_valide,
    siret_valide,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FORMES = (normaliser, normaliser_raison, normaliser_voie, normaliser_commune)
SITES = lire("etablissements.csv")
# Registers as published hold a SIREN where the SIRET is unknown.
SIRENS_SEULS = {"570010181": "302891114", "570026575": "265702803", "670013754": "424810257"}

# Words that the tables know, so that generated names meet the rules.
MOTS = st.sampled_from([*TYPES_DE_VOIE, *SAINTS, *TITRES, *STRUCTURES, *ARTICLES, *" ".join(dict(SIGLES)).split()])
AUTRES = st.sampled_from(["6", "39B", "12", "BP", "50", "CEDEX", "3E", "ARRONDISSEMENT", "A", "B", "C", "H", "Molière"])
NOMS = st.one_of(st.text(), st.lists(MOTS | AUTRES).map(" ".join))


@pytest.mark.parametrize("forme", FORMES)
@given(texte=NOMS)
def test_forme_normale_est_idempotente(forme: Callable[[str | None], str], texte: str) -> None:
    assert forme(forme(texte)) == forme(texte)


@pytest.mark.parametrize("forme", FORMES)
def test_forme_normale_of_nothing_is_empty(forme: Callable[[str | None], str]) -> None:
    assert [forme(None), forme(""), forme(" -'. ")] == ["", "", ""]


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        ("1|AV|MOLIERE", "1 AVENUE MOLIERE"),
        ("39 bis, r. du Pavé", "39B RUE PAVE"),
        ("39B R DU PAVE", "39B RUE PAVE"),
        ("6 B R DU PAVE", "6B RUE PAVE"),
        ("12-14 bd du Gal de Gaulle BP 50 029", "12 14 BOULEVARD GENERAL GAULLE"),
        ("R RUE SAINT JACQUES", "RUE SAINT JACQUES"),
        ("rue R. Schuman", "RUE R SCHUMAN"),
        ("BP 75088", ""),
    ],
)
def test_voie_is_spelt_out(ecrit: str, attendu: str) -> None:
    assert normaliser_voie(ecrit) == attendu


def test_voie_parts_from_its_number() -> None:
    assert numero_et_voie("39 bis r. du Pavé") == ("39B", "RUE PAVE")
    assert numero_et_voie("LD LUPPACH") == ("", "LIEU DIT LUPPACH")


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        ("C.H.U. de Nancy", "CHU NANCY"),
        ("Centre Hospitalier Régional Universitaire de Nancy", "CHRU NANCY"),
        ("Ctre Hospitalier d'Haguenau", "CH HAGUENAU"),
        ("Clinique Ste-Odile", "CLINIQUE SAINTE ODILE"),
        ("L", "L"),
    ],
)
def test_raison_sociale_is_shortened(ecrit: str, attendu: str) -> None:
    assert normaliser_raison(ecrit) == attendu


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        ("METZ CEDEX 03", "METZ"),
        ("Lyon 3e Arrondissement", "LYON"),
        ("PARIS 12", "PARIS"),
        ("ST DIE DES VOSGES", "SAINT DIE DES VOSGES"),
        ("L'Haÿ-les-Roses", "L HAY LES ROSES"),
    ],
)
def test_commune_loses_its_postal_words(ecrit: str, attendu: str) -> None:
    assert normaliser_commune(ecrit) == attendu


def test_every_register_finess_and_siret_checks_out() -> None:
    assert len(SITES) == 338
    assert [s["finess"] for s in SITES if not finess_valide(s["finess"])] == []
    assert [s["finess_ej"] for s in SITES if not finess_valide(s["finess_ej"])] == []
    assert {s["finess"]: s["siret"] for s in SITES if not siret_valide(s["siret"])} == SIRENS_SEULS
    assert all(siren_valide(numero) for numero in SIRENS_SEULS.values())
    assert all(siren_valide(siren(s["siret"])) for s in SITES)


def _autres_chiffres(numero: str) -> list[str]:
    return [
        numero[:rang] + chiffre + numero[rang + 1 :]
        for rang, present in enumerate(numero)
        for chiffre in "0123456789"
        if chiffre != present and present.isdigit()
    ]


@given(st.integers(min_value=0, max_value=99_999))
def test_rpps_one_digit_off_is_refused(suite: int) -> None:
    rpps = cle_rpps(f"99700{suite:05}")
    assert rpps_valide(rpps)
    assert [autre for autre in _autres_chiffres(rpps) if rpps_valide(autre)] == []


@pytest.mark.parametrize("numero", ["2A0000030", "670783273"])
def test_finess_one_digit_off_is_refused(numero: str) -> None:
    assert finess_valide(numero)
    assert [autre for autre in _autres_chiffres(numero) if finess_valide(autre)] == []


def test_register_numbers_one_digit_off_are_refused() -> None:
    finess = [autre for site in SITES for autre in _autres_chiffres(site["finess"])]
    sirets = [autre for site in SITES if len(site["siret"]) == 14 for autre in _autres_chiffres(site["siret"])]
    assert (len(finess), len(sirets)) == (338 * 81, 335 * 126)
    assert [numero for numero in finess if finess_valide(numero)] == []
    assert [numero for numero in sirets if siret_valide(numero)] == []


def test_siret_of_la_poste_follows_its_own_rule() -> None:
    assert siret_valide("35600000000048")
    assert siret_valide("35600000049837")
    assert not siret_valide("35600000049838")


@pytest.mark.parametrize("ecrit", ["99700900014", "899700900014", " 8 997 009 000 14 ", "997.009.00014"])
def test_rpps_is_read_as_people_write_it(ecrit: str) -> None:
    assert lire_rpps(ecrit) == "99700900014"


@pytest.mark.parametrize("ecrit", [None, "", "99700900015", "799700900014", "9970090001", "99700900014X", "²" * 11])
def test_rpps_that_is_none_is_refused(ecrit: str | None) -> None:
    assert lire_rpps(ecrit) is None


@given(st.one_of(st.none(), st.text(), st.text(alphabet="0123456789AB٠१²- ", max_size=15)))
def test_check_digits_never_raise(texte: str | None) -> None:
    for valide in (rpps_valide, finess_valide, siren_valide, siret_valide):
        assert valide(texte) in (True, False)
    assert lire_rpps(texte) is None or rpps_valide(lire_rpps(texte))
