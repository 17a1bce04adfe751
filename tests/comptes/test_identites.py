"""The RPPS in what Pro Santé Connect says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.comptes.fournisseurs import Revendications
from app.comptes.identites import etudiant, prouvee, rpps
from app.comptes.jetons import ErreurOIDC
from app.comptes.oidc import Arrivee
from app.referentiel.normalisation import cle_rpps
from tests.comptes.gens import AISSATA, BASILE
from tests.comptes.stub import FOURNISSEUR, ISS

PSC = Revendications(person_id="SubjectNameID", person_id_fallback="preferred_username", other_ids="otherIds")
AUTRE_CLE = AISSATA[:-1] + str((int(AISSATA[-1]) + 1) % 10)


def _autre(identifiant: str, origine: str = "RPPS") -> dict[str, Any]:
    return {"identifiant": identifiant, "origine": origine, "qualite": 1}


@pytest.mark.parametrize(
    ("claims", "attendu"),
    [
        ({"SubjectNameID": f"8{AISSATA}"}, AISSATA),
        ({"preferred_username": f"8{AISSATA}"}, AISSATA),
        ({"otherIds": [_autre(f"8{AISSATA}")]}, AISSATA),
        ({"otherIds": [_autre(AISSATA)], "SubjectNameID": "autre"}, AISSATA),
        ({"otherIds": [_autre("012345678", "ADELI"), _autre(f"8{BASILE}"), _autre(f"8{AISSATA}")]}, BASILE),
        ({"SubjectNameID": AISSATA}, None),
        ({"SubjectNameID": f"0{AISSATA}"}, None),
        ({"SubjectNameID": f"8{AUTRE_CLE}"}, None),
        ({"SubjectNameID": f"8{AISSATA}\n"}, None),
        ({"SubjectNameID": "8" + "٣" * 11}, None),
        ({"otherIds": "rien"}, None),
        ({"otherIds": [None, {}]}, None),
        ({"SubjectNameID": 12}, None),
        ({}, None),
    ],
)
def test_rpps(claims: dict[str, Any], attendu: str | None) -> None:
    assert rpps(claims, PSC) == attendu


def test_rpps_of_a_provider_that_is_not_configured_to_send_it() -> None:
    assert rpps({"SubjectNameID": f"8{cle_rpps('9970000001')}"}, Revendications()) is None


@pytest.mark.parametrize(
    ("exercices", "attendu"),
    [
        ([{"codeCategorieProfessionnelle": "E"}], True),
        ([{"codeCategorieProfessionnelle": "C"}], False),
        ([{"codeCategorieProfessionnelle": "E"}, {"codeCategorieProfessionnelle": "C"}], False),
        ([{"codeProfession": "10"}], False),
        ([], False),
        ("rien", False),
    ],
)
def test_student(exercices: Any, *, attendu: bool) -> None:
    assert etudiant({"SubjectRefPro": {"exercices": exercices}}) is attendu


def test_names_follow_the_provider_s_map() -> None:
    fournisseur = replace(FOURNISSEUR, claims=Revendications(family_name="usual_name", email="mail"))
    claims = {"usual_name": " Lemercier\x00 ", "given_name": "Alix", "mail": 3}
    qui = prouvee(Arrivee(ISS, "u1", claims, ""), fournisseur)
    assert (qui.prenom, qui.nom, qui.email) == ("Alix", "Lemercier", "")


def test_organisation_outside_the_list_is_refused() -> None:
    noms = Revendications(siret="siret")
    fournisseur = replace(FOURNISSEUR, claims=noms, siret_allowlist=frozenset({"95407682400018"}))
    assert prouvee(Arrivee(ISS, "u1", {"siret": "95407682400018"}, ""), fournisseur).sub == "u1"
    for claims in ({"siret": "13002526500013"}, {}):
        with pytest.raises(ErreurOIDC) as refus:
            prouvee(Arrivee(ISS, "u1", claims, ""), fournisseur)
        assert refus.value.code == "organisme"
