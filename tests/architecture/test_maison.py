"""The house's own rules, on every file: sizes, templates, licences, what must never be written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
FICHIERS = [
    RACINE / nom
    for nom in subprocess.run(["git", "ls-files"], cwd=RACINE, capture_output=True, text=True, check=True).stdout.split("\n")
    if nom and (RACINE / nom).is_file()
]


def _relatif(fichier: Path) -> str:
    return fichier.relative_to(RACINE).as_posix()


def _lignes(fichier: Path) -> list[str]:
    return fichier.read_text(encoding="utf-8").splitlines()


def _de(prefixe: str, suffixe: str) -> list[Path]:
    return [f for f in FICHIERS if _relatif(f).startswith(prefixe) and f.suffix == suffixe]


GABARITS = _de("partials/", ".html")
LIMITES = {("app/", ".py"): 250, ("partials/", ".html"): 100, ("static/js/", ".js"): 120, ("tests/", ".py"): 400}


@pytest.mark.parametrize(("ou", "limite"), LIMITES.items(), ids=lambda x: "".join(x) if isinstance(x, tuple) else str(x))
def test_files_stay_small(ou: tuple[str, str], limite: int) -> None:
    fichiers = _de(*ou)
    assert fichiers
    assert [f"{_relatif(f)} : {len(_lignes(f))}" for f in fichiers if len(_lignes(f)) > limite] == []


def test_a_template_begins_with_the_names_of_its_variables() -> None:
    assert [_relatif(f) for f in GABARITS if not f.read_text(encoding="utf-8").startswith("{#")] == []


@pytest.mark.parametrize(
    "interdit",
    [r"\sstyle=", r"\son[a-z]+=", r"hx-on", r"<script(?![^>]*\ssrc=)", r"<style", r"js:", r"(?<!csrf_input) \|\s*safe\b"],
)
def test_templates_hold_what_the_policy_lets_run(interdit: str) -> None:
    trouves = [
        f"{_relatif(f)}:{n} {ligne.strip()}"
        for f in GABARITS
        for n, ligne in enumerate(_lignes(f), 1)
        if re.search(interdit, ligne)
    ]
    assert trouves == []


def test_a_write_is_a_form_with_an_action_and_its_token() -> None:
    for gabarit in GABARITS:
        for formulaire in re.findall(r"<form\b[^>]*>", gabarit.read_text(encoding="utf-8")):
            assert "action=" in formulaire, f"{_relatif(gabarit)} : {formulaire}"


def test_numbers_of_practitioners_are_fictitious() -> None:
    suspects = re.compile(r"(?<![\d.])(?:1[01]|8[01])\d{9}(?!\d)")
    for fichier in FICHIERS:
        if fichier.suffix in {".py", ".html", ".md", ".mjs"}:
            assert suspects.findall(fichier.read_text(encoding="utf-8")) == [], _relatif(fichier)


def test_lock_files_name_no_host() -> None:
    verrous = [f for f in FICHIERS if f.name.startswith("requirements") or f.name == "package-lock.json"]
    assert len(verrous) == 4
    for verrou in verrous:
        sans_financement = re.sub(r'"url": "[^"]*"', "", verrou.read_text(encoding="utf-8"))
        assert re.findall(r"https?://|file:", sans_financement) == [], verrou.name


def test_every_feature_has_its_rooms() -> None:
    features = {f.parent.name for f in _de("app/", ".py") if f.parent.parent.name == "app"}
    assert features == {
        "afaire", "agrements", "avis", "campagnes", "cockpit", "commission", "comptes", "core", "demandes", "exports", "liste",
        "lots", "notifications", "referentiel", "registres", "renouvellements", "reprise", "tableau", "travaux",
    }  # fmt: skip
    for feature in features - {"core", "tableau", "referentiel"}:
        if list((RACINE / "app" / feature).glob("controllers*.py")):
            assert (RACINE / "partials" / feature).is_dir(), feature
        if (RACINE / "app" / feature / "service.py").exists():
            assert (RACINE / "tests" / feature).is_dir(), feature


def test_nothing_heavy_is_committed() -> None:
    assert [_relatif(f) for f in FICHIERS if f.stat().st_size > 400 * 1024] == []
