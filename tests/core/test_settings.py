"""Settings: what production refuses, each with its own message; where a demonstration listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings import ReglageInvalide, lire

if TYPE_CHECKING:
    from pathlib import Path


PARTOUT = ".".join("0000")


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """What production needs, and no more."""
    fournisseurs = tmp_path / "fournisseurs.toml"
    fournisseurs.write_text("")
    return {
        "AGREMENT_MODE": "production",
        "AGREMENT_DATABASE_URL": "postgresql://agrement@base/agrement",
        "AGREMENT_DATA_DIR": str(tmp_path),
        "AGREMENT_PUBLIC_URL": "https://agrement.exemple.fr/",
        "AGREMENT_SECRET_KEY": "s" * 32,
        "AGREMENT_OIDC_CONFIG": str(fournisseurs),
        "HOST": PARTOUT,
    }


def refus(env: dict[str, str]) -> str:
    with pytest.raises(ReglageInvalide) as dit:
        lire(env)
    return str(dit.value)


def test_production_starts_with_all_its_settings(production: dict[str, str]):
    lus = lire(production)
    assert (lus.demonstration, lus.https, lus.public_url) == (False, True, "https://agrement.exemple.fr")
    assert "s" * 32 not in repr(lus)


@pytest.mark.parametrize("nom", ["DATABASE_URL", "DATA_DIR", "PUBLIC_URL", "SECRET_KEY", "OIDC_CONFIG"])
@pytest.mark.parametrize("vide", [True, False], ids=["empty", "absent"])
def test_production_without_one_of_its_settings_says_which(production: dict[str, str], nom: str, vide: bool):
    production.pop(f"AGREMENT_{nom}")
    env = production | ({f"AGREMENT_{nom}": ""} if vide else {})
    assert refus(env) == f"AGREMENT_{nom} manque : il est obligatoire en production."


@pytest.mark.parametrize(
    ("nom", "valeur", "message"),
    [
        ("AGREMENT_PUBLIC_URL", "http://agrement.exemple.fr", "AGREMENT_PUBLIC_URL doit commencer par https:// en production."),
        ("AGREMENT_PUBLIC_URL", "agrement.exemple.fr", "AGREMENT_PUBLIC_URL doit commencer par https:// en production."),
        ("AGREMENT_SECRET_KEY", "s" * 31, "AGREMENT_SECRET_KEY doit compter au moins 32 caractères."),
        ("AGREMENT_OIDC_CONFIG", "/absent.toml", "AGREMENT_OIDC_CONFIG : le fichier /absent.toml n'existe pas."),
        ("AGREMENT_DATA_DIR", "/absent", "AGREMENT_DATA_DIR : le dossier /absent n'existe pas."),
        ("AGREMENT_MODE", "prod", "AGREMENT_MODE vaut « prod » : attendu demonstration ou production."),
        ("AGREMENT_MODE", "", "AGREMENT_MODE vaut «  » : attendu demonstration ou production."),
        ("PORT", "huit", "PORT vaut « huit » : attendu un nombre de 1 à 65535."),
        ("PORT", "0", "PORT vaut « 0 » : attendu un nombre de 1 à 65535."),
        ("PORT", "65536", "PORT vaut « 65536 » : attendu un nombre de 1 à 65535."),
    ],
)
def test_unsafe_setting_is_refused_and_says_what_is_expected(production: dict[str, str], nom: str, valeur: str, message: str):
    assert refus(production | {nom: valeur}) == message


@pytest.mark.parametrize("host", [PARTOUT, "::", "192.0.2.1", "agrement.exemple.fr", ""])
def test_demonstration_listens_to_this_machine_only(tmp_path: Path, host: str):
    env = {"AGREMENT_DATA_DIR": str(tmp_path), "HOST": host}
    assert refus(env).startswith(f"HOST vaut « {host} » : la démonstration n'écoute que sur cette machine")
    assert refus(env | {"AGREMENT_DEMONSTRATION_OUVERTE": "oui"})
    assert lire(env | {"AGREMENT_DEMONSTRATION_OUVERTE": "1"}).host == host


def test_demonstration_keeps_its_secret_for_itself(tmp_path: Path):
    env = {"AGREMENT_DATA_DIR": str(tmp_path / "neuf")}
    un, deux = lire(env), lire(env)
    assert un.secret == deux.secret
    assert len(un.secret) >= 32
    assert (tmp_path / "neuf" / "secret").stat().st_mode & 0o777 == 0o600
