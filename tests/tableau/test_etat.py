"""The URL holds the whole state of a table, and nothing in a URL is an error."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.access import Droits, Portee
from app.core.roles import Role
from app.liste.colonnes import colonnes
from app.tableau.etat import Curseur, Etat, lire

REGISTRE = colonnes(Droits(1, "Claire Rosheim", None, (Portee(Role.SCOL, frozenset({"STRASBOURG"})),)))
CODES = st.sampled_from(sorted(REGISTRE))
TEXTES = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=30).filter(
    str.strip
)


def relire(etat: Etat) -> Etat:
    return lire(parse_qsl(urlsplit(etat.url("/demandes")).query), REGISTRE, fixes=("seance",))


@given(st.dictionaries(CODES, TEXTES.map(str.strip), max_size=5), st.sampled_from(["", *REGISTRE]), st.booleans())
def test_url_round_trip(filtres: dict[str, str], tri: str, decroissant: bool) -> None:
    etat = Etat(filtres={c: (filtres[c],) for c in REGISTRE if c in filtres}, tri=tri, decroissant=decroissant and bool(tri))
    assert relire(etat) == etat


@pytest.mark.parametrize("brut", ["[" * 50_000, '["\\ud800", 3]', '["a", true]', '["a\\u0000", 3]', '["a", 1e400]', "NaN"])
def test_cursor_that_no_database_takes_is_dropped(brut: str) -> None:
    assert Curseur.lire(base64.urlsafe_b64encode(brut.encode()).decode().rstrip("=")) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["tri", "cols", "apres", "avant", "verrou", "seance", "statut", "ville", "x"]), st.text(max_size=60)
        )
    )
)
def test_junk_is_dropped_never_an_error(parametres: list[tuple[str, str]]) -> None:
    etat = lire(parametres, REGISTRE, fixes=("seance",))
    assert etat.tri in {"", *REGISTRE}
    assert set(etat.colonnes) <= set(REGISTRE)


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=40), st.integers(0, 2**61))
def test_cursor_round_trip(valeur: str, ordre: int) -> None:
    assert Curseur.lire(Curseur(valeur, ordre).texte()) == Curseur(valeur, ordre)


def test_sort_goes_up_then_down_then_away() -> None:
    monte = Etat().trier("ville")
    descend = monte.trier("ville")
    assert (monte.tri, monte.decroissant) == ("ville", False)
    assert (descend.tri, descend.decroissant) == ("ville", True)
    assert descend.trier("ville") == Etat()


def test_removing_a_chip_keeps_the_other_values_and_returns_to_the_first_page() -> None:
    etat = Etat(filtres={"statut": ("ACCEPTE", "REFUSE"), "ville": ("metz",)}, apres=Curseur("a", 1))
    assert etat.sans("statut", "REFUSE") == Etat(filtres={"ville": ("metz",), "statut": ("ACCEPTE",)})
    assert etat.sans("ville") == Etat(filtres={"statut": ("ACCEPTE", "REFUSE")})


def test_rts_is_offered_no_column_of_opinions() -> None:
    rts = colonnes(Droits(1, "Jeanne Lutterbach", "99700900014"))
    assert "decision_coord" not in rts
    assert "decision_rep" not in rts
    assert lire([("decision_coord", "ACCEPTE"), ("tri", "decision_rep")], rts) == Etat()
