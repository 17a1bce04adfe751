"""Jinja2, strict: an unknown variable is an error, and everything is escaped."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from markdown_it import MarkdownIt
from markupsafe import Markup

RACINE = Path(__file__).resolve().parent.parent.parent
STATIQUES = RACINE / "static"
PARIS = ZoneInfo("Europe/Paris")
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image"])


def aujourdhui() -> date:
    """Today in Paris: every date of the domain is a day there."""
    return datetime.now(PARIS).date()


def jour(valeur: date | datetime | None) -> str:
    """« lundi 23 novembre 2026 »."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime):
        valeur = valeur.astimezone(PARIS).date()
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{JOURS[valeur.weekday()]} {quantieme} {MOIS[valeur.month - 1]} {valeur.year}"


def instant(valeur: datetime | None) -> str:
    """« lundi 23 novembre 2026, 14:02 », Paris time."""
    if valeur is None:
        return ""
    local = (valeur if valeur.tzinfo else valeur.replace(tzinfo=UTC)).astimezone(PARIS)
    return f"{jour(local)}, {local:%H:%M}"


def heure(valeur: datetime) -> str:
    """« 14:02 », Paris time."""
    return f"{(valeur if valeur.tzinfo else valeur.replace(tzinfo=UTC)).astimezone(PARIS):%H:%M}"


def markdown(texte: str) -> Markup:
    """Markdown without HTML nor images: what a notice may hold."""
    return Markup(_MARKDOWN.render(texte))  # noqa: S704 (rendered with html off)


@lru_cache
def statique(chemin: str) -> str:
    """The URL of a static file, with its own hash, so that it may be cached for ever."""
    fichier = STATIQUES / chemin
    empreinte = hashlib.sha256(fichier.read_bytes()).hexdigest()[:12] if fichier.is_file() else "absent"
    return f"/static/{chemin}?v={empreinte}"


def creer_env() -> Environment:
    """The one environment, shared by pages and live messages."""
    env = Environment(
        loader=FileSystemLoader(RACINE / "partials"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    env.filters.update(jour=jour, instant=instant, heure=heure, markdown=markdown)
    env.globals.update(statique=statique, maintenant=lambda: datetime.now(UTC))
    return env


ENV = creer_env()


def rendu(gabarit: str, **contexte: Any) -> str:
    """Render outside a request (live messages)."""
    return ENV.get_template(gabarit).render(**contexte)


def moteur() -> JinjaTemplateEngine:
    """For Litestar."""
    return JinjaTemplateEngine.from_environment(ENV)
