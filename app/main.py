"""The application: configuration, plumbing, and the list of features."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from app import models
from app.comptes.acces import provide_droits
from app.comptes.corps import CorpsReserve
from app.comptes.routes import demarrages
from app.core import live, protection
from app.core.db import creer_moteur, creer_sessions, provide_db
from app.core.errors import GESTIONNAIRES
from app.core.journaux import regler_journaux
from app.core.menu import menu_groupe
from app.core.pages import Requete
from app.core.templating import ENV, STATIQUES, moteur
from app.demandes.rapprochement import fraicheur
from app.notifications.poste import Poste
from app.routes import routes
from app.settings import Settings, lire
from app.travaux.service import Travaux

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ("creer_app", "models")

VERSION = "0.1.0"


@asynccontextmanager
async def _vie(app: Litestar) -> AsyncGenerator[None, None]:
    settings: Settings = app.state.settings
    url = settings.database_url
    ENV.globals.update(demonstration=settings.demonstration, courriels=settings.courriels, menu=menu_groupe, version=VERSION)
    base = creer_moteur(url)
    app.state.moteur, app.state.sessions = base, creer_sessions(base)
    app.state.direct = live.Direct(app.state.sessions, url)
    app.state.travaux = Travaux(app.state.sessions)
    poste = Poste(app.state.sessions, settings)
    fraicheur.JOURS = settings.registre_jours
    async with app.state.direct.ouvert(), app.state.travaux.ouvert(), poste.ouvert():
        yield
    await base.dispose()


def creer_app(settings: Settings | None = None) -> Litestar:
    """Build the application from *settings* (the environment's by default)."""
    settings = settings or lire()
    regler_journaux()
    return Litestar(
        route_handlers=[
            *routes(settings),
            create_static_files_router(path="/static", directories=[STATIQUES], cache_control=protection.IMMUABLE),
        ],
        state=State({"settings": settings}),
        dependencies={"session": Provide(provide_db), "droits": Provide(provide_droits)},
        request_class=Requete,
        template_config=TemplateConfig(instance=moteur()),
        exception_handlers=GESTIONNAIRES,
        middleware=[protection.MemeOrigine(), CorpsReserve(), protection.Volume(), protection.Requetes()],
        before_send=[protection.entetes(https=settings.https)],
        csrf_config=CSRFConfig(
            secret=settings.secret,
            header_name="x-csrf-token",
            cookie_name="csrf",
            cookie_httponly=True,
            cookie_samesite="lax",
            cookie_secure=settings.https,
        ),
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=2, exclude=["^/direct", r"\.xlsx$"]),
        lifespan=[_vie],
        on_startup=demarrages(settings),
        openapi_config=None,
        logging_config=None,  # ours is set above; the framework's starts a thread that nothing stops
        request_max_body_size=12_000_000,
    )
