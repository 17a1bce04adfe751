"""Configuration, read from the environment once. Production refuses to start on anything missing or unsafe."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.reglages_courrier import APPLICATION, ReglageInvalide, Smtp, lire_courrier

__all__ = ("APPLICATION", "ReglageInvalide", "Settings", "Smtp", "lire")

RACINE = Path(__file__).resolve().parent.parent
DEMONSTRATION = "demonstration"
PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Settings:
    """`donnees` holds the SQLite file, the pieces and, in demonstration mode, the generated secret."""

    mode: str
    database_url: str
    donnees: Path
    public_url: str
    secret: str = field(repr=False)
    oidc_config: Path | None
    host: str
    port: int
    smtp: Smtp | None = None
    mail_from: str = ""
    mail_heure: int = 7  # Paris; from then on, the day's digest
    courrier: str = APPLICATION  # who tells and sends: the application's own tasks, or the console from a cron

    @property
    def courriels(self) -> bool:
        """Whether mails may be promised: they leave, or the demonstration shows what would leave."""
        return self.smtp is not None or self.demonstration

    registre_jours: int = 45  # an older register validates nothing by itself

    @property
    def demonstration(self) -> bool:
        """Whether the embedded identity provider and the notice *personnes fictives* are there."""
        return self.mode == DEMONSTRATION

    @property
    def https(self) -> bool:
        """Whether cookies are Secure and HSTS is sent."""
        return self.public_url.startswith("https://")


def lire(env: dict[str, str] | None = None) -> Settings:
    """Read the settings from *env* (the process's by default).

    Raises:
        ReglageInvalide: a setting is missing, malformed, or unsafe for the mode.
    """
    env = dict(os.environ) if env is None else env
    mode = env.get("AGREMENT_MODE", DEMONSTRATION)
    if mode not in {DEMONSTRATION, PRODUCTION}:
        raise ReglageInvalide(f"AGREMENT_MODE vaut « {mode} » : attendu demonstration ou production.")
    host, port = env.get("HOST", "127.0.0.1"), _port(env.get("PORT", "8000"))
    donnees = Path(env.get("AGREMENT_DATA_DIR") or RACINE / "var").resolve()
    if mode == PRODUCTION:
        _exiger_production(env)
    else:
        _exiger_demonstration(host, env)
        donnees.mkdir(parents=True, exist_ok=True)
    oidc = env.get("AGREMENT_OIDC_CONFIG")
    return Settings(
        mode=mode,
        database_url=env.get("AGREMENT_DATABASE_URL") or f"sqlite:///{donnees / 'agrement.sqlite3'}",
        donnees=donnees,
        public_url=(env.get("AGREMENT_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        secret=env.get("AGREMENT_SECRET_KEY") or _secret_local(donnees),
        oidc_config=Path(oidc) if oidc else None,
        host=host,
        port=port,
        **lire_courrier(env),
        registre_jours=_jours(env.get("AGREMENT_REGISTRE_JOURS", "45")),
    )


def _port(texte: str) -> int:
    if not texte.isdecimal() or not 0 < int(texte) < 65536:
        raise ReglageInvalide(f"PORT vaut « {texte} » : attendu un nombre de 1 à 65535.")
    return int(texte)


def _jours(texte: str) -> int:
    if not texte.isdecimal() or not 0 < int(texte) < 10_000:
        raise ReglageInvalide(f"AGREMENT_REGISTRE_JOURS vaut « {texte} » : attendu un nombre de jours, de 1 à 9999.")
    return int(texte)


def _exiger_production(env: dict[str, str]) -> None:
    for nom in (
        "AGREMENT_DATABASE_URL",
        "AGREMENT_DATA_DIR",
        "AGREMENT_PUBLIC_URL",
        "AGREMENT_SECRET_KEY",
        "AGREMENT_OIDC_CONFIG",
    ):
        if not env.get(nom):
            raise ReglageInvalide(f"{nom} manque : il est obligatoire en production.")
    if urlsplit(env["AGREMENT_PUBLIC_URL"]).scheme != "https":
        raise ReglageInvalide("AGREMENT_PUBLIC_URL doit commencer par https:// en production.")
    if len(env["AGREMENT_SECRET_KEY"]) < 32:
        raise ReglageInvalide("AGREMENT_SECRET_KEY doit compter au moins 32 caractères.")
    if not Path(env["AGREMENT_OIDC_CONFIG"]).is_file():
        raise ReglageInvalide(f"AGREMENT_OIDC_CONFIG : le fichier {env['AGREMENT_OIDC_CONFIG']} n'existe pas.")
    if not Path(env["AGREMENT_DATA_DIR"]).is_dir():
        raise ReglageInvalide(f"AGREMENT_DATA_DIR : le dossier {env['AGREMENT_DATA_DIR']} n'existe pas.")


def _exiger_demonstration(host: str, env: dict[str, str]) -> None:
    if host not in {"127.0.0.1", "localhost", "::1"} and env.get("AGREMENT_DEMONSTRATION_OUVERTE") != "1":
        raise ReglageInvalide(
            f"HOST vaut « {host} » : la démonstration n'écoute que sur cette machine, sauf si AGREMENT_DEMONSTRATION_OUVERTE=1."
        )


def _secret_local(donnees: Path) -> str:
    # Kept in a file: a secret drawn at each start would answer 403 to every page that is still open.
    fichier = donnees / "secret"
    if not fichier.exists():
        fichier.write_text(secrets.token_urlsafe(48))
        fichier.chmod(0o600)
    return fichier.read_text().strip()
