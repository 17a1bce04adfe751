"""Structured logs, one JSON object a line, without personal data nor codes of URLs."""

from __future__ import annotations

import logging
import os
import sys

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
