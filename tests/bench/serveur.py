"""The application with two more doors, for measuring only: a plain text handler, and a count of SQL statements."""

from __future__ import annotations

from litestar import get
from litestar.enums import MediaType
from sqlalchemy import Engine, event

from app.main import creer_app

compte = {"requetes": 0}


@event.listens_for(Engine, "before_cursor_execute")
def _compter(*_: object) -> None:
    compte["requetes"] += 1


@get("/bench/texte", media_type=MediaType.TEXT)
async def texte() -> str:
    """What the framework costs by itself."""
    return "ok"


@get("/bench/requetes")
async def requetes() -> dict[str, int]:
    """Statements sent since the start."""
    return compte


app = creer_app()
app.register(texte)
app.register(requetes)
