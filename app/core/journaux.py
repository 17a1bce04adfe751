"""Structured logs, one JSON object a line, without personal data nor codes of URLs."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import structlog


def regler_journaux() -> None:
    """Set up once; `AGREMENT_LOG` is a level (INFO by default)."""
    niveau = getattr(logging, os.environ.get("AGREMENT_LOG", "INFO").upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(niveau),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # The HTTP client logs whole URLs at INFO, codes included.
    for bavard in ("httpx2", "httpcore2", "uvicorn.access"):
        logging.getLogger(bavard).setLevel(logging.WARNING)


def chemin_dit(scope: Any) -> str:
    """The path as the log may hold it: words of an address may be codes (an invitation's is), its numbers are not."""
    morceaux = str(scope["path"]).strip("/").split("/")
    gabarit = str(scope.get("path_template") or "").strip("/").split("/")
    if len(gabarit) != len(morceaux):  # no such route: the first word says enough
        return f"/{morceaux[0]}" + ("/…" if len(morceaux) > 1 else "")
    return "/" + "/".join("…" if g.startswith("{") and not m.isdecimal() else m for g, m in zip(gabarit, morceaux, strict=True))
